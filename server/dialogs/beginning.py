"""What a session is handed at its start: the event `Begin` from a `Beginning` and what the house knows. [pure]"""

from typing import Any

import msgspec

from scriptengine.interpreter import Begin
from scriptengine.program import Program
from server.call.dialogs import NOT_HERE, Beginning, DialogRefused
from server.wire.desk import Customer


def begin_event(beginning: Beginning, session: str, context: "Context") -> Begin:
    """The first event of a session."""
    return Begin(
        session,
        beginning.channel,
        beginning.language,
        dict(beginning.given),
        dict(beginning.known),
        context.caller,
        context.queue,
        context.agent,
    )


class Context(msgspec.Struct, frozen=True):
    """The records that every script knows under these names; None: unanswered."""

    caller: dict[str, Any] | None = None
    queue: dict[str, Any] | None = None
    agent: dict[str, Any] | None = None


def caller_record(number: str, customer: Customer | None) -> dict[str, Any] | None:
    """Who is spoken with, from the customer's card. `customer_id` is the customer's number, where it is a number: the
    key of the class Customer in scripts."""
    if customer is None:
        return {"number": number} if number else None
    shown = number or (customer.numbers[0] if customer.numbers else "")
    record = {"number": shown, "name": customer.name, "language": customer.language}
    known = {name: value for name, value in record.items() if value}
    return {**known, "customer_id": customer_number(customer)}


def customer_number(customer: Customer) -> int | None:
    """The number by which scripts know a customer; None: it has none that is a whole number."""
    text = customer.number.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def refuse_other_channels(program: Program, channel: str) -> None:
    """Raises `DialogRefused` when the script is not for the channel."""
    channels = program.script.channels
    if channel not in channels:
        raise DialogRefused(NOT_HERE, f"The script {program.script.id} is for {', '.join(channels)} only.")
