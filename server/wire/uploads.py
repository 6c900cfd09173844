"""Files and signatures that answer questions of scripts: how a desk sends them, and how their names look.

| request                                           | body       | answer         | who                              |
|---------------------------------------------------|------------|----------------|----------------------------------|
| POST /api/v1/dialogs/{session}/uploads/{question} | the octets | 201 UploadKept | agent who has the session's call |
| GET /api/v1/uploads/{folder}/{name}               |            | the octets     | agent                            |

Octets are `application/octet-stream`. A long body is judged by its head: none of it is read for a session that is not
the agent's, or a question that is not asked just now or wants no file. The name with which a file is kept is the answer
to its question, whether it came from a desk or from the web.
"""

import re

import msgspec

SIGNATURE_OCTETS = 192 * 1024
"""Of a drawn signature; one is some 10 kB."""
EXTENSIONS = ("jpg", "jpeg", "png", "webp", "heic", "pdf")
"""How files of the kinds that are taken are usually called."""
BEGINNING_OCTETS = 16
"""So many tell the kind of a file."""

_NAME = re.compile(r"[A-Z0-9-]{8,40}/[A-Za-z0-9_-]{8,40}\.[a-z]{3,4}")
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
)
_HEIC = (b"heic", b"heix", b"mif1", b"msf1")


class UploadKept(msgspec.Struct, frozen=True):
    """The answer to the question."""

    name: str


def is_name(answer: object) -> bool:
    """Whether an answer is the name of a file that was sent (otherwise a paper is filed under it)."""
    return isinstance(answer, str) and _NAME.fullmatch(answer) is not None


def kind_of(beginning: bytes) -> str | None:
    """What a file is by how it begins (`BEGINNING_OCTETS` are enough); None: nothing that is taken."""
    for magic, kind in _MAGIC:
        if beginning.startswith(magic):
            return kind
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "webp"
    return "heic" if beginning[4:8] == b"ftyp" and beginning[8:12] in _HEIC else None
