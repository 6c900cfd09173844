"""The desk's rules, without Qt: state, buttons, offers, link and phone."""

import msgspec
import pytest
from desk_scene import (
    ARRIVED,
    CREDENTIAL,
    KURZ,
    SESSION,
    WALL,
    WEBER,
    Scene,
    call,
    me,
    numbered,
    phone,
    ringing,
    sent,
    state,
    talking,
    welcome,
    wrapping,
)

from agentdesk.desk import Desk, actions
from agentdesk.desk.effects import Alert, AskWho, Close, PhoneDo, Reconnect, Send, StartPhone
from agentdesk.desk.happenings import Linked, LoggedIn, LogInFailed, PhoneProcess, TakenOver, Unlinked
from agentdesk.words import Words, words_in
from server.wire import desk as wire, linecard, softphone


def test_chip_has_colour_shape_word_and_timer_for_every_state() -> None:
    wholes = {
        ("ready", "Ready"): state(),
        ("offline", "Break"): state(me=me(presence="not-ready", reason="break")),
        ("offline", "Call not answered"): state(me=me(presence="not-ready", reason="no-answer")),
        ("ringing", "Ringing"): ringing(),
        ("talking", "On call"): talking(),
        ("wrap_up", "Wrap-up"): wrapping(),
        ("alarm", "Not reachable"): state(me=me(reachable=False, fault="desk-lost")),
    }
    shapes = set()
    for (colour, word), whole in wholes.items():
        chip = Scene(whole).view.top.chip
        assert (chip.colour, chip.word) == (colour, word)
        shapes.add((chip.colour, chip.shape))
    assert len(shapes) == 6


def test_timers_follow_the_servers_clock_whatever_ours_says() -> None:
    scene = Scene(talking())
    scene.later(134)
    assert scene.view.top.chip.timer == "02:14"
    assert scene.view.top.queues[0].longest == "longest 04:01"
    scene.now += 3600
    assert scene.view.top.chip.timer == "1:02:14"


def test_gap_in_revisions_reconnects_once_and_welcome_heals() -> None:
    scene = Scene()
    scene.revision = 5
    assert [type(e) for e in scene.changed(talking())] == [Reconnect]
    assert scene.changed(talking()) == []
    assert scene.view.call_bar.who == ""
    scene.desk.handle(Linked(), scene.now)
    scene.desk.handle(welcome(talking(), revision=9), scene.now)
    assert scene.view.call_bar.who == "Anna Weber"


def test_offer_pops_before_the_answer_and_alerts_once() -> None:
    scene = Scene()
    effects = scene.changed(ringing(state="reserved"))
    assert [e for e in effects if isinstance(e, Alert)] == [Alert("Call from Anna Weber", "queue Billing")]
    assert not [e for e in scene.changed(ringing()) if isinstance(e, Alert)]
    view = scene.view
    assert (view.customer.kind, view.customer.title) == ("known", "Anna Weber")
    assert view.customer.lines == ["Customer 100 238 · German · Gold", "anna.weber@example.org", "+4930901820"]
    assert [(h.when, h.what, h.result) for h in view.customer.history] == [
        ("today 07:26", "Call, 06:10", "Refund paid out"),
        ("yesterday 08:26", "E-mail", "answered"),
        ("23 Oct", "Call", "hung up waiting"),
        ("18 Oct 2024", "Web form", "gone-result"),
    ]
    assert view.call_bar.facts == "queue Billing · waited 00:52"
    scene.changed(state())
    assert [e for e in scene.changed(ringing()) if isinstance(e, Alert)]


