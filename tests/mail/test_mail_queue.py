"""The rules of outgoing mail: what is tried when, and what becomes of it."""

import pytest
from hypothesis import given, settings, strategies as st
from msgspec.structs import replace

from server.call.mails import Mailing, MailRefused, Recipient
from server.call.now import Now
from server.mail.queue import DIED, MailQueue
from server.mail.words import (
    Answered,
    Attempt,
    AttemptEnded,
    Broken,
    Command,
    DiscardAsked,
    Ending,
    Kept,
    Overtaken,
    Recovered,
    RelayAway,
    RetryAsked,
    Save,
    Terms,
    TimePassed,
    Unanswered,
    Unclaimed,
)

WALL, MONO = 1_790_000_000.0, 5_000.0


def at(second: float) -> Now:
    return Now(WALL + second, MONO + second)


def mail(ident: str = "m1", addresses: tuple[str, ...] = ("ana@example.com",), **changes: object) -> Mailing:
    new = Mailing(
        id=ident, key=f"key {ident}", message_id=f"<{ident}@x>", subject="s", octets=10, asked_at=WALL, since=WALL,
        due_at=WALL, recipients=[Recipient(address) for address in addresses],
    )  # fmt: skip
    return replace(new, **changes)


def saved(commands: list[Command]) -> Mailing:
    (found,) = [command.mail for command in commands if isinstance(command, Save)]
    return found


def attempted(commands: list[Command]) -> list[str]:
    return [command.mail.id for command in commands if isinstance(command, Attempt)]


def begun(terms: Terms | None = None, *mails: Mailing) -> MailQueue:
    queue = MailQueue(terms or Terms())
    for one in mails or (mail(),):
        queue.handle(Kept(one), at(0))
    return queue


def ended(queue: MailQueue, ending: Ending, second: float = 1, *, claimed: bool = True) -> list[Command]:
    return queue.handle(AttemptEnded("m1", ending, claimed), at(second))


def test_a_mail_is_tried_at_once_and_is_sent_when_every_address_was_taken() -> None:
    queue = MailQueue(Terms())
    assert attempted(queue.handle(Kept(mail()), at(0))) == ["m1"]
    done = saved(ended(queue, Answered([(250, "queued as 1")])))
    assert (done.state, done.version, done.attempts, done.ended_at) == ("sent", 1, 1, WALL + 1)
    assert queue.waiting() == 0
    assert queue.next_deadline() is None


def test_a_temporary_refusal_is_tried_again_with_growing_pauses() -> None:
    queue, second, pauses = begun(), 0.0, []
    for _ in range(8):
        kept = saved(ended(queue, Answered([(451, "4.7.1 greylisted")]), second))
        assert (kept.state, kept.error) == ("queued", "451 4.7.1 greylisted")
        deadline = queue.next_deadline()
        assert deadline is not None
        pauses.append(deadline - MONO - second)
        assert kept.due_at == pytest.approx(WALL + second + pauses[-1])
        assert attempted(queue.handle(TimePassed(), at(second + pauses[-1] - 0.1))) == []
        second += pauses[-1]
        assert attempted(queue.handle(TimePassed(), at(second))) == ["m1"]
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_refusal_for_good_is_not_tried_again() -> None:
    queue = begun()
    done = saved(ended(queue, Answered([(550, "no such user")])))
    assert (done.state, done.cause, done.error) == ("failed", "refused", "550 no such user")
    assert queue.next_deadline() is None


def test_who_took_it_does_not_get_it_again_when_others_did_not() -> None:
    queue = begun(None, mail(addresses=("a@x", "b@x", "c@x")))
    answers = Answered([(250, "ok"), (452, "too many"), (550, "who?")])
    kept = saved(ended(queue, answers, 0))
    assert kept.state == "queued"
    assert kept.waiting() == ["b@x"]
    (again,) = queue.handle(TimePassed(), at(60))
    assert isinstance(again, Attempt)
    assert again.mail.waiting() == ["b@x"]
    done = saved(ended(queue, Answered([(250, "ok")]), 61))
    assert (done.state, done.cause, done.error) == ("failed", "refused", "refused for 1 of 3 addresses: 550 who?")


def test_it_is_given_up_after_the_time_that_the_site_says() -> None:
    queue = begun(Terms(give_up_seconds=100))
    saved(ended(queue, Answered([(451, "later")]), 0))
    queue.handle(TimePassed(), at(60))
    done = saved(ended(queue, Answered([(451, "later")]), 60))
    assert (done.state, done.cause, done.error) == ("failed", "gave-up", "451 later")


