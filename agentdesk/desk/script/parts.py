"""Pieces of the pane that its questions and its messages share."""

from agentdesk.desk.views import Paragraph
from scriptengine.interpreter import Ask, plain
from scriptengine.interpreter.effects import Said
from server.wire.desk_script import Script

MOST_TRAIL = 3
"""Earlier stops that the trail names."""
LONGEST_CRUMB = 26


def paragraphs(said: tuple[Said, ...]) -> tuple[Paragraph, ...]:
    """What is said, for eyes."""
    return tuple(one.text for one in said if one.text)


def hints(said: tuple[Said, ...]) -> tuple[Paragraph, ...]:
    """Help beside what is said."""
    return tuple(hint for one in said for hint in one.hints)


def notices(script: Script) -> tuple[str, ...]:
    """What the last step has to tell."""
    return tuple(notice.text for notice in script.notices)


def trail(script: Script, ask: Ask | None) -> str:
    """The way so far, and where we are: the last stops, each shortened."""
    labels = [_short(stop.label or stop.node) for stop in script.crumbs[-MOST_TRAIL:]]
    if len(script.crumbs) > MOST_TRAIL:
        labels.insert(0, "…")
    if ask is not None:
        labels.append(_short(_here(ask)))
    return "  ›  ".join(labels)


def _here(ask: Ask) -> str:
    """The question, the title of a page, or what is said."""
    last = plain(ask.before[-1].text) if ask.before else ""
    if not ask.items or (ask.kind == "page" and ask.before and ask.before[-1].node == ask.node):
        return last or ask.node
    return plain(ask.items[0].text) or ask.items[0].name


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_CRUMB else line[: LONGEST_CRUMB - 1].rstrip() + "…"
