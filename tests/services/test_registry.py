"""The registry: who is chosen, when it is gone, what watchers see."""

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from server.services.errors import NotRegistered, VersionRefused
from server.services.registry import Change, Policy, Registry, State
from server.services.versions import is_in, parsed
from server.wire.desk import ServiceView


@pytest.mark.parametrize(
    ("version", "wanted", "holds"),
    [
        ("1", "", True),
        ("1.4", "1", True),
        ("1.4", "1.5", False),
        ("2.0", "1", False),
        ("1.2.3", ">=1.2, <2", True),
        ("2", ">=1.2,<2", False),
        ("1.0", "==1", True),
        ("1.0.1", "!=1", True),
        ("10", ">9", True),
        ("3", "<=3", True),
    ],
)
def test_ranges_of_versions(version: str, wanted: str, holds: bool) -> None:
    assert is_in(version, wanted) is holds


@pytest.mark.parametrize("text", ["", "one", "1.", "1.2.3.4.5", "-1", "1" * 50])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(VersionRefused):
        parsed(text)
    with pytest.raises(VersionRefused):
        is_in("1", f">={text},")


def up(registry: Registry, instance: str, rank: int = 0, **words: object) -> int:
    return registry.register("customers", "1.0", instance, 0.0, rank=rank, state=State.UP, **words)


def chosen(registry: Registry, **words: object) -> str | None:
    found = registry.look_up("customers", "1", **words)
    return None if found is None else found.instance


def test_the_highest_rank_serves_and_ties_go_to_the_oldest() -> None:
    registry = Registry()
    assert chosen(registry) is None
    own = up(registry, "own")
    up(registry, "second")
    assert chosen(registry) == "own"
    crm = up(registry, "crm", rank=10)
    assert chosen(registry) == "crm"
    registry.beat("customers", "crm", crm, 1.0, State.DRAINING)
    assert chosen(registry) == "own"
    registry.beat("customers", "crm", crm, 1.0, State.DEGRADED)
    assert chosen(registry) == "crm"
    registry.withdraw("customers", "crm", crm)
    assert up(registry, "own") > own
    assert chosen(registry) == "own", "an instance that registers again keeps its age"
    assert chosen(registry, without=frozenset({"own"})) == "second"


def test_an_older_epoch_is_refused() -> None:
    registry = Registry()
    old = up(registry, "own")
    new = up(registry, "own")
    with pytest.raises(NotRegistered):
        registry.beat("customers", "own", old, 1.0, State.UP)
    registry.withdraw("customers", "own", old)
    registry.drop("customers", "own", old)
    assert chosen(registry) == "own"
    registry.beat("customers", "own", new, 1.0, State.UP)


def test_a_lease_ends_and_a_lost_connection_is_suspect_at_once() -> None:
    registry = Registry()
    epoch = up(registry, "far", lease_seconds=10)
    up(registry, "near", rank=-1)
    assert registry.next_deadline() == 10
    registry.beat("customers", "far", epoch, 5.0, State.UP)
    assert (registry.next_deadline(), registry.expire(14.9)) == (15, [])
    registry.drop("customers", "far", epoch)
    assert chosen(registry) == "near"
    assert [s.state for s in registry.services()] == ["suspect", "up"]
    registry.beat("customers", "far", epoch, 6.0, State.UP)
    assert chosen(registry) == "far"
    assert [gone.instance for gone in registry.expire(16.0)] == ["far"]
    assert (chosen(registry), registry.next_deadline()) == ("near", None)
    with pytest.raises(NotRegistered):
        registry.beat("customers", "far", epoch, 17.0, State.UP)


