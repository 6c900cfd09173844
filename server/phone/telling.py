"""A phone's events as sentences for people."""

from server.phone import words


def sentence(event: words.Event) -> str:
    """One line about an event; empty for those that only programs want."""
    match event:
        case words.Ready(host=host, port=port):
            return f"listening on {host or '*'}:{port}"
        case words.Registered(user=user, seconds=seconds):
            return f"registered as {user} for {seconds} s"
        case words.RegistrationFailed(user=user, code=code, reason=reason):
            return f"cannot register as {user}: {code} {reason}"
        case words.Incoming(call=call, caller=caller):
            return f"{call}: a call from {caller or 'nobody'}"
        case words.Ringing(call=call, code=code):
            return f"{call}: {'it rings' if code == 180 else f'progress {code}'}"
        case words.Answered(call=call):
            return f"{call}: answered"
        case words.Digit(call=call, digit=digit):
            return f"{call}: key {digit}"
        case words.Released(call=call, by=by, code=code, reason=reason, seconds=seconds):
            who = "us" if by == "here" else "the far end"
            return f"{call}: over after {seconds:.1f} s, ended by {who}: {code} {reason}"
        case words.Recorded(file=file):
            return f"recorded {file}"
        case words.Refused(do=do, why=why):
            return f"{do or 'input'} refused: {why}"
        case _:
            return ""
