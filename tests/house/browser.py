"""A visitor of a house's pages, with a browser that has no JavaScript."""

import http.cookiejar
import urllib.parse
import urllib.request
from typing import Any

from lxml import html

from tests.house.house import House


class Browser:
    """A customer without JavaScript."""

    def __init__(self, at: House) -> None:
        self._base = f"http://127.0.0.1:{at.web_port}"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        self.url = ""
        self.seen: list[str] = []
        self.page: Any = None

    def go(self, path: str) -> None:
        self._show(self._opener.open(self._base + path, timeout=60))

    def press(self, do: str, **fields: str) -> None:
        (form,) = [form for form in self.page.xpath("//form") if form.xpath(f'.//button[@value="{do}"]')]
        sent = {one.get("name"): one.get("value") or "" for one in form.xpath('.//input[@type="hidden"]')}
        data = urllib.parse.urlencode({**sent, **fields, "do": do}).encode()
        url = urllib.parse.urljoin(self.url, form.get("action") or self.url)
        self._show(self._opener.open(urllib.request.Request(url, data, {"Origin": self._base}), timeout=60))

    def heading(self) -> str:
        return " ".join(self.page.xpath("//h1")[0].text_content().split())

    def text(self) -> str:
        return " ".join(self.page.xpath("//main")[0].text_content().split())

    def _show(self, answer: Any) -> None:
        text = answer.read().decode()
        self.seen.append(text)
        self.url, self.page = answer.url, html.fromstring(text)
