"""The script of a call at the desk: the section `script` of the state, and what an agent asks of it.

What is asked, chosen and ended is told in the words of `scriptengine.interpreter` as they are; part of `wire.desk`.
"""

from typing import Any, Literal

import msgspec

from scriptengine.interpreter import (
    Answered,
    Ask,
    Back,
    Chosen,
    Confirmed,
    Continued,
    Ended,
    Jumped,
    LanguageChosen,
    Left,
    Notice,
    Resumed,
    Said,
)

ScriptEvent = Answered | Chosen | Continued | Confirmed | Back | Jumped | LanguageChosen | Left | Resumed
"""What an agent may do. `Resumed` is said without fields: channel and agent are the core's to fill in."""

Standing = Literal["coming", "beginning", "running", "resting", "ended", "unavailable"]


class Place(msgspec.Struct, frozen=True):
    """A place in the script. `key`: an earlier stop's, for `Back`; empty for one that is only jumped to. `label`: its
    question, in the language of the session."""

    key: str
    node: str
    label: str


class Script(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The script of my call.

    `id`: of the script, as published. `status`: `coming` (it begins when the call is answered), `beginning`, `running`,
    `resting` (the agent left it; it can be gone on with), `ended`, `unavailable` (`problem` is a stable id, `detail` a
    sentence; the core tries again). `revision` rises with every step. `ask`: what waits for the agent; None: nothing.
    `said`: what is to be said when there is nothing to ask. `notices`: of the last step. `crumbs`: earlier stops, the
    oldest first. `answers`: by name, sensitive ones masked. `most_file_octets`: of a file that is asked for (how it is
    sent: `wire.uploads`); 0: none is. `told`: what was answered in the call's session before this one, which had ended:
    by the question's name, as text in the language of that session, sensitive ones masked.
    """

    call: str
    id: str
    status: Standing
    session: str = ""
    version: str = ""
    title: str = ""
    revision: int = 0
    language: str = ""
    languages: tuple[str, ...] = ()
    ask: Ask | None = None
    ended: Ended | None = None
    said: tuple[Said, ...] = ()
    notices: tuple[Notice, ...] = ()
    crumbs: tuple[Place, ...] = ()
    answers: dict[str, Any] = {}
    problem: str = ""
    detail: str = ""
    most_file_octets: int = 0
    told: dict[str, str] = {}