def test_customer_unknown_several_and_not_yet_known() -> None:
    scene = Scene(ringing(customer=None, looked_up=False, history=[]))
    assert scene.view.customer.kind == "looking-up"
    scene.changed(ringing(customer=None, matches=[WEBER, KURZ]))
    assert scene.view.customer.kind == "choose"
    choice = scene.view.customer.matches[1]
    assert sent(scene.desk.press(choice.action, scene.now)) == [wire.ChooseCustomer(call="k1", customer="c2")]
    scene.desk.press(actions.NewCard(), scene.now)
    assert scene.view.customer.kind == "new"
    scene.changed(ringing(customer=None, name="A. Weber"))
    card = scene.view.customer.card
    assert card == wire.Customer(name="A. Weber", numbers=["+4930901820"])
    saved = scene.desk.press(actions.SaveCustomer(card), scene.now)
    assert sent(saved) == [wire.SaveCustomer(customer=card, call="k1")]
    scene.desk.handle(wire.Saved(numbered(saved, wire.SaveCustomer), WEBER), scene.now)
    assert scene.view.banners[0].text == "The customer's card is saved."


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Bruno Alves has taken the call."), ("pt_BR", "Bruno Alves atendeu a ligação.")]
)
def test_who_was_slower_is_told_who_took_the_call(language: str, said: str) -> None:
    scene = Scene(state(), language)
    scene.changed(ringing())
    assert scene.view.banners == []
    scene.changed(state(me=me(taken_by="Bruno Alves")))
    assert scene.view.banners[0].text == said
    assert scene.desk.standing.call is None
    scene.later(60)
    assert scene.view.banners == []
    scene.changed(msgspec.structs.replace(ringing(), me=me(work_state="ringing")))
    # The next call rang, and the same colleague is faster again.
    scene.changed(state(me=me(taken_by="Bruno Alves")))
    assert scene.view.banners[0].text == said


@pytest.mark.parametrize(
    ("whole", "enabled"),
    [
        (state(), set()),
        (ringing(), {"answer", "hang_up"}),
        (talking(), {"hold", "mute", "keypad", "hang_up"}),
        (wrapping(), {"finish", "extend"}),
        (wrapping(ends_at=None), {"finish"}),
    ],
)
def test_only_what_is_possible_is_enabled(whole: wire.State, enabled: set[str]) -> None:
    scene = Scene(whole)
    if whole.call and whole.call.state == "ringing":
        scene.desk.handle(ARRIVED, scene.now)
    bar, result = scene.view.call_bar, scene.view.result
    buttons = {name: getattr(bar, name) for name in ("answer", "hold", "mute", "keypad", "hang_up")}
    buttons |= {"finish": result.finish, "extend": result.extend}
    assert {name for name, button in buttons.items() if button.enabled} == enabled
    assert all(button.key for button in buttons.values())
    assert all(button.why for button in buttons.values() if not button.enabled)


def test_answer_is_the_softphones_and_with_an_outside_phone_says_so() -> None:
    scene = Scene(ringing())
    assert not scene.view.call_bar.answer.enabled
    scene.desk.handle(ARRIVED, scene.now)
    answer = scene.desk.press(actions.Answer(), scene.now)
    assert answer == [PhoneDo(linecard.Answer(call="sip-1", leg="agent"))]
    outside = Scene(ringing(), with_phone=False).view.call_bar.answer
    assert (outside.label, outside.enabled, outside.shown) == ("Pick up your phone", False, True)


def test_hold_mute_keypad_and_hang_up_ask_the_server() -> None:
    scene = Scene(talking(), with_phone=False)
    press = scene.desk.press
    assert sent(press(actions.ToggleHold(), scene.now)) == [wire.Hold(on=True)]
    assert sent(press(actions.ToggleMute(), scene.now)) == [wire.Mute(on=True)]
    press(actions.ToggleKeypad(), scene.now)
    assert scene.view.notes.keypad_open
    assert sent(press(actions.PressDigit("4"), scene.now)) == [wire.Keypad(digits="4")]
    assert scene.view.notes.digits_sent == "4"
    assert sent(press(actions.HangUp(), scene.now)) == [wire.HangUp()]
    scene.changed(state(me=me(work_state="holding"), call=call(state="holding", muted=True)))
    assert (scene.view.call_bar.hold.label, scene.view.call_bar.mute.label) == ("Take back", "Unmute")
    assert "nobody hears you" in scene.view.call_bar.facts
    assert sent(press(actions.ToggleHold(), scene.now)) == [wire.Hold(on=False)]
    scene.changed(wrapping())
    assert not scene.view.notes.keypad_open


