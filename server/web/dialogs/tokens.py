"""Tokens in addresses: 192 bits of chance, of which only the hash is kept."""

import base64
import hashlib
import hmac
import secrets

TOKEN_OCTETS = 24
MOST_CHARACTERS = 64
SESSION_OCTETS = 10
"""Of chance in a session's id, which people read to one another: 80 bits."""


def new_token() -> str:
    """A token for an address."""
    return secrets.token_urlsafe(TOKEN_OCTETS)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token[:MOST_CHARACTERS].encode("utf-8", "surrogatepass")).hexdigest()


def form_token(page_token: str) -> str:
    """What the forms of a page carry: only who has seen the page can know it."""
    return hashlib.sha256(b"form:" + page_token.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def is_form_token(sent: str, page_token: str) -> bool:
    """Whether a form came from the page."""
    return hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), form_token(page_token).encode())


def new_session() -> str:
    """An id of a session: 16 letters and digits in groups of four."""
    text = base64.b32encode(secrets.token_bytes(SESSION_OCTETS)).decode("ascii")
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))
