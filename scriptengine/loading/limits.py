"""How large a script may be."""

MAX_OCTETS = 1024 * 1024
"""Of the file."""
MAX_DEPTH = 64
"""Elements inside each other."""
MAX_ELEMENTS = 60_000
MAX_ATTRIBUTES = 40
"""Of one element; no element of the language has half as many."""
MAX_FINDINGS = 100
"""Told about one file: whoever has more corrects the first."""
