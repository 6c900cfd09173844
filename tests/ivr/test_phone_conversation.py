"""Sessions of real scripts as a caller hears them and keys through them."""

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from scriptengine.interpreter import Confirmed, Continued, Happened, Keyed, LanguageChosen, Left, NoInput, NoMatch
from server.ivr.conversation import Failed, HangUp, Leave, Woken, step
from server.ivr.conversation.words import AnyEvent
from tests.dialogs.slips import MAIL, NO_SUCH_DAY, ORDERED, SLIPS, TOO_MANY
from tests.fakes.dialogs import FakeDialogs
from tests.ivr.caller import Caller

SAMPLES = Path(__file__).resolve().parents[2] / "dialogs"


def meters() -> FakeDialogs:
    dialogs = FakeDialogs(SAMPLES / "meter-reading.xml")
    dialogs.services.results["meters.find_meter"] = {"found": True, "last": 12000}
    dialogs.services.results["meters.submit_reading"] = {"receipt": "R-5"}
    return dialogs


def scripted(body: str, **attributes: str) -> FakeDialogs:
    head = " ".join(f'{name}="{value}"' for name, value in ({"start": "q", "languages": "en"} | attributes).items())
    return FakeDialogs(
        '<?xml version="1.0"?><!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">'
        f'<dialog id="x" version="1" xml:lang="en" {head}><title>X</title>{body}</dialog>'
    )


def question(attributes: str, inner: str = "") -> FakeDialogs:
    return scripted(
        f'<question id="q" name="n" {attributes}><text>How many?</text>{inner}</question>'
        '<end id="e" outcome="success"><text>Noted.</text></end>'
    )


def test_a_meter_is_read_on_the_telephone() -> None:
    caller = Caller(meters(), "meter-reading")
    caller.until_heard("eight digits of your meter number")
    caller.key("10000017")
    caller.until_heard("You keyed one zero zero zero zero zero one seven Is that right?")
    caller.key("1")
    caller.until_heard("digits before the comma")
    caller.key("12345#")
    caller.until_heard("You keyed one two three four five Is that right?")
    caller.key("1")
    caller.until_heard("Did you read the meter today?")
    caller.key("1")
    caller.run()
    assert caller.heard[-1].startswith("Thank you. We have taken down")
    assert caller.left == HangUp("end")
    assert caller.taken == [Keyed("10000017"), Confirmed(), Keyed("12345"), Confirmed(), Keyed("1")]
    assert caller.longest_silence < 2.5


def test_all_keys_may_come_ahead() -> None:
    caller = Caller(meters(), "meter-reading", delay=1.0)
    caller.key("10000017#1" + "12345#1" + "1", apart=0.1)
    caller.run()
    assert next(heard for heard in caller.heard if "~" not in heard).startswith("Thank you.")
    assert caller.left == HangUp("end")


def test_a_wrong_confirmation_asks_again() -> None:
    caller = Caller(meters(), "meter-reading")
    caller.key("100000172")
    caller.until_heard("eight digits of your meter number")
    assert caller.taken == [Keyed("10000017"), Confirmed(False)]


def test_nothing_keyed_three_times_leads_to_a_person() -> None:
    caller = Caller(meters(), "meter-reading")
    caller.run()
    assert caller.taken == [NoInput()] * 3
    assert caller.left is not None
    assert isinstance(caller.left, Leave)
    assert (caller.left.why, caller.left.queue) == ("end", "service")
    assert "I will pass you on to a colleague" in caller.heard[-1]
    assert caller.longest_silence < 2.5


def test_0_reaches_a_person_and_star_repeats() -> None:
    caller = Caller(meters(), "meter-reading")
    caller.key("100000171", apart=1)
    caller.key("12345#1")
    caller.until_heard("today")
    caller.key("*")
    assert caller.heard[-1] == caller.heard[-2]
    caller.key("0")
    caller.run()
    assert caller.taken[-1] == Happened("person")
    assert isinstance(caller.left, Leave)
    assert caller.left.queue == "service"


