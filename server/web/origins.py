"""Which web pages are ours, where we are reached, and from where a request came."""

from typing import Any
from urllib.parse import urlsplit

from server.networks import is_loopback, spoken_for

_PORTS = {"http": 80, "https": 443}
_FORWARDING = (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via")


class Origins:
    """Judges the `Origin` header (RFC 6454). `public_url` empty: a page is ours if its origin is the Host it asked."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url.rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self._public_url.startswith("https:")

    def is_ours(self, request: Any) -> bool:
        """Whether a request comes from a page of ours, or says nothing about pages (then a program sent it)."""
        origins = request.requestHeaders.getRawHeaders(b"origin") or []
        if not origins:
            return True
        return len(origins) == 1 and self._same(origins[0].decode("latin-1"), request)

    def is_certainly_ours(self, request: Any) -> bool:
        """The same for a request whose cookie would be sent by any page: `Origin` or `Referer` must say it is ours."""
        if request.requestHeaders.hasHeader(b"origin"):
            return self.is_ours(request)
        referer = request.getHeader(b"referer")
        return referer is not None and self._same(referer.decode("latin-1"), request)

    def is_our_host(self, request: Any) -> bool:
        """Whether a request was sent to our public name; a proxy on this machine may call us otherwise. Without a
        public name every name is ours."""
        if not self._public_url or is_loopback(str(request.getClientAddress().host)):
            return True
        theirs = urlsplit(f"//{_host(request)}").hostname
        return theirs == urlsplit(self._public_url).hostname

    def base_url(self, request: Any) -> str:
        """Our address as the asker knows it, without a slash at the end."""
        return self._public_url or f"http://{_host(request)}"

    def _same(self, url: str, request: Any) -> bool:
        theirs = _origin(url)
        return theirs is not None and theirs == _origin(self.base_url(request))


def _host(request: Any) -> str:
    host = request.getHeader(b"host")
    if host:
        return str(host.decode("latin-1"))
    here = request.getHost()
    shown = f"[{here.host}]" if ":" in here.host else here.host
    return f"{shown}:{here.port}"


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what is no address of a page."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname or port is None:
        return None
    return parts.scheme, parts.hostname, port


def client_address(request: Any) -> str:
    """Where a request comes from. A proxy on this machine is believed about whom it speaks for."""
    forwarded = request.getHeader(b"x-forwarded-for") or b""
    return spoken_for(str(request.getClientAddress().host), forwarded.decode("latin-1"))


def is_local(request: Any) -> bool:
    """Whether a program on this machine asks us directly: not a proxy, and not a page under another name."""
    if any(request.requestHeaders.hasHeader(name) for name in _FORWARDING):
        return False
    name = urlsplit(f"//{_host(request)}").hostname or ""
    return is_loopback(str(request.getClientAddress().host)) and (name == "localhost" or is_loopback(name))