def test_mute_is_the_softphones_at_once_and_the_servers_too() -> None:
    scene = Scene(talking())
    scene.desk.handle(ARRIVED, scene.now)
    scene.desk.handle(linecard.Answered(call="sip-1", leg="agent"), scene.now)
    effects = scene.desk.press(actions.ToggleMute(), scene.now)
    assert effects[0] == PhoneDo(linecard.Mute(call="sip-1", leg="agent", on=True))
    assert sent(effects) == [wire.Mute(on=True)]
    scene.desk.handle(softphone.Muted(True), scene.now)
    assert scene.view.call_bar.mute.on


def test_without_the_server_the_softphones_call_can_be_muted_and_ended() -> None:
    scene = Scene(talking())
    scene.desk.handle(ARRIVED, scene.now)
    scene.desk.handle(linecard.Answered(call="sip-1", leg="agent"), scene.now)
    scene.desk.handle(Unlinked("lost", 2.0), scene.now)
    scene.now += 1.5
    bar = scene.view.call_bar
    assert (bar.who, bar.hold.enabled, bar.mute.enabled, bar.hang_up.enabled) == ("Anna Weber", False, True, True)
    banner = scene.view.banners[0]
    assert banner.text == "No connection to the server for 00:01: no calls reach you."
    assert banner.cure == "Your call goes on, and what you write is kept. Trying again in 00:01."
    release = PhoneDo(linecard.Release(call="sip-1", leg="agent", code=0))
    assert scene.desk.press(actions.HangUp(), scene.now) == [release]
    assert scene.desk.press(actions.TryNow(), scene.now) == [Reconnect("asked for by the agent")]


def test_presence_after_call_and_finish_say_what_comes() -> None:
    scene = Scene(talking())
    texts = [choice.text for choice in scene.view.top.after_call]
    assert texts == ["Ready", "Not ready", "Break", "Training"]
    chosen = scene.view.top.after_call[2].action
    assert sent(scene.desk.press(chosen, scene.now)) == [wire.AfterCall(presence="not-ready", reason="break")]
    assert scene.view.result.finish.label == "Finish and ready"
    after = me(work_state="wrap-up", after_call="not-ready", after_call_reason="break")
    scene.changed(state(me=after, call=call(state="wrap-up"), wrap_up=wrapping().wrap_up))
    assert scene.view.result.finish.label == "Finish and Break"
    assert [c.text for c in scene.view.top.after_call if c.chosen] == ["Break"]
    presence = scene.view.top.presences[0].action
    assert sent(scene.desk.press(presence, scene.now)) == [wire.SetPresence(presence="ready")]


def test_wrap_up_counts_down_warns_and_is_extended() -> None:
    scene = Scene(wrapping())
    assert (scene.view.result.left, scene.view.result.share) == ("Wrap-up 00:45 left", 1.0)
    scene.later(36)
    assert (scene.view.result.left, scene.view.result.ending) == ("Wrap-up 00:09 left", True)
    assert sent(scene.desk.press(actions.ExtendWrapUp(), scene.now)) == [wire.ExtendWrapUp(seconds=30)]
    scene.changed(wrapping(ends_at=WALL + 75))
    assert scene.view.result.left == "Wrap-up 00:39 left"
    assert sent(scene.desk.press(actions.Finish(), scene.now)) == [wire.FinishWrapUp()]


def test_beats_carry_the_phone_and_measure_the_line() -> None:
    scene = Scene()
    assert scene.view.top.line.text == "line OK  0 ms"
    scene.answering = False
    beats = [e.request for e in scene.later(5) if isinstance(e, Send)]
    assert [b.phone for b in beats if isinstance(b, wire.Beat)] == [True]
    scene.now += 0.25
    scene.desk.handle(wire.Done(beats[-1].id), scene.now)
    assert (scene.view.top.line.text, scene.view.top.line.colour) == ("line slow  250 ms", "wrap_up")
    scene.desk.handle(softphone.Registration(state="failed", code=503), scene.now)
    at_once = [e.request for e in scene.desk.tick(scene.now) if isinstance(e, Send)]
    assert [b.phone for b in at_once if isinstance(b, wire.Beat)] == [False]
    assert scene.view.banners[0].text == "Your phone is not connected: no calls reach you. (503)"


