"""A SIP message as text, read just far enough to copy its headers.

The edge has framed and checked it and pjsip has parsed it before it comes here; this reader is still harmless to any
text: it never raises on odd input, it finds less.
"""

_LONG_NAMES = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
"""Compact forms (RFC 3261 section 7.3.3) of the headers that are looked up here."""


class Message:
    """Start line and headers; bodies are left out."""

    def __init__(self, text: str) -> None:
        lines = _unfolded(text)
        self.start = lines[0] if lines else ""
        self._headers: dict[str, list[str]] = {}
        headers = self._headers
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if colon:
                name = name.strip().lower()
                name = _LONG_NAMES.get(name, name)
                if name in headers:
                    headers[name].append(value.strip())
                else:
                    headers[name] = [value.strip()]

    def first(self, name: str) -> str:
        """First value of a header (lower-case long name); empty if there is none."""
        return self._headers.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """All lines of a header, in order."""
        return self._headers.get(name, [])

    def request_uri(self) -> str:
        """The request URI; empty for a response."""
        words = self.start.split(" ")
        return words[1] if len(words) == 3 and words[2].startswith("SIP/") else ""


def _unfolded(text: str) -> list[str]:
    """The lines before the body, continuation lines joined to theirs (RFC 3261 section 7.3.1)."""
    head = text.partition("\r\n\r\n")[0]
    if "\r\n " not in head and "\r\n\t" not in head:
        return head.split("\r\n") if not head.startswith("\r\n") else []
    lines: list[str] = []
    for line in head.split("\r\n"):
        if not line:
            break
        if line[0] in " \t" and lines:
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
    return lines


def split_values(value: str) -> list[str]:
    """Values of a header that may hold several, cut at commas outside quotes and angle brackets."""
    if "," not in value:
        return [value]
    parts, start, quoted, depth, skip = [], 0, False, 0, False
    for index, sign in enumerate(value):
        if skip:
            skip = False
        elif quoted:
            skip = sign == "\\"
            quoted = sign != '"'
        elif sign == '"':
            quoted = True
        elif sign in "<>":
            depth += 1 if sign == "<" else -1
        elif sign == "," and depth == 0:
            parts.append(value[start:index].strip())
            start = index + 1
    parts.append(value[start:].strip())
    return parts
