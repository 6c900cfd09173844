"""Sessions over deaths of the core, publications, slow services and a database that is away."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from dialogs_rig import NAMES, SCRIPT, Orders, core, publish, until
from pytest_twisted import ensureDeferred
from twisted.internet.defer import CancelledError, Deferred, gatherResults

from scriptengine.interpreter import Answered, Happened, Jumped, Left, Perform, Resumed, plain
from server.call import dialog_facts as f
from server.call.dialogs import NO_SCRIPT, NO_SESSION, NOT_KEPT, STALE, Beginning, DialogRefused, DialogView
from server.call.events import RequestRefused
from server.dialogs import outbox as outbox_module
from server.dialogs.actions import name_of
from server.dialogs.results import Results
from server.mail.absent import NoMail
from server.storage import storage as storage_module
from server.wire.desk import Customer
from tests.storage.storage_rig import beside

BEGIN = Beginning(script="order", channel="web", call="c-1")


def _node(view: DialogView) -> str:
    return view.ask.node if view.ask is not None else f"({view.status})"


def _of(facts: list[f.DialogFact], kind: type) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


@ensureDeferred
async def test_a_session_goes_on_in_the_next_core_at_the_same_question(tmp_path: Path) -> None:
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        assert [script.id for script in rig.dialogs.scripts()] == ["order"]
        view = await rig.dialogs.begin(BEGIN)
        view = await rig.dialogs.take(view.session, Answered({"article": "7"}), view.revision)
        view = await rig.dialogs.take(view.session, Answered({"code": "8842"}), view.revision)
        assert _node(view) == "sure"
        assert view.answers == {"article": 7, "code": "•••"}
    async with core(data, NoMail(), orders) as rig:
        again = await rig.dialogs.look(view.session)
        assert again == view
        assert await rig.dialogs.of_call("c-1") == view
        assert await rig.dialogs.of_call("c-2") is None
        seen: list[DialogView] = []
        rig.dialogs.subscribe(seen.append)
        over = await rig.dialogs.take(view.session, Answered({"sure": "yes"}), view.revision)
        assert (over.status, over.ended and over.ended.disposition) == ("ended", "ordered")
        assert seen == [over]
        await until(lambda: rig.outbox.counters["done"] == 1)
        assert orders.times("place") == orders.times("price") == orders.times("thank") == 1
        assert await rig.dialogs.look(view.session) == over
        await until(lambda: len(_of(rig.facts, f.DialogActed)) == 5)
    async with core(data, NoMail(), orders) as rig:
        assert rig.facts == []
        [trace] = await rig.store.traces("order", "", 0, 9e9)
        passed = [node.node for _, nodes in trace.steps for node in nodes]
        assert passed == ["article", "ask-price", "code", "sure", "place", "done"]
        assert (trace.end, trace.outcome, trace.disposition) == ("done", "success", "ordered")


@ensureDeferred
async def test_facts_tell_what_came_of_it_and_no_secrets(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data)
    async with core(data, NoMail()) as rig:
        view = await rig.dialogs.begin(BEGIN)
        for answers in ({"article": "7"}, {"code": "8842"}):
            view = await rig.dialogs.take(view.session, Answered(answers))
        view = await rig.dialogs.take(view.session, Left())
        assert view.status == "resting"
        view = await rig.dialogs.take(view.session, Resumed("desk", agent={"id": "ana", "name": "Ana"}))
        assert (view.agent, _node(view)) == ("ana", "sure")
        await rig.dialogs.take(view.session, Answered({"sure": "yes"}))
        await until(lambda: rig.outbox.waiting == 0)
        facts = [fact for fact in rig.facts if fact.number]
        assert [fact.number for fact in facts] == sorted({fact.number for fact in facts})
        assert "8842" not in repr(rig.facts)
        assert [fact.answers for fact in _of(facts, f.DialogAnswered)] == [
            {"article": 7}, {"code": "•••"}, {"sure": True},
        ]  # fmt: skip
        assert [(fact.action, fact.came) for fact in _of(facts, f.DialogActed)] == [
            ("orders.price", "done"), ("orders.place", "done"), ("mail.send", "kept"), ("orders.thank", "kept"),
        ]  # fmt: skip
        later = {(fact.action, fact.came) for fact in _of(rig.facts, f.DialogActed) if not fact.number}
        assert later == {("mail.send", "failed"), ("orders.thank", "done")}
        assert [fact.text for fact in _of(facts, f.DialogNoted)] == ["Ordered 7, code •••"]
        assert [(fact.channel, fact.by) for fact in _of(facts, f.DialogMoved)] == [("desk", "ana")]
        [ended] = _of(facts, f.DialogEnded)
        assert (ended.outcome, ended.disposition, ended.channel) == ("success", "ordered", "desk")
        await until(lambda: not any(live.kept.untold for live in rig.dialogs._live.values()))
        assert await rig.store.untold() == []


@ensureDeferred
@pytest.mark.parametrize(("operation", "node", "times"), [("price", "code", 2), ("place", "(ended)", 1)])
async def test_an_action_in_doubt(tmp_path: Path, operation: str, node: str, times: int) -> None:
    """A core dies between asking and being answered: what may be asked twice is, with the same key; the rest fails."""
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        view = await rig.dialogs.begin(BEGIN)
        if operation == "place":
            view = await rig.dialogs.take(view.session, Answered({"article": "7"}))
            view = await rig.dialogs.take(view.session, Answered({"code": None}))
        kept = await rig.store.get(view.session)
        assert kept is not None
        orders.answers[operation] = Deferred()
        event = Answered({"article": "7"} if operation == "price" else {"sure": "yes"})
        taking = Deferred.fromCoroutine(rig.dialogs.take(view.session, event))
        await until(lambda: orders.times(operation) == 1)
        after_death = tmp_path / "after"
        shutil.copytree(data, after_death)  # what is on the disk when the core is killed now
        in_doubt = await rig.store.get(view.session)
        assert in_doubt is not None
        assert in_doubt.revision == kept.revision
        hanging = orders.answers[operation]
        orders.answers = Orders().answers
        hanging.callback(orders.answers[operation])
        await taking
    async with core(after_death, NoMail(), orders) as rig:
        view = await rig.dialogs.look(view.session)
        assert _node(view) == node
        assert orders.times(operation) == times
        keys = {key for asked, _, key in orders.asked if asked == operation}
        assert len(keys) == 1
        assert view.revision == kept.revision + 1
        if operation == "place":
            assert view.ended is not None
            assert view.ended.node == "person"
            assert "not known" in view.notices[0].text
            assert [fact.why for fact in _of(rig.facts, f.DialogActed)] == [outbox_module.IN_DOUBT]


@ensureDeferred
async def test_steps_of_one_session_come_one_after_another(tmp_path: Path) -> None:
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        view = await rig.dialogs.begin(BEGIN)
        slow: Deferred[dict[str, str]] = Deferred()
        orders.answers["price"] = slow
        first = Deferred.fromCoroutine(rig.dialogs.take(view.session, Answered({"article": "7"}), view.revision))
        stale = Deferred.fromCoroutine(rig.dialogs.take(view.session, Answered({"article": "8"}), view.revision))
        any_time = Deferred.fromCoroutine(rig.dialogs.take(view.session, Happened("person")))
        await until(lambda: orders.times("price") == 1)
        other = await rig.dialogs.begin(BEGIN)
        assert _node(other) == "article"
        slow.callback({"price": "3"})
        assert _node(await first) == "code"
        with pytest.raises(DialogRefused) as refused:
            await stale
        assert refused.value.code == STALE
        assert _node(await any_time) == "(ended)"
        assert orders.times("price") == 1


PAGE = SCRIPT.replace(
    '<block id="ask-price">',
    """<group id="page">
  <question id="other" name="other" type="integer"><text>Another?</text><text xml:lang="pt">Outro?</text>
   <filled><call service="orders" op="price" timeout="2" onerror="person"><arg name="article" value="other"/>
    <result name="price" to="price"/></call></filled></question>
  <question id="many" name="many" type="integer" max="9"><text>How many?</text><text xml:lang="pt">Quantos?</text>
   </question>
  <question id="day" name="day" type="integer" max="31"><text>Which day?</text><text xml:lang="pt">Que dia?</text>
   </question>
 </group>
 <block id="ask-price">""",
)


@ensureDeferred
async def test_a_slip_on_a_page_that_waits_for_a_service_is_told_also_by_the_next_core(tmp_path: Path) -> None:
    data, orders = tmp_path / "data", Orders()
    publish(data, script=PAGE)
    async with core(data, NoMail(), orders) as rig:
        view = await rig.dialogs.begin(BEGIN)
        view = await rig.dialogs.take(view.session, Answered({"article": "7"}), view.revision)
        view = await rig.dialogs.take(view.session, Answered({"other": "1", "many": "5", "day": "99"}))
        orders.answers["price"] = Deferred()
        slipped = Answered({"other": "2", "many": "50", "day": "99"})
        taking = Deferred.fromCoroutine(rig.dialogs.take(view.session, slipped, view.revision))
        await until(lambda: orders.times("price") == 2)
        after_death = tmp_path / "after"
        shutil.copytree(data, after_death)  # what is on the disk when the core is killed now
        orders.answers["price"].callback({"price": "3"})
        seen = await taking
    assert seen.ask is not None
    assert [(item.question, item.value, bool(item.problem)) for item in seen.ask.items] == [
        ("other", 2, False), ("many", 5, True), ("day", None, True),
    ]  # fmt: skip
    orders.answers["price"] = {"price": "3"}
    async with core(after_death, NoMail(), orders) as rig:
        assert await rig.dialogs.look(view.session) == seen
        again = await rig.dialogs.take(view.session, Answered({"other": "2", "many": "6", "day": "30"}), seen.revision)
        assert _node(again) == "code"
        assert again.answers == {"article": 7, "other": 2, "many": 6, "day": 30}
        keys = [key for asked, arguments, key in orders.asked if arguments["article"] == 2]
        assert (len(keys), len(set(keys))) == (2, 1), "the same key: the service knows it again"


@ensureDeferred
async def test_a_service_that_is_slow_missing_or_refuses_is_no_crash(tmp_path: Path) -> None:
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        for answer, told in (
            (RequestRefused("sold-out", "We do not sell it."), "We do not sell it."),
            (ValueError("oops"), "orders.price has a fault."),
            ({"price": object()}, "orders.price gave something that cannot be used."),
            (ConnectionError("gone"), "orders.price was lost while it was asked."),
            (Deferred(), "orders.price gave no answer within 2 s."),
        ):
            orders.answers["price"] = answer
            view = await rig.dialogs.begin(BEGIN)
            view = await rig.dialogs.take(view.session, Answered({"article": "7"}))
            assert view.ended is not None
            assert view.ended.node == "person"
            assert view.notices[0].text == f"orders.price failed: {told}"
        rig.services.clear()
        view = await rig.dialogs.begin(BEGIN)
        view = await rig.dialogs.take(view.session, Answered({"article": "7"}))
        assert "The service orders is not there." in view.notices[0].text


@ensureDeferred
async def test_while_the_database_is_away_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_module, "LOCK_SECONDS", 0.1)
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        view = await rig.dialogs.begin(BEGIN)
        lock = beside(data)
        lock.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            with pytest.raises(DialogRefused) as refused:
                await rig.dialogs.take(view.session, Answered({"article": "7"}), view.revision)
            assert refused.value.code == NOT_KEPT
        with pytest.raises(DialogRefused) as refused:
            await rig.dialogs.begin(BEGIN)
        assert refused.value.code == NOT_KEPT
        assert orders.asked == []
        assert await rig.dialogs.look(view.session) == view
        lock.execute("ROLLBACK")
        view = await rig.dialogs.take(view.session, Answered({"article": "7"}), view.revision)
        assert _node(view) == "code"
        assert orders.times("price") == 1


@ensureDeferred
async def test_a_result_that_could_not_be_kept_is_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "LOCK_SECONDS", 0.1)
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        view = await rig.dialogs.begin(BEGIN)
        view = await rig.dialogs.take(view.session, Answered({"article": "7"}))
        view = await rig.dialogs.take(view.session, Answered({"code": None}))
        slow: Deferred[dict[str, str]] = Deferred()
        orders.answers["place"] = slow
        taking = Deferred.fromCoroutine(rig.dialogs.take(view.session, Answered({"sure": "yes"}), view.revision))
        await until(lambda: orders.times("place") == 1)
        lock = beside(data)
        lock.execute("BEGIN IMMEDIATE")
        slow.callback({"number": "O-9"})
        with pytest.raises(DialogRefused) as refused:
            await taking
        assert refused.value.code == NOT_KEPT
        lock.execute("ROLLBACK")
        over = await rig.dialogs.look(view.session)
        assert over.ended is not None
        assert over.ended.disposition == "ordered"
        assert orders.times("place") == 1


@ensureDeferred
async def test_results_of_sessions_that_cannot_be_kept_do_not_pile_up_and_nothing_is_done_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "LOCK_SECONDS", 0.05)
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        rig.dialogs._results = Results(most=2)
        views = []
        for _ in range(3):
            view = await rig.dialogs.begin(BEGIN)
            view = await rig.dialogs.take(view.session, Answered({"article": "7"}))
            views.append(await rig.dialogs.take(view.session, Answered({"code": None})))
        assert len(rig.dialogs._results) == 0, "what is kept is not remembered as well"
        lock = beside(data)
        for view in views:
            slow: Deferred[dict[str, str]] = Deferred()
            orders.answers["place"] = slow
            asked = orders.times("place")
            taking = Deferred.fromCoroutine(rig.dialogs.take(view.session, Answered({"sure": "yes"}), view.revision))
            await until(lambda asked=asked: orders.times("place") == asked + 1)
            lock.execute("BEGIN IMMEDIATE")
            slow.callback({"number": "O-9"})
            with pytest.raises(DialogRefused):
                await taking
            lock.execute("ROLLBACK")
        assert len(rig.dialogs._results) == 2
        over = [await rig.dialogs.look(view.session) for view in views]
        assert [view.ended and view.ended.disposition for view in over] == ["to-agent", "ordered", "ordered"]
        assert orders.times("place") == 3
        assert len(rig.dialogs._results) == 0


@ensureDeferred
async def test_each_session_finishes_on_the_version_it_began_with(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data, "1", "Your old code?")
    async with core(data, NoMail()) as rig:
        views = await gatherResults([Deferred.fromCoroutine(rig.dialogs.begin(BEGIN)) for _ in range(20)])
        publish(data, "2", "Your new code?")
        new = await rig.dialogs.begin(BEGIN)
        assert {view.version for view in views} == {"1"}
        assert new.version == "2"
        await until(lambda: [script.version for script in rig.dialogs.scripts()] == ["2"])
    async with core(data, NoMail()) as rig:
        for view, text in [*((view, "Your old code?") for view in views), (new, "Your new code?")]:
            view = await rig.dialogs.take(view.session, Answered({"article": "7"}))
            assert view.ask is not None
            assert view.ask.items[0].text[0].text == text
            await rig.dialogs.take(view.session, Answered({"code": None}))
            over = await rig.dialogs.take(view.session, Answered({"sure": "no"}))
            assert (over.status, over.version) == ("ended", view.version)
        assert await rig.store.counts() == {"ended": 21}


@ensureDeferred
async def test_what_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data)
    async with core(data, NoMail()) as rig:
        for beginning, code in (
            (Beginning(script="unknown", channel="web"), NO_SCRIPT),
            (Beginning(script="../order", channel="web"), NO_SCRIPT),
            (Beginning(script="order", version="9", channel="web"), NO_SCRIPT),
            (Beginning(script="order", channel="web", session="a b"), NO_SESSION),
        ):
            with pytest.raises(DialogRefused) as refused:
                await rig.dialogs.begin(beginning)
            assert refused.value.code == code
        for session in ("nobody", "'; DROP TABLE dialog_session", "x" * 500):
            with pytest.raises(DialogRefused) as refused:
                await rig.dialogs.look(session)
            assert refused.value.code == NO_SESSION
        view = await rig.dialogs.begin(Beginning(script="order", channel="web", session="mine"))
        assert await rig.dialogs.begin(Beginning(script="order", channel="web", session="mine")) == view
        wrong = await rig.dialogs.take("mine", Answered({"other": 1}))
        assert (wrong.revision, wrong.notices[0].kind, _node(wrong)) == (view.revision, "refused", "article")


@ensureDeferred
async def test_the_caller_is_the_customer_of_the_number(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data)
    async with core(data, NoMail()) as rig:
        card = await rig.storage.customers.save(
            Customer(number="4711", name="Bia", email="bia@example.com", language="pt", numbers=["+49301234567"])
        )
        view = await rig.dialogs.begin(Beginning(script="order", channel="ivr", number="030 1234567"))
        assert (view.customer, view.language) == (card.id, "pt")
        stranger = await rig.dialogs.begin(Beginning(script="order", channel="web", number="030 1234567"))
        assert (stranger.customer, stranger.language) == ("", "en")
        view = await rig.dialogs.begin(Beginning(script="order", channel="desk", customer=card.id, language="en"))
        assert view.language == "en"
        kept = await rig.store.get(view.session)
        assert kept is not None
        assert b"bia@example.com" in kept.state


@ensureDeferred
async def test_a_session_is_attached_to_a_call(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data)
    async with core(data, NoMail()) as rig:
        view = await rig.dialogs.begin(Beginning(script="order", channel="web"))
        attached = await rig.dialogs.attach(view.session, "c-7")
        assert (attached.call, attached.revision) == ("c-7", view.revision)
        assert await rig.dialogs.of_call("c-7") == attached
        [fact] = _of(rig.facts, f.DialogAttached)
        assert (fact.call, fact.script) == ("c-7", "order")
        view = await rig.dialogs.take(view.session, Happened("person"))
        assert _of(rig.facts, f.DialogEnded)[0].call == "c-7"
        assert (await rig.dialogs.attach(view.session, "c-8")).call == "c-8"
        assert _of(rig.facts, f.DialogAttached)[1].outcome == "transfer"


@ensureDeferred
async def test_places_to_jump_to_are_told_in_the_sessions_language(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data)
    async with core(data, NoMail(), Orders()) as rig:
        view = await rig.dialogs.begin(Beginning(script="order", channel="desk", language="pt"))
        places = await rig.dialogs.places(view.session)
        assert [place.node for place in places] == ["article", "code", "sure", "done", "no", "person"]
        assert (places[0].key, places[0].label, places[-1].label) == ("", "Qual artigo?", "Um momento.")
        assert _node(await rig.dialogs.take(view.session, Jumped("sure"))) == "sure"
        await rig.dialogs.take(view.session, Answered({"sure": "no"}))
        assert await rig.dialogs.places(view.session) == []
        with pytest.raises(DialogRefused):
            await rig.dialogs.places("nobody")


@ensureDeferred
async def test_who_gives_up_waiting_does_not_break_off_a_step(tmp_path: Path) -> None:
    data, orders = tmp_path / "data", Orders()
    publish(data)
    async with core(data, NoMail(), orders) as rig:
        view = await rig.dialogs.begin(BEGIN)
        slow: Deferred[dict[str, str]] = Deferred()
        orders.answers["price"] = slow
        taking = Deferred.fromCoroutine(rig.dialogs.take(view.session, Answered({"article": "7"})))
        await until(lambda: orders.times("price") == 1)
        taking.cancel()
        with pytest.raises(CancelledError):
            await taking
        slow.callback({"price": "3"})
        assert _node(await rig.dialogs.look(view.session)) == "code"


def test_actions_have_names() -> None:
    assert name_of(Perform(id="a", kind="save", class_name="Customer")) == "save Customer"


FITTING = """<dialog id="order" version="1" xml:lang="en" channels="desk" start="when"><title>Fitting</title>
<var name="ready" type="datetime"/>
<question id="when" name="when" type="datetime"><text>When?</text></question>
<block id="ask"><call service="orders" op="price" timeout="2" onerror="sure"><arg name="article" value="1"/>
<result name="ready" to="ready"/></call></block>
<question id="sure" name="sure" type="yesno"><text>Ready <value of="ready" else="?"/>?</text></question>
<end id="done" outcome="success" disposition="ordered"/></dialog>"""


@ensureDeferred
async def test_a_moment_that_a_service_or_a_program_gives_with_a_zone_is_local_time(tmp_path: Path) -> None:
    data, orders = tmp_path / "data", Orders()
    orders.answers["price"] = {"ready": "2026-07-01T16:30:00-03:00"}
    publish(data, script=FITTING, names=NAMES.replace('price = "decimal"', 'ready = "datetime"'))
    async with core(data, NoMail(), orders) as rig:
        view = await rig.dialogs.begin(Beginning(script="order", channel="desk"))
        view = await rig.dialogs.take(view.session, Answered({"when": "2026-07-02T00:30+02:00"}))
        assert view.answers == {"when": datetime.fromisoformat("2026-07-01T22:30")}
        assert view.ask is not None
        assert plain(view.ask.items[0].text) == "Ready 2026-07-01 19:30?"
