"""Amber and red: when they come, when they go."""

import pytest

from server.config.site import Queue
from server.web.monitor.levels import CLEAR_SECONDS, Levels, contradiction, defaults_of, level_of
from server.wire.monitor import Limits, Thresholds

HOUSE = Thresholds()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("waiting", [(2, "good"), (3, "watch"), (5, "watch"), (6, "act")]),
        ("longest_seconds", [(59.9, "good"), (60, "watch"), (120, "act")]),
        ("ready", [(2, "good"), (1, "watch"), (0, "act")]),
        ("service_level_percent", [(80, "good"), (79.9, "watch"), (60, "watch"), (59.9, "act")]),
        ("abandoned_percent", [(5, "good"), (5.1, "watch"), (8, "watch"), (8.1, "act")]),
        ("answer_seconds", [(20, "good"), (21, "watch"), (61, "act")]),
        ("talk_seconds", [(479, "good"), (480, "watch"), (900, "act")]),
        ("wrap_up_share", [(0.9, "good"), (1, "watch"), (2, "act")]),
    ],
)
def test_where_a_level_begins(name, values):
    limits = getattr(HOUSE, name)
    assert [(value, level_of(name, value, limits)) for value, _ in values] == values
    assert level_of(name, None, limits) == "good"
    assert level_of(name, 0, Limits(None, None)) == "good"


def shown(levels: Levels, *readings: tuple[float, float]) -> list[str]:
    return [levels.judge("q", "waiting", value, HOUSE.waiting, mono) for mono, value in readings]


def test_worse_is_shown_at_once_better_after_ten_seconds_back_inside():
    assert CLEAR_SECONDS == 10
    levels = Levels()
    assert shown(levels, (0, 2), (1, 3), (2, 7)) == ["good", "watch", "act"]
    assert shown(levels, (3, 0), (12.9, 0), (13, 0)) == ["act", "act", "good"]


def test_a_number_that_hovers_keeps_its_colour():
    readings = [(second, 6 if second % 4 == 0 else 2) for second in range(30)]
    assert set(shown(Levels(), *readings)) == {"act"}


def test_after_ten_seconds_the_worst_of_them_is_shown():
    assert shown(Levels(), (0, 9), (1, 2), (5, 4), (11, 1)) == ["act", "act", "act", "watch"]


def test_each_number_has_its_own_level_until_all_are_forgotten():
    levels = Levels()
    shown(levels, (0, 9))
    assert levels.judge("other", "waiting", 0, HOUSE.waiting, 1) == "good"
    assert levels.judge("q", "ready", 5, HOUSE.ready, 1) == "good"
    levels.forget()
    assert shown(levels, (2, 0)) == ["good"]


def test_defaults_follow_the_queues_own_goal():
    chosen = defaults_of(Queue(id="q", service_level_percent=90, service_level_seconds=10))
    assert (chosen.service_level_percent, chosen.answer_seconds) == (Limits(90, 70), Limits(10, 30))
    assert defaults_of(Queue(id="q", service_level_percent=10)).service_level_percent == Limits(10, 0)
    assert contradiction(chosen) == contradiction(HOUSE) == ""


def test_red_does_not_begin_before_amber():
    assert contradiction(Thresholds(waiting=Limits(6, 3))) == "waiting"
    assert contradiction(Thresholds(ready=Limits(0, 1))) == "ready"
    assert contradiction(Thresholds(ready=Limits(None, 1), waiting=Limits(4, 4))) == ""
