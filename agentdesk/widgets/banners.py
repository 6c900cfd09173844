"""Banners: what is wrong and what to do."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from agentdesk.colours import Colours
from agentdesk.desk.views import Banner
from agentdesk.widgets import Press
from agentdesk.widgets.icons import picture
from agentdesk.widgets.pieces import label, restyle

PLACES = 2


class BannerWidget(QFrame):
    """One banner."""

    def __init__(self, colours: Colours, press: Press) -> None:
        super().__init__()
        self._colours, self._press = colours, press
        self._banner: Banner | None = None
        self._shape, self._text, self._cure = QLabel(), label("", "what", wrap=True), label("", wrap=True)
        self.button = QPushButton()
        self.button.clicked.connect(self._pressed)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._text)
        words.addWidget(self._cure)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(12)
        row.addWidget(self._shape)
        row.addLayout(words, 1)
        row.addWidget(self.button)
        self.hide()  # not only not shown yet: it must not appear with the window

    def show_banner(self, banner: Banner | None) -> None:
        """Show this, or nothing."""
        if banner == self._banner and self.isVisible() == (banner is not None):
            return
        self._banner = banner
        self.setVisible(banner is not None)
        if banner is None:
            return
        colour = {"alarm": self._colours.on_state, "warning": self._colours.wrap_up, "note": self._colours.talking}
        self._shape.setPixmap(picture("note" if banner.kind == "note" else "triangle", colour[banner.kind], 22))
        self._shape.setAccessibleName(banner.text)
        self._text.setText(banner.text)
        self._cure.setText(banner.cure)
        self._cure.setVisible(bool(banner.cure))
        self.button.setText(f"{banner.button}  [{banner.key}]" if banner.key else banner.button)
        self.button.setAccessibleName(banner.button or banner.text)
        self.button.setVisible(bool(banner.button))
        restyle(self, banner=banner.kind)
        for part in (self._text, self._cure):
            part.style().polish(part)

    def _pressed(self) -> None:
        if self._banner is not None and self._banner.action is not None:
            self._press(self._banner.action)


class BannerStack(QWidget):
    """The banners, one below the other; takes no room when all is well."""

    def __init__(self, colours: Colours, press: Press) -> None:
        super().__init__()
        self.banners = [BannerWidget(colours, press) for _ in range(PLACES)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for banner in self.banners:
            column.addWidget(banner)

    def show_banners(self, banners: list[Banner]) -> None:
        """Show these."""
        self.setVisible(bool(banners))
        for place, widget in enumerate(self.banners):
            widget.show_banner(banners[place] if place < len(banners) else None)
