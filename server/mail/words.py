"""What happens to the mail queue, and what it wants done."""

from collections.abc import Sequence

import msgspec

from server.call.mails import Mailing


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the site says. 0: no limit (`give_up_seconds`, `per_minute`).

    `resend_in_doubt`: a mail in doubt is sent again; else it is reported as failed. `parallel`: attempts at once.
    """

    give_up_seconds: float = 48 * 3600.0
    per_minute: int = 60
    resend_in_doubt: bool = False
    parallel: int = 2


# -- how an attempt ended


class Answered(msgspec.Struct, frozen=True):
    """The mail server said something about each address: SMTP code and text, in the order of `Mailing.waiting()`."""

    answers: Sequence[tuple[int, str]]


class RelayAway(msgspec.Struct, frozen=True):
    """The mail server cannot be used now, for whatever mail: no connection, no TLS, log-in refused."""

    why: str


class Broken(msgspec.Struct, frozen=True):
    """The conversation broke before the whole mail was handed over: the mail server drops it (RFC 5321 §4.1.1.4)."""

    why: str


class Unanswered(msgspec.Struct, frozen=True):
    """The whole mail was handed over and no answer came: whether the mail server took it is not known."""

    why: str


class Unclaimed(msgspec.Struct, frozen=True):
    """The database did not let us claim it: it is away (`taken` false), or another core has the mail."""

    taken: bool


Ending = Answered | RelayAway | Broken | Unanswered | Unclaimed


# -- events


class Recovered(msgspec.Struct, frozen=True):
    """The mails that an earlier core left, `queued` and `sending`, oldest first."""

    mails: Sequence[Mailing]


class Kept(msgspec.Struct, frozen=True):
    """A new mail is kept."""

    mail: Mailing


class AttemptEnded(msgspec.Struct, frozen=True):
    """An attempt is over. `claimed`: the mail had been claimed by then (it is one version on)."""

    ident: str
    ending: Ending
    claimed: bool = False


class RetryAsked(msgspec.Struct, frozen=True):
    """A person wants a mail sent that failed."""

    mail: Mailing


class DiscardAsked(msgspec.Struct, frozen=True):
    """A person gives a mail up, which failed or is queued."""

    mail: Mailing


class Overtaken(msgspec.Struct, frozen=True):
    """Our state could not be kept, because the mail was changed elsewhere: it is no longer ours."""

    ident: str


class TimePassed(msgspec.Struct, frozen=True):
    """The deadline that the rules named has come."""


Event = Recovered | Kept | AttemptEnded | RetryAsked | DiscardAsked | Overtaken | TimePassed


# -- commands


class Attempt(msgspec.Struct, frozen=True):
    """Hand this mail over now."""

    mail: Mailing


class Save(msgspec.Struct, frozen=True):
    """Keep this, in place of the version that it names."""

    mail: Mailing


Command = Attempt | Save
