"""A dialog in a browser: the whole way without JavaScript and with it, at the width of a phone and of a desktop."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.servers import PICTURES
from tests.dialogs.slips import NO_SUCH_DAY, TOO_MANY

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a server with dialogs (see `dialog_house`)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.dialog_house"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = ""
        while not re.fullmatch(r"127\.0\.0\.1:\d+", line):
            line = process.stdout.readline()
            assert line, "the server ended"
            line = line.strip()
        yield line
    finally:
        process.stdin.close()
        process.wait(60)


@pytest.fixture
def visit(server: str, browser: Browser) -> Iterator[Any]:
    """`visit(script, js=True, size=PHONE)` gives a page on which the dialog has begun. A script's fault, a refused
    policy and a request to anywhere else fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def visit(script: str, *, js: bool = True, begin: bool = True, **context: Any) -> Page:
        opened = browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", "java_script_enabled": js, **context})
        contexts.append(opened)
        page = opened.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
        page.on("request", lambda asked: None if f"//{server}/" in asked.url or asked.url.startswith("blob:")
                else faults.append(asked.url))  # fmt: skip
        page.goto(f"http://{server}/dialogs{script and f'/{script}'}")
        if begin:
            page.get_by_role("button", name="Start now").click()
            page.wait_for_url("**/s/*")
        return page

    yield visit
    for context in contexts:
        assert all(not opened.cookies() for opened in [context])
        context.close()
    assert not faults


def press(page: Page, name: str = "Continue") -> None:
    """Press a button and wait for what comes of it."""
    page.locator("main").evaluate("main => main.setAttribute('data-former', '')")
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator("main")).to_have_count(1)
    expect(page.locator("main[data-former]")).to_have_count(0)


def answered(page: Page, heading: str) -> None:
    expect(page.locator("h1")).to_have_text(heading)


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then((all) => all.violations)")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"dialog-{name}.png", full_page=True)


def to_the_end(page: Page, look: Any) -> None:
    """Through the script with every type; `look(name)` is called at each stop."""
    answered(page, "What do you wish?")
    look("choice")
    page.get_by_label("Tea & milk").check()
    press(page)
    answered(page, "With what? (optional)")
    look("multi")
    for name in ("Sugar", "Cake"):
        page.get_by_label(name).check()
    press(page)
    answered(page, "About you")
    page.get_by_label("Your name").fill("Ana Reis")
    page.get_by_label("Anything else?").fill("Two\nlines")
    page.get_by_label("Yes").check()
    look("page")
    press(page)
    page.get_by_label("Your member number").fill("123")
    press(page)
    answered(page, "Figures")
    page.get_by_label("Price").fill("9.99")
    page.get_by_label("4", exact=True).check()
    page.get_by_label("Which day?").fill("2026-09-21")
    page.get_by_label("What time?").fill("09:30")
    look("grid")
    press(page)
    answered(page, "How to reach you")
    page.get_by_label("Telephone").fill("030 1234567")
    page.get_by_label("Postcode").fill("10115")
    look("list")
    press(page)
    page.get_by_label("Your PIN").fill("4711")
    press(page)
    answered(page, "Is this right?")
    look("confirm")
    press(page, "Yes, that is right")
    page.get_by_label("Yes, I agree").check()
    look("consent")
    press(page)
    answered(page, "Papers")
    page.get_by_label("A picture").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    page.get_by_label("Sign here").fill("Ana Reis")
    look("papers")
    press(page)
    answered(page, "How many, Ana Reis?")
    page.get_by_label("How many").fill("12")
    press(page)
    press(page, "Yes, that is right")
    expect(page.locator("main")).to_contain_text("Thank you, Ana Reis. That makes 12.")
    expect(page.locator(".reference strong")).to_have_text(re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}"))
    look("end")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_to_the_end_without_javascript(visit, size):
    page = visit("everything", js=False, viewport=size)
    to_the_end(page, lambda _: None)


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"])
def test_to_the_end_with_it_readable_for_everybody(visit, size, scheme):
    page = visit("everything", viewport=size, color_scheme=scheme)
    width = size["width"]

    def look(name: str) -> None:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"{name}-{width}")

    to_the_end(page, look)


def test_a_step_needs_no_new_page_and_says_at_once_what_is_wrong(visit):
    page = visit("meter-reading")
    page.evaluate("window.same = true")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    expect(page.get_by_label("What is your meter number?")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".wrong")).to_have_text("Error: Please answer.")
    field = page.get_by_label("What is your meter number?")
    expect(field).to_be_focused()
    field.fill("12x")
    field.blur()
    expect(page.locator(".wrong")).to_contain_text("Please enter a whole number.")
    assert field.get_attribute("aria-invalid") == "true"
    assert violations(page) == []
    picture(page, "wrong-1280")
    field.fill("10000017")
    expect(page.locator(".wrong")).to_be_hidden()
    assert asked == []
    field.press("Enter")
    answered(page, "What does the meter show? Only the digits before the comma.")
    assert page.evaluate("window.same")
    expect(page.get_by_label("What does the meter show?")).to_be_focused()
    page.get_by_label("What does the meter show?").fill("9")
    press(page)
    press(page, "Yes, that is right")
    answered(page, "That is lower than your last reading. Has the meter been replaced?")
    page.keyboard.press("2")
    expect(page.get_by_label("No")).to_be_checked()
    page.keyboard.press("Enter")
    answered(page, "What does the meter show? Only the digits before the comma.")


