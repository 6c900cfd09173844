"""Documents and sample data that must agree with the code."""

import json
import runpy
from collections import Counter
from pathlib import Path

import phonenumbers
import pytest

from scriptengine.loading import load_file
from scriptengine.script import End
from server.config.load import check_site, load_site
from server.storage.customer_file import read_customers

ROOT = Path(__file__).parents[2]
UTILITY = ROOT / "verticals" / "utility"


def test_the_tables_of_the_administrators_guide_are_those_of_the_code() -> None:
    keys = runpy.run_path(str(ROOT / "docs" / "site_keys.py"))
    source = keys["source"]()
    document = (ROOT / "docs" / "administrator.md").read_text("utf-8")
    assert keys["undocumented"](source) == []
    assert keys["renewed"](document, source) == document, "run: python docs/site_keys.py"


def test_the_utility_company_is_usable_as_it_is() -> None:
    site, findings = check_site(UTILITY / "site.toml")
    assert findings == []
    assert site is not None
    assert [queue.id for queue in site.queue][:2] == ["billing", "outages"], "the first ones are those with numbers"
    assert [agent.id for agent in site.agent] == ["ana", "bruno", "carla", "dora"]


def test_the_sample_customers_are_whole_and_two_share_a_number() -> None:
    customers = read_customers(UTILITY / "customers.json")
    numbers = [number for customer in customers for number in customer.numbers]
    assert len({customer.number for customer in customers}) == len(customers) == 12
    assert len(numbers) - len(set(numbers)) == 1
    assert all(phonenumbers.is_possible_number(phonenumbers.parse(number)) for number in numbers)


def test_the_sample_contacts_belong_to_customers_agents_and_queues() -> None:
    site = load_site(UTILITY / "site.toml")
    customers = {customer.number: customer.numbers for customer in read_customers(UTILITY / "customers.json")}
    for contact in json.loads((UTILITY / "contacts.json").read_text("utf-8")):
        assert contact["number"] in customers[contact["customer"]]
        assert contact["queue"] in {queue.id for queue in site.queue}
        assert contact["agent"] in {"", *(agent.id for agent in site.agent)}
        assert contact["result"] in {"", *(result.id for result in site.result)}


@pytest.mark.parametrize("file", sorted((ROOT / "dialogs").glob("*.xml")), ids=lambda file: file.stem)
def test_every_end_of_a_sample_has_its_queue_and_its_result_in_the_utility_company(file: Path) -> None:
    site = load_site(UTILITY / "site.toml")
    ends = [node for node in load_file(file).all_nodes() if isinstance(node, End)]
    assert ends
    assert {end.queue for end in ends if end.queue} <= {queue.id for queue in site.queue}
    assert {end.disposition for end in ends if end.disposition} <= {result.id for result in site.result}
    taken = Counter(queue for agent in site.agent for queue in agent.queues)
    assert all(taken[queue.id] for queue in site.queue)


def test_paths_that_the_documents_name_exist() -> None:
    import re

    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        text = document.read_text("utf-8")
        for path in re.findall(r"`((?:server|agentdesk|docs|tests|verticals|deploy)/[\w./-]*)`", text):
            assert (ROOT / path).exists(), f"{document.name}: {path}"
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (document.parent / link).exists(), f"{document.name}: {link}"
