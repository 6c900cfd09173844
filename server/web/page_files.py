"""A page with its scripts and styles, read once from the package that it stands in."""

import re
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

_MARK = re.compile(r"<!-- own (\w+) -->\n")
_PARTS = ("head", "header", "main", "rest")


class PageFiles:
    """`static/page.html` of a package, and the files in `static` and in its folders `more`.

    All pages share `frame.html`: what browsers must know, and the log-in. A page's own file has only what is its own.
    `language` is the site's, `en` or `pt`; it takes the place of LANGUAGE in the page. `name`: the page's place in the
    header with the ways to the other pages; empty: it has a header of its own.
    """

    def __init__(self, package: str, language: str, more: tuple[str, ...] = (), name: str = "") -> None:
        folder = resources.files(package) / "static"
        page = _in_frame((folder / "page.html").read_text("utf-8"), name)
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
    """The frame with a page's own file in it: what it adds to the head, and what follows each `<!-- own PART -->`."""
    here = resources.files(__package__)
    parts = dict.fromkeys(_PARTS, "")
    if name:
        place = f'id="to-{name}"'
        header = (here / "frame_header.html").read_text("utf-8")
        parts["header"] = header.replace(place, f'{place} aria-current="page"').replace("NAME", name)
    head, *others = _MARK.split(own)
    parts |= {"head": head, **dict(zip(others[::2], others[1::2], strict=True))}
    return _MARK.sub(lambda mark: parts[mark[1]], (here / "frame.html").read_text("utf-8"))