def test_0_is_an_answer_where_it_can_be_one() -> None:
    caller = Caller(question('type="integer" min="0" max="500"'), "x")
    caller.until_heard("How many?")
    caller.key("0")
    caller.pause()
    assert caller.taken == [Keyed("0")]
    caller = Caller(question('type="integer" digits="8" min="1"'), "x")
    caller.until_heard("How many?")
    caller.key("0")
    caller.pause()
    assert caller.taken == [Happened("person")]
    choices = '<choice value="a" dtmf="0"><label>A</label></choice><choice value="b" dtmf="*"><label>B</label></choice>'
    for key in "0*":
        caller = Caller(question('type="choice"', choices), "x")
        caller.until_heard("How many?")
        caller.key(key)
        assert caller.taken == [Keyed(key)]


def test_a_person_whom_the_script_does_not_know_of() -> None:
    caller = Caller(question('type="yesno"'), "x")
    caller.until_heard("How many? For yes, press 1")
    caller.key("0")
    caller.run()
    assert caller.taken == [Happened("person"), Left()]
    assert caller.left == Leave("person")
    caller = Caller(question('type="yesno"'), "x", has_person=False)
    caller.until_heard("How many?")
    caller.key("0")
    caller.until_heard("I cannot pass you on to a person now. How many?")
    caller.key("1")
    caller.run()
    assert caller.left == HangUp("end")


def test_what_fits_nothing_is_said_so() -> None:
    caller = Caller(question('type="yesno"'), "x")
    caller.until_heard("How many?")
    caller.key("7")
    caller.until_heard("Sorry, I did not understand that. How many?")
    caller.key("#", apart=5)  # at once it would belong to the 7
    assert caller.taken == [NoMatch(), NoMatch()]
    caller = Caller(question('type="integer" min="5"', "<nomatch><prompt>Five at least.</prompt></nomatch>"), "x")
    caller.until_heard("How many?")
    caller.key("3#")
    caller.until_heard("Five at least. How many?")


def test_who_never_keys_anything_is_said_goodbye() -> None:
    caller = Caller(question('type="yesno"'), "x")
    caller.run()
    assert caller.taken == [*[NoInput()] * 5, Happened("timeout")]
    assert caller.heard[-1] == "We have not heard from you. Goodbye."
    assert caller.left == HangUp("silent")
    assert caller.longest_silence < 2.5


def test_a_goodbye_whose_end_is_never_told_ends_as_if_it_was() -> None:
    caller = Caller(question('type="yesno"'), "x")
    caller.until_heard("We have not heard from you.")
    _, actions = step(caller.talk, Woken(), caller.talk.until)
    assert actions == [HangUp("silent")]


def waited(caller: Caller) -> float:
    """From the end of the question to what follows from silence."""
    caller.until_heard("How many?")
    while caller.talk.phase != "listening":
        caller.run(0.05)
    since = caller.now
    caller.pause()
    return caller.now - since


@pytest.mark.parametrize(
    ("written", "seconds"), [("", 5), ('timeout="12"', 12), ('timeout="0.2"', 1), ('timeout="900"', 60)]
)
def test_a_question_says_how_long_its_answer_is_waited_for(written: str, seconds: float) -> None:
    caller = Caller(question(f'type="yesno" {written}'), "x")
    assert waited(caller) == pytest.approx(seconds, abs=0.1)
    assert caller.taken == [NoInput()]
    assert caller.longest_silence < 2.5


YES_OR_NO = '<question id="q" name="n" type="yesno"{}><text>How many?</text></question><end id="e" outcome="success"/>'


@pytest.mark.parametrize(
    ("timeout", "of_question", "questions"),
    [("18", "", 4), ("6", "", 2), ("1", "", 2), ("100", "", 20), ("8", "40", 2)],
)
def test_a_script_says_after_how_much_silence_it_is_over(timeout: str, of_question: str, questions: int) -> None:
    """18 s: 5, 5, 5 and 3 after the fourth question. Nobody is hung up on after a single one."""
    body = YES_OR_NO.format(f' timeout="{of_question}"' if of_question else "")
    caller = Caller(scripted(body, timeout=timeout), "x")
    caller.run()
    assert caller.taken == [*[NoInput()] * (questions - 1), Happened("timeout")]
    assert caller.left == HangUp("silent")
    assert caller.longest_silence < 2.5