def test_a_jump_of_the_wall_clock_gives_nothing_up_and_moves_no_attempt() -> None:
    queue = begun(Terms(give_up_seconds=3600))
    later = Now(WALL + 90 * 86_400, MONO + 1)
    kept = saved(queue.handle(AttemptEnded("m1", Answered([(451, "later")]), True), later))
    assert kept.state == "queued"
    assert queue.next_deadline() == MONO + 61


def test_in_doubt_it_is_reported_and_not_sent_again() -> None:
    queue = begun()
    done = saved(ended(queue, Unanswered("the line broke")))
    assert (done.state, done.cause) == ("failed", "in-doubt")
    assert queue.next_deadline() is None


def test_in_doubt_it_is_sent_again_if_the_site_wants_that() -> None:
    queue = begun(Terms(resend_in_doubt=True))
    assert saved(ended(queue, Unanswered("the line broke"))).state == "queued"
    assert attempted(queue.handle(TimePassed(), at(61))) == ["m1"]


def test_a_later_core_reports_what_it_finds_handed_over_and_goes_on_with_the_rest() -> None:
    queue = MailQueue(Terms())
    doubtful = mail("m1", state="sending", version=3)
    commands = queue.handle(Recovered([doubtful, mail("m2"), mail("m3", due_at=WALL + 30)]), at(0))
    done = saved(commands)
    assert (done.id, done.state, done.cause, done.error, done.version) == ("m1", "failed", "in-doubt", DIED, 3)
    assert attempted(commands) == ["m2"]
    assert queue.next_deadline() == MONO + 30


def test_what_broke_before_it_was_handed_over_is_tried_again() -> None:
    kept = saved(ended(begun(), Broken("hung up"), claimed=True))
    assert (kept.state, kept.version) == ("queued", 1)


def test_while_the_mail_server_is_away_one_mail_tries_whether_it_is_back() -> None:
    queue = begun(Terms(parallel=2), *[mail(f"m{n}") for n in range(1, 6)])
    first = queue.handle(AttemptEnded("m1", RelayAway("refused")), at(0))
    assert attempted(first) == []
    assert attempted(queue.handle(AttemptEnded("m2", RelayAway("refused")), at(0))) == []
    assert queue.next_deadline() == MONO + 10
    assert attempted(queue.handle(TimePassed(), at(9.9))) == []
    assert attempted(queue.handle(TimePassed(), at(10))) == ["m3"]
    back = queue.handle(AttemptEnded("m3", Answered([(250, "ok")]), True), at(11))
    assert attempted(back) == ["m4", "m5"]


def test_not_more_attempts_in_a_minute_than_the_site_says() -> None:
    queue = MailQueue(Terms(per_minute=3, parallel=10))
    begun_at: list[float] = []
    for number in range(7):
        begun_at += [0.0] * len(attempted(queue.handle(Kept(mail(f"m{number}")), at(0))))
    while (deadline := queue.next_deadline()) is not None:
        second = deadline - MONO
        begun_at += [second] * len(attempted(queue.handle(TimePassed(), at(second))))
    assert begun_at == [0, 0, 0, 60, 60, 60, 120]


def test_what_another_core_has_is_left_to_it() -> None:
    queue = begun()
    assert ended(queue, Unclaimed(taken=True), claimed=False) == []
    assert queue.waiting() == 0
    queue = begun()
    queue.handle(Overtaken("m1"), at(1))
    assert queue.waiting() == 0


def test_without_a_database_nothing_is_handed_over_and_it_is_tried_soon() -> None:
    queue = begun()
    assert ended(queue, Unclaimed(taken=False), 1, claimed=False) == []
    assert attempted(queue.handle(TimePassed(), at(3))) == ["m1"]


def test_a_person_retries_to_those_who_have_it_not() -> None:
    told = [Recipient("a@x", "accepted"), Recipient("b@x", "refused", "550 who?")]
    failed = mail(state="failed", cause="refused", recipients=told, version=4, attempts=3, ended_at=WALL)
    queue = MailQueue(Terms())
    commands = queue.handle(RetryAsked(failed), at(5))
    renewed = saved(commands)
    assert (renewed.state, renewed.version, renewed.attempts, renewed.ended_at) == ("queued", 4, 0, None)
    assert renewed.waiting() == ["b@x"]
    assert attempted(commands) == ["m1"]
    assert saved(ended(queue, Answered([(250, "ok")]), 6)).version == 6


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "discarded"])
def test_only_what_failed_can_be_retried(state: str) -> None:
    with pytest.raises(MailRefused, match=f"Mail m1 is {state}"):
        MailQueue(Terms()).handle(RetryAsked(mail(state=state)), at(0))


