"""What happens to a session: the events that `step` takes.

| event          | who                  | meaning                                                                      |
|----------------|----------------------|------------------------------------------------------------------------------|
| Begin          | surface              | the first event: channel, language, what is given and known                  |
| Answered       | person               | answers, by the id of the question; written or typed values                  |
| Keyed          | caller               | digits; they become an answer                                                |
| Confirmed      | person               | yes or no to "is that right?"                                                |
| Chosen         | person               | a button: a `go` with a label                                                |
| Continued      | person               | go on from an info with buttons, or from a page                              |
| Back           | person               | to the stop before, or to an earlier one                                     |
| Jumped         | agent                | to any node                                                                  |
| LanguageChosen | person               | from now on in this language                                                 |
| NoInput        | phone                | nothing was keyed in time                                                    |
| NoMatch        | phone                | what was keyed or said fits nothing                                          |
| Happened       | surface              | `hangup`, `timeout`, `agent-jump` or any other event that `on` may name      |
| Done, Failed   | ports                | the result of an action that was to be performed                             |
| Left           | surface              | the session rests; nothing is lost                                           |
| Resumed        | surface              | it goes on, perhaps on another channel                                       |
| Closed         | surface              | it will never go on: it ends without an end                                  |
"""

from __future__ import annotations

from typing import Any

import msgspec

Values = dict[str, Any]


class _Event(msgspec.Struct, frozen=True, tag_field="event", omit_defaults=True):
    """What all have."""


class Begin(_Event, frozen=True, tag="begin"):
    """`session`: unique, part of every action's id. `given`: names of the script, or `record.attribute`, to values.

    `known`: earlier answers by the question's name: reusable questions take them and are not asked. `caller`, `queue`,
    `agent`: the records of these names; None: unanswered. `language` empty: the script's own.
    """

    session: str
    channel: str = "desk"
    language: str = ""
    given: Values = {}
    known: Values = {}
    caller: Values | None = None
    queue: Values | None = None
    agent: Values | None = None


class Answered(_Event, frozen=True, tag="answered"):
    """`values`: by the id of the question; None takes an answer away. `is_complete`: of a page: go on after it.

    `before`: of a page, what counted for some of these questions; it goes on counting where the new answer is refused.
    `step` fills it in.
    """

    values: Values
    is_complete: bool = False
    before: Values = {}


class Keyed(_Event, frozen=True, tag="keyed"):
    """`digits`: 0-9 and *, without the key that ended them. While something is to be confirmed: 1 yes, 2 no."""

    digits: str


class Confirmed(_Event, frozen=True, tag="confirmed"):
    """Whether it is right."""

    is_right: bool = True


class Chosen(_Event, frozen=True, tag="chosen"):
    """`button`: as the effect `Ask` names it."""

    button: int


class Continued(_Event, frozen=True, tag="continued"):
    """Go on."""


class Back(_Event, frozen=True, tag="back"):
    """`to`: the key of an earlier stop, as `stops` gives it; None: the one before."""

    to: str | None = None


class Jumped(_Event, frozen=True, tag="jumped"):
    """To a node of the script that is running."""

    node: str


class LanguageChosen(_Event, frozen=True, tag="language"):
    """`language`: as `en` or `pt-BR`."""

    language: str


class NoInput(_Event, frozen=True, tag="noinput"):
    """Nothing came."""


class NoMatch(_Event, frozen=True, tag="nomatch"):
    """Nothing fits."""


class Happened(_Event, frozen=True, tag="happened"):
    """`name`: as `on event` says it."""

    name: str


class Done(_Event, frozen=True, tag="done"):
    """`result`: for a `call` the results by name; for `fetch` and `find` a record or None; for `list` records."""

    action: str
    result: Any = None


class Failed(_Event, frozen=True, tag="failed"):
    """`reason`: for people."""

    action: str
    reason: str


class Left(_Event, frozen=True, tag="left"):
    """For now."""


class Resumed(_Event, frozen=True, tag="resumed"):
    """`channel`, `language`, `agent`: None: as before."""

    channel: str | None = None
    language: str | None = None
    agent: Values | None = None


class Closed(_Event, frozen=True, tag="closed"):
    """For good."""

    reason: str = ""


Event = (
    Begin | Answered | Keyed | Confirmed | Chosen | Continued | Back | Jumped | LanguageChosen | NoInput | NoMatch
    | Happened | Done | Failed | Left | Resumed | Closed
)  # fmt: skip
