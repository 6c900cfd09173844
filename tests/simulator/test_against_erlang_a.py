"""The simulator against Erlang A where its assumptions hold: within 2 %, by a proof in two steps.

`a_plain_queue` is a dozen lines that serve callers in the order of their arrival, written from the model's description
alone. First: the simulator, which runs the server's rules, gives the very same figures for the same callers. Then: that
queue, with many seeds, is compared with the formula; the 99 % confidence interval of the mean over the seeds (which are
independent days) is computed, and all of it must lie within 2 %. The seeds are fixed, and so is the result.
"""

import heapq
import math
import statistics
from functools import cache

import msgspec
import pytest

from server.config.site import SiteFile
from server.simulator import erlang
from server.simulator.arrivals import HOUR, Traffic, callers
from server.simulator.study import study

WITHIN = 20.0
SEEDS = range(1, 161)
WARM_UP_SECONDS = HOUR
"""A day begins with nobody in it; the formula is of a system in balance."""
STUDENT_99 = 2.61
"""99 % of Student's t lies within it, for 159 degrees of freedom."""
TRAFFIC = Traffic(calls_per_hour=[240], hours=24, talk_seconds=120, patience_seconds=60)
AGENTS = 6


def a_plain_queue(traffic: Traffic, agents: int, seed: int, since: float = 0.0) -> dict[str, float]:
    """First come, first served; a caller whose turn comes after the patience has gone."""
    free_at = [0.0] * agents
    offered = answered = in_time = left_in_time = 0
    waited = busy = 0.0
    end = traffic.hours * HOUR
    for caller in callers(traffic, seed):
        wait = max(0.0, free_at[0] - caller.at)
        gone = wait > caller.patience_seconds
        if not gone:
            over = caller.at + wait + caller.talk_seconds
            heapq.heapreplace(free_at, over)
            busy += max(0.0, min(over, end) - max(caller.at + wait, since))
        if caller.at < since:
            continue
        offered += 1
        answered += not gone
        in_time += not gone and wait <= WITHIN
        left_in_time += gone and caller.patience_seconds <= WITHIN
        waited += 0.0 if gone else wait
    return {
        "offered": offered,
        "abandoned": (offered - answered) / offered,
        "service_level": in_time / (offered - left_in_time),
        "asa_seconds": waited / answered,
        "occupancy": busy / (agents * (end - since)),
    }


@pytest.mark.parametrize(
    ("traffic", "agents"),
    [
        (msgspec.structs.replace(TRAFFIC, hours=8), AGENTS),
        (Traffic(calls_per_hour=[360, 200], hours=6, talk_seconds=180, patience_seconds=120), 18),
        (Traffic(calls_per_hour=[60], hours=8, talk_seconds=200, talk_distribution="lognormal"), 4),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_rules_serve_the_same_callers_as_a_plain_queue(traffic: Traffic, agents: int, seed: int) -> None:
    site = msgspec.convert(
        {
            "queue": [{"id": "q", "wrap_up_seconds": 0, "service_level_seconds": WITHIN}],
            "agent": [{"id": "ana", "queues": ["q"]}],
        },
        SiteFile,
    )
    plain, total = a_plain_queue(traffic, agents, seed), study(site, site.queue[0], traffic, agents, seed=seed).total
    assert total["offered"] == plain["offered"] > 300
    assert (total["abandoned"] or 0) / plain["offered"] == plain["abandoned"]
    assert total["service_level"] == pytest.approx(plain["service_level"], abs=1e-6)
    assert total["asa_seconds"] == pytest.approx(plain["asa_seconds"], abs=0.001)
    assert total["occupancy"] == pytest.approx(plain["occupancy"], abs=1e-6)


@cache
def days() -> list[dict[str, float]]:
    return [a_plain_queue(TRAFFIC, AGENTS, seed, WARM_UP_SECONDS) for seed in SEEDS]


@pytest.mark.parametrize("figure", ["abandoned", "service_level", "asa_seconds", "occupancy"])
def test_within_two_percent_of_erlang_a(figure: str) -> None:
    rate = TRAFFIC.mean_per_hour() / HOUR
    formula = getattr(erlang.queue_a(rate, TRAFFIC.talk_seconds, TRAFFIC.patience_seconds, AGENTS, WITHIN), figure)
    values = [day[figure] for day in days()]
    mean, error = statistics.fmean(values), statistics.stdev(values) / math.sqrt(len(values))
    assert abs(mean - formula) + STUDENT_99 * error <= 0.02 * formula
