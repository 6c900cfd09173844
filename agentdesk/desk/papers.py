"""Files that were attached to a script, to be looked at: where they are offered, and what became of it."""

from collections.abc import Callable, Mapping
from typing import Any

from agentdesk.desk import actions
from agentdesk.desk.effects import Effect, FetchFile
from agentdesk.desk.happenings import FileNotFetched
from agentdesk.desk.problems import sentence
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import Choice
from agentdesk.words import Words
from server.wire.uploads import is_name

NOTICE_SECONDS = 8.0
MOST_LABEL = 80
"""Characters of a label: it may be a file's name that somebody chose."""


def kind_word(answer: object) -> str:
    """The ending of a file's name on the server, as people read it: `PNG`."""
    return str(answer).rpartition(".")[2].upper()


def file_word(answer: str, words: Words) -> str:
    """A file where an answer would stand in words."""
    return words.tr("file ({kind})", kind=kind_word(answer))


def offered(answers: Mapping[str, Any]) -> tuple[Choice, ...]:
    """A way to open each file among answers, by the names of their questions."""
    return tuple(
        Choice(text=f"{name[:MOST_LABEL]} ({kind_word(answer)})", action=actions.OpenFile(answer, name[:MOST_LABEL]))
        for name, answer in answers.items()
        if is_name(answer)
    )


def press(desk: Standing, action: actions.OpenFile, number: Callable[[], int], now: float) -> list[Effect]:
    """Fetch the file; what cannot be opened is told in a notice."""
    if not is_name(action.answer):
        return []
    tr = desk.words.tr
    desk.notice_until = now + NOTICE_SECONDS
    if not desk.linked:
        desk.notice = tr("There is no connection to the server; try again when it is back.")
        return []
    desk.notice = tr("Opening {name}…", name=action.label)
    desk.fetching[sent := number()] = action.label
    return [FetchFile(sent, action.answer, action.label)]


def opened(desk: Standing, number: int) -> None:
    """It is there: the notice goes, unless it says something else by now."""
    label = desk.fetching.pop(number, None)
    if label is not None and desk.notice == desk.words.tr("Opening {name}…", name=label):
        desk.notice = ""


def failed(desk: Standing, news: FileNotFetched, now: float) -> None:
    """Say why it is not opened."""
    label = desk.fetching.pop(news.number, "")
    why = sentence(news.problem, "", desk.words)
    desk.notice = desk.words.tr("Not opened ({name}): {why}", name=label, why=why)
    desk.notice_until = now + NOTICE_SECONDS
