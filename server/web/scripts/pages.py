"""The page of the scripts' statistics and its files."""

from server.web.answers import Answer
from server.web.api import Asked
from server.web.page_files import PageFiles


class ScriptPages:
    """`language` is the site's."""

    def __init__(self, language: str) -> None:
        self._files = PageFiles(__package__, language, name="scripts")

    async def scripts_page(self, _: Asked) -> Answer:
        """The page, of all scripts or of one. Its data need a log-in; it asks for that itself."""
        return self._files.page()

    async def scripts_static(self, asked: Asked) -> Answer:
        """A script or a style."""
        return self._files.file(asked)
