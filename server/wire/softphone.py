"""desk window <-> softphone: length-prefixed msgpack on a Unix socket that only its owner may open.

Frames are those of `linecard`: a 4-octet big-endian length and one message, a msgpack map tagged by `t`. The softphone
is a line card with a sound device: where a word of `linecard` fits, it is used as it is (the leg is always `agent`,
`call` is the SIP Call-ID). One window is served at a time; a new one takes the place of the old. A window that goes
away changes nothing for the call; the next one gets the whole snapshot.

window -> softphone:

| message          | meaning                                                             | shows in              |
|------------------|---------------------------------------------------------------------|-----------------------|
| register         | register with this credential (again, if it is another)             | registration          |
| unregister       | take the registration back                                          | registration          |
| use-sound        | microphone, loudspeaker, ring device and ring volume to use          | sound                 |
| test-ring        | ring for a moment on the ring device                                | level                 |
| watch-levels     | send `level` ten times a second while `on`                          | level                 |
| quit             | end when no call is up (or at once, if `now`)                       | bye                   |
| linecard.Answer  | take the ringing call                                               | answered              |
| linecard.Release | hang up, or reject with `code`                                      | released              |
| linecard.Mute    | nobody hears the microphone while `on`                              | muted                 |
| linecard.Digits  | send DTMF                                                           |                       |

softphone -> window:

| message           | meaning                                                                    |
|-------------------|----------------------------------------------------------------------------|
| phone             | first message of each connection: the snapshot                             |
| registration      | the registration's state changed                                           |
| sound             | the devices there are, those in use, and what is wrong with them           |
| level             | how loud microphone and loudspeaker are                                    |
| muted             | the microphone was muted or opened                                         |
| failed            | a command could not be obeyed, and why                                     |
| gone              | the softphone ends                                                         |
| linecard.Arrived  | a call rings                                                               |
| linecard.Answered | the call is up                                                             |
| linecard.Held     | the far end put us on hold, or took us back                                |
| linecard.Released | the call is over                                                           |
| linecard.Quality  | media figures of the call, before `released`                               |
"""

from typing import Literal

import msgspec

from server.wire import linecard

MAX_FRAME_OCTETS = linecard.MAX_FRAME_OCTETS
AGENT_LEG = "agent"
"""Name of the softphone's only leg."""
NO_SOUND_DEVICE = "no-sound-device"
NO_MICROPHONE = "no-microphone"
NO_LOUDSPEAKER = "no-loudspeaker"


class Register(msgspec.Struct, frozen=True, tag_field="t", tag="register", kw_only=True):
    """Register `user`@`domain` at `server` (`HOST:PORT`; IPv6 hosts in brackets) over `transport`."""

    user: str
    password: str
    domain: str
    server: str
    transport: Literal["udp", "tcp"] = "udp"
    display_name: str = ""


class Unregister(msgspec.Struct, frozen=True, tag_field="t", tag="unregister"):
    """Take the registration back."""


class UseSound(msgspec.Struct, frozen=True, tag_field="t", tag="use-sound", kw_only=True):
    """Device ids as in `Sound`; empty: the system's default. `ring_volume` 0 (silent) to 100."""

    microphone: str = ""
    loudspeaker: str = ""
    ring: str = ""
    ring_volume: int = 80


class TestRing(msgspec.Struct, frozen=True, tag_field="t", tag="test-ring"):
    """Ring for about two seconds."""

    __test__ = False


class WatchLevels(msgspec.Struct, frozen=True, tag_field="t", tag="watch-levels"):
    """Send `level` ten times a second while `on`; without a call the microphone is opened for it."""

    on: bool


class Quit(msgspec.Struct, frozen=True, tag_field="t", tag="quit"):
    """End when no call is up; with `now`, hang up and end."""

    now: bool = False


ToPhone = (
    Register
    | Unregister
    | UseSound
    | TestRing
    | WatchLevels
    | Quit
    | linecard.Answer
    | linecard.Release
    | linecard.Mute
    | linecard.Digits
)


class Registration(msgspec.Struct, frozen=True, tag_field="t", tag="registration", kw_only=True):
    """`state`: `none` (not asked for), `trying`, `registered`, `refused` (401, 403, 404: the credential is not good),
    `failed` (no answer, or a server's error; it is tried again by itself). `code`: SIP status, 0: none."""

    state: Literal["none", "trying", "registered", "refused", "failed"] = "none"
    code: int = 0
    detail: str = ""


class Device(msgspec.Struct, frozen=True):
    """A sound device; `id` is the system's own name of it."""

    id: str
    name: str


class Sound(msgspec.Struct, frozen=True, tag_field="t", tag="sound", kw_only=True):
    """What there is to speak into and to hear from.

    `trouble`: empty, `no-sound-device`, `no-microphone`, `no-loudspeaker`. The chosen device ids are empty for the
    system's default.
    """

    microphones: list[Device] = []
    loudspeakers: list[Device] = []
    chosen: UseSound = UseSound()
    trouble: str = ""


class Level(msgspec.Struct, frozen=True, tag_field="t", tag="level"):
    """Loudness 0 (below -60 dBFS) to 100 (full scale)."""

    microphone: int
    loudspeaker: int


class Muted(msgspec.Struct, frozen=True, tag_field="t", tag="muted"):
    """Whether the microphone is heard by nobody."""

    on: bool


class Failed(msgspec.Struct, frozen=True, tag_field="t", tag="failed"):
    """The command named `what` could not be obeyed; `why` is one sentence."""

    what: str
    why: str


class PhoneCall(msgspec.Struct, frozen=True, kw_only=True):
    """The softphone's call. `state`: `ringing`, `up`, `held` (by the far end). `since`: monotonic seconds."""

    call: str
    state: Literal["ringing", "up", "held"]
    caller: str
    caller_name: str
    since: float
    muted: bool = False


class Phone(msgspec.Struct, frozen=True, tag_field="t", tag="phone", kw_only=True):
    """Snapshot. `user`: who it is registered as, or is to be."""

    pid: int
    version: int = 1
    user: str = ""
    registration: Registration = Registration()
    call: PhoneCall | None = None
    sound: Sound = Sound()


class Gone(msgspec.Struct, frozen=True, tag_field="t", tag="gone"):
    """The softphone ends; `why` is one sentence."""

    why: str


FromPhone = (
    Phone
    | Registration
    | Sound
    | Level
    | Muted
    | Failed
    | Gone
    | linecard.Arrived
    | linecard.Answered
    | linecard.Held
    | linecard.Released
    | linecard.Quality
)
