"""States as colour, shape and word."""

from agentdesk.desk.durations import clock
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import Chip, StateColour
from agentdesk.words import QT_TR_NOOP, Words
from server.wire import desk as wire

BUILT_IN_REASONS = {
    "no-answer": QT_TR_NOOP("Call not answered"),
    "busy": QT_TR_NOOP("Phone was busy"),
    "rejected": QT_TR_NOOP("Call rejected"),
    "not-accepted": QT_TR_NOOP("Call not accepted"),
    "unreachable": QT_TR_NOOP("Phone not reachable"),
}
"""Reasons that the server's rules give, which are in no site file."""

LOOKS: dict[str, tuple[StateColour, str, str]] = {
    "logged-out": ("offline", "circle-open", QT_TR_NOOP("Logged out")),
    "ready": ("ready", "check", QT_TR_NOOP("Ready")),
    "not-ready": ("offline", "pause", QT_TR_NOOP("Not ready")),
    "reserved": ("ringing", "bell", QT_TR_NOOP("Call coming")),
    "ringing": ("ringing", "bell", QT_TR_NOOP("Ringing")),
    "talking": ("talking", "handset", QT_TR_NOOP("On call")),
    "holding": ("talking", "pause", QT_TR_NOOP("On hold")),
    "wrap-up": ("wrap_up", "pencil", QT_TR_NOOP("Wrap-up")),
    "unreachable": ("alarm", "triangle", QT_TR_NOOP("Not reachable")),
    "connecting": ("offline", "circle-open", QT_TR_NOOP("Connecting…")),
    "offline": ("offline", "circle-open", QT_TR_NOOP("No connection")),
}


def reason_name(reason: str, reasons: list[wire.Named], words: Words) -> str:
    """What people call a reason; empty for none."""
    if not reason:
        return ""
    named = next((one.name for one in reasons if one.id == reason), "")
    return named or words.tr(BUILT_IN_REASONS.get(reason, reason))


def look(state: str, words: Words, timer: str = "", word: str = "") -> Chip:
    """The chip of a state; an unknown one (of a newer server) is shown by its own name."""
    colour, shape, source = LOOKS.get(state, ("offline", "circle-open", state))
    return Chip(colour=colour, shape=shape, word=word or words.tr(source), timer=timer)


def work(presence: str, work_state: str) -> str:
    """The one of both that matters: what happens, or else what was chosen."""
    return presence if work_state == "idle" else work_state


def my_chip(desk: Standing, now: float) -> Chip:
    """My own state with its timer."""
    if desk.state is None and desk.link in ("logging-in", "linking"):
        return look("connecting", desk.words)
    if desk.state is None or desk.link in ("taken-over", "refused"):
        return look("offline", desk.words)
    me = desk.state.me
    state = work(me.presence, me.work_state)
    if not desk.linked and state != "logged-out" and me.work_state == "idle":
        since = now - desk.lost_at if desk.lost_at is not None else 0
        return look("offline", desk.words, clock(since))
    timer = clock(desk.server_time(now) - me.since)
    if state == "ready" and not me.reachable:
        return look("unreachable", desk.words, timer)
    word = reason_name(me.reason, desk.state.reasons, desk.words) if state == "not-ready" else ""
    return look(state, desk.words, timer, word)
