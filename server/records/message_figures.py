"""What is counted of mailboxes: messages that came, and what became of them."""

from server.call import facts as f
from server.records.cells import Cells, MailboxCell, grain_of, milliseconds

MessageFact = f.VoicemailLeft | f.VoicemailChanged | f.VoicemailNotTaken | f.VoicemailTask
MESSAGE_FACTS = (f.VoicemailLeft, f.VoicemailChanged, f.VoicemailNotTaken, f.VoicemailTask)


def count(cells: Cells, fact: MessageFact, wall: float) -> None:
    """Count a fact in the interval of `wall`. One that was asked for from a mailbox by its owner is no task."""
    cell = cells.mailboxes.setdefault((grain_of(wall), fact.mailbox), MailboxCell())
    match fact:
        case f.VoicemailLeft():
            cell.messages += not fact.forwarded_by
            cell.forwarded += bool(fact.forwarded_by)
            cell.urgent += fact.urgent
            cell.seconds_ms += milliseconds(fact.seconds)
        case f.VoicemailChanged(change="save"):
            cell.saved += 1
        case f.VoicemailChanged(change="delete"):
            cell.deleted += 1
        case f.VoicemailNotTaken():
            cell.not_taken += 1
        case f.VoicemailTask(reserved=""):
            cell.tasks += 1
