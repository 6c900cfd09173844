"""The frame around everything that a visitor sees: an HTML document, its head, the language switch.

Made of Twisted's tags, which escape every text and every attribute; nothing here or above writes HTML by hand.
"""

from typing import Any

import msgspec
from twisted.internet.defer import Deferred
from twisted.web.template import Tag, flattenString, tags

from server.web.dialogs.words import Words, language_name

Nodes = list[Any]
"""Tags and texts, one below the other."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STATIC = "/dialogs/static"
_DOCTYPE = b"<!DOCTYPE html>\n"


class Around(msgspec.Struct, frozen=True):
    """What stands on every page. `house`: the site's name. `post`: where the language form goes; empty: the languages
    are links. `hidden`: fields of every form of the page.
    """

    house: str
    language: str
    languages: tuple[str, ...] = ()
    post: str = ""
    hidden: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> Words:
        """The frame's words."""
        return Words(self.language)


class Page(msgspec.Struct, frozen=True):
    """What is answered: `main` in the frame, under a title."""

    around: Around
    title: str
    main: Nodes
    status: int = 200


def document(around: Around, title: str, main: Nodes) -> "Deferred[bytes]":
    """A whole page."""
    words = around.words
    page = tags.html(lang=around.language)(
        tags.head(
            tags.meta(charset="utf-8"),
            tags.meta(name="viewport", content="width=device-width, initial-scale=1"),
            tags.meta(name="robots", content="noindex"),
            tags.title(f"{title} – {around.house}" if title != around.house else title),
            tags.link(rel="stylesheet", href=f"{STATIC}/dialog.css"),
            tags.link(rel="icon", href=f"{STATIC}/icon.svg", type="image/svg+xml"),
            tags.script(src=f"{STATIC}/dialog.js", type="module"),
        ),
        tags.body(
            tags.a(words("skip"), href="#main", class_="skip"),
            tags.header(tags.p(around.house, class_="house"), *_languages(around)),
            Tag("main")(*main, id="main", tabindex="-1", **{"data-away": words("away")}),
        ),
    )
    made = flattenString(None, page)
    made.addCallback(lambda octets: _DOCTYPE + octets)
    return made


def form(around: Around, *children: Any, action: str = "", **attributes: str) -> Tag:
    """A form that is sent to `action` (empty: the page's own address), with the fields that all have."""
    made = tags.form(method="post", novalidate="novalidate", **attributes)
    if action or around.post:
        made(action=action or around.post)
    made(*(tags.input(type="hidden", name=name, value=value) for name, value in around.hidden))
    return made(*children)


def button(label: str, do: str, kind: str = "") -> Tag:
    """A button of a form. `kind`: empty for the main one, `second`, or `quiet`."""
    return tags.button(label, type="submit", name="do", value=do, class_=f"button {kind}".strip())


def _languages(around: Around) -> Nodes:
    if len(around.languages) < 2:
        return []
    choices: Nodes = []
    for language in around.languages:
        name = language_name(language, around.languages)
        if language == around.language:
            choices.append(tags.li(tags.span(name, lang=language, **{"aria-current": "true"})))
        elif around.post:
            choices.append(tags.li(button(name, f"language:{language}", "plain")(lang=language)))
        else:
            link = tags.a(name, href=f"?lang={language}", lang=language, hreflang=language)
            choices.append(tags.li(link))
    shown = tags.ul(*choices)
    label = {"aria-label": around.words("languages")}
    return [tags.nav(form(around, shown) if around.post else shown, class_="languages", **label)]