def test_what_is_being_sent_cannot_be_discarded() -> None:
    queue = begun()
    with pytest.raises(MailRefused, match="is being sent"):
        queue.handle(DiscardAsked(mail()), at(0))
    ended(queue, Answered([(451, "later")]), 0)
    done = saved(queue.handle(DiscardAsked(mail(version=2)), at(1)))
    assert (done.state, done.version) == ("discarded", 2)
    assert queue.next_deadline() is None


# -- whatever happens


ENDINGS = st.one_of(
    st.lists(st.sampled_from([250, 421, 451, 550, 0, 999]), min_size=3, max_size=3).map(
        lambda codes: Answered([(code, "said") for code in codes])
    ),
    st.just(RelayAway("away")),
    st.just(Broken("broke")),
    st.just(Unanswered("silent")),
    st.builds(Unclaimed, taken=st.booleans()),
)


class World:
    """A database and a mail server that count, around rules that may die at any moment."""

    def __init__(self, terms: Terms, mails: list[Mailing]) -> None:
        self.terms = terms
        self.kept = {one.id: one for one in mails}
        self.handed_over: dict[str, list[str]] = {one.id: [] for one in mails}
        """Addresses to which the mail server took each mail (or may have)."""
        self.second = 0.0
        self.under_way: dict[str, Mailing] = {}
        self.begin()

    def begin(self) -> None:
        """A new core, on what the database holds."""
        self.under_way = {}
        self.queue = MailQueue(self.terms)
        open_ones = [one for one in self.kept.values() if one.state in ("queued", "sending")]
        self.obey(self.queue.handle(Recovered(open_ones), at(self.second)))

    def obey(self, commands: list[Command]) -> None:
        for command in commands:
            if isinstance(command, Attempt):
                assert command.mail.id not in self.under_way
                assert command.mail.waiting()
                self.under_way[command.mail.id] = command.mail
            else:
                assert command.mail.version == self.kept[command.mail.id].version
                self.kept[command.mail.id] = replace(command.mail, version=command.mail.version + 1)

    def wait(self) -> None:
        deadline = self.queue.next_deadline()
        if deadline is not None:
            self.second = max(self.second, deadline - MONO)
            self.obey(self.queue.handle(TimePassed(), at(self.second)))

    def end(self, ending: Ending, *, dies: bool) -> None:
        if not self.under_way:
            return
        one = self.under_way.pop(next(iter(self.under_way)))
        claimed = isinstance(ending, Answered | Unanswered | Broken)
        if claimed:
            self.kept[one.id] = replace(self.kept[one.id], state="sending", version=one.version + 1)
        if isinstance(ending, Answered):
            pairs = zip(one.waiting(), ending.answers, strict=False)
            self.handed_over[one.id] += [address for address, (code, _) in pairs if 200 <= code < 300]
        elif isinstance(ending, Unanswered):
            self.handed_over[one.id] += one.waiting()
        if dies:
            self.begin()
        else:
            self.obey(self.queue.handle(AttemptEnded(one.id, ending, claimed), at(self.second)))


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(1, 4),
    steps=st.lists(st.tuples(ENDINGS, st.sampled_from(["", "dies", "waits", "waits"])), max_size=25),
    per_minute=st.sampled_from([0, 2, 60]),
)
def test_no_address_gets_a_mail_twice_whatever_breaks_or_dies(
    count: int, steps: list[tuple[Ending, str]], per_minute: int
) -> None:
    people = ("a@x", "b@x", "c@x")
    world = World(Terms(per_minute=per_minute), [mail(f"m{number}", people) for number in range(count)])
    for ending, then in steps:
        world.end(ending, dies=then == "dies")
        if then == "waits":
            world.wait()
    for ident, addresses in world.handed_over.items():
        assert len(addresses) == len(set(addresses)), (ident, addresses)
    known = {one.id for one in world.kept.values() if one.state == "queued"}
    assert all(world.queue.knows(ident) or ident in world.under_way for ident in known) or any(
        isinstance(ending, Unclaimed) and ending.taken for ending, _ in steps
    )
    for one in world.kept.values():
        if one.state == "sent":
            assert sorted(world.handed_over[one.id]) == sorted(people)


@settings(max_examples=60, deadline=None)
@given(endings=st.lists(ENDINGS.filter(lambda one: not isinstance(one, Unclaimed)), max_size=12))
def test_every_mail_comes_to_an_end_and_the_end_is_kept(endings: list[Ending]) -> None:
    world = World(Terms(give_up_seconds=7200), [mail("m1", ("a@x", "b@x", "c@x"))])
    for ending in [*endings, *[Answered([(250, "ok")] * 3)] * 3]:
        world.end(ending, dies=False)
        world.wait()
    assert world.kept["m1"].state in ("sent", "failed")
    assert world.queue.waiting() == 0
    assert world.queue.next_deadline() is None
