"""The simulator: the real rules, made-up callers, and what Erlang expects of them."""

import itertools
import math

import msgspec
import pytest

from server.call import facts as f
from server.config.site import SiteFile
from server.simulator.arrivals import HOUR, Traffic, callers
from server.simulator.invariants import BrokenInvariant, FactWatch
from server.simulator.staffing import NoSuchQueue, queue_of, staffed
from server.simulator.study import Study, study


def a_site(**queue: object) -> SiteFile:
    return msgspec.convert(
        {
            "queue": [{"id": "billing", "wrap_up_seconds": 0, **queue}, {"id": "other"}],
            "agent": [{"id": "ana", "queues": ["billing"]}, {"id": "bo", "queues": ["billing", "other"]}],
        },
        SiteFile,
    )


def run(site: SiteFile, traffic: Traffic, agents: int, **more: object) -> Study:
    return study(site, site.queue[0], traffic, agents, **more)  # type: ignore[arg-type]


def test_endless_patience_is_near_erlang_c() -> None:
    traffic = Traffic(calls_per_hour=[240], hours=30, talk_seconds=60)
    result = run(a_site(), traffic, 7, seed=4)
    assert result.total["abandoned"] == 0
    assert result.total["asa_seconds"] == pytest.approx(result.erlang_c.asa_seconds, rel=0.1)
    assert result.erlang_a == result.erlang_c


def test_the_same_seed_is_the_same_day_and_another_is_another() -> None:
    traffic = Traffic(calls_per_hour=[100], hours=1, talk_seconds=100, patience_seconds=60)
    one, two, other = (run(a_site(strategy="random"), traffic, 3, seed=seed) for seed in (7, 7, 8))
    assert one == two
    assert one != other


def test_two_staffings_meet_the_same_callers() -> None:
    traffic = Traffic(calls_per_hour=[100], hours=1, talk_seconds=100, patience_seconds=60)
    few, many = run(a_site(), traffic, 2), run(a_site(), traffic, 9)
    assert few.total["offered"] == many.total["offered"]
    assert few.total["abandoned"] > many.total["abandoned"]  # type: ignore[operator]


def test_wrap_up_and_ringing_are_in_the_handling() -> None:
    traffic = Traffic(calls_per_hour=[60], hours=20, talk_seconds=100)
    result = run(a_site(wrap_up_seconds=40), traffic, 10, ring_seconds=5)
    assert result.total["aht_seconds"] == pytest.approx(140, rel=0.05)
    assert result.total["asa_seconds"] >= 5  # type: ignore[operator]


def test_a_limit_of_the_wait_makes_calls_overflow() -> None:
    traffic = Traffic(calls_per_hour=[200], hours=1, talk_seconds=300)
    result = run(a_site(max_wait_seconds=30), traffic, 5)
    assert result.total["overflowed"] > 0  # type: ignore[operator]
    assert result.total["offered"] == result.total["answered"] + result.total["overflowed"]  # type: ignore[operator]
    assert result.total["longest_wait_seconds"] <= 31  # type: ignore[operator]


def test_nobody_there() -> None:
    result = run(a_site(), Traffic(calls_per_hour=[60], hours=1, talk_seconds=60, patience_seconds=30), 0)
    assert result.total["answered"] == 0
    assert result.total["offered"] == result.total["abandoned"]
    assert result.total["asa_seconds"] is None


def test_who_waits_for_nobody_and_for_ever_is_told() -> None:
    """A call a minute for an hour, nobody there, no limit: the first caller waits longest, into the day after."""
    result = run(a_site(), Traffic(calls_per_hour=[60], hours=1, talk_seconds=60), 0, interval_seconds=1800)
    total = result.total
    assert total["answered"] == total["abandoned"] == 0
    assert total["waiting"] == total["offered"] == sum(line["waiting"] for line in result.intervals)  # type: ignore[misc]
    first, second = (line["longest_wait_seconds"] for line in result.intervals)
    assert total["longest_wait_seconds"] == first
    assert second < first  # type: ignore[operator]
    assert 86_400 < second < 86_400 + 1800  # type: ignore[operator]
    served = run(a_site(), Traffic(calls_per_hour=[60], hours=1, talk_seconds=60), 3)
    assert (served.total["waiting"], served.total["answered"]) == (0, served.total["offered"])


def test_intervals_add_up_to_the_total() -> None:
    traffic = Traffic(calls_per_hour=[200], hours=3, talk_seconds=100, patience_seconds=60)
    result = run(a_site(), traffic, 5, interval_seconds=1800)
    assert len(result.intervals) == 6
    for name in ("offered", "answered", "abandoned", "short_abandoned"):
        assert sum(line[name] for line in result.intervals) == result.total[name]  # type: ignore[misc]


@pytest.mark.parametrize("distribution", ["exponential", "lognormal"])
def test_talks_have_the_mean_that_was_asked_for(distribution: str) -> None:
    traffic = msgspec.convert(
        {"calls_per_hour": [3000], "hours": 10, "talk_seconds": 240, "talk_distribution": distribution}, Traffic
    )
    talks = [caller.talk_seconds for caller in callers(traffic, 3)]
    mean = sum(talks) / len(talks)
    assert mean == pytest.approx(240, rel=0.03)
    spread = math.sqrt(sum((talk - mean) ** 2 for talk in talks) / len(talks))
    assert spread == pytest.approx(240, rel=0.06)


def test_a_profile_is_followed_hour_by_hour() -> None:
    traffic = Traffic(calls_per_hour=[1000, 0, 4000], hours=6, talk_seconds=1)
    counts = [0] * 6
    times = [caller.at for caller in callers(traffic, 1)]
    for at in times:
        counts[int(at // HOUR)] += 1
    assert times == sorted(times)
    assert counts[1] == counts[4] == 0
    for hour, rate in itertools.product((0, 3), (1000,)):
        assert counts[hour] == pytest.approx(rate, rel=0.1)
    assert counts[2] == pytest.approx(4000, rel=0.05)
    assert traffic.mean_per_hour() == pytest.approx(5000 / 3)


def test_more_agents_than_the_site_has_are_like_its_own() -> None:
    crew = staffed(a_site(), "billing", 5)
    assert [agent.id for agent in crew.agent] == ["ana", "bo", "ana-2", "bo-2", "ana-3"]
    assert crew.agent[3].queues == ["billing", "other"]
    with pytest.raises(NoSuchQueue, match="it has billing, other"):
        queue_of(a_site(), "biling")


def test_a_second_call_for_a_busy_agent_is_noticed() -> None:
    why = f.Why(strategy="s", rule="r", candidates=[], candidate_count=0, sentence="")
    watch = FactWatch()
    arrivals = [f.CallArrived(call=call, card="k", caller="1", dialled="2") for call in ("a", "b")]
    first = f.CallOffered(call="a", queue="q", agent="ana", offer=1, leg="l", why=why)
    watch.see([*arrivals, first])
    with pytest.raises(BrokenInvariant, match="while having call a"):
        watch.see([msgspec.structs.replace(first, call="b")])
    watch.see([f.CallClosed(call="a", outcome="answered", cause="")])
    with pytest.raises(BrokenInvariant, match="second outcome"):
        watch.see([f.CallClosed(call="a", outcome="answered", cause="")])
