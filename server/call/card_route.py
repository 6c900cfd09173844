"""How a card proves to the edge that it is a card: a signed Route.

The card's first request of every dialog carries `Route: <sip:HOST:PORT;lr;card=NAME;sig=HEX>` (the edge's socket for
cards); the requests that follow carry the edge's own signed Record-Route. `sig` is HMAC-SHA256 of the card's name under
the secret that supervisor, core and bank share (`DIR/cards.key`, mode 0600), cut to 128 bits.
"""

import hmac


def signature(secret: str, card: str) -> str:
    """The `sig` parameter of a card's Route."""
    return hmac.new(secret.encode(), f"card:{card}".encode(), "sha256").hexdigest()[:32]


def card_route(secret: str, card: str, host: str, port: int) -> str:
    """The Route header's value for `card`, whose edge listens for cards at `host` and `port`."""
    shown = f"[{host}]" if ":" in host else host
    return f"<sip:{shown}:{port};lr;card={card};sig={signature(secret, card)}>"


def is_signed(secret: str, card: str, sig: str) -> bool:
    """Whether `sig` is this card's signature; compared in constant time."""
    return hmac.compare_digest(signature(secret, card), sig)
