"""Facts of mailboxes: messages, greetings, PINs, and the tasks that messages are. All are told in `facts`."""

from server.call.fact import Fact


class MailboxEntered(Fact, frozen=True, tag="mailbox-entered"):
    """`hears`: the owner; otherwise a caller who leaves a message. `mailbox` is empty until its owner has typed it."""

    call: str
    mailbox: str
    hears: bool = False


class VoicemailRecorded(Fact, frozen=True, tag="voicemail-recorded"):
    """The sound `message` of the call is whole on the disk."""

    call: str
    mailbox: str
    message: str
    seconds: float


class VoicemailDropped(Fact, frozen=True, tag="voicemail-dropped"):
    """The recorded sound is not wanted."""

    call: str
    message: str


class VoicemailLeft(Fact, frozen=True, tag="voicemail-left"):
    """`sound` names the recording (several messages share one after forwarding); `caller`: who spoke, E.164 if known;
    `spoken_at`: wall clock; `forwarded_by`: the mailbox that it comes from."""

    call: str
    mailbox: str
    message: str
    sound: str
    caller: str
    seconds: float
    spoken_at: float
    urgent: bool = False
    forwarded_by: str = ""
    mail: bool = False
    """A mail shall tell of it."""


class VoicemailChanged(Fact, frozen=True, tag="voicemail-changed"):
    """`change`: `save`, `delete`, or `lost` (it could not be committed that it was left). `by`: an agent's id,
    `telephone`, or `rule`."""

    mailbox: str
    message: str
    change: str
    by: str
    call: str = ""
    """In which it was left, if it is lost."""


class VoicemailTask(Fact, frozen=True, tag="voicemail-task"):
    """`call`, which is a call-back, is for the message. `reserved`: the agent who asked for it; empty: it is for whom
    the queue chooses."""

    call: str
    mailbox: str
    message: str
    reserved: str = ""


class MessagePlayed(Fact, frozen=True, tag="message-played"):
    """The agent who was offered the task `call` is on the line, hears the message, and says next what is to happen."""

    call: str
    agent: str


class VoicemailMailed(Fact, frozen=True, tag="voicemail-mailed"):
    """The mail that tells of the message: `result` is `queued` (it will be sent whatever dies), or `refused` (it cannot
    be sent)."""

    mailbox: str
    message: str
    result: str = "queued"


class VoicemailNotTaken(Fact, frozen=True, tag="voicemail-not-taken"):
    """What the caller said is no message, and the caller hears so. `why`: `disk` (nothing could be written), `quota`
    (the mailbox is full)."""

    call: str
    mailbox: str
    why: str


class GreetingChanged(Fact, frozen=True, tag="greeting-changed"):
    """`sound`: the recording that greets from now on; empty: the site's, or ours."""

    mailbox: str
    sound: str
    by: str


class PinTried(Fact, frozen=True, tag="pin-tried"):
    """Five wrong ones in a row lock the mailbox."""

    mailbox: str
    right: bool


class PinUnlocked(Fact, frozen=True, tag="pin-unlocked"):
    """Its wrong PINs are forgotten. `by`: `control`."""

    mailbox: str
    by: str