def test_a_key_ends_the_silence_that_a_script_counts() -> None:
    caller = Caller(scripted(YES_OR_NO.format(""), timeout="9"), "x")
    caller.until_heard("How many?")
    caller.pause()
    caller.key("7", apart=3)  # understood or not, somebody is there
    caller.run()
    assert caller.taken == [NoInput(), NoMatch(), NoInput(), Happened("timeout")]


PRICE = '<info id="i"><text>-</text><prompt xml:lang="{0}">Price: <say as="currency">{1}</say></prompt></info>'
MONEY = PRICE + '<question id="q" name="n" type="money" confirm="always"><text xml:lang="{0}">Pay?</text></question>'


@pytest.mark.parametrize(
    ("language", "currency", "said", "written"),
    [
        ("en", "BRL", "three reais and fifty centavos", "twelve euros"),
        ("pt", "BRL", "três reais e cinquenta centavos", "doze euros"),
        ("de", "CHF", "drei Franken und fünfzig Rappen", "zwölf Euro"),
        ("es", "MXN", "tres pesos con cincuenta centavos", "doce euros"),
        ("en", "CZK", "three point five zero", "twelve euros"),  # there are no words for it: no other is said instead
        ("de", "", "drei Komma fünf null", "zwölf Euro"),
    ],
)
def test_an_amount_is_in_the_sites_currency_unless_it_names_one(
    language: str, currency: str, said: str, written: str
) -> None:
    body = MONEY.format(language, "12 EUR") + '<end id="e" outcome="success"/>'
    caller = Caller(scripted(body, start="i", languages=language), "x", language=language, currency=currency)
    caller.until_heard(f"Price: {written}")
    caller.key("3*5#")
    caller.until_heard(f" {said} ")


def test_an_answer_that_may_be_left_out() -> None:
    caller = Caller(question('type="integer" required="no"'), "x")
    caller.until_heard("How many? Then press the hash key.")
    caller.key("#")
    assert caller.taken == [Continued()]


def test_a_star_in_the_middle_begins_anew_and_is_the_point_of_decimals() -> None:
    caller = Caller(question('type="integer"'), "x")
    caller.until_heard("How many?")
    caller.key("12*34#")
    assert caller.taken == [Keyed("34")]
    caller = Caller(question('type="decimal" confirm="always"'), "x")
    caller.until_heard("How many?")
    caller.key("3*5#")
    caller.until_heard("You keyed three point five Is that right?")


def test_what_no_key_may_interrupt_is_heard_and_keys_are_kept() -> None:
    dialogs = scripted(
        '<info id="q"><text>Law.</text><prompt bargein="no">This call may be recorded.</prompt></info>'
        '<question id="a" name="n" type="yesno"><text>Shall we?</text></question>'
        '<end id="e" outcome="success"><text>Noted.</text></end>'
    )
    caller = Caller(dialogs, "x")
    caller.key("1", apart=0.3)
    assert caller.taken == []
    assert caller.heard == ["This call may be recorded."]
    caller.run(30)
    assert caller.taken == [Keyed("1")]


def test_a_recording_replaces_the_words() -> None:
    prompt = '<prompt audio="ask">How many apples?</prompt>'
    caller = Caller(question('type="integer"', prompt), "x")
    caller.until_heard("[ask]")


def test_the_language_is_chosen() -> None:
    caller = Caller(meters(), "meter-reading", asks_language=True)
    caller.until_heard("For English, press 1. Para português, tecle 2.")
    caller.key("2")
    caller.until_heard("Digite os oito números do seu medidor.")
    caller.key("10000017")
    caller.until_heard("Você digitou um zero zero")
    assert caller.taken[0] == LanguageChosen("pt")
    silent = Caller(meters(), "meter-reading", asks_language=True)
    silent.until_heard("eight digits of your meter number")
    assert silent.longest_silence < 2.5


