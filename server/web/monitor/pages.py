"""The status page's files."""

from importlib import resources

from server.web.answers import Answer, ProblemFound
from server.web.api import Asked

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
"""What a file is, by the end of its name. Others are not handed out."""


class Pages:
    """Page, scripts and styles, read once. `language` is the site's, `en` or `pt`."""

    def __init__(self, language: str) -> None:
        folder = resources.files(__package__) / "static"
        self._page = (folder / "page.html").read_text("utf-8").replace("LANGUAGE", "pt" if language == "pt" else "en")
        self._files: dict[str, tuple[bytes, str]] = {}
        for place in (folder, folder / "vendor"):
            for file in place.iterdir():
                kind = TYPES.get(f".{file.name.rpartition('.')[2]}")
                if kind is not None:
                    self._files[file.name] = (file.read_bytes(), kind)

    async def root(self, _: Asked) -> Answer:
        """To the status page."""
        return Answer(status=303, headers={"Location": "/monitor"})

    async def page(self, _: Asked) -> Answer:
        """The page. Its data need a log-in; it asks for that itself."""
        headers = {"Content-Security-Policy": PAGE_POLICY}
        return Answer(value=self._page.encode(), content_type="text/html; charset=utf-8", headers=headers)

    async def static(self, asked: Asked) -> Answer:
        """A script or a style."""
        found = self._files.get(asked.path["name"])
        if found is None:
            raise ProblemFound("not-found", "There is no such file.")
        body, kind = found
        return Answer(value=body, content_type=kind, headers={"Cache-Control": "no-cache"})
