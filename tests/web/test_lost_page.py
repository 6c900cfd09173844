"""Addresses that people mistype: a page for browsers, a problem for programs."""

import re

import pytest
import pytest_twisted

from server.config.site import Site, SiteFile, Web
from tests.fakes.web_server import WebServer, done, header

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}


def serving(site: SiteFile | None = None) -> WebServer:
    made = WebServer(site or SiteFile(site=Site(name="Aurora & Co", language="pt"), web=Web(listen="127.0.0.1:0")))
    made.start()
    return made


@pytest.fixture
def server():
    made = serving()
    yield made
    pytest_twisted.blockon(done(made.stop()))


def links(page: str) -> list[str]:
    return re.findall(r'<a [^>]*href="(/[^"]*)"', page)


@pytest_twisted.ensureDeferred
async def test_a_browser_gets_a_page_in_its_language_with_the_way_back(server):
    for accepted, lang, words in (
        ("en-GB,en;q=0.9", "en", "This page does not exist"),
        ("pt-BR", "pt", "Esta página não existe"),
        ("de", "pt", "Esta página não existe"),
        ("", "pt", "Esta página não existe"),
    ):
        answer = await server.ask("GET", "/Monitor", headers={**BROWSER, "Accept-Language": accepted})
        page = answer.raw.decode()
        assert answer.code == 404
        assert header(answer, "content-type") == "text/html; charset=utf-8"
        assert f'<html lang="{lang}">' in page
        assert words in page
        assert "Aurora &amp; Co" in page
        assert links(page) == ["/monitor", "/reports", "/scripts"]
    asked = await server.ask("GET", "/Monitor?lang=en", headers=BROWSER)
    assert "This page does not exist" in asked.raw.decode()


@pytest_twisted.ensureDeferred
async def test_the_page_may_load_its_style_and_repeats_nothing_of_the_address(server):
    for path in ("/<script>alert(1)</script>", "/a%22onload=x", "/%0d%0aSet-Cookie:%20a=b", "/nowhere?lang=%3Cb%3E"):
        answer = await server.ask("GET", path, headers=BROWSER)
        page = answer.raw.decode()
        assert answer.code == 404
        assert not any(word in page for word in ("alert", "onload", "Set-Cookie", "<b>", "%3Cb"))
        assert header(answer, "set-cookie") is None
        assert "style-src 'self'" in header(answer, "content-security-policy")
        assert header(answer, "x-frame-options") == "DENY"
    for style in re.findall(r'href="(/dialogs/static/[^"]+)"', page):
        assert (await server.ask("GET", style)).code == 200


@pytest_twisted.ensureDeferred
async def test_programs_and_the_addresses_of_programs_keep_the_problem(server):
    for path in ("/api/v1/nothing", "/api", "/api/v1/calls/x/y"):
        answer = await server.ask("GET", path, headers=BROWSER)
        assert (answer.code, answer.json_body["type"]) == (404, "urn:caruso:problem:not-found"), path
    for accept in ("*/*", "application/json", "application/problem+json, text/html;q=0.5", "text/html;q=0", "x" * 9000):
        answer = await server.ask("GET", "/nowhere", headers={"Accept": accept})
        assert answer.json_body["type"] == "urn:caruso:problem:not-found", accept
    answer = await server.ask("POST", "/nowhere", headers=BROWSER)
    assert answer.json_body["type"] == "urn:caruso:problem:not-found"
    assert (await server.ask("HEAD", "/nowhere", headers=BROWSER)).raw == b""


@pytest_twisted.ensureDeferred
async def test_visitors_are_shown_what_is_for_visitors():
    server = serving(SiteFile(web=Web(listen="127.0.0.1:0", dialogs=["meter-reading"])))
    try:
        mistyped = await server.ask("GET", "/dialogs/meter-reading/x/y", headers=BROWSER)
        assert (mistyped.code, links(mistyped.raw.decode())) == (404, ["/dialogs"])
        short = await server.ask("GET", "/meter-reading", headers=BROWSER)
        assert (short.code, links(short.raw.decode())) == (404, ["/dialogs", "/monitor", "/reports", "/scripts"])
    finally:
        await server.stop()


@pytest_twisted.ensureDeferred
async def test_the_address_of_desks_says_that_it_is_for_desks(server):
    answer = await server.ask("GET", "/desk", headers={**BROWSER, "Accept-Language": "en"})
    page = answer.raw.decode()
    assert answer.code == 426
    assert "This address is for programs" in page
    assert links(page) == ["/monitor", "/reports", "/scripts"]
    refused = await server.ask("GET", "/monitor/feed", headers=BROWSER)
    assert (refused.code, refused.json_body["type"]) == (401, "urn:caruso:problem:not-logged-in")