def test_policies_choose_between_equals_of_the_highest_rank() -> None:
    registry = Registry()
    up(registry, "low", rank=-5)
    epochs = {name: up(registry, name, properties={"site": name[0]}) for name in ("a1", "a2", "b1")}
    registry.beat("customers", "a1", epochs["a1"], 0, State.UP, load=0.9)
    registry.beat("customers", "a2", epochs["a2"], 0, State.UP, load=0.2)
    registry.beat("customers", "b1", epochs["b1"], 0, State.UP, load=0.5)
    assert chosen(registry, policy=Policy.LEAST_LOAD) == "a2"
    assert [chosen(registry, policy=Policy.ROUND_ROBIN) for _ in range(4)] == ["a1", "a2", "b1", "a1"]
    assert chosen(registry, properties={"site": "b"}) == "b1"
    assert chosen(registry, properties={"site": "c"}) is None
    keys = [f"caller-{n}" for n in range(60)]
    before = {key: chosen(registry, policy=Policy.STICKY, key=key) for key in keys}
    assert set(before.values()) == {"a1", "a2", "b1"}
    registry.withdraw("customers", "a2", epochs["a2"])
    after = {key: chosen(registry, policy=Policy.STICKY, key=key) for key in keys}
    assert all(after[key] == before[key] for key in keys if before[key] != "a2")


def test_a_watcher_that_changes_something_gets_the_changes_in_order() -> None:
    registry = Registry()
    seen: list[tuple[int, str, bool]] = []

    def answer(change: Change) -> None:
        if change.service.instance == "first":
            up(registry, "second")

    registry.watch(answer)
    watch = registry.watch(lambda c: seen.append((c.number, c.service.instance, c.gone)))
    epoch = up(registry, "first")
    assert seen == [(1, "first", False), (2, "second", False)]
    watch.end()
    watch.end()
    registry.withdraw("customers", "first", epoch)
    assert len(seen) == 2


class Follower(RuleBasedStateMachine):
    """Somebody who has the snapshot and the numbered changes knows what the registry knows."""

    def __init__(self) -> None:
        super().__init__()
        self.registry = Registry()
        self.now = 0.0
        self.epochs: dict[tuple[str, str], int] = {}
        self.known: dict[tuple[str, str], ServiceView] = {}
        self.number = 0
        self.registry.watch(self.changed)

    def changed(self, change: Change) -> None:
        assert change.number == self.number + 1
        self.number = change.number
        place = (change.service.interface, change.service.instance)
        if change.gone:
            del self.known[place]
        else:
            self.known[place] = change.service

    places = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y", "z"]))

    @rule(place=places, rank=st.integers(-1, 1), lease=st.sampled_from([0, 5]), state=st.sampled_from(State))
    def register(self, place: tuple[str, str], rank: int, lease: float, state: State) -> None:
        epoch = self.registry.register(place[0], "1", place[1], self.now, rank=rank, lease_seconds=lease, state=state)
        assert epoch > max(self.epochs.values(), default=0)
        self.epochs[place] = epoch

    @rule(place=places, state=st.sampled_from(State), stale=st.booleans())
    def beat(self, place: tuple[str, str], state: State, stale: bool) -> None:
        epoch = self.epochs.get(place, 0) - stale
        if place in self.known and not stale:
            self.registry.beat(*place, epoch, self.now, state, 0.5)
        else:
            with pytest.raises(NotRegistered):
                self.registry.beat(*place, epoch, self.now, state)

    @rule(place=places)
    def drop(self, place: tuple[str, str]) -> None:
        self.registry.drop(*place, self.epochs.get(place, 0))

    @rule(place=places)
    def withdraw(self, place: tuple[str, str]) -> None:
        self.registry.withdraw(*place, self.epochs.get(place, 0))
        assert place not in self.known

    @rule(pause=st.floats(0, 6))
    def time_passes(self, pause: float) -> None:
        self.now += pause
        self.registry.expire(self.now)
        deadline = self.registry.next_deadline()
        assert deadline is None or deadline > self.now

    @invariant()
    def the_follower_knows(self) -> None:
        assert {(s.interface, s.instance): s for s in self.registry.services()} == self.known
        changes = self.registry.changes_after(0)
        assert changes is not None
        assert [change.number for change in changes] == list(range(1, self.number + 1))

    @invariant()
    def the_best_is_chosen(self) -> None:
        for interface in ("a", "b"):
            usable = [s for (i, _), s in self.known.items() if i == interface and s.state in ("up", "degraded")]
            best = self.registry.look_up(interface)
            assert (best is None) == (not usable)
            assert best is None or best.rank == max(s.rank for s in usable)


TestFollower = Follower.TestCase
TestFollower.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
