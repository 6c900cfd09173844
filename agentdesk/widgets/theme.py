"""Palette and style sheet of a theme; sizes grow with the agent's text size."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from agentdesk.colours import THEMES, Colours
from agentdesk.widgets.style_sheet import style_sheet

SMALLEST, NORMAL, LARGEST, STEP = 80, 100, 200, 10
"""Text size in percent."""


def palette(colours: Colours) -> QPalette:
    """An explicit Fusion palette: what the system thinks is dark or light does not matter."""
    role, group, made = QPalette.ColorRole, QPalette.ColorGroup, QPalette()
    everywhere = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.field,
        role.AlternateBase: colours.panel,
        role.Text: colours.text,
        role.PlaceholderText: colours.quiet,
        role.Button: colours.button,
        role.ButtonText: colours.text,
        role.Highlight: colours.selection,
        role.HighlightedText: colours.on_selection,
        role.ToolTipBase: colours.panel,
        role.ToolTipText: colours.text,
        role.Link: colours.talking,
        role.Light: colours.button_hover,
        role.Mid: colours.line,
        role.Dark: colours.outline,
        role.Accent: colours.focus,
    }
    for which, colour in everywhere.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, which, QColor(colours.disabled))
    return made


def dress(application: QApplication, theme: str, percent: int = NORMAL) -> Colours:
    """Dress the whole application in `light`, `dark` or `system`; gives the colours for what draws itself."""
    if theme == "system":
        dark = application.styleHints().colorScheme().name == "Dark"
        theme = "dark" if dark else "light"
    colours = THEMES[theme]
    application.setStyle("Fusion")
    application.setPalette(palette(colours))
    application.setStyleSheet(style_sheet(colours, max(SMALLEST, min(percent, LARGEST)) / 100))
    return colours
