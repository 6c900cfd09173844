"""Mailboxes in figures: counted by hand, written down and read again."""

from zoneinfo import ZoneInfo

import msgspec

from server.call import facts as f
from server.call.now import Now
from server.config.site import SiteFile
from server.records.cells import Cells
from server.records.figure_book import FigureBook
from server.records.figures import MAILBOX_FIGURES, values_of
from server.records.summary import Terms, Wanted, by_mailbox
from server.storage.kept_cells import decode_cells, encode_cells

ZONE = ZoneInfo("UTC")
DAY = 1_800_000_000.0


def _left(message: str, seconds: float, **more: object) -> f.VoicemailLeft:
    left = f.VoicemailLeft(
        call="c1", mailbox="bills", message=message, sound=message, caller="+491", seconds=seconds, spoken_at=DAY
    )
    return msgspec.structs.replace(left, **more)


def _cells() -> Cells:
    facts: list[tuple[float, f.AnyFact]] = [
        (0, f.CoreBegan(boot="b")),
        (1, _left("m1", 10, urgent=True)),
        (2, _left("m2", 20)),
        (3, f.VoicemailTask(call="t1", mailbox="bills", message="m2")),
        (4, f.VoicemailTask(call="t2", mailbox="bills", message="m1", reserved="ana")),
        (5, f.VoicemailChanged(mailbox="bills", message="m1", change="save", by="ana")),
        (6, _left("m1-ana", 10, mailbox="ana", forwarded_by="bills")),
        (7, f.VoicemailChanged(mailbox="bills", message="m1", change="delete", by="ana")),
        (8, f.VoicemailNotTaken(call="c9", mailbox="bills", why="quota")),
        (400, _left("m3", 30)),
    ]
    book = FigureBook(ZONE, {})
    book.take(f.Entry(position=number, at=Now(DAY + at, at), fact=fact) for number, (at, fact) in enumerate(facts, 1))
    return book.cells()


def test_messages_are_counted_by_mailbox() -> None:
    terms = Terms.of(msgspec.convert({}, SiteFile), ZONE)
    lines = by_mailbox(_cells(), terms, Wanted(group=["mailbox"]))
    assert values_of(lines[("bills",)], MAILBOX_FIGURES) == {
        "messages": 3, "messages_forwarded": 0, "messages_urgent": 1, "message_mean_seconds": 20.0,
        "messages_saved": 1, "messages_deleted": 1, "messages_tasks": 1, "messages_not_taken": 1,
    }  # fmt: skip
    ana = values_of(lines[("ana",)], MAILBOX_FIGURES)
    assert (ana["messages"], ana["messages_forwarded"], ana["message_mean_seconds"]) == (0, 1, 10.0)


def test_they_are_written_down_and_older_parts_have_none() -> None:
    cells = _cells()
    written = encode_cells(cells)
    assert decode_cells(written).mailboxes == cells.mailboxes
    queues, agents, customers, _ = msgspec.msgpack.decode(written)
    assert decode_cells(msgspec.msgpack.encode((queues, agents, customers))).mailboxes == {}
