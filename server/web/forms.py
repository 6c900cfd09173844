"""How forms come: what a request says of its body."""

from typing import Any

MULTIPART = b"multipart/form-data"
URL_ENCODED = b"application/x-www-form-urlencoded"


def content_type(request: Any) -> bytes:
    """Of the body, without parameters, in lower case; empty: none is named."""
    header: bytes = request.getHeader(b"content-type") or b""
    return header.split(b";")[0].strip().lower()
