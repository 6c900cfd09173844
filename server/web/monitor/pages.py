"""The status page's files."""

from importlib import resources

from server.web.answers import Answer, ProblemFound
from server.web.api import Asked

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
STATIC = {
    "monitor.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
    "monitor.css": "text/css; charset=utf-8",
}
"""Files that may be asked for, and their types."""


class Pages:
    """Page, script and style, read once. `language` is the site's, `en` or `pt`."""

    def __init__(self, language: str) -> None:
        folder = resources.files(__package__) / "static"
        self._page = (folder / "page.html").read_text("utf-8").replace("LANGUAGE", "pt" if language == "pt" else "en")
        self._files = {name: (folder / name).read_bytes() for name in STATIC}

    async def root(self, _: Asked) -> Answer:
        """To the status page."""
        return Answer(status=303, headers={"Location": "/monitor"})

    async def page(self, _: Asked) -> Answer:
        """The page. Its data need a log-in; it asks for that itself."""
        headers = {"Content-Security-Policy": PAGE_POLICY}
        return Answer(value=self._page.encode(), content_type="text/html; charset=utf-8", headers=headers)

    async def static(self, asked: Asked) -> Answer:
        """Script and style."""
        name = asked.path["name"]
        if name not in self._files:
            raise ProblemFound("not-found", "There is no such file.")
        return Answer(value=self._files[name], content_type=STATIC[name], headers={"Cache-Control": "no-cache"})
