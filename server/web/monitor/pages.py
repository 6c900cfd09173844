"""The status page's files."""

from server.web.answers import Answer
from server.web.api import Asked
from server.web.page_files import PageFiles


class Pages:
    """`language` is the site's."""

    def __init__(self, language: str) -> None:
        self._files = PageFiles(__package__, language, more=("vendor",))

    async def root(self, _: Asked) -> Answer:
        """To the status page."""
        return Answer(status=303, headers={"Location": "/monitor"})

    async def page(self, _: Asked) -> Answer:
        """The page. Its data need a log-in; it asks for that itself."""
        return self._files.page()

    async def static(self, asked: Asked) -> Answer:
        """A script or a style."""
        return self._files.file(asked)
