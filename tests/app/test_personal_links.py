"""Personal links to dialogs on the web, made for a customer."""

import sys
from pathlib import Path

import pytest
import pytest_twisted

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
from dialog_rig import EVERYTHING, a_site

from server.app.personal_links import PersonalLinks
from server.call.events import RequestRefused
from server.web.dialogs.tokens import hash_of
from server.wire.desk import Customer
from tests.fakes.customers import FakeCustomers
from tests.fakes.dialogs import FakeDialogs
from tests.fakes.visits import FakeVisits

WALL = 1_790_000_000.0


def links(visits: FakeVisits, **web: object) -> PersonalLinks:
    customers = FakeCustomers(
        Customer(id="c7", number="4711", name="4711 Ana"),
        Customer(id="c8", number="99", name="4711"),
        Customer(id="c9", number="13", name="Thirteen"),
        Customer(id="c10", number="13", name="Thirteen"),
    )

    async def find(text: str) -> list[Customer]:
        return [card for card in customers.cards.values() if text in (card.number, card.name)]

    customers.find = find  # type: ignore[method-assign]
    site = a_site(dialogs=["everything", "unpublished"], **web)
    return PersonalLinks(site, FakeDialogs(EVERYTHING), customers, visits, lambda: WALL)


@pytest_twisted.ensureDeferred
async def test_a_link_is_told_once_and_only_its_hash_is_kept():
    visits = FakeVisits()
    made = await links(visits, public_url="https://help.example/").make("everything", "4711", 7)
    head, _, token = made.url.rpartition("/")
    assert head == "https://help.example/dialogs/everything/p"
    assert len(token) >= 32
    (link,) = visits.links.values()
    assert (link.token, link.customer, link.session) == (hash_of(token), "c7", made.session)
    assert link.expires_at == WALL + 7 * 86_400
    assert made.expires_at == "2026-09-28T14:13:20.000Z"


@pytest.mark.parametrize(
    ("script", "number", "days", "words"),
    [
        ("other", "4711", 7, "name it in"),
        ("unpublished", "4711", 7, "no published script"),
        ("everything", "4712", 7, "No customer has"),
        ("everything", "", 7, "No customer has"),
        ("everything", "13", 7, "2 customers have"),
        ("everything", "4711", 0, "at most 365"),
        ("everything", "4711", 366, "at most 365"),
    ],
)
@pytest_twisted.ensureDeferred
async def test_a_link_for_nobody_or_to_nowhere_is_refused(script, number, days, words):
    visits = FakeVisits()
    with pytest.raises(RequestRefused, match=words):
        await links(visits).make(script, number, days)
    assert visits.links == {}