def test_a_silent_server_is_given_up_after_ten_seconds() -> None:
    scene = Scene()
    scene.answering = False
    effects = scene.later(20)
    assert [e for e in effects if isinstance(e, Reconnect)] == [Reconnect("the server is silent")]


def test_faults_say_what_to_do() -> None:
    unreachable = Scene(state(me=me(reachable=False, fault="invite-failed"))).view.banners[0]
    assert unreachable.text == "Your phone could not be called: no calls reach you."
    assert "be ready again" in unreachable.cure
    scene = Scene()
    scene.desk.handle(softphone.Sound(trouble="no-sound-device"), scene.now)
    assert (scene.view.banners[0].kind, scene.view.top.chip.word) == ("warning", "Ready")
    assert "outside phone" in scene.view.banners[0].cure
    assert scene.desk.handle(PhoneProcess("ended"), scene.now) == [StartPhone()]
    assert scene.view.banners[0].text == "The phone of this desk has stopped."
    scene.desk.handle(phone(), scene.now)
    assert scene.view.banners == []


def test_take_over_stops_until_the_agent_takes_back() -> None:
    scene = Scene(talking())
    scene.desk.handle(TakenOver(), scene.now)
    assert "Another desk has taken over" in scene.view.banners[0].text
    assert scene.later(30) == []
    assert not scene.view.call_bar.hold.enabled
    assert scene.desk.press(actions.TryNow(), scene.now) == [Reconnect("asked for by the agent")]


def test_a_refused_log_in_is_told_in_the_agents_language_and_asked_anew() -> None:
    desk = Desk(words_in("pt_BR"))
    (asked,) = desk.handle(LogInFailed("User or password is wrong.", "log-in-failed"), 5.0)
    told = "O servidor não aceitou sua entrada: usuário ou senha não confere."
    assert (asked, desk.view(6.0).banners[0].text) == (AskWho(told), told)
    assert desk.press(actions.TryNow(), 7.0) == [AskWho(told)]


def test_a_log_in_that_is_refused_in_the_middle_of_the_day_waits_until_the_agent_has_time() -> None:
    scene = Scene(talking())
    assert scene.desk.handle(LogInFailed("Gone.", "unheard-of"), scene.now) == []
    assert scene.view.banners[0].text == "The server did not accept your log-in: Gone."
    assert scene.desk.press(actions.TryNow(), scene.now) == [AskWho("The server did not accept your log-in: Gone.")]


def test_a_server_that_was_never_there_is_told_with_its_reason() -> None:
    desk = Desk(Words())
    assert (desk.view(0.0).top.chip.word, desk.view(0.0).top.line.text) == ("Connecting…", "connecting…")
    desk.handle(Unlinked("Host caruso.exmaple not found", 4.0), 1.0)
    (banner,) = desk.view(3.0).banners
    assert banner.text == "The server cannot be reached: Host caruso.exmaple not found"
    assert banner.cure == "Trying again in 00:02. If the address is wrong, log in anew."
    assert desk.press(actions.TryNow(), 3.0) == [AskWho("")]


def test_what_was_told_before_the_call_leads_the_history() -> None:
    name = "C0FFEE0123456789/abcdefghijkl.png"
    told = wire.Told(script="Damage", channel="web", ended=False, answers={"cause": "storm", "photo": name})
    pane = Scene(ringing(told=told)).view.customer
    first = pane.history[0]
    assert (first.when, first.what, first.result) == ("before the call", "Web form", "Damage")
    assert first.heading == "before the call · Web form · Damage · not at its end"
    assert first.notes == "cause: storm\nphoto: file (PNG)"
    assert [(one.text, one.action) for one in first.papers] == [("photo (PNG)", actions.OpenFile(name, "photo"))]
    assert (len(pane.history), pane.history_title) == (5, "History (5)")


