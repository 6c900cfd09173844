"""The page of the scripts' statistics and its files."""

from importlib import resources

from server.web.answers import Answer, ProblemFound
from server.web.api import Asked
from server.web.monitor.pages import PAGE_POLICY, TYPES


class ScriptPages:
    """Page, scripts and styles, read once. `language` is the site's, `en` or `pt`."""

    def __init__(self, language: str) -> None:
        folder = resources.files(__package__) / "static"
        page = (folder / "page.html").read_text("utf-8")
        self._page = page.replace("LANGUAGE", "pt" if language == "pt" else "en").encode()
        self._files: dict[str, tuple[bytes, str]] = {}
        for file in folder.iterdir():
            kind = TYPES.get(f".{file.name.rpartition('.')[2]}")
            if kind is not None:
                self._files[file.name] = (file.read_bytes(), kind)

    async def scripts_page(self, _: Asked) -> Answer:
        """The page, of all scripts or of one. Its data need a log-in; it asks for that itself."""
        headers = {"Content-Security-Policy": PAGE_POLICY}
        return Answer(value=self._page, content_type="text/html; charset=utf-8", headers=headers)

    async def scripts_static(self, asked: Asked) -> Answer:
        """A script or a style."""
        found = self._files.get(asked.path["name"])
        if found is None:
            raise ProblemFound("not-found", "There is no such file.")
        body, kind = found
        return Answer(value=body, content_type=kind, headers={"Cache-Control": "no-cache"})
