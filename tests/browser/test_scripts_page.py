"""The statistics of scripts, as supervisors find them in a browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import PICTURES, served

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
DAY = "from=2026-01-05&to=2026-01-05"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server over scripts that were gone through (see `visited_scripts`)."""
    yield from served("visited_scripts", str(tmp_path_factory.mktemp("visited")))


def _worked_out(page: Page) -> None:
    """A process counts the sessions; on a busy machine it takes seconds to begin."""
    expect(page.locator("#working")).to_be_hidden(timeout=60_000)


def _violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document)")["violations"]
    return [f"{one['id']}: {[node['html'][:200] for node in one['nodes']]}" for one in found]


def test_from_the_list_to_a_script_and_its_figures(look: Any, server: str) -> None:
    page = look(server, f"?{DAY}", "/scripts", bypass_csp=True)
    _worked_out(page)
    expect(page.locator("#list tbody tr")).to_have_count(2)
    assert not _violations(page)
    page.screenshot(path=PICTURES / "scripts-list.png", full_page=True)
    page.get_by_role("link", name="complaint").click()
    expect(page.locator("#one")).to_be_visible(timeout=60_000)
    expect(page.locator("#picture svg")).to_be_visible()
    expect(page.locator("#title")).to_have_text("Complaint")
    expect(page.locator("#numbers dd").first).to_have_text("240")
    expect(page.locator("section.nodes tbody tr").first).to_contain_text("240")
    page.locator("#version").select_option("2")
    _worked_out(page)
    expect(page.locator("#numbers dd").first).to_have_text("120")
    page.locator("#against").select_option("1")
    _worked_out(page)
    expect(page.locator("section.compared tbody tr")).not_to_have_count(0)
    expect(page).to_have_url(f"http://{server}/scripts/complaint?{DAY}&version=2&against=1")
    assert not _violations(page)
    page.screenshot(path=PICTURES / "scripts-complaint.png", full_page=True)
    with page.expect_download() as loading:
        page.locator("section.nodes").get_by_role("link", name="CSV: Nodes").click()
    lines = loading.value.path().read_text("utf-8").splitlines()
    assert lines[0].startswith("node,kind,words,visits,")
    assert len(lines) - 1 == page.locator("section.nodes tbody tr").count()
    page.go_back()
    _worked_out(page)
    expect(page.locator("section.compared")).to_have_count(0)


@pytest.mark.parametrize(("theme", "width"), [("light", 800), ("dark", 1920)])
def test_in_portuguese_light_and_dark_narrow_and_wide(look: Any, server: str, theme: str, width: int) -> None:
    viewport = {"width": width, "height": 1000}
    place, query = "/scripts/meter-reading", f"?{DAY}&lang=pt&theme={theme}"
    page = look(server, query, place, bypass_csp=True, viewport=viewport)
    _worked_out(page)
    expect(page.locator("#title")).to_have_text("Leitura do medidor")
    expect(page.locator("section.outcomes")).to_contain_text("sucesso")
    expect(page.locator("#picture")).to_contain_text("Qual é o número do seu medidor?")
    assert not _violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (
        page.evaluate("[...document.querySelectorAll('.box')].filter((box) => box.scrollWidth > box.clientWidth)") == []
    )
    page.screenshot(path=PICTURES / f"scripts-{theme}.png", full_page=True)


def test_on_paper_and_where_nothing_happened(look: Any, server: str) -> None:
    page = look(server, f"?{DAY}", "/scripts/complaint")
    _worked_out(page)
    expect(page.locator("#picture svg")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#choices")).to_be_hidden()
    expect(page.locator("section.paths")).to_be_visible()
    page.pdf(path=PICTURES / "scripts-complaint.pdf", format="A4", landscape=True)
    page.emulate_media(media="screen")
    page.locator("#period").select_option("yesterday")
    _worked_out(page)
    expect(page.locator("#empty")).to_have_text("No session began in this period.")
    page.goto(f"http://{server}/scripts/nobody")
    expect(page.locator("#floor")).to_be_visible(timeout=60_000)
    expect(page.locator("#problem")).to_have_text("There is no such script, or no such version of it.")
