"""How programs of the company get in: the tokens and interfaces of the site's `[[service]]` tables."""

from importlib import metadata

from server.app.core import Frame
from server.config.secret import resolve_secret
from server.config.site import SiteFile
from server.services.gate import ServiceGate
from server.services.grants import Grant, Grants
from server.web.metrics import Figure


def grants(site: SiteFile) -> Grants:
    """What each `[[service]]` may do. Raises `SecretMissing`."""
    return Grants(
        Grant(
            name=service.name,
            token=resolve_secret(service.token, site.folder),
            interfaces=frozenset(service.interfaces),
            timeout_seconds=service.timeout_seconds,
            may_watch=service.may_watch,
        )
        for service in site.service
    )


def service_figures(gate: ServiceGate, site: SiteFile) -> list[Figure]:
    """For `/metrics`: who should be there and is not has 0."""

    def connected() -> dict[tuple[str, ...], float]:
        return {(service.name,): float(gate.connected_as(service.name)) for service in site.service}

    help = "Connections of each [[service]] of the site."
    return [Figure(name="services_connected", help=help, labels=("service",), read=connected)]


def service_gate(frame: Frame) -> ServiceGate:
    """The gate; the web hands it connections. Raises `SecretMissing`."""
    made = ServiceGate(frame.reactor, frame.directory, grants(frame.site), metadata.version("caruso"))
    frame.directory.provide("service-gate", "1.0", made)
    return made
