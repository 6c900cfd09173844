"""The page for people who come to an address that has none: what happened, and the way back.

Browsers say that they want HTML (`Accept`, RFC 9110, 12.5.1). Programs, and everybody below `/api`, get the problem.
Nothing of the address stands in the page.
"""

from typing import Any

from twisted.web.template import tags
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from server.config.site import SiteFile
from server.web.answers import Answer, ProblemFound
from server.web.dialogs import pages
from server.web.dialogs.frame import POLICY, Around, Nodes, document
from server.web.languages import asked_language

HTML = "text/html"
OFFERED = ("application/problem+json", "application/json", HTML)
"""What an error can be answered as; of those that are equally welcome, the first."""
LANGUAGES = ("en", "pt")
MOST_ACCEPT = 500

_WORDS = {
    "en": {
        "missing-title": "This page does not exist",
        "missing": "The address is wrong, or the page is no longer there.",
        "upgrade-required-title": "This address is for programs",
        "upgrade-required": "Here the agents' desk connects. It is a program of its own and does not run in a browser.",
        "dialogs": "What you can do here",
        "staff": "For our staff:",
        "pages": "These pages are here:",
        "/monitor": "Status monitor",
        "/reports": "Reports",
        "/scripts": "Scripts",
    },
    "pt": {
        "missing-title": "Esta página não existe",
        "missing": "O endereço está errado ou a página não está mais aqui.",
        "upgrade-required-title": "Este endereço é para programas",
        "upgrade-required": "Aqui se conecta a mesa dos atendentes. Ela é um programa próprio: não roda no navegador.",
        "dialogs": "O que você pode fazer aqui",
        "staff": "Para a nossa equipe:",
        "pages": "Estas páginas estão aqui:",
        "/monitor": "Monitor",
        "/reports": "Relatórios",
        "/scripts": "Roteiros",
    },
}
STAFF_PAGES = ("/monitor", "/reports", "/scripts")
VISITORS = "/dialogs"


class LostPage:
    """Makes the page in the asker's language, or else the site's."""

    def __init__(self, site: SiteFile) -> None:
        self._house = site.site.name
        self._language = site.site.language
        self._has_visitors = bool(site.web.dialogs)

    def is_for(self, request: Any) -> bool:
        """Whether a person asks, with a browser, for something that is not the API."""
        path: bytes = request.path
        if request.method not in (b"GET", b"HEAD") or path == b"/api" or path.startswith(b"/api/"):
            return False
        accept = (request.getHeader(b"accept") or b"").decode("latin-1")
        if len(accept) > MOST_ACCEPT:
            return False
        return parse_accept_header(accept, MIMEAccept).best_match(OFFERED) == HTML

    async def answer(self, request: Any, problem: ProblemFound) -> Answer:
        """The page that stands in for a problem."""
        language = asked_language(request, LANGUAGES, self._language)
        words = _WORDS[language]
        about = problem.type_id if problem.type_id in words else "missing"
        title = words[f"{about}-title"]
        around = Around(self._house, language, LANGUAGES)
        main = [*pages.notice(title, words[about]), *self._ways(words, _is_for_visitors(request))]
        return Answer(
            value=await document(around, title, main),
            status=problem.status,
            content_type=f"{HTML}; charset=utf-8",
            headers={**problem.headers, "Content-Security-Policy": POLICY},
        )

    def _ways(self, words: dict[str, str], is_for_visitors: bool) -> Nodes:
        ways: Nodes = []
        if self._has_visitors or is_for_visitors:
            ways.append(tags.p(tags.a(words["dialogs"], href=VISITORS, class_="button"), class_="ways"))
        if is_for_visitors:
            return ways
        places = [tags.li(tags.a(words[place], href=place)) for place in STAFF_PAGES]
        return [*ways, tags.p(words["staff" if ways else "pages"]), tags.ul(*places, class_="scripts")]


def _is_for_visitors(request: Any) -> bool:
    path: bytes = request.path
    return path == VISITORS.encode() or path.startswith(VISITORS.encode() + b"/")
