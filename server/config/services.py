"""What must be true of `[[service]]`. Pure."""

from server.config.findings import Notebook, Path, shown_value
from server.config.ranges import ID
from server.config.site import Service, SiteFile

SHORTEST_TOKEN = 20
"""Characters."""

HOUSE = frozenset(
    {
        "accounts", "acd", "bindings", "campaigns", "control", "credentials", "customers", "desk", "desk-gateway",
        "dialog-statistics", "dialog-store", "dialogs", "edge", "ending", "figures", "ivr", "mail", "mail-store",
        "monitor-store", "objects", "records", "reports", "scheduled-reports", "service-gate", "sessions", "speech",
        "storage", "telephony", "visits", "voicemail", "web",
    }
)  # fmt: skip
"""What the house offers itself: nobody else may, whatever the site file says."""


def check_services(site: SiteFile, notes: Notebook) -> None:
    """Note tokens that stand for nobody or for two, and interfaces that cannot be registered."""
    seen: dict[str, int] = {}
    for index, service in enumerate(site.service):
        path: Path = ("service", index)
        _token((*path, "token"), service.token, seen, notes)
        seen.setdefault(service.token, index)
        _interfaces((*path, "interfaces"), service, notes)
    if site.service and not site.web.listen:
        cure = 'Write listen = "127.0.0.1:8080" in [web]'
        notes.error(("service", 0), "services connect over the web, and it listens nowhere", cure)


def _token(path: Path, token: str, seen: dict[str, int], notes: Notebook) -> None:
    if not token:
        notes.empty(path, 'Write "file:PATH" or "env:NAME"')
    elif token in seen:
        notes.error(path, f"service[{seen[token]}] has the same token", "Give each service a token of its own")


def _interfaces(path: Path, service: Service, notes: Notebook) -> None:
    if not service.interfaces and not notes.has_error_at(path):
        notes.error(path, "it may register nothing", 'Name what it offers, such as ["meters"]')
    for place, name in enumerate(service.interfaces):
        if not ID.fullmatch(name):
            cure = "Use 1 to 64 letters, digits, dots, dashes and underscores, without spaces"
            notes.error((*path, place), f"{shown_value(name)} cannot be used as a name", cure)
        elif name in HOUSE:
            notes.error((*path, place), f'"{name}" is a service of the house', "Give yours another name")
