"""The samples' past: facts that fold into the contacts they were made from."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from server.call import facts
from server.call.facts import Entry
from server.call.now import Now
from server.demo.history import PastContact, past_facts
from server.demo.stage import VERTICAL, read_customers
from server.records.call_fold import fold
from server.records.contact import contact_of

NOW = Now(datetime(2026, 11, 21, 12, 0, tzinfo=UTC).timestamp(), 5000.0)
TOKYO = ZoneInfo("Asia/Tokyo")
TALKED = PastContact(
    customer="AU-1", days_ago=1, at="16:40", number="+491", queue="q", agent="ana", result="ok", seconds=90, notes="Hi"
)
LEFT = PastContact(customer="AU-2", days_ago=3, at="08:00", number="+492", queue="q", outcome="abandoned")
TO_COME = PastContact(customer="AU-1", days_ago=0, at="23:00", number="+491", queue="q", agent="ana", seconds=60)


def contacts(told: list[tuple[Now, facts.AnyFact]]) -> list:
    calls = {}
    for position, (at, fact) in enumerate(told, 1):
        call = facts.call_of(fact)
        calls[call] = fold(calls.get(call), Entry(position=position, at=at, fact=fact), "boot")
    assert all(call.is_finished for call in calls.values())
    return [contact_of(call) for call in calls.values()]


def test_the_past_folds_into_the_contacts_it_was_made_from():
    told = past_facts([TALKED, LEFT, TO_COME], {"AU-1": "id1"}, {"q": "100"}, NOW, TOKYO)
    assert [at.wall for at, _ in told] == sorted(at.wall for at, _ in told)
    assert all(at.wall - at.mono == NOW.wall - NOW.mono for at, _ in told)
    left, talked = contacts(told)
    assert (left.number, left.outcome, left.seconds, left.agent) == ("+492", "abandoned", 0, "")
    assert (talked.number, talked.outcome, talked.seconds, talked.agent) == ("+491", "answered", 90, "ana")
    assert (talked.result, talked.notes, talked.queue) == ("ok", "Hi", "q")
    assert datetime.fromtimestamp(talked.at, TOKYO).isoformat() == "2026-11-20T16:40:00+09:00"
    assert [fact.customer for _, fact in told if isinstance(fact, facts.CustomerKnown)] == ["id1"]


def test_the_utility_companys_samples_are_all_used():
    samples = msgspec.json.decode((VERTICAL / "contacts.json").read_bytes(), type=list[PastContact])
    assert len(contacts(past_facts(samples, {}, {}, NOW, UTC))) == len([s for s in samples if s.days_ago])
    assert len(read_customers(VERTICAL / "customers.json")) >= 8
    assert Path(VERTICAL, "site.toml").exists()
