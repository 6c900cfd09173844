"""A script as pages, without JavaScript: from the list to the end, all types of questions, in both languages."""

import sys
from pathlib import Path

import pytest
import pytest_twisted

sys.path.insert(0, str(Path(__file__).parent))
from dialog_rig import SECRETS, Visitor, a_server

from tests.dialogs.slips import MAIL, NO_SUCH_DAY, ORDERED, SLIPS, TOO_MANY
from tests.fakes.web_server import done

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def server(tmp_path):
    made = a_server(tmp_path)
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


async def begun(server, script="everything", language="en"):
    visitor = Visitor(server, language)
    await visitor.go(f"/dialogs/{script}")
    return await visitor.press("begin")


@pytest_twisted.ensureDeferred
async def test_the_list_leads_to_a_page_that_begins_nothing_until_it_is_asked_to(server):
    visitor = Visitor(server)
    await visitor.go("/dialogs")
    assert visitor.page.xpath("//main//a/@href") == ["/dialogs/everything?lang=en", "/dialogs/meter-reading?lang=en"]
    await visitor.go("/dialogs/everything?lang=pt")
    assert visitor.heading() == "Tudo"
    assert server.dialogs.events == {}
    await visitor.press("begin", action="/dialogs/everything?lang=pt")
    assert len(server.dialogs.events) == 1
    assert visitor.heading() == "O que você deseja?"


@pytest_twisted.ensureDeferred
async def test_the_whole_of_it_with_every_type_and_not_one_octet_for_agents(server):
    visitor = await begun(server)
    assert visitor.heading() == "What do you wish?"
    assert "Welcome to everything & more." in visitor.text()
    assert "It has <all> types." in visitor.text()
    assert "It takes a while." in visitor.text()
    await visitor.press("answer", q_wish="tea")
    await visitor.press("answer", q_with=["sugar", "cake", "cream"])
    assert visitor.status == 422
    assert "At most 2" in visitor.text('*[@id="problems"]') or "at most 2" in visitor.text('*[@id="problems"]')
    assert visitor.ticked("q.with") == ["sugar", "cake", "cream"]
    await visitor.press("answer", q_with=["sugar", "cake"])
    assert visitor.heading() == "About you"
    await visitor.press("answer", q_name="A", q_note="Two\nlines", q_is_member="yes")
    assert visitor.page.xpath('//*[@id="problems"]//a/@href') == ["#q.name"]
    assert visitor.value("q.name") == "A"
    await visitor.press("answer", q_name="Ana <b>Reis</b>")
    assert visitor.heading() == "About you"  # the answer before has brought a question more
    await visitor.press("answer", q_member="123")
    assert visitor.heading() == "Figures"
    await visitor.press(
        "answer", q_weight="1,200.5", q_price="9.99", q_mark="4", q_day="2026-09-21", q_hour="09:30",
        q_moment="2026-09-21T09:30",
    )  # fmt: skip
    assert visitor.heading() == "How to reach you", visitor.text()
    await visitor.press("answer", q_phone="030 1234567", q_email="ana@", q_account="DE00", q_code="10115")
    assert visitor.page.xpath('//*[@id="problems"]//a/@href') == ["#q.email", "#q.account"]
    await visitor.press("answer", q_email="ana@example.org", q_account="DE89 3704 0044 0532 0130 00")
    assert visitor.heading() == "Your PIN"
    await visitor.press("answer", q_pin="4711")
    assert visitor.heading() == "Is this right?"
    assert "4711" not in visitor.text()
    await visitor.press("yes")
    await visitor.press("answer", q_terms="yes")
    assert visitor.heading() == "Papers"
    await visitor.press("answer", q_picture=("../../c at.png", PNG), q_signed="Ana Reis")
    assert visitor.heading() == "How many, Ana <b>Reis</b>?", visitor.text()
    assert visitor.value("q.sure") == "3"
    await visitor.press("answer", q_sure="13")
    assert "Not thirteen." in visitor.text()
    await visitor.press("answer", q_sure="12")
    await visitor.press("yes")
    assert "Thank you, Ana <b>Reis</b>. That makes 12." in visitor.text()
    (session,) = server.dialogs.events
    assert session in visitor.text()
    answers = (await server.dialogs.look(session)).answers
    assert answers["weight"] == pytest.approx(1200.5)
    assert answers["member"] == 123
    everything = b"".join(visitor.seen)
    assert not [secret for secret in SECRETS if secret in everything]
    assert b"<b>Reis" not in everything


