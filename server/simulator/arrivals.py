"""Callers: when they come, how long they talk, how long they wait. All chance of the simulator is drawn here.

One seed gives one day, whatever the rules do with it: times between arrivals, talks and patience come from streams of
their own, so that two staffings meet the very same callers.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from random import Random  # the only chance of the simulator: seeded, and handed down from here
from typing import Literal

import msgspec

HOUR = 3_600.0
Distribution = Literal["exponential", "lognormal"]
LOGNORMAL_SIGMA = math.sqrt(math.log(2))
"""Spread of a lognormal talk: with it the standard deviation equals the mean, as in the exponential."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """`at`: seconds from the start of the run. `patience_seconds`: inf is for ever. `keys`: what the caller presses
    while waiting, and how many seconds after the arrival. `misses`: how often the own phone is not picked up when the
    caller is called back."""

    at: float
    caller: str
    talk_seconds: float
    patience_seconds: float
    keys: Sequence[tuple[float, str]] = ()
    misses: int = 0


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """What callers there are. `calls_per_hour`: one number for each hour of the run; the last one goes on, or, with
    more than one, the list begins again. `patience_seconds`: the mean, inf: nobody gives up."""

    calls_per_hour: Sequence[float]
    hours: float
    talk_seconds: float
    talk_distribution: Distribution = "exponential"
    patience_seconds: float = math.inf

    def mean_per_hour(self) -> float:
        """Calls per hour, on average over the run."""
        whole = int(self.hours)
        sum_ = math.fsum(self.rate(hour) for hour in range(whole)) + (self.hours - whole) * self.rate(whole)
        return sum_ / self.hours

    def rate(self, hour: int) -> float:
        """Calls per hour in that hour of the run."""
        return self.calls_per_hour[hour % len(self.calls_per_hour)]


def callers(traffic: Traffic, seed: int) -> Iterator[Caller]:
    """Poisson arrivals in order of time. The same seed gives the same callers."""
    gaps, talks, patience = (Random(f"{seed}-{stream}") for stream in ("arrivals", "talks", "patience"))
    end = traffic.hours * HOUR
    talk = _talk(traffic, talks)
    at, number = 0.0, 0
    while (next_at := _next_arrival(traffic, at, end, gaps)) is not None:
        at, number = next_at, number + 1
        endless = math.isinf(traffic.patience_seconds)
        yield Caller(
            at=at,
            caller=f"+4930{number % 10_000_000:07d}",
            talk_seconds=talk(),
            patience_seconds=math.inf if endless else patience.expovariate(1 / traffic.patience_seconds),
        )


def _next_arrival(traffic: Traffic, after: float, end: float, chance: Random) -> float | None:
    """The exponential gap is spent at the rate of each hour that it goes through."""
    left, at = chance.expovariate(1.0), after
    while at < end:
        hour = int(at // HOUR)
        border = min((hour + 1) * HOUR, end)
        per_second = traffic.rate(hour) / HOUR
        if per_second > 0 and at + left / per_second < border:
            return at + left / per_second
        left -= per_second * (border - at)
        at = border
    return None


def _talk(traffic: Traffic, chance: Random) -> Callable[[], float]:
    mean = traffic.talk_seconds
    if traffic.talk_distribution == "lognormal":
        mu = math.log(mean) - LOGNORMAL_SIGMA**2 / 2
        return lambda: chance.lognormvariate(mu, LOGNORMAL_SIGMA)
    return lambda: chance.expovariate(1 / mean)


def draws(seed: int) -> Callable[[], float]:
    """Chance for the strategies that draw: from 0, below 1."""
    return Random(f"{seed}-strategies").random