def test_between_calls_the_desk_says_what_comes_next() -> None:
    assert Scene(state(me=me(presence="logged-out"))).view.top.hint == "No calls come. Press F2 to be ready."
    assert Scene(state(me=me(presence="not-ready", reason="rejected"))).view.result.finish.label == "Finish"
    assert Scene().view.top.hint == "The next call rings here."
    assert Scene(state(me=me(reachable=False))).view.top.hint == "No calls come just now."


def test_softphone_is_started_registered_and_gets_a_fresh_credential_once_a_minute() -> None:
    desk = Desk(Words())
    assert desk.handle(LoggedIn(SESSION), 1.0) == [StartPhone()]
    (register,) = desk.handle(phone(registration=softphone.Registration()), 1.0)
    assert isinstance(register, PhoneDo)
    assert isinstance(register.command, softphone.Register)
    assert (register.command.user, register.command.password) == (CREDENTIAL.user, CREDENTIAL.password)
    desk.handle(Linked(), 1.0)
    desk.handle(welcome(state()), 1.0)
    refused = softphone.Registration(state="refused", code=403)
    assert desk.handle(refused, 2.0) == [Reconnect("the phone's credential was refused", fresh_session=True)]
    desk.handle(Linked(), 3.0)
    desk.handle(welcome(state()), 3.0)
    assert desk.handle(refused, 4.0) == []


def test_refusals_are_told_and_pass() -> None:
    scene = Scene()
    effects = scene.desk.press(actions.SetPresence("ready"), scene.now)
    number = numbered(effects, wire.SetPresence)
    scene.desk.handle(wire.Refused(number, "in-call", "You are in a call."), scene.now)
    assert scene.view.banners[0].text == "Not done: You are in a call."
    scene.desk.press(actions.DismissNotice(), scene.now)
    assert scene.view.banners == []


def test_search_asks_after_a_pause_and_finds_actions_and_customers() -> None:
    scene = Scene()
    scene.desk.press(actions.Search("brea"), scene.now)
    assert scene.requests() == []
    effects = scene.later(0.25)
    assert sent(effects) == [wire.FindCustomers(text="brea")]
    scene.desk.handle(wire.Found(numbered(effects, wire.FindCustomers), [KURZ]), scene.now)
    assert [(h.group, h.text) for h in scene.view.hits] == [
        ("Customer", "Bernd Kurz · 100 239 · +4930901820"),
        ("Action", "Break"),
    ]
    scene.desk.press(scene.view.hits[0].action, scene.now)
    assert (scene.view.customer.title, scene.view.hits) == ("Bernd Kurz", [])


def test_log_out_waits_for_the_server() -> None:
    scene = Scene()
    effects = scene.desk.press(actions.LogOut(), scene.now)
    assert sent(effects) == [wire.SetPresence(presence="logged-out")]
    assert scene.desk.handle(wire.Done(numbered(effects, wire.SetPresence)), scene.now) == [Close()]


def test_colleagues_free_ones_first_and_my_day() -> None:
    view = Scene().view
    assert [(c.name, c.chip.word) for c in view.colleagues] == [
        ("Rui Costa", "Ready"),
        ("Eva Braun-Silva", "On call"),
        ("Bob Stone", "Not ready"),
    ]
    figures = {f.name: f.value for f in view.my_day}
    assert (figures["Calls"], figures["Talking"], figures["Per call, on average"]) == ("12", "1:02:00", "05:55")
    assert (figures["Passed on"], figures["Ready, without a call"]) == ("2", "1:30:00")
    reasons = [(f.name, f.value) for f in view.my_day if f.name.startswith("Not ready")]
    assert reasons == [
        ("Not ready: Break", "15:00"),
        ("Not ready: Call not answered", "00:42"),
        ("Not ready", "00:07"),
    ]
