"""Types of arguments: whatever does not fit them is refused before an operation sees it."""

from typing import Annotated

from msgspec import Meta

MeterNumber = Annotated[int, Meta(ge=10_000_000, le=99_999_999)]
CustomerNumber = Annotated[int, Meta(ge=10_000_000, le=99_999_999)]
Reading = Annotated[int, Meta(ge=0, le=999_999)]
HouseNumber = Annotated[int, Meta(ge=1, le=99_999)]
Postcode = Annotated[str, Meta(max_length=12, pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]+\Z")]
Phone = Annotated[str, Meta(max_length=24, pattern=r"^\+?[0-9(][0-9 ()/.-]{3,22}\Z")]
Topic = Annotated[str, Meta(pattern=r"^[a-z][a-z-]{0,63}\Z")]
CardNumber = Annotated[str, Meta(pattern=r"^[0-9]{12,19}\Z")]
Note = Annotated[str, Meta(max_length=5000)]


def plain_postcode(text: str) -> str:
    """A postcode without what people put between its digits."""
    return text.replace(" ", "").replace("-", "").upper()


def plain_phone(text: str) -> str:
    """A telephone number: digits, and a plus before them if there was one."""
    digits = "".join(sign for sign in text if sign.isdigit())
    return f"+{digits}" if text.startswith("+") else digits
