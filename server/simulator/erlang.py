"""Erlang's formulas: what a queue of like agents does in the long run.

Sources: A. K. Erlang, 1917 (B and C; written here after R. B. Cooper, Introduction to Queueing Theory, 2nd ed., 3.3);
C. Palm, 1957, and F. Baccelli and G. Hebuterne, On queues with impatient customers, 1981, for A, with the names of
A. Mandelbaum and S. Zeltyn, Service engineering in action: the Palm/Erlang-A queue, 2007.

Assumed: calls arrive at random (Poisson), talk times are exponential, whoever came first is served first, the system
is in balance; C: nobody gives up; A: patience is exponential. Rates are per second.
"""

import math
from collections.abc import Callable

import msgspec

STEPS = 4_000
"""Points of Simpson's rule; even. More change nothing in the sixth digit."""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What a formula expects. Fractions 0 to 1, seconds. None: the queue would grow for ever, there is no answer.

    `asa_seconds` is over all answered calls; `service_level` is answered within T / (1 - abandoned within T) of all.
    """

    wait_probability: float | None
    abandoned: float | None
    service_level: float | None
    asa_seconds: float | None
    occupancy: float | None


NOTHING = Expected(wait_probability=None, abandoned=None, service_level=None, asa_seconds=None, occupancy=None)


def erlang_b(agents: int, erlangs: float) -> float:
    """The share of calls that find all agents busy where nobody waits. By the recursion, which is exact and stable."""
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = erlangs * blocked / (n + erlangs * blocked)
    return blocked


def erlang_c(agents: int, erlangs: float) -> float:
    """The share of calls that must wait where nobody gives up; 1 if the agents cannot do the work."""
    if erlangs >= agents:
        return 1.0
    blocked = erlang_b(agents, erlangs)
    return blocked / (1 - erlangs / agents * (1 - blocked))


def queue_c(arrival_rate: float, talk_seconds: float, agents: int, within_seconds: float) -> Expected:
    """M/M/n: callers wait for ever."""
    erlangs = arrival_rate * talk_seconds
    if agents <= 0 or erlangs >= agents:
        return NOTHING
    waits = erlang_c(agents, erlangs)
    spare_rate = agents / talk_seconds - arrival_rate
    return Expected(
        wait_probability=waits,
        abandoned=0.0,
        service_level=1 - waits * math.exp(-spare_rate * within_seconds),
        asa_seconds=waits / spare_rate,
        occupancy=erlangs / agents,
    )


def queue_a(
    arrival_rate: float, talk_seconds: float, patience_seconds: float, agents: int, within_seconds: float
) -> Expected:
    """M/M/n+M: each caller gives up after an exponential time. Endless patience is `queue_c`."""
    if math.isinf(patience_seconds):
        return queue_c(arrival_rate, talk_seconds, agents, within_seconds)
    if agents <= 0 or arrival_rate <= 0 or talk_seconds <= 0 or patience_seconds <= 0:
        return NOTHING
    wait = _OfferedWait(arrival_rate, talk_seconds, patience_seconds, agents)
    horizon = wait.horizon()
    leaving = 1 / patience_seconds
    abandoned = wait.integral(0, horizon, lambda x: -math.expm1(-leaving * x))
    served_wait = wait.integral(0, horizon, lambda x: x * math.exp(-leaving * x))
    split = min(within_seconds, horizon)
    in_time = wait.at_once + wait.integral(0, split, lambda x: math.exp(-leaving * x))
    left_in_time = wait.integral(0, split, lambda x: -math.expm1(-leaving * x))
    left_in_time += -math.expm1(-leaving * split) * wait.integral(split, horizon, lambda _x: 1.0)
    return Expected(
        wait_probability=1 - wait.at_once,
        abandoned=abandoned,
        service_level=in_time / (1 - left_in_time),
        asa_seconds=served_wait / (1 - abandoned),
        occupancy=arrival_rate * (1 - abandoned) * talk_seconds / agents,
    )


class _OfferedWait:
    """The wait that a caller with endless patience would have: nought with probability `at_once`, else with a density.

    density(x) = rate * p * exp(rate/leaving * (1 - exp(-leaving*x)) - agents*x/talk), where p is the probability of
    n - 1 busy agents (Baccelli and Hebuterne; Mandelbaum and Zeltyn, section 4).
    """

    def __init__(self, arrival_rate: float, talk_seconds: float, patience_seconds: float, agents: int) -> None:
        self._rate = arrival_rate
        self._service = agents / talk_seconds
        self._leaving = 1 / patience_seconds
        self._peak = self._where_highest()
        self._highest = self._exponent(self._peak)
        blocked = erlang_b(agents - 1, arrival_rate * talk_seconds)
        scale = arrival_rate * _simpson(self._shape, 0, self.horizon()) * blocked
        free = math.exp(-self._highest)
        # with far more agents than work `blocked` is 0: everybody is served at once
        self._height = arrival_rate * blocked / (free + scale)
        self.at_once = free / (free + scale)

    def _exponent(self, x: float) -> float:
        return -self._rate / self._leaving * math.expm1(-self._leaving * x) - self._service * x

    def _where_highest(self) -> float:
        if self._rate <= self._service:
            return 0.0
        return math.log(self._rate / self._service) / self._leaving

    def _shape(self, x: float) -> float:
        return math.exp(self._exponent(x) - self._highest)

    def horizon(self) -> float:
        """Beyond it the density is below 1e-17 of its peak."""
        reach = 1 / self._service
        while self._exponent(self._peak + reach) - self._highest > -40:
            reach *= 1.3
        return self._peak + reach

    def integral(self, start: float, end: float, weight: Callable[[float], float]) -> float:
        """Of `weight(x)` times the density."""
        return self._height * _simpson(lambda x: weight(x) * self._shape(x), start, end)


def _simpson(function: Callable[[float], float], start: float, end: float) -> float:
    if end <= start:
        return 0.0
    step = (end - start) / STEPS
    odd = math.fsum(function(start + step * i) for i in range(1, STEPS, 2))
    even = math.fsum(function(start + step * i) for i in range(2, STEPS, 2))
    return float((function(start) + function(end) + 4 * odd + 2 * even) * step / 3)
