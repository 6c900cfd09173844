"""What every field of a question can do."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from agentdesk.desk.happenings import Typed
from agentdesk.desk.views import Attached

Told = Callable[[], None]


class FieldWidget(QWidget):
    """A field. `changed` is called after each change by the agent, `entered` when Enter hands in.

    `answer`: in written form, None for none. `main`: what takes the keyboard. What is abstract here the type checker
    demands; Qt's classes are made without asking `abc.ABCMeta`, so that at run time nobody would.
    """

    main: QWidget

    def __init__(self, changed: Told, entered: Told) -> None:
        super().__init__()
        self.changed, self.entered = changed, entered

    @property
    @abstractmethod
    def answer(self) -> Any:
        """What the agent answers."""

    @property
    @abstractmethod
    def typed(self) -> Typed:
        """What stands in it, as the agent left it."""

    @abstractmethod
    def restore(self, typed: Typed) -> None:
        """Go on with what stood in it; of another kind of field nothing."""

    def keep(self, other: "FieldWidget") -> None:
        """Go on with what stands in the field that was there before for the same question."""
        if type(other) is type(self):
            self.restore(other.typed)

    def press_digit(self, _digit: int) -> bool:
        """Alt and a digit: whether that means something here."""
        return False

    def show_attached(self, _attached: Attached | None) -> None:
        """The file that answers the question; fields of other questions have none."""

    @property
    def is_on_the_way(self) -> bool:
        """Whether the answer is a file that the server does not have yet."""
        return False

    def send(self) -> None:
        """Send what is to be handed in and has not left yet."""
