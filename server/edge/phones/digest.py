"""Digest authentication (RFC 7616, RFC 8760): SHA-256 is offered first, then MD5.

A nonce says when it was made and is signed; it needs no memory until it is used. Used ones are remembered with their
highest count, so that nothing can be replayed. Nonces of a former run of the core are stale, not wrong. The answer to
an unknown user is the same, and takes the same work, as to a known one with a wrong password.
"""

import base64
import hashlib
import hmac
import re
from typing import NamedTuple

from server.call.now import Now
from server.call.ports import Credentials
from server.edge.phones.digest_limits import DigestLimits
from server.edge.signing import Signer
from server.edge.sip import uri
from server.edge.sip.errors import Refusal, SipError
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message

NONCE_SECONDS = 300
MAX_NONCES = 50_000
MAX_HEADER_CHARACTERS = 2048
ALGORITHMS = ("SHA-256", "MD5")
TOO_MANY = "too many wrong passwords, wait a minute"

_FIELD = re.compile(r'\s*([A-Za-z0-9\-_]+)\s*=\s*(?:"([^"\\]*+(?:\\.[^"\\]*+)*)"|([^\s",]+))\s*(?:,|$)')


class Verdict(NamedTuple):
    """Result of a check. `user`: who it is, proved; empty: nobody. `stale`: right, but the nonce is old. `failed`: an
    answer was given and it was wrong; `claimed` is the user it named; `limited`: what is refused from now on because of
    it, as `DigestLimits.failed` says."""

    user: str = ""
    stale: bool = False
    failed: bool = False
    claimed: str = ""
    limited: str = ""


class Used(NamedTuple):
    """The last use of a nonce: its count, and a fingerprint of the message that used it."""

    nc: int
    message: bytes


