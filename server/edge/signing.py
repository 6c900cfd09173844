"""What the edge signs, so that it can believe itself after a restart (RFC 3261 section 16.11).

All values are MACs (keyed BLAKE2s, RFC 7693) under the key in the data directory. Each use has a label of its own
(BLAKE2's `person`), so that no value can stand for another.
"""

import hmac
from functools import lru_cache
from hashlib import blake2s
from zlib import crc32

from server.edge.sip import flows
from server.edge.sip.flows import Flow
from server.edge.sip.remembered import ANSWERS

MAGIC = "z9hG4bK"
KEY_OCTETS = 32
_TAG_CHARACTERS = 13


class Signer:
    """Signs and checks. `key`: 16 to 32 secret octets, the same over restarts. Raises `ValueError` otherwise."""

    def __init__(self, key: bytes) -> None:
        if not 16 <= len(key) <= KEY_OCTETS:
            raise ValueError("the edge's key must be 16 to 32 octets long")
        self._key = key
        self._begun: dict[tuple[bytes, int], blake2s] = {}
        self._branch = self._begin(b"branch", 9)  # these two are needed for every message, so they have no step between
        self._back = self._begin(b"back", 6)
        self.route = lru_cache(maxsize=ANSWERS)(self._route)

    def mac(self, label: bytes, text: str, octets: int = 9) -> str:
        """Hexadecimal MAC of `text`; `label` is at most 8 octets, one of a few."""
        begun = self._begun.get((label, octets))
        if begun is None:  # with the key taken in, once for all
            begun = self._begun[label, octets] = self._begin(label, octets)
        mac = begun.copy()
        mac.update(text.encode("utf-8", "surrogateescape"))
        return mac.hexdigest()

    def _begin(self, label: bytes, octets: int) -> blake2s:
        return blake2s(digest_size=octets, key=self._key, person=label)

    def branch(self, upstream: str, loop: str, target: str = "") -> str:
        """Branch for a request forwarded from the transaction `upstream`.

        The last 8 digits are a digest of `loop` (what routing depends on), to tell a loop from a spiral. `target` keeps
        the branches of a fork apart.
        """
        mac = self._branch.copy()
        mac.update(f"{upstream}|{target}".encode("utf-8", "surrogateescape"))
        return f"{MAGIC}{mac.hexdigest()}{crc32(loop.encode('utf-8', 'surrogateescape')):08x}"

    def loop(self, text: str) -> str:
        """Digest of the fields that routing depends on (RFC 3261 section 16.6 step 8). It proves nothing: no MAC."""
        return f"{crc32(text.encode('utf-8', 'surrogateescape')):08x}"

    def tag(self, upstream: str) -> str:
        """To tag of the edge's own answer in the transaction `upstream`."""
        return f"e{self.mac(b'tag', upstream, 6)}"

    def is_tag(self, tag: str, upstream: str) -> bool:
        """Whether a To tag is the `tag` of that transaction."""
        return len(tag) == _TAG_CHARACTERS and tag == self.tag(upstream)

    def way_back(self, branch: str, flow: Flow) -> str:
        """Via parameter that says whither the answer goes, signed together with the branch."""
        text = flows.to_text(flow)
        mac = self._back.copy()
        mac.update(f"{branch}|{text}".encode("utf-8", "surrogateescape"))
        return f"{text}*{mac.hexdigest()}"

    def read_way_back(self, branch: str, token: str) -> Flow | None:
        """The flow of `way_back`; None: the token is not ours."""
        text, _, signature = token.rpartition("*")
        mac = self._back.copy()
        mac.update(f"{branch}|{text}".encode("utf-8", "surrogateescape"))
        if not hmac.compare_digest(signature.encode("utf-8", "surrogateescape"), mac.hexdigest().encode()):
            return None
        return flows.from_text(text)

    def _route(self, card: str, call_id: str, flow: str) -> str:
        """Signature of a Record-Route: the card, the far end's flow (or empty) and the dialog's Call-ID.

        (`route` remembers the answers: a dialog asks for the same again and again.)
        """
        return self.mac(b"route", f"{card}|{flow}|{call_id}")

    def is_route(self, signature: str, card: str, call_id: str, flow: str) -> bool:
        """Whether a Record-Route's signature is right; compared in constant time."""
        return hmac.compare_digest(signature.encode("utf-8", "replace"), self.route(card, call_id, flow).encode())
