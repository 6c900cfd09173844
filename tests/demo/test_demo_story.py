"""The story that the demo tells of a ledger."""

from zoneinfo import ZoneInfo

from server.call import facts
from server.call.facts import AnyFact, Entry
from server.call.now import Now
from server.demo.control import entry_of
from server.demo.story import Story, clock_time

WHY = facts.Why(
    strategy="longest-idle",
    rule="longest idle",
    candidates=[facts.Candidate("bruno", 1.0)],
    candidate_count=1,
    sentence="bruno: the only free agent (idle for 12 s); the caller waited 3 s",
)
ARRIVED = facts.CallArrived(call="c1", card="card-1", caller="03012345", caller_e164="+493012345", dialled="100")
NOTED = facts.NotesSaved(call="c1", agent="bruno", text="Moved   to\na new flat. " + "x" * 100)


def tell(*told: AnyFact | tuple[float, AnyFact], customers: dict[str, str] | None = None) -> list[str]:
    story = Story(
        {"bruno": "Bruno Keller"},
        {"service": "Customer service"},
        {"+493012345": "Helena Prado"} if customers is None else customers,
    )
    lines, mono = [], 10.0
    for position, item in enumerate(told, 1):
        mono, fact = item if isinstance(item, tuple) else (mono, item)
        lines += [line.text for line in story.tell(Entry(position=position, at=Now(1000 + mono, mono), fact=fact))]
    return lines


def test_a_call_from_beginning_to_end():
    assert tell(
        facts.CoreBegan(boot="b"),
        facts.DeskLinked(agent="bruno", connected=True),
        (10, ARRIVED),
        facts.CallQueued(call="c1", queue="service", priority=0, joined_mono=10, joined_at=1010),
        facts.CustomerKnown(call="c1", customer="7", by="number"),
        (13, facts.CallOffered(call="c1", queue="service", agent="bruno", offer=1, leg="a1", why=WHY)),
        facts.OfferRang(call="c1", agent="bruno", offer=1),
        (15, facts.OfferEnded(call="c1", agent="bruno", offer=1, result="answered")),
        facts.CallConnected(call="c1", queue="service", agent="bruno", offer=1),
        facts.CallHeld(call="c1", agent="bruno", on=True),
        facts.CallHeld(call="c1", agent="bruno", on=False),
        NOTED,
        facts.ResultChosen(call="c1", agent="bruno", result="solved"),
        (35, facts.CallReleased(call="c1", by="customer", cause="normal", agent="bruno")),
        facts.WrapUpBegan(agent="bruno", call="c1", seconds=8, began_mono=35, began_at=1035),
        facts.CallClosed(call="c1", outcome="answered", cause="normal"),
        (39, facts.WrapUpEnded(agent="bruno", call="c1", by="agent")),
    ) == [
        "Bruno Keller's desk is connected",
        "Helena Prado (+493012345) calls 100",
        "Helena Prado waits in Customer service, and hears music",
        "the number is known: Helena Prado",
        "Bruno Keller is chosen: the only free agent (idle for 12 s); the caller waited 3 s",
        "Bruno Keller's phone rings and the desk pops: Helena Prado",
        "Bruno Keller answers, and talks with Helena Prado",
        "Bruno Keller puts Helena Prado on hold",
        "Bruno Keller takes Helena Prado back",
        "Bruno Keller notes: Moved to a new flat. xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
        "Bruno Keller chooses the result solved",
        "Helena Prado hangs up",
        "Bruno Keller wraps up, 8 s at most",
        "Bruno Keller is done with it",
        "record of Helena Prado: answered, by Bruno Keller, waited 5.0 s, talked 20.0 s, wrapped up 4.0 s",
    ]


def test_an_abandoned_call_of_a_stranger():
    assert tell(
        (10, ARRIVED),
        facts.CallQueued(call="c1", queue="other", priority=0, joined_mono=10, joined_at=1010),
        (13, facts.CallReleased(call="c1", by="customer", cause="normal")),
        facts.CallClosed(call="c1", outcome="short-abandoned", cause="normal"),
        customers={},
    ) == [
        "+493012345 calls 100",
        "+493012345 waits in other, and hears music",
        "+493012345 hangs up",
        "record of +493012345: short-abandoned, waited 3.0 s",
    ]


def test_only_a_desk_that_is_there_pops():
    assert tell(
        facts.DeskLinked(agent="bruno", connected=True),
        facts.DeskLinked(agent="bruno", connected=False),
        ARRIVED,
        facts.OfferRang(call="c1", agent="bruno", offer=1),
    )[1::2] == ["Bruno Keller's desk is gone", "Bruno Keller's phone rings: Helena Prado"]


def test_a_story_knows_when_all_calls_are_over():
    story = Story({}, {}, {})
    story.tell(Entry(position=1, at=Now(1, 1), fact=ARRIVED))
    assert story.has_open_calls
    story.tell(Entry(position=2, at=Now(2, 2), fact=facts.CallClosed(call="c1", outcome="abandoned", cause="normal")))
    assert not story.has_open_calls


def test_ring_no_answer():
    assert tell(
        ARRIVED,
        facts.OfferEnded(call="c1", agent="bruno", offer=1, result="no-answer"),
        facts.PresenceChosen(agent="bruno", presence="not-ready", reason="no answer", by="rule"),
    )[1:] == [
        "Bruno Keller does not answer; Helena Prado keeps the place in the queue",
        "Bruno Keller is not ready (no answer)",
    ]


def test_faults_and_losses_are_told_as_such():
    assert tell(
        ARRIVED,
        facts.OfferEnded(call="c1", agent="bruno", offer=1, result="something-new"),
        facts.CallReturned(call="c1", agent="bruno", cause="media-lost"),
        facts.AgentReached(agent="bruno", reachable=False, why="phone-not-registered"),
        facts.AgentReached(agent="bruno", reachable=True),
        facts.CallReleased(call="c1", by="fault", cause="fault"),
    )[1:] == [
        "Bruno Keller is done with it: something-new",
        "Bruno Keller's phone was lost; Helena Prado waits again, in the old place",
        "Bruno Keller cannot be reached: phone not registered",
        "the call ends by a fault of ours",
    ]


def test_calls_that_nobody_saw_begin_do_no_harm():
    assert tell(
        facts.CallConnected(call="old", queue="service", agent="zoe", offer=1),
        facts.CallClosed(call="old", outcome="answered", cause="normal"),
    ) == ["zoe answers, and talks with the caller"]


def test_every_fact_can_be_told():
    story = Story({}, {}, {})
    for kind in facts.AnyFact.__args__:
        values = {"why": WHY, "candidates": [], "offer": 1}
        fields = {
            field: values.get(field, 1.0 if field.endswith(("mono", "at", "seconds")) else "x")
            for field in kind.__struct_fields__
        }
        lines = story.tell(Entry(position=1, at=Now(1.0, 1.0), fact=kind(**fields)))
        assert all(line.text for line in lines)


def test_an_entry_from_a_line_of_the_control_socket():
    event = {"position": 7, "at": "2026-11-21T21:26:03.123Z", "t": "call-closed", "call": "c1", "outcome": "answered"}
    entry = entry_of(event | {"cause": "normal"}, wall_minus_mono=1_795_000_000)
    assert entry.fact == facts.CallClosed(call="c1", outcome="answered", cause="normal")
    assert entry.position == 7
    assert abs(entry.at.wall - entry.at.mono - 1_795_000_000) < 1e-3
    assert clock_time(entry.at.wall) == "21:26:03"
    assert clock_time(entry.at.wall, ZoneInfo("Europe/Berlin")) == "22:26:03"
