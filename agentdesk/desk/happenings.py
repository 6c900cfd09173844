"""What happens to a desk besides the messages of server and softphone: its link, its softphone process, its drafts."""

from typing import Literal

import msgspec

from server.wire import api, desk as wire, softphone


class LoggedIn(msgspec.Struct, frozen=True):
    """The server gave us a session."""

    session: api.LoggedIn


class LogInFailed(msgspec.Struct, frozen=True):
    """The server will not have us; nothing is tried again until the agent does something. `problem`: a stable id,
    empty for none; `detail`: its sentence."""

    detail: str
    problem: str = ""


class Linked(msgspec.Struct, frozen=True):
    """The socket is open and `hello` is sent; `welcome` will follow."""


class Unlinked(msgspec.Struct, frozen=True):
    """There is no connection; the next attempt begins after `retry_seconds`. `why`: one sentence. `problem`: a stable
    id (`agentdesk.web.distrust`) where the server's certificate is not believed, else empty."""

    why: str
    retry_seconds: float
    problem: str = ""


class TakenOver(msgspec.Struct, frozen=True):
    """Another desk of the same agent has taken over (close code 4402); nothing is tried again by itself."""


class PhoneProcess(msgspec.Struct, frozen=True):
    """The softphone process: `starting`, `up`, `ended` (it is started again), `broken` (it will not start)."""

    state: Literal["starting", "up", "ended", "broken"]


class DraftFound(msgspec.Struct, frozen=True):
    """A draft that an earlier window left behind: notes and result of `call` that the server had not confirmed."""

    call: str
    text: str
    result: str | None = None


Typed = str | list[str]
"""What stands in a field: its text, or the values that are checked."""


class TypedFound(msgspec.Struct, frozen=True):
    """An earlier window left behind what was typed in the script of `call`: by sheet and question."""

    call: str
    sheets: dict[str, dict[str, Typed]]


class FileMoved(msgspec.Struct, frozen=True):
    """`share` (0 to 1) of a file was sent."""

    number: int
    share: float


class FileKept(msgspec.Struct, frozen=True):
    """The server has stored a file; `name` is the answer."""

    number: int
    name: str


class FileRefused(msgspec.Struct, frozen=True):
    """A file was not sent or not taken. `problem`: a stable id; `detail`: the server's sentence."""

    number: int
    problem: str
    detail: str = ""


class FileFetched(msgspec.Struct, frozen=True):
    """A file that was asked for has come, and is shown."""

    number: int


class FileNotFetched(msgspec.Struct, frozen=True):
    """A file that was asked for cannot be shown. `problem`: a stable id."""

    number: int
    problem: str


Happening = (
    wire.FromCore
    | softphone.FromPhone
    | LoggedIn
    | LogInFailed
    | Linked
    | Unlinked
    | TakenOver
    | PhoneProcess
    | DraftFound
    | TypedFound
    | FileMoved
    | FileKept
    | FileRefused
    | FileFetched
    | FileNotFetched
)
