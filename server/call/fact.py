"""What all facts have."""

import msgspec


class Fact(msgspec.Struct, frozen=True, tag_field="t", kw_only=True, omit_defaults=True):
    """Base of all facts."""
