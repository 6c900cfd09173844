"""Debian's chromium through playwright."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.servers import floor

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--mute-audio",
]  # fmt: skip
expect.set_options(timeout=60_000)  # milliseconds: what will come is waited for on a busy machine too


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def crowd() -> Iterator[str]:
    """Address of a server with a hundred agents and thirty queues (see `crowd`)."""
    yield from floor()


@pytest.fixture
def look(browser: Browser) -> Iterator[Any]:
    """`look(address, query, place, **context)` gives a page (the monitor) on which sofia is logged in.

    A script's fault fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def look(address: str, query: str = "", place: str = "/monitor", **context: Any) -> Page:
        opened = browser.new_context(**{"viewport": {"width": 1920, "height": 1080}, **context})
        contexts.append(opened)
        page = opened.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
        page.goto(f"http://{address}{place}{query}")
        log_in(page)
        return page

    yield look
    for context in contexts:
        context.close()
    assert not faults


def log_in(page: Page, user: str = "sofia") -> None:
    """Fill the form in; wait until the floor is live."""
    page.locator("[name=user]").fill(user)
    page.locator("[name=password]").fill(f"{user}'s word")
    page.locator("#log-in button").click()
    expect(page.locator("#floor")).to_be_visible()
