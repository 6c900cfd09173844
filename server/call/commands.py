"""Commands: what the rules decide. The exchange carries them out after the facts of the same decision are committed."""

import msgspec

from server.wire import linecard


class TellCard(msgspec.Struct, frozen=True):
    """Send `command` to `card`."""

    card: str
    command: linecard.AnyCommand


Command = TellCard
