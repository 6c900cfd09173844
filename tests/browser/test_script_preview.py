"""The preview in a browser: three surfaces, back, what is given, saving with and without errors; light and dark."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.servers import PICTURES

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
DIALOGS = Path(__file__).parents[2] / "dialogs"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    for name in ("meter-reading.xml", "interfaces.toml"):
        (tmp_path / name).write_bytes((DIALOGS / name).read_bytes())
    return tmp_path / "meter-reading.xml"


@pytest.fixture
def address(script: Path) -> Iterator[str]:
    words = [sys.executable, "-m", "server", "script", "preview", str(script)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
    assert found is not None
    yield found[0]
    process.terminate()
    process.wait(60)


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Any]:
    faults: list[str] = []
    contexts = []

    def opened(**context: Any) -> Page:
        contexts.append(browser.new_context(**{"viewport": {"width": 1600, "height": 1100}, **context}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
        page.goto(address)
        expect(page.locator("#desk form")).to_be_visible()
        return page

    yield opened
    for one in contexts:
        one.close()
    assert not faults


def _violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    return [
        f"{one['id']}: {[node['html'] for node in one['nodes']]}"
        for one in page.evaluate("axe.run(document)")["violations"]
    ]


def test_one_answer_leads_on_three_surfaces_and_back(opened: Any) -> None:
    page = opened()
    page.locator("#test").select_option("read today")
    page.locator("#given-form button").click()
    expect(page.locator("#surfaces")).to_have_attribute("aria-busy", "false")  # what is shown now stays
    page.locator("#desk-meter").fill("12345678")
    page.locator("#desk button.first").click()
    expect(page.locator("#web")).to_contain_text("What does the meter show?")
    expect(page.locator("#ivr")).to_contain_text("12345678. Is that right?")
    expect(page.locator("#picture .here")).to_have_count(2)
    page.locator("#ivr").get_by_role("button", name="1: that is right").click()
    expect(page.locator("#ivr")).to_contain_text("press the hash key")
    expect(page.locator("#picture .here")).to_have_count(1)
    page.locator("#ivr [name=digits]").fill("12300")
    page.locator("#ivr [name=digits]").press("Enter")
    page.locator("#web").get_by_role("button", name="Yes").click()  # it is right: the web asks as well
    expect(page.locator("#desk")).to_contain_text("Did you read the meter today?")
    page.locator("#desk").get_by_role("button", name="Yes").click()
    for surface in ("desk", "web", "ivr"):
        expect(page.locator(f"#{surface} .over")).to_contain_text("Over: done")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "script-preview.png")
    page.locator("#back").click()
    expect(page.locator("#desk")).to_contain_text("Did you read the meter today?")
    page.locator("#restart").click()
    expect(page.locator("#web")).to_contain_text("What is your meter number?")


def test_a_save_reloads_and_errors_leave_what_was_good(opened: Any, script: Path) -> None:
    page = opened()
    good = script.read_text("utf-8")
    script.write_text(good.replace("What is your meter number?", "Which meter?"), "utf-8")
    expect(page.locator("#desk")).to_contain_text("Which meter?")
    script.write_text(good.replace('<go to="reading" if="found"/>', '<go to="reading" if="fuond"/>'), "utf-8")
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#findings li.error").first).to_contain_text("fuond")
    expect(page.locator("#desk")).to_contain_text("Which meter?")
    line = 1 + good[: good.index('<go to="reading" if="found"/>')].count("\n")
    page.locator("#findings li.error").first.get_by_role("link", name=f"line {line}").click()
    expect(page.locator(f"#source #L{line}")).to_have_class(re.compile("error chosen"))
    expect(page.locator(f"#source #L{line}")).to_be_in_viewport()
    assert not _violations(page)
    page.screenshot(path=PICTURES / "script-preview-errors.png")
    script.write_text(good, "utf-8")
    expect(page.locator("#stale")).to_be_hidden()
    expect(page.locator("#findings")).to_contain_text("Nothing to object to.")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_it_is_accessible_in_portuguese_and_narrow(opened: Any, look: str) -> None:
    page = opened(color_scheme=look, locale="pt-BR", viewport={"width": 800, "height": 1400})
    page.locator("#language").select_option("pt")
    expect(page.locator("#desk")).to_contain_text("Qual é o número do seu medidor?")
    page.locator("#desk button.first").click()
    expect(page.locator("#desk .problem")).to_have_text("Responda, por favor.")
    assert not _violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=PICTURES / f"script-preview-{look}.png")
