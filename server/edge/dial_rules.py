"""Who may do what: one table of every method and every kind of sender. What is not in it is refused.

| method    | card  | trunk | phone | claimant  | stranger | party |
|-----------|-------|-------|-------|-----------|----------|-------|
| INVITE    | allow | allow | allow | challenge | 403      | allow |
| ACK       | allow | allow | allow | allow     | allow    | allow |
| CANCEL    | allow | allow | allow | allow     | allow    | allow |
| OPTIONS   | allow | allow | allow | allow     | allow    | allow |
| REGISTER  | 403   | challenge | challenge | challenge | challenge | 403 |
| BYE, UPDATE, PRACK, INFO, NOTIFY | 481 ... | | | |     | allow |
| REFER     | 403 ... | | | | | allow |
| SUBSCRIBE | 405   | challenge | challenge | challenge | challenge | allow |
| MESSAGE, PUBLISH | 405 for everybody | | | | | |
| any other | 501 for everybody | | | | | |

ACK and CANCEL are allowed because they do nothing unless they belong to an INVITE that was.
"""

from enum import StrEnum

ALLOWED_METHODS = "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, UPDATE, PRACK, INFO, REFER, NOTIFY, SUBSCRIBE"
METHODS = (*ALLOWED_METHODS.split(", "), "MESSAGE", "PUBLISH")


class Sender(StrEnum):
    """Kinds of senders."""

    CARD = "card"
    """One of our line cards, outside a dialog (its address and its signed Route prove it)."""
    TRUNK = "trunk"
    """Its source address is a trunk's."""
    PHONE = "phone"
    """An agent's phone, proved by digest."""
    CLAIMANT = "claimant"
    """Says to be at our domain and has not proved it."""
    STRANGER = "stranger"
    """Anybody else."""
    PARTY = "party"
    """Party of a dialog that went through us (the signed Route of its Call-ID proves it)."""


class Rule(StrEnum):
    """What happens to the request, if it is not refused with a code."""

    ALLOW = "allow"
    CHALLENGE = "challenge"


Verdict = Rule | int

_A, _C = Rule.ALLOW, Rule.CHALLENGE
_OUTSIDERS = (Sender.CARD, Sender.TRUNK, Sender.PHONE, Sender.CLAIMANT, Sender.STRANGER)


def _only_party(code: int) -> dict[Sender, Verdict]:
    return {**dict.fromkeys(_OUTSIDERS, code), Sender.PARTY: _A}


TABLE: dict[str, dict[Sender, Verdict]] = {
    "INVITE": {
        Sender.CARD: _A,
        Sender.TRUNK: _A,
        Sender.PHONE: _A,
        Sender.CLAIMANT: _C,
        Sender.STRANGER: 403,
        Sender.PARTY: _A,
    },
    "ACK": dict.fromkeys(Sender, _A),
    "CANCEL": dict.fromkeys(Sender, _A),
    "OPTIONS": dict.fromkeys(Sender, _A),
    "REGISTER": {**dict.fromkeys(_OUTSIDERS, _C), Sender.CARD: 403, Sender.PARTY: 403},
    "BYE": _only_party(481),
    "UPDATE": _only_party(481),
    "PRACK": _only_party(481),
    "INFO": _only_party(481),
    "NOTIFY": _only_party(481),
    "REFER": _only_party(403),
    "SUBSCRIBE": {**dict.fromkeys(_OUTSIDERS, _C), Sender.CARD: 405, Sender.PARTY: _A},
    "MESSAGE": dict.fromkeys(Sender, 405),
    "PUBLISH": dict.fromkeys(Sender, 405),
}


def verdict(method: str, sender: Sender) -> Verdict:
    """What happens to a request: a `Rule`, or the code with which it is refused."""
    row = TABLE.get(method)
    return 501 if row is None else row.get(sender, 403)
