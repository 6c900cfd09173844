"""Customers and contacts as scripts see them, and letters from templates."""

from pathlib import Path

import pytest
from dialogs_rig import Orders, Rig
from pytest_twisted import ensureDeferred

from scriptengine.interfaces import KNOWN
from scriptengine.interpreter import Perform
from server.call import facts as f
from server.call.events import RequestRefused
from server.dialogs.letters import LONGEST_KEY, LONGEST_TEMPLATE, Letters, mail_key
from server.dialogs.objects import customer_record
from server.dialogs.performing import NotPerformed
from server.mail.absent import NoMail
from server.wire.desk import Customer
from tests.storage.storage_rig import at, call, running

BIA = Customer(number="4711", name="Bia", email="bia@example.com", language="pt", segment="gold", numbers=["+49301"])


def _ask(kind: str, class_name: str, **words: object) -> Perform:
    return Perform(id="a", kind=kind, class_name=class_name, **words)  # type: ignore[arg-type]


@ensureDeferred
async def test_customers_are_found_and_kept_by_their_number(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        rig = Rig(storage, tmp_path, NoMail(), Orders())
        perform = rig.performing.perform
        await storage.customers.save(BIA)
        await storage.customers.save(Customer(number="47119", name="Bia"))
        await storage.customers.save(Customer(number="C-1", name="Bia", email="bia@example.com"))
        bia = {"number": 4711, "name": "Bia", "language": "pt", "email": "bia@example.com", "phone": "+49301",
               "segment": "gold"}  # fmt: skip
        assert await perform(_ask("fetch", "Customer", key=4711)) == bia
        assert await perform(_ask("fetch", "Customer", key=1)) is None
        found = await perform(_ask("list", "Customer", where="name == 'Bia'"))
        assert [one["number"] for one in found] == [4711, 47119]
        by_mail = _ask("find", "Customer", where="email == mail and segment != 'silver'", values={"mail": bia["email"]})
        assert await perform(by_mail) == bia
        assert await perform(_ask("find", "Customer", where="phone == '+49301'")) == bia
        assert await perform(_ask("find", "Customer", where="name == who", values={"who": None})) is None
        await perform(_ask("save", "Customer", record={"number": 4711, "email": "new@example.com", "phone": "+49302"}))
        [card] = await storage.customers.matching({"number": "4711"}, 5)
        assert (card.name, card.email, card.numbers) == ("Bia", "new@example.com", ["+49302", "+49301"])
        await perform(_ask("save", "Customer", record={"number": 5, "name": "Rui"}))
        assert (await perform(_ask("fetch", "Customer", key=5)))["name"] == "Rui"
        for record in ({"name": "Nobody"}, {"number": None}, {"number": -1}):
            with pytest.raises(NotPerformed, match="with a number only"):
                await perform(_ask("save", "Customer", record=record))
        with pytest.raises(NotPerformed, match="no records of the class Meter"):
            await perform(_ask("fetch", "Meter", key=1))


@ensureDeferred
async def test_contacts_are_a_customers_history(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        rig = Rig(storage, tmp_path, NoMail(), Orders())
        perform = rig.performing.perform
        card = await storage.customers.save(BIA)
        story = call("c1")
        story.insert(2, (at(1), f.CustomerKnown(call="c1", customer=card.id, by="number")))
        await storage.ledger.append(story)
        [contact] = await perform(_ask("list", "Contact", where="customer == 4711"))
        assert contact["id"] == "c1"
        assert (contact["customer"], contact["channel"], contact["direction"]) == (4711, "call", "in")
        assert (contact["result"], contact["subject"], contact["at"].tzinfo) == ("order", "service", None)
        assert await perform(_ask("find", "Contact", where="customer == 4711 and result == 'other'")) is None
        assert await perform(_ask("fetch", "Contact", key="c1")) == contact
        assert await perform(_ask("fetch", "Contact", key="c2")) is None
        for asked, told in (
            (_ask("list", "Contact", where="result == 'order'"), "one customer only"),
            (_ask("save", "Contact", record={"id": "c1", "note": "x"}), "kept by the server itself"),
        ):
            with pytest.raises(NotPerformed, match=told):
                await perform(asked)
        assert await rig.performing.perform(_ask("list", "Contact", where="customer == 9")) == []


def test_every_attribute_that_is_known_is_told() -> None:
    assert customer_record(BIA).keys() == KNOWN.classes["Customer"].attributes.keys()


def test_a_letter_from_a_template(tmp_path: Path) -> None:
    (tmp_path / "offer.pt.txt").write_text("Subject: Oferta {subject}\n\nOlá!\n{text}\n{other}\n", "utf-8")
    (tmp_path / "offer.txt").write_text("Subject: Offer\n\nHello!\n", "utf-8")
    letters = Letters(tmp_path)
    asked = {"to": "ana@example.com", "template": "offer", "language": "pt-BR", "text": "{subject}"}
    letter = letters.letter(asked)
    assert (letter.to, letter.subject, letter.text) == (["ana@example.com"], "Oferta", "Olá!\n{subject}\n{other}\n")
    assert letters.letter({**asked, "language": "de"}).text == "Hello!\n"
    assert letters.letter({**asked, "subject": "Own"}).subject == "Own"
    plain = letters.letter({"to": "ana@example.com", "subject": "A", "text": "B", "language": None})
    assert (plain.subject, plain.text) == ("A", "B")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"template": "../site"}, "no letter"),
        ({"template": "missing"}, "no letter 'missing'"),
        ({"template": "bare"}, "does not begin with a line Subject"),
        ({"template": "long"}, "too long"),
        ({"template": "binary"}, "cannot be read"),
        ({"subject": "A"}, "no subject or no text"),
        ({"subject": "A", "text": "B", "to": ""}, "no address"),
        ({"subject": "A", "text": "B", "to": ["x"]}, "to is no text"),
    ],
)
def test_a_letter_that_cannot_be_written(tmp_path: Path, asked: dict[str, object], told: str) -> None:
    (tmp_path / "bare.txt").write_text("Hello\n\nText")
    (tmp_path / "long.txt").write_text("Subject: A\n\n" + "x" * LONGEST_TEMPLATE)
    (tmp_path / "binary.txt").write_bytes(b"Subject: \xff\n\nText")
    with pytest.raises(RequestRefused, match=told):
        Letters(tmp_path).letter({"to": "ana@example.com", **asked})
    with pytest.raises(RequestRefused, match="no letter"):
        Letters(None).letter({"to": "ana@example.com", "template": "offer"})


def test_the_key_of_a_mail() -> None:
    assert mail_key("s:1:0:ab") == "s:1:0:ab"
    long = mail_key("s" * 500)
    assert len(long) <= LONGEST_KEY
    assert long == mail_key("s" * 500) != mail_key("s" * 501)
