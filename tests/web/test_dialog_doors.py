"""Who gets in at the dialogs' pages: tokens, links, forms of other sites, guesses, limits, sizes."""

import sys
from pathlib import Path

import msgspec
import pytest
import pytest_twisted

sys.path.insert(0, str(Path(__file__).parent))
from dialog_rig import SECRETS, Visitor, a_server

from scriptengine.interpreter import Chosen, Resumed
from server.call.dialogs import NO_SCRIPT, NOT_KEPT, DialogRefused
from server.call.visits import PersonalLink
from server.web.dialogs.limits import Rate
from server.web.dialogs.tokens import hash_of
from server.web.dialogs.visiting import PAGE_SECONDS
from server.wire.desk import Customer
from tests.fakes.web_server import done

DAY = 86_400.0


@pytest.fixture
def server(tmp_path):
    made = a_server(tmp_path)
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


async def begun(server, script="everything"):
    visitor = Visitor(server)
    await visitor.go(f"/dialogs/{script}")
    return await visitor.press("begin")


def fields_of(visitor):
    return list({one.get("name"): one.get("value") for one in visitor.page.xpath('//input[@type="hidden"]')}.items())


async def left(server):
    """A visitor who left, and the private link."""
    visitor = await begun(server)
    await visitor.press("answer", q_wish="tea")
    await visitor.press("later")
    return visitor, visitor.page.xpath('//*[@id="link"]/@value')[0].partition(server.address)[2]


@pytest_twisted.ensureDeferred
async def test_only_scripts_that_the_site_names_and_that_are_for_the_web_are_there(tmp_path):
    server = a_server(tmp_path, dialogs=["meter-reading", "unknown"])
    server.start()
    visitor = Visitor(server)
    assert (await visitor.go("/dialogs/everything")).status == 404
    assert (await visitor.go("/dialogs/unknown")).status == 404
    assert (await visitor.go("/dialogs/meter-reading")).status == 200
    await server.stop()
    shut = a_server(tmp_path, dialogs=[])
    shut.start()
    visitor = Visitor(shut)
    assert "nothing to do" in (await visitor.go("/dialogs")).text()
    assert (await visitor.go("/dialogs/meter-reading")).status == 404
    await shut.stop()


@pytest_twisted.ensureDeferred
async def test_pages_bring_no_cookie_no_script_of_their_own_and_a_strict_policy(server):
    visitor = await begun(server)
    headers = visitor.answer.headers
    policy = headers.getRawHeaders("content-security-policy")[0]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers.getRawHeaders("referrer-policy") == ["same-origin"]
    assert headers.getRawHeaders("cache-control") == ["no-store"]
    assert headers.getRawHeaders("set-cookie") is None
    assert not visitor.page.xpath("//script[not(@src)] | //style | //@style | //@onclick")
    assert b"Set-Cookie" not in b"".join(visitor.seen)


@pytest_twisted.ensureDeferred
async def test_a_form_of_another_site_or_without_its_token_does_nothing(server):
    visitor = await begun(server)
    (session,) = server.dialogs.events
    fields = [*fields_of(visitor), ("q.wish", "tea"), ("do", "answer")]
    other = await Visitor(server).send(visitor.at, fields, Origin="http://evil.example")
    assert other.status == 403
    bare = [(name, value) for name, value in fields if name != "form"]
    assert (await Visitor(server).send(visitor.at, bare)).status == 403
    assert (await Visitor(server).send(visitor.at, [*bare, ("form", "0" * 40)])).status == 403
    stranger = await begun(server)
    mixed = [*bare, *(one for one in fields_of(stranger) if one[0] == "form")]
    assert (await Visitor(server).send(visitor.at, mixed)).status == 403
    assert len(server.dialogs.events[session]) == 1
    assert (await Visitor(server).send("/dialogs/everything", [("do", "begin")], Origin="null")).status == 403
    assert len(server.dialogs.events) == 2


@pytest_twisted.ensureDeferred
async def test_under_a_name_that_is_not_ours_there_is_nothing(tmp_path):
    server = a_server(tmp_path, public_url="https://help.example")
    server.start()
    near = {"X-Forwarded-For": "203.0.113.9"}
    for headers in ({"Host": "help.example"}, {"Host": "127.0.0.1:8080"}, near):
        assert (await Visitor(server, headers=headers).go("/dialogs")).status == 200  # a proxy on this machine
    refused = await Visitor(server).send("/dialogs/everything", [], Origin="http://127.0.0.1")
    assert refused.status == 403
    await server.stop()


