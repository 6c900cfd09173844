"""Facts of dialog sessions. They change nothing in the rules of calls; the call's record shows what came of them.

| fact            | meaning                                                                            |
|-----------------|------------------------------------------------------------------------------------|
| dialog-began    | a session began                                                                    |
| dialog-attached | a session belongs to this call from now on                                         |
| dialog-answered | answers that are new or others than before, or were taken back                     |
| dialog-acted    | an action was done, has failed, or waits in the outbox                             |
| dialog-noted    | a line that the script writes into the record                                      |
| dialog-moved    | it goes on: on another channel, or with another agent                              |
| dialog-left     | it rests: somebody left, or hung up                                                |
| dialog-ended    | it is over: how                                                                    |

A core that dies may leave it open whether a fact was committed: it is told again then. `session` and `number` (from 1,
rising within a session; actions of the outbox: 0) tell it from others.
"""

from typing import Any

from server.call.fact import Fact


class DialogBegan(Fact, frozen=True, tag="dialog-began"):
    """`by`: the agent at whose desk it runs, empty: nobody's."""

    session: str
    number: int
    call: str
    script: str
    version: str
    channel: str
    language: str
    customer: str = ""
    by: str = ""


class DialogAttached(Fact, frozen=True, tag="dialog-attached"):
    """`outcome` and `disposition` empty: it is not over, or had none."""

    session: str
    number: int
    call: str
    script: str
    version: str
    channel: str
    outcome: str = ""
    disposition: str = ""


class DialogAnswered(Fact, frozen=True, tag="dialog-answered"):
    """`answers`: by name, sensitive ones masked; None: it was taken back. Amounts and dates are texts."""

    session: str
    number: int
    call: str
    answers: dict[str, Any]


class DialogActed(Fact, frozen=True, tag="dialog-acted"):
    """`action`: as `mail.send` or `save Customer`. `came`: `done`, `failed`, or `kept` (in the outbox). `id`: where
    in the session it stands. `why`: it failed, for people."""

    session: str
    number: int
    call: str
    id: str
    action: str
    came: str
    why: str = ""


class DialogNoted(Fact, frozen=True, tag="dialog-noted"):
    """`text`: sensitive values are masked in it."""

    session: str
    number: int
    call: str
    text: str


class DialogMoved(Fact, frozen=True, tag="dialog-moved"):
    """`by`: the agent who goes on with it, empty: nobody."""

    session: str
    number: int
    call: str
    channel: str
    language: str
    by: str = ""


class DialogLeft(Fact, frozen=True, tag="dialog-left"):
    """`node`: where it rests."""

    session: str
    number: int
    call: str
    node: str


class DialogEnded(Fact, frozen=True, tag="dialog-ended"):
    """`node` empty: it was closed without reaching an end (`why`), and has no outcome. `channel`: on which it ended."""

    session: str
    number: int
    call: str
    script: str
    version: str
    channel: str
    node: str = ""
    outcome: str = ""
    disposition: str = ""
    queue: str = ""
    why: str = ""


DialogFact = (
    DialogBegan | DialogAttached | DialogAnswered | DialogActed | DialogNoted | DialogMoved | DialogLeft | DialogEnded
)