def test_what_the_server_does_not_accept_is_listed_and_leads_to_its_field(visit):
    page = visit("everything", viewport=PHONE)
    page.get_by_label("Coffee").check()
    press(page)
    press(page)
    page.get_by_label("Your name").fill("A")
    page.get_by_label("No").check()
    press(page)
    expect(page.locator("#problems")).to_be_focused()
    assert page.title().startswith("Error:")
    assert violations(page) == []
    picture(page, "problems-390")
    page.locator("#problems a").click()
    expect(page.get_by_label("Your name")).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_value("A")


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_slips_on_a_page_are_put_right_though_another_answer_changes_what_is_asked(visit, js):
    page = visit("slips", js=js)
    page.get_by_label("Tea").check()
    page.get_by_label("How many pieces?").fill("30")
    page.get_by_label("On which day?").fill("11")
    press(page)
    expect(page.locator("#problems")).to_contain_text(NO_SUCH_DAY)
    expect(page.locator("main")).to_contain_text("With milk?")
    page.get_by_label("Coffee").check()
    page.get_by_label("On which day?").fill("20")
    press(page)
    expect(page.locator("#problems")).to_contain_text(TOO_MANY)
    expect(page.locator("#problems")).not_to_contain_text(NO_SUCH_DAY)
    expect(page.locator("main")).not_to_contain_text("With milk?")
    expect(page.get_by_label("How many pieces?")).to_have_value("30")
    assert not js or violations(page) == []
    picture(page, f"slips-{'js' if js else 'plain'}")
    page.get_by_label("How many pieces?").fill("12")
    press(page)
    expect(page.locator("main")).to_contain_text("Order M-1.")


def test_an_answer_that_stands_alone_takes_the_others_away(visit):
    page = visit("everything")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    answered(page, "With what? (optional)")
    page.get_by_label("Sugar").check()
    page.get_by_label("Nothing").check()
    expect(page.get_by_label("Sugar")).not_to_be_checked()
    page.get_by_label("Cake").check()
    expect(page.get_by_label("Nothing")).not_to_be_checked()


def test_a_signature_can_be_drawn(visit):
    page = visit("everything")
    page.get_by_label("Coffee").check()
    press(page)
    press(page)
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("No").check()
    press(page)
    page.get_by_label("Price").fill("1")
    page.get_by_label("4", exact=True).check()
    page.get_by_label("Which day?").fill("2026-09-21")
    page.get_by_label("What time?").fill("09:30")
    press(page)
    page.get_by_label("Telephone").fill("030 1234567")
    page.get_by_label("Postcode").fill("10115")
    press(page)
    page.get_by_label("Your PIN").fill("4711")
    press(page)
    press(page, "Yes, that is right")
    page.get_by_label("Yes, I agree").check()
    press(page)
    pad = page.locator("canvas").bounding_box()
    page.mouse.move(pad["x"] + 30, pad["y"] + 60)
    page.mouse.down()
    page.mouse.move(pad["x"] + 200, pad["y"] + 30, steps=5)
    page.mouse.up()
    picture(page, "signed-1280")
    press(page)
    answered(page, "How many, Ana?")


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_later_with_a_private_link_on_another_device(visit, browser, js):
    page = visit("everything", js=js, viewport=PHONE)
    page.get_by_label("Coffee").check()
    press(page)
    answered(page, "With what? (optional)")
    press(page, "Go on later")
    link = page.locator("#link").input_value()
    expect(page.locator("main")).to_contain_text("keep it to yourself")
    if js:
        assert violations(page) == []
        picture(page, "later-390")
    other = browser.new_context(viewport=DESKTOP, locale="pt-BR", java_script_enabled=js)
    elsewhere = other.new_page()
    elsewhere.goto(link)
    elsewhere.get_by_role("button", name="Continuar").click()
    expect(elsewhere.locator("h1")).to_have_text("With what? (optional)")
    page.reload()
    other.close()


def test_who_wants_a_person_is_called_back(visit):
    page = visit("meter-reading", viewport=PHONE, locale="pt-BR", begin=False)
    picture(page, "begin-390")
    assert violations(page) == []
    page.get_by_role("button", name="Começar agora").click()
    page.get_by_role("button", name="Quero falar com uma pessoa").click()
    answered(page, "Nós ligamos para você")
    page.get_by_role("button", name="Quero que me liguem").click()
    expect(page.locator(".wrong")).to_contain_text("Responda, por favor.")
    assert violations(page) == []
    picture(page, "person-390")
    page.get_by_label("O seu telefone").fill("030 1234567")
    page.get_by_role("button", name="Quero que me liguem").click()
    expect(page.locator("main")).to_contain_text("Vamos ligar para 0301234567")
    assert violations(page) == []
    picture(page, "called-390")


def test_the_list_and_what_is_not_there_are_pages_too(visit, server):
    page = visit("", begin=False)
    expect(page.locator(".scripts a")).to_have_count(5)
    assert violations(page) == []
    picture(page, "list-1280")
    page.goto(f"http://{server}/dialogs/nothing")
    expect(page.locator("h1")).to_have_text("This page does not exist")
    assert violations(page) == []


def test_the_language_is_switched_in_the_middle(visit):
    page = visit("everything")
    page.get_by_role("button", name="Português").click()
    answered(page, "O que você deseja?")
    assert page.evaluate("document.documentElement.lang") == "pt"
    expect(page.get_by_role("button", name="Continuar", exact=True)).to_be_visible()


def test_what_was_written_stays_when_the_server_cannot_be_reached(visit):
    page = visit("meter-reading")
    page.get_by_label("What is your meter number?").fill("10000017")
    page.route("**/s/*", lambda route: route.abort())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached right now")
    expect(page.get_by_label("What is your meter number?")).to_have_value("10000017")
    page.unroute("**/s/*")
    press(page)
    answered(page, "What does the meter show? Only the digits before the comma.")