@pytest_twisted.ensureDeferred
async def test_in_portuguese_with_commas_and_back_and_the_language_switched(server):
    visitor = await begun(server, language="fr;q=0.9, pt-BR;q=0.8, en;q=0.1")
    assert visitor.page.xpath("/html/@lang") == ["pt"]
    await visitor.press("answer", q_wish="coffee")
    await visitor.press("answer")
    assert visitor.heading() == "Sobre você"
    await visitor.press("back")
    assert visitor.heading() == "Com o quê? (opcional)"
    await visitor.press("back")
    assert visitor.heading() == "O que você deseja?"
    assert visitor.ticked("q.wish") == ["coffee"]
    await visitor.press("language:en")
    assert visitor.heading() == "What do you wish?"
    await visitor.press("language:pt")
    await visitor.press("answer", q_wish="tea")
    await visitor.press("answer")
    await visitor.press("answer", q_name="Ana", q_is_member="no")
    await visitor.press("answer", q_weight="1.200,5", q_price="9,99", q_mark="5", q_day="2026-09-21", q_hour="09:30")
    assert visitor.heading() == "Como falar com você", visitor.text()
    (session,) = server.dialogs.events
    answers = (await server.dialogs.look(session)).answers
    assert [str(answers[name]) for name in ("weight", "price")] == ["1200.5", "9.99"]


@pytest_twisted.ensureDeferred
async def test_buttons_lead_on_and_some_are_asked_about_first(server):
    visitor = await begun(server)
    await visitor.press("button:1")
    assert visitor.heading() == "Are you sure?"
    await visitor.press("look")
    assert visitor.heading() == "What do you wish?"
    await visitor.press("button:1")
    await visitor.press("sure:1")
    assert "Stopped." in visitor.text()


@pytest_twisted.ensureDeferred
async def test_a_form_of_a_page_that_has_gone_on_changes_nothing(server):
    visitor = await begun(server)
    former = [*visitor.page.xpath('//input[@type="hidden"]')]
    fields = list({field.get("name"): field.get("value") for field in former}.items())
    at = visitor.at
    await visitor.press("answer", q_wish="tea")
    (session,) = server.dialogs.events
    before = len(server.dialogs.events[session])
    await visitor.send(at, [*fields, ("q.wish", "coffee"), ("do", "answer")])
    assert "had gone on" in visitor.text()
    assert visitor.heading() == "With what? (optional)"
    assert len(server.dialogs.events[session]) == before


@pytest_twisted.ensureDeferred
async def test_an_answer_that_does_not_fit_shows_what_was_written_and_never_a_secret(server):
    visitor = await begun(server, "meter-reading")
    await visitor.press("answer", q_meter="1234x")
    assert visitor.status == 422
    assert visitor.page.xpath("//title/text()")[0].startswith("Error:")
    assert visitor.value("q.meter") == "1234x"
    field = visitor.page.xpath('//*[@name="q.meter"]')[0]
    assert field.get("aria-invalid") == "true"
    assert "Please enter a whole number." in visitor.text(f'*[@id="{field.get("aria-describedby").split()[0]}"]')


@pytest_twisted.ensureDeferred
async def test_slips_on_a_page_whose_answers_ask_a_service_are_told_and_put_right(tmp_path):
    server = a_server(tmp_path, SLIPS, dialogs=["slips"])
    server.dialogs.services.results |= MAIL
    server.start()
    try:
        visitor = await begun(server, "slips")
        await visitor.press("answer", q_what="tea", q_pieces="30", q_day="11")
        assert (visitor.status, visitor.heading()) == (422, "Your order")
        assert NO_SUCH_DAY in visitor.text('*[@id="problems"]')
        await visitor.press("answer", q_milk="yes", q_day="11")
        assert (visitor.value("q.pieces"), visitor.ticked("q.milk")) == ("30", ["yes"])
        await visitor.press("answer", q_what="coffee", q_day="20")
        assert (visitor.status, visitor.text('*[@id="problems"]').count(TOO_MANY)) == (422, 1)
        assert NO_SUCH_DAY not in visitor.text()
        assert "With milk?" not in visitor.text()
        assert [visitor.ticked("q.what"), visitor.value("q.pieces"), visitor.value("q.day")] == [["coffee"], "30", "20"]
        await visitor.press("answer", q_pieces="12")
        assert "Order M-1." in visitor.text(), visitor.text()
        (session,) = server.dialogs.events
        assert (await server.dialogs.look(session)).answers == ORDERED
        told = [one.arguments["text"] for one in server.dialogs.performed(session)]
        assert told == ["tea", "coffee"]
    finally:
        await done(server.stop())


@pytest_twisted.ensureDeferred
async def test_a_page_one_of_whose_services_fails_leads_where_the_script_says(tmp_path):
    server = a_server(tmp_path, SLIPS, dialogs=["slips"])
    server.dialogs.services.failures["mail.send"] = "nobody is there"
    server.start()
    try:
        visitor = await begun(server, "slips")
        await visitor.press("answer", q_what="tea", q_pieces="3", q_day="10")
        assert visitor.status == 200
        assert "One moment." in visitor.text()
    finally:
        await done(server.stop())
