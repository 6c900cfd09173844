"""What calls come in by, and where messages are left."""

import msgspec


class Trunk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[trunk]]`: a line to the telephone network."""

    name: str
    """Stands in records as the way a call came."""
    target: str = ""
    """`HOST[:PORT]` or `sip:HOST[:PORT][;transport=tcp]` that takes our calls; empty: incoming only."""
    accept_from: list[str] = []
    """Addresses and networks (CIDR) whose calls are the trunk's."""


class Number(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[number]]`: a number that can be dialled."""

    dial: str
    """User part of the request URI as it arrives, or E.164."""
    to: str
    """`queue:ID`, `dialog:ID` (a published script, spoken), `voicemail:ID` (leave a message there), or `voicemail`
    (owners hear their messages)."""
    otherwise: str = ""
    """With `dialog:`: where a caller goes who wants a person, when the script does not say where, and every caller
    while the script cannot run: `queue:ID`, `number:+E.164`, `voicemail:ID` or `message:FILE.wav`; empty: we say that
    we are sorry, and hang up."""
    language: str = ""
    """With `dialog:`: the language of the script in which it begins, such as `pt`; empty: the site's; `ask`: callers
    choose among the script's languages first."""


class Mailbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[mailbox]]`: where callers leave messages."""

    id: str
    """Name of the mailbox in this file, in records, and of the folder that keeps its sound."""
    name: str = ""
    """What people see; empty: the id."""
    number: str = ""
    """Digits by which its owner names it on the telephone, up to 16; empty: it is not heard by telephone."""
    owner: str = ""
    """`agent:ID` or `queue:ID` (all its agents): who sees it at the desk, and whose telephones show a lamp."""
    pin: str = ""
    """4 to 12 digits, or `env:NAME` or `file:PATH`, typed by the owner; empty: not heard by telephone."""
    greeting: str = ""
    """WAV file beside the site file, until the owner records one; empty: our own."""
    max_seconds: float = 180
    """Longest message; 0: no limit."""
    min_seconds: float = 2
    """What is shorter is no message."""
    silence_seconds: float = 5
    """A caller who says nothing for so long has finished; 0: never by that."""
    max_messages: int = 100
    """So many messages fit; 0: no limit."""
    keep_days: int = 0
    """Heard and saved messages are thrown away after so many days; 0: never. New ones never are."""
    exit_to: str = ""
    """Where key 0 leads: a destination as in `when_closed`, such as `queue:ID`; empty: nowhere."""
    task_queue: str = ""
    """Queue in which each message waits like a call-back: an agent hears it, and then its caller is called; empty: it
    waits in the mailbox only."""
    mail: str = ""
    """Address that gets a mail for each message, such as `ana@example.com`; empty: no mails. Needs `[mail]`."""
    mail_sound: bool = False
    """Whether the sound goes with the mail; mails are often kept where messages should not be."""
