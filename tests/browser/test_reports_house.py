"""The reports of a whole running server: a caller who gave up is in the report, the same as the command line tells."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.house.house import House, free_ports, until
from tests.house.sipp import trunk
from tests.house.sites import site

MORE = """
[[agent]]
id = "sofia"
name = "Sofia"
role = "supervisor"
phone = "tel:+351210000009"
password = "sofia's word"
"""

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    text = site(agents=1, phone_port=free_ports(1)[0], spare=2, maximum=8, more=MORE)
    with House(tmp_path_factory.mktemp("house"), text) as house:
        yield house


def test_a_caller_who_gave_up_is_in_the_report(house, look, tmp_path):
    callers = trunk(
        tmp_path, server=house.sip_port, port=free_ports(1)[0], number="800", calls=1, rate=1, talk_ms=300,
        caller="+49301234567",
    )  # fmt: skip
    try:
        until("the end of the call", lambda: any(entry["t"] == "call-closed" for entry in house.entries()))
    finally:
        callers.end()
    page = look(f"127.0.0.1:{house.web_port}", "?report=lost-calls", place="/reports")
    row = page.locator("#table tbody tr")
    expect(row).to_have_count(1, timeout=60_000)
    expect(row).to_contain_text("+49301234567")
    expect(row).to_contain_text("short-abandoned")
    page.get_by_role("link", name="Calls per queue").click()
    expect(page.locator("#title")).to_have_text(re.compile("Calls per queue"))
    expect(page.locator("tfoot td.n").first).to_have_text("1", timeout=60_000)
    caruso = Path(sys.executable).parent / "caruso"
    told = subprocess.run(
        [caruso, "report", "calls", "--data", house.data, "--format", "json"], capture_output=True, check=True
    )
    table = json.loads(told.stdout)
    names = [column["name"] for column in table["columns"]]
    total = dict(zip(names, table["total"], strict=True))
    assert (total["offered"], total["short_abandoned"], total["abandoned"]) == (1, 1, 0)
    shown = page.locator("tfoot td.n").evaluate_all("cells => cells.map(cell => cell.dataset.value)")
    assert shown == ["" if value is None else f"{value:g}" for value in table["total"][2:]]