@pytest_twisted.ensureDeferred
async def test_guesses_end_soon_and_tell_nothing(server):
    visitor = Visitor(server)
    for turn in range(20):
        assert (await visitor.go(f"/dialogs/everything/{'slp'[turn % 3]}/{'x' * turn}1")).status == 410
    assert (await visitor.go("/dialogs/everything/s/whatever")).status == 429
    assert int(visitor.answer.headers.getRawHeaders("retry-after")[0]) > 0
    server.clock.mono += 61
    assert (await visitor.go("/dialogs/everything/s/whatever")).status == 410


@pytest_twisted.ensureDeferred
async def test_a_private_link_leads_back_once_it_is_pressed_and_ends_the_former_page(server):
    visitor, link = await left(server)
    token = link.rpartition("/")[2]
    assert len(token) >= 32
    (visit,) = server.visits.kept.values()
    assert (visit.later, visit.is_resting) == (hash_of(token), True)
    assert (await server.dialogs.look(visit.session)).status == "resting"
    later = Visitor(server)
    await later.go(link)
    assert (await server.dialogs.look(visit.session)).status == "resting"  # a look at the link does nothing
    await later.press("begin")
    assert later.heading().startswith("With what?")
    assert (await visitor.go(visitor.at)).status == 410
    server.clock.wall += 15 * DAY
    assert (await Visitor(server).go(link)).status == 410


@pytest_twisted.ensureDeferred
async def test_a_page_is_gone_a_day_after_it_was_used_last(server):
    visitor = await begun(server)
    server.clock.wall += PAGE_SECONDS - 10
    assert (await visitor.go(visitor.at)).status == 200
    server.clock.wall += PAGE_SECONDS - 10
    assert (await visitor.go(visitor.at)).status == 200
    server.clock.wall += PAGE_SECONDS + 10
    assert (await visitor.go(visitor.at)).status == 410


@pytest_twisted.ensureDeferred
async def test_a_personal_link_gives_the_session_its_customer_and_nobody_else_gets_one(server):
    server.customers.cards["c7"] = Customer(id="c7", number="4711", name="Ana Reis", numbers=["+493012345"])
    server.visits.links[hash_of("personal")] = PersonalLink(
        token=hash_of("personal"), script="everything", customer="c7", session="PERS-ONAL", made_at=0,
        expires_at=server.clock.wall + DAY,
    )  # fmt: skip
    visitor = Visitor(server)
    await visitor.go("/dialogs/everything/p/personal")
    assert "personal" in visitor.text()
    assert b"Ana" not in b"".join(visitor.seen)
    await visitor.press("begin")
    view = await server.dialogs.look("PERS-ONAL")
    assert (view.customer, server.visits.kept["PERS-ONAL"].customer) == ("c7", "c7")
    await visitor.press("answer", q_wish="tea")
    again = Visitor(server)
    await again.go("/dialogs/everything/p/personal")
    await again.press("begin")
    assert again.heading().startswith("With what?")
    assert len(server.dialogs.events) == 1
    await Visitor(server).send("/dialogs/everything", [("customer", "c7"), ("do", "begin")])
    others = [one for one in server.visits.kept.values() if one.session != "PERS-ONAL"]
    assert [one.customer for one in others] == [""]
    assert (await Visitor(server).go("/dialogs/meter-reading/p/personal")).status == 410
    server.clock.wall += 2 * DAY
    assert (await Visitor(server).go("/dialogs/everything/p/personal")).status == 410


@pytest_twisted.ensureDeferred
async def test_what_an_agent_has_before_him_is_not_shown_to_the_visitor(server):
    visitor = await begun(server)
    (session,) = server.dialogs.events
    fields = fields_of(visitor)
    await server.dialogs.take(session, Resumed(channel="desk"))
    await visitor.go(visitor.at)
    assert "A colleague is working on this" in visitor.text()
    await visitor.send(visitor.at, [*fields, ("q.wish", "tea"), ("do", "answer")])
    assert "A colleague is working on this" in visitor.text()
    await visitor.send(visitor.at, [*fields, ("do", "resume")])
    assert (await server.dialogs.look(session)).channel == "desk"
    await server.dialogs.take(session, Chosen(2))
    await visitor.go(visitor.at)
    assert "This has ended." in visitor.text()
    assert not [secret for secret in SECRETS if secret in b"".join(visitor.seen)]


