"""Erlang's formulas against published values."""

import math

import pytest

from server.simulator import erlang


@pytest.mark.parametrize(
    ("agents", "erlangs", "blocked"),
    [  # the tables of Erlang B: traffic that n lines carry at 1 % and at 5 % loss
        (1, 0.0101, 0.01),
        (5, 1.36, 0.01),
        (10, 4.46, 0.01),
        (20, 12.03, 0.01),
        (50, 37.90, 0.01),
        (100, 84.06, 0.01),
        (10, 6.22, 0.05),
        (20, 15.25, 0.05),
        (50, 44.53, 0.05),
    ],
)
def test_erlang_b_is_that_of_the_tables(agents: int, erlangs: float, blocked: float) -> None:
    assert erlang.erlang_b(agents, erlangs) == pytest.approx(blocked, rel=0.01)


@pytest.mark.parametrize(
    ("agents", "erlangs", "waits"),
    [(1, 0.5, 0.5), (2, 1.0, 0.3333), (3, 2.0, 0.4444), (10, 8.0, 0.4092), (12, 10.0, 0.4494), (5, 4.0, 0.5541)],
)
def test_erlang_c_is_that_of_the_tables(agents: int, erlangs: float, waits: float) -> None:
    assert erlang.erlang_c(agents, erlangs) == pytest.approx(waits, abs=5e-5)


def test_the_comparison_of_garnett_mandelbaum_and_reiman() -> None:
    """50 agents, 48 calls a minute, 1 min of service, 2 min of patience (Designing a call center with impatient
    customers, 2002, table 1): C waits 20.8 s at 96 %, A loses 3.1 %, waits 3.7 s at 93 %."""
    c = erlang.queue_c(0.8, 60, 50, 20)
    assert c.asa_seconds == pytest.approx(20.8, abs=0.05)
    assert c.occupancy == pytest.approx(0.96)
    a = erlang.queue_a(0.8, 60, 120, 50, 20)
    assert a.abandoned == pytest.approx(0.031, abs=5e-4)
    assert a.occupancy == pytest.approx(0.93, abs=5e-3)
    assert a.abandoned is not None
    assert a.abandoned * 120 == pytest.approx(
        3.7, abs=0.05
    )  # the wait of all callers: rate of leaving = queue / patience


@pytest.mark.parametrize(
    ("rate", "talk", "patience", "agents"), [(0.1, 180, 120, 18), (0.2, 60, 30, 9), (2, 100, 200, 150)]
)
def test_erlang_a_is_the_balance_of_the_birth_and_death_process(
    rate: float, talk: float, patience: float, agents: int
) -> None:
    """The same by another way: the chain of states, one by one."""
    weights = [1.0]
    for n in range(1, agents + 4_000):
        leaving = min(n, agents) / talk + max(0, n - agents) / patience
        weights.append(weights[-1] * rate / leaving)
    whole = math.fsum(weights)
    queue = math.fsum((n - agents) * w for n, w in enumerate(weights) if n > agents) / whole
    busy = math.fsum(min(n, agents) * w for n, w in enumerate(weights)) / whole
    expected = erlang.queue_a(rate, talk, patience, agents, 20)
    assert expected.abandoned == pytest.approx(queue / patience / rate, rel=1e-6)
    assert expected.occupancy == pytest.approx(busy / agents, rel=1e-6)
    assert expected.wait_probability == pytest.approx(math.fsum(weights[agents:]) / whole, rel=1e-6)


def test_much_patience_is_erlang_c() -> None:
    a, c = erlang.queue_a(0.1, 180, 1e7, 20, 20), erlang.queue_c(0.1, 180, 20, 20)
    assert a.asa_seconds == pytest.approx(c.asa_seconds or 0, rel=1e-3)
    assert a.service_level == pytest.approx(c.service_level or 0, rel=1e-3)
    assert erlang.queue_a(0.1, 180, math.inf, 20, 20) == c


def test_too_few_agents_have_no_balance_without_impatience() -> None:
    assert erlang.queue_c(0.2, 180, 20, 20) == erlang.NOTHING
    assert erlang.queue_a(0.2, 180, 100, 0, 20) == erlang.NOTHING
    overloaded = erlang.queue_a(0.2, 180, 100, 20, 20)
    assert overloaded.abandoned == pytest.approx(1 - 20 / 36, rel=3e-3)


@pytest.mark.parametrize("agents", [250, 10_000])
def test_far_more_agents_than_work_serve_everybody_at_once(agents: int) -> None:
    expected = erlang.queue_a(60 / 3600, 180, 120, agents, 20)
    assert (expected.wait_probability, expected.abandoned, expected.service_level) == (0, 0, 1)
    assert expected.asa_seconds == 0
    assert expected.occupancy == pytest.approx(3 / agents)
