"""What is to be done after something happened or the agent did something. The application carries it out, in order."""

import msgspec

from agentdesk.desk.happenings import Typed
from server.wire import desk as wire, softphone


class Send(msgspec.Struct, frozen=True):
    """Send this request to the server."""

    request: wire.AnyRequest


class Reconnect(msgspec.Struct, frozen=True):
    """Close the connection and make a new one at once. `fresh_session`: log in again first."""

    why: str
    fresh_session: bool = False


class AskWho(msgspec.Struct, frozen=True):
    """Ask the agent anew for server, user and password. `problem`: why, in the agent's language."""

    problem: str


class PhoneDo(msgspec.Struct, frozen=True):
    """Send this command to the softphone."""

    command: softphone.ToPhone


class StartPhone(msgspec.Struct, frozen=True):
    """Start the softphone, or attach to the one that runs."""


class StoreDraft(msgspec.Struct, frozen=True):
    """Write the unconfirmed notes and result of `call` to the local file. `result` None: nothing to confirm."""

    call: str
    text: str
    result: str | None


class DropDraft(msgspec.Struct, frozen=True):
    """The server has it: remove the local file."""

    call: str


class StoreTyped(msgspec.Struct, frozen=True):
    """Write what is typed in the script of `call` to its local file: by sheet and question."""

    call: str
    sheets: dict[str, dict[str, Typed]]


class DropTyped(msgspec.Struct, frozen=True):
    """Remove that file, if there is one."""

    call: str


class SendFile(msgspec.Struct, frozen=True):
    """Send a file, or the picture of a signature, as the answer of `question` in `session`.

    `path`: where it lies on this computer; empty: `octets` are it. `most_octets`: longer ones need not be sent; 0: the
    server knows. `number`: for what becomes of it.
    """

    number: int
    session: str
    question: str
    path: str = ""
    octets: bytes = b""
    most_octets: int = 0


class FetchFile(msgspec.Struct, frozen=True):
    """Fetch a file that was attached, and open it. `name`: the answer that it is. `label`: how people call it."""

    number: int
    name: str
    label: str


class StopFile(msgspec.Struct, frozen=True):
    """The file of that number need not be sent any more."""

    number: int


class Alert(msgspec.Struct, frozen=True):
    """Call the agent's attention without taking the focus: task bar, and unless it is `quiet` a tray message, which
    some desktops give a sound."""

    title: str
    text: str
    quiet: bool = False


class Close(msgspec.Struct, frozen=True):
    """The agent logged out: end."""


Effect = (
    Send
    | Reconnect
    | AskWho
    | PhoneDo
    | StartPhone
    | StoreDraft
    | DropDraft
    | StoreTyped
    | DropTyped
    | SendFile
    | StopFile
    | FetchFile
    | Alert
    | Close
)
