"""Visits to dialogs' pages and personal links, over a restart."""

from pathlib import Path

import msgspec
from pytest_twisted import ensureDeferred
from storage_rig import WALL, running

from server.call.visits import PersonalLink, Visit


def a_visit(session: str, **more: object) -> Visit:
    given = {"script": "meter-reading", "page": f"page-{session}", "begun_at": WALL, "seen_at": WALL, **more}
    return msgspec.convert({"session": session, **given}, Visit)


@ensureDeferred
async def test_a_visit_is_found_by_its_session_its_page_and_its_private_link(tmp_path: Path) -> None:
    one = a_visit("s1", later="later-1", later_until=WALL + 900, customer="c7")
    async with running(tmp_path) as storage:
        await storage.visits.save(a_visit("s1"))
        await storage.visits.save(one)
        await storage.visits.save(a_visit("s2"))
        await storage.visits.touch("s1", WALL + 5)
    async with running(tmp_path) as storage:
        seen = msgspec.structs.replace(one, seen_at=WALL + 5)
        assert await storage.visits.of_session("s1") == seen
        assert await storage.visits.of_page("page-s1") == seen
        assert await storage.visits.of_later("later-1") == seen
        assert await storage.visits.of_page("page-s3") is None


@ensureDeferred
async def test_idle_visits_and_those_whose_call_back_may_be_unknown_are_found(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        for visit in (
            a_visit("old"),
            a_visit("rests", is_resting=True),
            a_visit("new", seen_at=WALL + 60),
            a_visit("asked", seen_at=WALL + 60, call="w1", queue="service", number="030"),
            a_visit("told", seen_at=WALL + 60, call="w2", queue="service", number="031", is_ordered=True),
        ):
            await storage.visits.save(visit)
        assert [visit.session for visit in await storage.visits.idle(WALL + 1, 10)] == ["old"]
        assert [visit.session for visit in await storage.visits.unordered()] == ["asked"]


@ensureDeferred
async def test_what_is_over_is_forgotten_and_what_a_link_leads_to_is_not(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        await storage.visits.save(a_visit("over"))
        await storage.visits.save(a_visit("later", later="l", later_until=WALL + 900))
        await storage.visits.save(a_visit("waits", call="w1", queue="service", number="030"))
        link = PersonalLink(
            token="t1", script="meter-reading", customer="c7", session="s9", made_at=WALL, expires_at=WALL + 50
        )
        await storage.visits.add_link(link)
        assert await storage.visits.link("t1") == link
        assert await storage.visits.forget(WALL + 20) == ["over"]
        assert await storage.visits.link("t1") == link
        assert await storage.visits.forget(WALL + 100) == []
        assert await storage.visits.link("t1") is None
        assert await storage.visits.of_session("later") is not None