def test_a_slow_service_is_not_silent() -> None:
    caller = Caller(meters(), "meter-reading", delay=12)
    caller.until_heard("eight digits")
    caller.key("10000017")
    caller.until_heard("One moment, please. ~")
    caller.until_heard("Is that right?")
    assert caller.longest_silence < 2.5


def test_a_session_that_cannot_go_on() -> None:
    caller = Caller(meters(), "meter-reading", delay=50)
    caller.tell(Failed("no-script"))
    assert caller.left == Leave("fault")
    caller = Caller(meters(), "meter-reading", delay=500)
    caller.run()
    assert caller.left == Leave("fault")


def test_who_hangs_up_is_told_of() -> None:
    caller = Caller(meters(), "meter-reading")
    caller.until_heard("eight digits")
    caller.hang_up()
    assert caller.taken == [Happened("hangup")]
    assert caller.left == HangUp("hung-up")


KEYS = st.lists(
    st.tuples(st.sampled_from(["1", "2", "3", "0", "*", "#", "12345678", "12#"]), st.floats(0.05, 9.0)), max_size=25
)
SCRIPTS = ["meter-reading", "power-outage", "card-lost", "satisfaction-survey", "moving-house", "complaint"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SCRIPTS), KEYS, st.floats(0.0, 20.0), st.booleans())
def test_whatever_is_keyed_nobody_hears_silence_and_no_key_is_lost(
    script: str, presses: list[tuple[str, float]], delay: float, asks_language: bool
) -> None:
    """Keys are counted at each step (`Caller._account`)."""
    caller = Caller(FakeDialogs(SAMPLES / f"{script}.xml"), script, delay=delay, asks_language=asks_language)
    for keys, apart in presses:
        caller.run(apart)
        caller.key(keys)
    caller.run(3_600)
    assert caller.longest_silence < 2.5
    assert caller.left is not None


def test_events_are_told_as_text() -> None:
    """They can be written down, for those who look for a fault."""
    import msgspec

    assert msgspec.json.decode(msgspec.json.encode(Failed("away")), type=AnyEvent) == Failed("away")


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_sample_says_something_first(script: str) -> None:
    caller = Caller(FakeDialogs(SAMPLES / f"{script}.xml"), script)
    caller.until_heard("")
    assert caller.heard[0]


def test_slips_after_an_answer_that_asked_a_service_are_asked_again_and_nothing_is_done_twice() -> None:
    dialogs = FakeDialogs(SLIPS)
    dialogs.services.results |= MAIL
    caller = Caller(dialogs, "slips", delay=1.0)
    caller.until_heard("What is it?")
    caller.key("2")
    caller.until_heard("How many pieces?")
    caller.key("30")
    caller.until_heard(f"{TOO_MANY} How many pieces?")
    caller.key("12")
    caller.until_heard("On which day?")
    caller.key("11")
    caller.until_heard(f"{NO_SUCH_DAY} On which day?")
    caller.key("20")
    caller.until_heard("Order M-1")
    assert [one.arguments["text"] for one in dialogs.performed("s")] == ["coffee"]
    view = dialogs._sessions["s"].view
    assert view.answers == ORDERED


def test_who_was_late_and_then_keyed_well_is_not_told_that_it_was_not_understood() -> None:
    caller = Caller(question('type="yesno" confirm="voice"'), "x")
    caller.until_heard("How many?")
    caller.run(12)
    assert NoInput() in caller.taken
    caller.key("1")
    caller.until_heard("Is that right?")
    assert "Sorry" not in caller.heard[-1]
    caller.key("2")
    caller.until_heard("How many?")
    assert "Sorry" not in caller.heard[-1]
    caller.key("5")
    caller.until_heard("Sorry, I did not understand that.")
    caller.key("2")
    caller.until_heard("Is that right?")
    caller.key("7")
    caller.until_heard("Sorry, I did not understand that.")
    caller.key("1")
    caller.until_heard("Noted")
    assert "Sorry" not in "".join(caller.heard[-1:])
