"""Colours of the desk, light and dark, and the arithmetic of contrast (pure; no Qt).

Every colour that is ever drawn has a name here, and `PAIRS` lists which is drawn upon which, so that a test can
compute the contrast of all of them (WCAG 2.2: 4.5:1 for text, 3:1 for the outlines of controls and for shapes).
"""

import msgspec


class Colours(msgspec.Struct, frozen=True, kw_only=True):
    """One theme; each colour is `#rrggbb`."""

    window: str
    """Behind everything."""
    panel: str
    """Cards and lists."""
    field: str
    """Where one types."""
    button: str
    button_hover: str
    text: str
    quiet: str
    """Labels and hints: less loud than `text`, still readable."""
    disabled: str
    """Text of controls that cannot be used just now."""
    line: str
    """Decorative separators."""
    outline: str
    """Edges of fields and buttons."""
    focus: str
    """Ring round the control that has the keyboard."""
    selection: str
    on_selection: str
    ready: str
    talking: str
    ringing: str
    wrap_up: str
    offline: str
    alarm: str
    on_state: str
    """Text upon a state's colour."""
    note: str
    """Background of a banner that only informs."""
    warning: str
    """Background of a banner that warns."""
    chevron: str
    """Name of the icon that drops a list down (style sheets take pictures from files only)."""


LIGHT = Colours(
    window="#f2f4f7",
    panel="#ffffff",
    field="#ffffff",
    button="#f7f8fa",
    button_hover="#e3e8ee",
    text="#1b2129",
    quiet="#505a66",
    disabled="#646d78",
    line="#d3d9e0",
    outline="#7b8692",
    focus="#0b5cad",
    selection="#d6e6f7",
    on_selection="#10263d",
    ready="#1b7f3b",
    talking="#0b5cad",
    ringing="#7a3db8",
    wrap_up="#9a5b00",
    offline="#5f6368",
    alarm="#b3261e",
    on_state="#ffffff",
    note="#dbe9f8",
    warning="#fdecc8",
    chevron="chevron-light",
)
DARK = Colours(
    window="#12181f",
    panel="#1b232d",
    field="#141b23",
    button="#27313d",
    button_hover="#324050",
    text="#e6ebf1",
    quiet="#aab6c3",
    disabled="#8d99a6",
    line="#303b48",
    outline="#738393",
    focus="#6cb6ff",
    selection="#1f4670",
    on_selection="#f1f6fc",
    ready="#57c785",
    talking="#6cb6ff",
    ringing="#d2a8ff",
    wrap_up="#ffb74d",
    offline="#aab6c3",
    alarm="#ff7b72",
    on_state="#10161d",
    note="#1d3247",
    warning="#43330f",
    chevron="chevron-dark",
)
THEMES = {"light": LIGHT, "dark": DARK}
STATES = ("ready", "talking", "ringing", "wrap_up", "offline", "alarm")

_SURFACES = ("window", "panel", "field", "button", "button_hover")
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((text, surface, 4.5) for text in ("text", "quiet") for surface in _SURFACES),
    *(("disabled", surface, 4.5) for surface in ("window", "panel", "field", "button")),
    ("on_selection", "selection", 4.5),
    *(("on_state", state, 4.5) for state in STATES),
    *((state, surface, 4.5) for state in STATES for surface in ("window", "panel")),
    ("text", "note", 4.5),
    ("text", "warning", 4.5),
    *(("outline", surface, 3.0) for surface in ("window", "panel", "field", "button")),
    *(("focus", surface, 3.0) for surface in ("window", "panel", "field", "button")),
)
"""Foreground, background, least contrast."""


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, of `#rrggbb` (WCAG 2.2, definition of relative luminance)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
