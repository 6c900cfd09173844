"""Which language a page is shown in, where it has several."""

from typing import Any

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

MOST_WANTED = 20
MOST_ACCEPTED = 500
"""Characters that are looked at."""


def asked_language(request: Any, languages: tuple[str, ...], site: str) -> str:
    """Of `languages`: the one that the address names (`?lang=pt`), else the one that the browser prefers, else the
    site's, else the first."""
    wanted = (request.args.get(b"lang") or [b""])[0].decode("latin-1")[:MOST_WANTED]
    accepted = (request.getHeader(b"accept-language") or b"").decode("latin-1")[:MOST_ACCEPTED]
    return chosen_language(languages, wanted, accepted, site)


def chosen_language(languages: tuple[str, ...], wanted: str, accepted: str, site: str) -> str:
    """Of `languages`: the one that is wanted, that the browser accepts (RFC 9110, 12.5.4), the site's, or the first."""
    for one in (wanted, *_accepted(accepted), site):
        main = one.lower().partition("-")[0]
        same = [language for language in languages if language.lower() == one.lower()]
        similar = [language for language in languages if language.lower().partition("-")[0] == main]
        if one and (same or similar):
            return (same or similar)[0]
    return languages[0]


def _accepted(header: str) -> list[str]:
    return [language for language, quality in parse_accept_header(header, LanguageAccept) if quality > 0]