@pytest_twisted.ensureDeferred
async def test_a_session_that_cannot_be_used_is_not_looked_at_for_ever(server):
    await begun(server)
    (session,) = server.dialogs.events
    server.clock.wall += 31 * 60
    for code, is_resting in ((NOT_KEPT, False), (NO_SCRIPT, True)):
        server.dialogs.failure = DialogRefused(code, "refused")
        await server.web._visits._resting.look()
        assert server.visits.kept[session].is_resting == is_resting


@pytest_twisted.ensureDeferred
async def test_sessions_come_to_rest_and_go_on_at_the_same_question(server):
    visitor = await begun(server)
    await visitor.press("answer", q_wish="tea")
    (session,) = server.dialogs.events
    resting = server.web._visits._resting
    server.clock.wall += 29 * 60
    await resting.look()
    assert (await server.dialogs.look(session)).status == "running"
    server.clock.wall += 2 * 60
    await resting.look()
    assert (await server.dialogs.look(session)).status == "resting"
    await visitor.go(visitor.at)
    assert visitor.heading() == "Welcome back"
    await visitor.press("resume")
    assert visitor.heading().startswith("With what?")


@pytest_twisted.ensureDeferred
async def test_sessions_and_steps_of_one_address_are_limited(tmp_path):
    server = a_server(tmp_path, dialog_sessions_per_hour=2, dialog_steps_per_minute=6)
    server.start()
    for _ in range(2):
        assert (await begun(server)).status == 200
    visitor = Visitor(server)
    await visitor.go("/dialogs/everything")
    assert (await visitor.press("begin")).status == 429
    assert len(server.dialogs.events) == 2
    server.clock.mono += 3601
    await visitor.go("/dialogs/everything")
    assert (await visitor.press("begin")).status == 200
    for _ in range(6):
        await visitor.go(visitor.at)
    assert visitor.status == 429
    await server.stop()


def test_a_rate_counts_each_network_for_itself_and_forgets():
    now = [0.0]
    rate = Rate(2, 60.0, lambda: now[0])
    assert [rate.take("192.0.2.1") for _ in range(3)] == [0, 0, 60]
    assert rate.take("192.0.2.2") == 0
    assert [bool(rate.take(f"2001:db8::{turn}")) for turn in range(3)] == [False, False, True]
    now[0] = 60.0
    assert rate.take("192.0.2.1") == 0
    unlimited = Rate(0, 60.0, lambda: 0.0)
    assert not any(unlimited.take("192.0.2.1") for _ in range(50))


@pytest_twisted.ensureDeferred
async def test_forms_that_are_too_large_or_no_forms_at_all_are_refused(server):
    visitor = await begun(server)
    fields = fields_of(visitor)
    for name, value in (("q.wish", "x" * 70_000), ("q.wish", "\x00" * 10), ("q.nobody", "tea")):
        await visitor.send(visitor.at, [*fields, (name, value), ("do", "answer")])
        assert visitor.status in (200, 413, 422)
    many = [(f"x{number}", "y") for number in range(700)]
    assert (await Visitor(server).send(visitor.at, [*fields, *many])).status == 400
    answer = await server.ask("POST", visitor.at, {"do": "answer"}, headers={"Origin": f"http://{server.address}"})
    assert answer.code == 400
    (session,) = server.dialogs.events
    assert "wish" not in (await server.dialogs.look(session)).answers


@pytest_twisted.ensureDeferred
async def test_when_a_service_is_away_the_visitor_is_told_and_nothing_is_lost(server):
    visitor = await begun(server)
    at = visitor.at
    server.dialogs.failure = ConnectionError("away")
    assert (await visitor.go(at)).status == 503
    assert "Please try again" in visitor.heading()
    server.visits.failure = ConnectionError("away")
    assert (await visitor.go(at)).status == 503
    assert (await visitor.go(at)).heading() == "What do you wish?"


@pytest_twisted.ensureDeferred
async def test_a_visit_whose_session_is_gone_is_told_so(server):
    visitor = await begun(server)
    (visit,) = server.visits.kept.values()
    server.visits.kept = {"other": msgspec.structs.replace(visit, session="other")}
    assert (await visitor.go(visitor.at)).status == 410
