"""SIP final codes in the words of `released`."""

_CAUSES = {
    **dict.fromkeys((486, 600), "busy"),
    **dict.fromkeys((480, 408), "no-answer"),
    487: "cancelled",
    **dict.fromkeys((401, 403, 407, 433, 603, 607, 608), "rejected"),
}


def cause_of(code: int, connected: bool, rang: bool) -> str:
    """Why the far end (or the way to it) ended a leg.

    `code` is the SIP final code; `connected`: it had been answered, so the end is an ordinary BYE unless the code says
    otherwise; `rang`: a provisional answer had come, so that 408 is a phone nobody took rather than a dead one.
    """
    if connected:
        return "normal" if code < 300 else "unreachable"
    if code == 408 and not rang:
        return "unreachable"
    if code in _CAUSES:
        return _CAUSES[code]
    if code < 300:
        return "normal"
    return "unreachable"
