"""A call as a line of the customer's history."""

from msgspec.structs import replace

from server.call import facts as f
from server.records.call_so_far import CallSoFar, conversation_seconds
from server.records.dialogs import disposition_of
from server.wire.desk import Contact

CHANNEL = "call"


def contact_of(c: CallSoFar) -> Contact:
    """The line of a closed call.

    `number` is E.164 where the caller's number can be read so, else as it arrived. `result` is what an agent chose,
    else what a dialog of the call came to.
    """
    return Contact(
        call=c.arrived.call,
        channel=CHANNEL,
        at=c.at.wall,
        number=c.arrived.caller_e164 or c.arrived.caller,
        queue=c.queue,
        agent=c.agent,
        outcome=c.outcome,
        result=c.result or disposition_of(c.dialogs),
        notes=c.notes,
        seconds=conversation_seconds(c),
    )


def amend(contact: Contact, fact: f.AnyFact) -> Contact:
    """The line with what an agent wrote down afterwards; other facts change nothing."""
    match fact:
        case f.NotesSaved():
            return replace(contact, notes=fact.text)
        case f.ResultChosen():
            return replace(contact, result=fact.result)
    return contact