class Digest:
    """Makes challenges and checks answers. `boot`: any text that differs from run to run of the core."""

    def __init__(self, realm: str, signer: Signer, boot: str, credentials: Credentials, limits: DigestLimits) -> None:
        self.realm = realm
        self._signer = signer
        self._boot = signer.mac(b"boot", boot, 3)
        self._credentials = credentials
        self._limits = limits
        self._used: dict[str, Used] = {}
        self._oldest_valid = 0.0
        self._made = 0
        self._opaque = signer.mac(b"opaque", realm, 6)

    def challenge(self, now: Now, stale: bool = False) -> list[str]:
        """Values for WWW-Authenticate or Proxy-Authenticate, the best first."""
        nonce = self._nonce(now)
        old = ", stale=true" if stale else ""
        return [
            f'Digest realm="{self.realm}", nonce="{nonce}", opaque="{self._opaque}", algorithm={algorithm}, '
            f'qop="auth"{old}'
            for algorithm in ALGORITHMS
        ]

    def verify(self, request: Message, key: str, flow: Flow, now: Now) -> Verdict:
        """Check the credentials in the headers `key` (`authorization` or `proxy-authorization`).

        Raises `Refusal` 403 where too many were wrong.
        """
        worst = Verdict()
        for value in request.lines(key):
            fields = credentials(value)
            if fields is None or fields.get("realm") != self.realm:
                continue
            worst = self._try(request, fields, flow, now)
            if worst.user:
                return worst
        return worst

    def _try(self, request: Message, fields: dict[str, str], flow: Flow, now: Now) -> Verdict:
        """Check one, within the limits. Each counts, so that a request with many is no way around."""
        user = fields.get("username", "")
        if not self._limits.may_try(user, flow, now):
            raise Refusal(403, TOO_MANY)
        is_over = self._limits.is_over(user, flow, now)
        found = self._check(request, fields, now)
        if not found.failed:
            return found
        limited = self._limits.failed(user, flow, now)
        if is_over:
            raise Refusal(403, TOO_MANY)
        return found._replace(limited=limited)

    def _check(self, request: Message, fields: dict[str, str], now: Now) -> Verdict:
        user = fields.get("username", "")
        wrong = Verdict(failed=True, claimed=user[:64])
        algorithm = fields.get("algorithm", "MD5").upper()
        count = fields.get("nc", "")
        if algorithm not in ALGORITHMS or fields.get("qop") != "auth" or not re.fullmatch("[0-9a-fA-F]{8}", count):
            return wrong
        if not fields.get("cnonce") or not _same_uri(fields.get("uri", ""), request.uri):
            return wrong
        issued = self._issued(fields.get("nonce", ""))
        if issued is None:
            return wrong
        if not self._answers(request.method, fields, user, algorithm):
            return wrong
        if not self._is_fresh(fields["nonce"], issued, int(count, 16), request, now):
            return Verdict(stale=True, claimed=user[:64])
        return Verdict(user=user)

    def _answers(self, method: str, fields: dict[str, str], user: str, algorithm: str) -> bool:
        """Whether the response is right for one of the user's passwords."""
        make = hashlib.sha256 if algorithm == "SHA-256" else hashlib.md5

        def digest(text: str) -> str:
            return make(text.encode("utf-8", "surrogateescape")).hexdigest()

        ha2 = digest(f"{method}:{fields['uri']}")
        tail = f"{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:auth:{ha2}"
        given = fields.get("response", "").lower().encode("utf-8", "replace")
        known = self._credentials.ha1(user, algorithm)
        right = False
        for ha1 in known or [digest(self._boot)]:
            right |= hmac.compare_digest(digest(f"{ha1}:{tail}").encode(), given)
        return right and bool(known)

    def _nonce(self, now: Now) -> str:
        self._made = (self._made + 1) % 0x1000000  # no two phones may share one
        text = f"{self._boot}{int(now.mono * 1000):012x}{self._made:06x}"
        return base64.urlsafe_b64encode(bytes.fromhex(text + self._signer.mac(b"nonce", text))).decode().rstrip("=")

    def _issued(self, nonce: str) -> float | None:
        """When the nonce was made (`Now.mono`), -1 in a former run; None: it is not ours."""
        try:
            raw = base64.urlsafe_b64decode(nonce + "=" * (-len(nonce) % 4)).hex()
        except ValueError:
            return None
        text, signature = raw[:24], raw[24:]
        if not hmac.compare_digest(signature, self._signer.mac(b"nonce", text)):
            return None
        return int(text[6:18], 16) / 1000 if text[:6] == self._boot else -1.0

    def _is_fresh(self, nonce: str, issued: float, count: int, request: Message, now: Now) -> bool:
        """Whether nonce and count are new. The same message twice is a retransmission, not a replay."""
        if issued < self._oldest_valid or not issued <= now.mono + 1 <= issued + NONCE_SECONDS + 1:
            return False
        fingerprint = hashlib.blake2s(request.raw, digest_size=12).digest()
        used = self._used.get(nonce)
        if used is not None and (count < used.nc or (count == used.nc and fingerprint != used.message)):
            return False
        self._used.pop(nonce, None)
        self._used[nonce] = Used(count, fingerprint)
        if len(self._used) > MAX_NONCES:
            self._forget()
        return True

    def _forget(self) -> None:
        """Drop the nonces that were not used for longest; all that are as old as they become stale."""
        for nonce in list(self._used)[: MAX_NONCES // 10]:
            del self._used[nonce]
            self._oldest_valid = max(self._oldest_valid, self._issued(nonce) or 0.0)


def credentials(value: str) -> dict[str, str] | None:
    """Fields of an Authorization value, names in lower case; None: it is not (correct) Digest."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() != "digest" or len(value) > MAX_HEADER_CHARACTERS:
        return None
    fields: dict[str, str] = {}
    position = 0
    while position < len(rest):
        match = _FIELD.match(rest, position)
        if match is None or match[1].lower() in fields:
            return None
        quoted = match[2]
        fields[match[1].lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else match[3]
        position = match.end()
    return fields


def _same_uri(given: str, request_uri: str) -> bool:
    """Whether the digest's URI is the request's."""
    if given == request_uri:
        return True
    try:
        return uri.same(uri.parse(given), uri.parse(request_uri))
    except SipError:
        return False
