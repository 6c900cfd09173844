"""A page with its scripts and styles, read once from the package that it stands in."""

from importlib import resources

from server.web.answers import Answer, ProblemFound
from server.web.api import Asked

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}
"""What a file is, by the end of its name. Others are not handed out."""

MARK = "<!-- main -->"


class PageFiles:
    """`static/page.html` of a package, and the files in `static` and in its folders `more`.

    `language` is the site's, `en` or `pt`; it takes the place of LANGUAGE in the page. `framed`: the page's place among
    those that share heading and log-in (`frame.html`): its file has then only what is its own; empty: it is whole.
    """

    def __init__(self, package: str, language: str, more: tuple[str, ...] = (), framed: str = "") -> None:
        folder = resources.files(package) / "static"
        page = (folder / "page.html").read_text("utf-8")
        if framed:
            page = _in_frame(page, framed)
        self._page = page.replace("LANGUAGE", "pt" if language == "pt" else "en").encode()
        self._files: dict[str, tuple[bytes, str]] = {}
        for place in (folder, *(folder / name for name in more)):
            for file in place.iterdir():
                kind = TYPES.get(file.name.rpartition(".")[2])
                if kind is not None:
                    self._files[file.name] = (file.read_bytes(), kind)

    def page(self) -> Answer:
        """The page. Its data need a log-in; it asks for that itself."""
        headers = {"Content-Security-Policy": PAGE_POLICY}
        return Answer(value=self._page, content_type="text/html; charset=utf-8", headers=headers)

    def file(self, asked: Asked) -> Answer:
        """The script or style of the path's `name`. Raises `ProblemFound` if there is none."""
        found = self._files.get(asked.path["name"])
        if found is None:
            raise ProblemFound("not-found", "There is no such file.")
        body, kind = found
        return Answer(value=body, content_type=kind, headers={"Cache-Control": "no-cache"})


def _in_frame(own: str, name: str) -> str:
    """A page made of the frame and its own file: what it adds to the head, `MARK`, what stands below the log-in."""
    frame = (resources.files(__package__) / "frame.html").read_text("utf-8")
    head, _, main = own.partition(MARK)
    here = f'id="to-{name}"'
    frame = frame.replace(here, f'{here} aria-current="page"')
    return frame.replace("NAME", name).replace("HEAD", head).replace("MAIN", main)
