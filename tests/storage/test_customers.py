"""Customers on a real database."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from pytest_twisted import ensureDeferred
from storage_rig import at, beside, call, running

from server.call import facts as f
from server.call.events import RequestRefused
from server.storage.customer_file import CustomerFileRefused, read_customers
from server.wire.desk import Customer

JOAO = Customer(number="K-100", name="João  da Silva", language="pt", numbers=["030 12345678", "+55 11 98765-4321"])
META = Customer(number="K-200", name="100% Meta_Werk", email="info@meta.test", segment="key", numbers=["1001"])


@ensureDeferred
async def test_a_number_is_found_however_it_is_written(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        joao = await storage.customers.save(JOAO)
        other = await storage.customers.save(replace(META, numbers=["0049 30 12345678", "1001"]))
        assert joao.numbers == ["+493012345678", "+5511987654321"]
        for written in ("+493012345678", "(030) 1234 5678", "00493012345678"):
            assert await storage.customers.by_number(written) == [other, joao]
        assert await storage.customers.by_number("10-01") == [other]
        assert await storage.customers.by_number("+493099999999") == []
        assert await storage.customers.by_number("") == []
        assert await storage.customers.get(joao.id) == joao
        assert await storage.customers.get("nobody") is None


@ensureDeferred
async def test_search(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        joao = await storage.customers.save(JOAO)
        meta = await storage.customers.save(META)
        found = {
            "joao": [joao],
            "DA SILVA": [joao],
            "100%": [meta],
            "0%": [meta],
            "%": [meta],
            "a_w": [meta],
            "_": [meta],
            "K-1": [joao],
            "345678": [joao],
            "030 12345678": [joao],
            "012345678": [joao],
            "78": [],
            "  ": [],
            "nobody": [],
        }
        for text, cards in found.items():
            assert await storage.customers.find(text) == cards, text
        for number in range(25):
            await storage.customers.save(Customer(name=f"Meier {number:02}"))
        assert [card.name for card in await storage.customers.find("meier")] == [f"Meier {n:02}" for n in range(20)]


@ensureDeferred
async def test_a_card_is_checked_and_kept_once(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        kept = await storage.customers.save(
            Customer(
                name=" A\u202ena\u2066 ", number="K-1", numbers=["030 12345678", "+493012345678", "", "1001", "10 01"]
            )
        )
        assert (kept.name, kept.numbers) == ("Ana", ["+493012345678", "1001"])
        changed = await storage.customers.save(replace(kept, name="Ana B", numbers=["1002"]))
        assert changed == await storage.customers.get(kept.id)
        assert await storage.customers.by_number("1001") == []
        assert beside(tmp_path).execute("SELECT count(*) FROM customer").fetchone() == (1,)


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        (Customer(), "customer-not-valid"),
        (Customer(name="x" * 201), "customer-not-valid"),
        (Customer(name="a\0b"), "customer-not-valid"),
        (Customer(name="a", email="nowhere"), "customer-not-valid"),
        (Customer(name="a", numbers=["1"] * 21), "customer-not-valid"),
        (Customer(name="a", numbers=["1" * 65]), "customer-not-valid"),
        (Customer(name="a", numbers=["--"]), "customer-not-valid"),
        (Customer(id="unknown", name="a"), "unknown-customer"),
        (Customer(name="a", number="K-100"), "customer-number-taken"),
    ],
)
@ensureDeferred
async def test_a_card_that_cannot_be_kept_is_refused(tmp_path: Path, card: Customer, problem: str) -> None:
    async with running(tmp_path) as storage:
        await storage.customers.save(JOAO)
        with pytest.raises(RequestRefused) as refused:
            await storage.customers.save(card)
        assert refused.value.problem == problem
        assert beside(tmp_path).execute("SELECT count(*) FROM customer").fetchone() == (1,)


@ensureDeferred
async def test_history_of_a_customer_or_of_a_number(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        for number in range(3):
            story = call(f"c{number}", number * 100.0)
            if number:
                story.insert(4, (at(number * 100 + 3), f.CustomerKnown(call=f"c{number}", customer="k1", by="number")))
            await storage.ledger.append(story)
        assert [c.call for c in await storage.customers.history("k1", "")] == ["c2", "c1"]
        assert [c.call for c in await storage.customers.history("", "030 1234567")] == ["c2", "c1", "c0"]
        assert [c.call for c in await storage.customers.history("", "+49301234567", limit=1)] == ["c2"]
        assert await storage.customers.history("", "") == []


@ensureDeferred
async def test_importing_twice_is_importing_once(tmp_path: Path) -> None:
    async with running(tmp_path) as storage:
        assert await storage.customers.import_customers([JOAO, META]) == 2
        first = await storage.customers.find("joao")
        assert await storage.customers.import_customers([JOAO, META]) == 0
        assert await storage.customers.import_customers([JOAO, replace(META, name="Meta GmbH")]) == 1
        assert await storage.customers.find("joao") == first
        with pytest.raises(RequestRefused):
            await storage.customers.import_customers([Customer(name="new", number="K-300"), Customer(name="none")])
        assert beside(tmp_path).execute("SELECT count(*) FROM customer").fetchone() == (2,)


def test_customers_from_files(tmp_path: Path) -> None:
    as_csv, as_json = tmp_path / "customers.csv", tmp_path / "customers.json"
    as_csv.write_text("number,name,numbers\nK-1,Ana,030 12345678; 1001\nK-2,Bo,\n", encoding="utf-8")
    as_json.write_text(
        '[{"number":"K-1","name":"Ana","numbers":["030 12345678","1001"]},{"number":"K-2","name":"Bo"}]',
        encoding="utf-8",
    )
    assert read_customers(as_csv) == read_customers(as_json)
    assert read_customers(as_csv)[0].numbers == ["030 12345678", "1001"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "name\nAna\n", "line 1: no column 'number'"),
        ("a.csv", "number,phone\n1,2\n", "line 1: unknown column 'phone'"),
        ("a.csv", "number,name\n1,Ana\n2\n", "line 3"),
        ("a.csv", "number,name\n1,Ana,x\n", "line 2"),
        ("a.json", "[{]", "a.json"),
        ("a.json", '[{"number":"1","phone":"2"}]', r"\$\[0\]"),
        ("b.json", None, "b.json"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CustomerFileRefused, match=said):
        read_customers(tmp_path / name)
