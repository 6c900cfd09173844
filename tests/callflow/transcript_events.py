"""Event lines of a transcript: a word to what happens, with the words that follow it."""

from collections.abc import Callable, Mapping

from server.call import events
from server.wire import desk, linecard

CARD_EVENTS: Mapping[str, Callable[..., linecard.AnyEvent]] = {
    "answered": lambda leg: linecard.Answered(call="", leg=leg),
    "rings": lambda leg: linecard.Progressed(call="", leg=leg, code=180),
    "released": lambda leg, cause="normal": linecard.Released(call="", leg=leg, by="far-end", code=200, cause=cause),
    "digit": lambda leg, key: linecard.Digit(call="", leg=leg, digit=key),
    "played": lambda leg, token: linecard.Played(call="", leg=leg, token=token),
    "recorded": lambda token, seconds, ended="asked": linecard.Recorded(
        call="", token=token, path="", seconds=float(seconds), ended=ended
    ),
    "held": lambda leg, on: linecard.Held(call="", leg=leg, on=on == "on"),
}
"""`NAME CALL WORDS...`: what the call's card says. The call is put in."""
OTHERS: Mapping[str, Callable[..., events.AnyEvent]] = {
    "registered": lambda agent: events.PhoneSeen(agent, registered=True),
    "unregistered": lambda agent: events.PhoneSeen(agent, registered=False),
    "probed": lambda agent, there: events.PhoneProbed(agent, reachable=there == "there"),
    "desk": lambda agent, on: events.DeskSeen(agent, connected=on == "on"),
    # of a leg that rings at several phones: `phone-rings CALL LEG AGENT`
    "phone-rings": events.PhoneRang,
    "phone-up": events.PhonePickedUp,
    "phone-declines": events.PhoneDeclined,
    "time": lambda: events.DeadlinePassed(),
    "found": lambda call, customer, segment="", *numbers: events.CustomerFound(call, customer, segment, numbers),
    # `chose AGENT CALL CUSTOMER NUMBERS`: the agent says who it is
    "chose": lambda agent, call, customer, *numbers: events.AgentAsked(
        agent, agent, desk.ChooseCustomer(call=call, customer=customer), numbers
    ),
    "lost": lambda call: events.CardLost(f"card-{call}", call),
    "taken": lambda call, offer: events.CardTaken(call, int(offer), f"card-{call}"),
    "no-card": lambda call, offer: events.CardTaken(call, int(offer), ""),
    # `cards CALL...`: each call on its own card; `cards card-x=CALL` puts it on another
    # `ordered CALL QUEUE NUMBER [E164] [CUSTOMER] [known]`: with a customer, the number is known to be the
    # customer's; known: by a personal link
    "ordered": lambda call, queue, number, e164="", customer="", known="": events.CallBackOrdered(
        call=call,
        queue=queue,
        number=number,
        origin="web",
        e164=e164,
        customer=customer,
        is_typed=not customer,
        is_known=bool(known),
    ),
    "dialog-fails": lambda call, session, why: events.DialogFailed(call, session, why),
    "message": lambda by, agent, text: events.MessageAsked(by, text, agent=agent),
    "message-queue": lambda by, queue, text: events.MessageAsked(by, text, queue=queue),
    # `watch SUPERVISOR CALL MODE`, without a mode: no longer
    "watch": lambda supervisor, call, mode="": events.SupervisionAsked(call, supervisor, mode),
    "cards": lambda *held: events.CardsSeen(dict(_card_and_call(one) for one in held)),
    "transfer": lambda call, to, by="control": events.TransferAsked(call, to, by),
    "counted": lambda: events.CardsCounted(),
    "mailbox": lambda mailbox, message, change, by: events.VoicemailAsked(mailbox, message, change, by),
    "not-kept": lambda call, mailbox, message: events.VoicemailNotKept(call, mailbox, message),
    "stopping": lambda now="": events.Stopping(now=bool(now)),
}
"""`NAME WORDS...`"""
REQUESTS: Mapping[str, Callable[..., desk.AnyRequest]] = {
    "ready": lambda: desk.SetPresence(presence="ready"),
    "not-ready": lambda reason="": desk.SetPresence(presence="not-ready", reason=reason),
    "logout": lambda: desk.SetPresence(presence="logged-out"),
    "after-call": lambda presence, reason="": desk.AfterCall(presence=presence, reason=reason),
    "hang-up": lambda: desk.HangUp(),
    "hold": lambda on: desk.Hold(on=on == "on"),
    "mute": lambda on: desk.Mute(on=on == "on"),
    "keypad": lambda digits: desk.Keypad(digits=digits),
    "notes": lambda call, text: desk.SaveNotes(call=call, text=text),
    "result": lambda call, result: desk.ChooseResult(call=call, result=result),
    "extend": lambda seconds: desk.ExtendWrapUp(seconds=int(seconds)),
    "finish": lambda: desk.FinishWrapUp(),
    "saw": lambda message: desk.SawMessage(message=message),
    "call-customer": lambda: desk.CallCustomer(),
    "finish-message": lambda: desk.FinishMessage(),
    "call-back-message": lambda mailbox, message: desk.CallBackMessage(mailbox=mailbox, message=message),
}
"""`NAME AGENT WORDS...`: what an agent asks for."""


def back(call: str, *legs: str) -> events.CardBack:
    """`back CALL leg:state[:bridged-to|:=playing|:+joined-to/mode]|recording:TOKEN ...`"""
    shots = []
    recordings = [leg.partition(":")[2] for leg in legs if leg.startswith("recording:")]
    for leg in (leg for leg in legs if not leg.startswith("recording:")):
        name, state, *more = leg.split(":")
        bridged = [word for word in more if word[0] not in "=+"]
        joined, _, mode = "".join(word[1:] for word in more if word.startswith("+")).partition("/")
        playing = "".join(word[1:] for word in more if word.startswith("="))
        shots.append(
            linecard.LegSnapshot(
                leg=name, state=state, uri="", bridged_to=bridged, playing=playing, joined_to=joined, join_mode=mode
            )
        )
    hello = linecard.Hello(
        secret="", card=f"card-{call}", pid=1, sip_host="127.0.0.1", sip_port=1, call=call, legs=shots,
        recordings=recordings,
    )  # fmt: skip
    return events.CardBack(f"card-{call}", hello)


def _card_and_call(text: str) -> tuple[str, str]:
    card, _, call = text.rpartition("=")
    return card or f"card-{call}", call
