"""Campaigns on the status monitor: asked for while somebody looks, hostile answers, and never an old figure."""

from collections.abc import Mapping
from typing import Any

import pytest
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock

from server.call.events import RequestRefused
from server.web.monitor.campaigns import ASKED_EVERY_SECONDS, MOST_CAMPAIGNS, CampaignStatus

SPRING = {
    "id": "spring", "name": "Spring tariffs", "state": "running", "agents": 3, "dialled": 120, "answered": 50,
    "abandoned": 1, "left": 380, "abandon_limit": 0.03,
}  # fmt: skip


class Dialler:
    """A company's dialler: `answers` are given one after the other, the last one for ever."""

    def __init__(self, *answers: Mapping[str, Any] | Exception) -> None:
        self.answers = list(answers)
        self.keys: list[str] = []

    def call(self, operation: str, arguments: Mapping[str, Any], key: str) -> Deferred[Mapping[str, Any]]:
        assert (operation, arguments) == ("now", {})
        self.keys.append(key)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return fail(answer) if isinstance(answer, Exception) else succeed(answer)


class Page:
    """The status with its clock; `news` counts changes."""

    def __init__(self, dialler: Dialler | None, is_watched: bool = True) -> None:
        self.clock = Clock()
        self.dialler = dialler
        self.is_watched = is_watched
        self.news = 0
        self.status = CampaignStatus(self.clock, lambda: self.dialler, lambda: self.is_watched, self._changed)
        self.status.start()

    def _changed(self) -> None:
        self.news += 1

    def later(self) -> None:
        self.clock.advance(ASKED_EVERY_SECONDS)

    def shown(self) -> list[tuple[str, str]]:
        return [(one.name, one.level) for one in self.status.campaigns]


def test_what_the_dialler_tells_is_shown_and_only_news_are_told() -> None:
    page = Page(Dialler({"campaigns": [SPRING]}))
    page.later()
    assert page.shown() == [("Spring tariffs", "good")]
    assert page.news == 1
    assert len(page.dialler.keys) == len(set(page.dialler.keys)) == 2


@pytest.mark.parametrize(
    ("change", "level"),
    [({"state": "paused"}, "watch"), ({"abandoned": 2}, "act"), ({"abandoned": 2, "abandon_limit": None}, "good")],
)
def test_levels(change: dict[str, Any], level: str) -> None:
    page = Page(Dialler({"campaigns": [{**SPRING, **change}]}))
    assert page.shown() == [("Spring tariffs", level)]


@pytest.mark.parametrize(
    "answer",
    [
        RequestRefused("busy", "Not now."),
        ConnectionError("gone"),
        {"campaigns": [{**SPRING, "state": "exploded"}]},
        {"campaigns": [{**SPRING, "dialled": -1}]},
        {"campaigns": [SPRING] * (MOST_CAMPAIGNS + 1)},
        {"campaigns": "many"},
    ],
)
def test_without_a_good_answer_nothing_is_shown_until_there_is_one(answer: Mapping[str, Any] | Exception) -> None:
    page = Page(Dialler({"campaigns": [SPRING]}, answer, {"campaigns": [SPRING]}))
    page.later()
    assert page.shown() == []
    page.later()
    assert page.shown() == [("Spring tariffs", "good")]
    assert page.news == 3


def test_a_dialler_that_leaves_takes_its_campaigns_along() -> None:
    page = Page(Dialler({"campaigns": [SPRING]}))
    page.dialler = None
    page.later()
    assert page.shown() == []


def test_nobody_looks_nobody_is_asked() -> None:
    page = Page(Dialler({"campaigns": [SPRING]}), is_watched=False)
    page.later()
    assert page.dialler.keys == []
    page.is_watched = True
    page.later()
    assert page.shown() == [("Spring tariffs", "good")]
    page.status.stop()
    page.later()
    assert len(page.dialler.keys) == 1
