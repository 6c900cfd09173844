"""How programs of the company get in: the tokens and interfaces of the site's `[[service]]` tables."""

from importlib import metadata

from server.app.core import Frame
from server.config.secret import resolve_secret
from server.config.site import SiteFile
from server.services.gate import ServiceGate
from server.services.grants import Grant, Grants


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


def service_gate(frame: Frame) -> ServiceGate:
    """The gate; the web hands it connections. Raises `SecretMissing`."""
    made = ServiceGate(frame.reactor, frame.directory, grants(frame.site), metadata.version("caruso"))
    frame.directory.provide("service-gate", "1.0", made)
    return made
