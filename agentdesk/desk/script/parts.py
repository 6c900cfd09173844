"""Pieces of the pane that its questions and its messages share."""

from agentdesk.desk.views import Paragraph
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


def trail(script: Script) -> str:
    """The way so far: the last stops, each shortened; the one that is shown does not stand there again."""
    labels = [_short(stop.label or stop.node) for stop in script.crumbs[-MOST_TRAIL:]]
    return "  ›  ".join(["…", *labels] if len(script.crumbs) > MOST_TRAIL else labels)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_CRUMB else line[: LONGEST_CRUMB - 1].rstrip() + "…"
