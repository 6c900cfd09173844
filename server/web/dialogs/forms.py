"""What a form sends: fields and files, with limits. Both ways of encoding are read (URL-encoded and multipart)."""

import re
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from multipart import MultipartError, MultipartParser, parse_options_header

from server.web.forms import MULTIPART, URL_ENCODED, content_type
from server.wire import api

MOST_FIELDS = 600
FIELD_OCTETS = api.MAX_BODY_OCTETS
DRAWING_OCTETS = 256 * 1024
"""A signature that was drawn, as text."""
_UNWANTED = re.compile(r"[^\w .()+-]+")


class FormRefused(Exception):
    """The form cannot be read. The text is for logs."""


class Upload(msgspec.Struct, frozen=True):
    """A file that was sent. `name`: what it was called, harmless; `is_too_large`: then `octets` is empty."""

    name: str
    octets: bytes
    is_too_large: bool = False


class Form(msgspec.Struct, frozen=True):
    """Fields in the order in which they were sent, each with its values; files by field."""

    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}

    def one(self, name: str) -> str:
        """The first value of a field; empty: it was not sent."""
        return (self.fields.get(name) or [""])[0]

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return self.fields.get(name, [])


def read_form(request: Any, most_file_octets: int) -> Form:
    """The form of a request. `most_file_octets`: of one file. Raises `FormRefused`."""
    kind = content_type(request)
    if kind == MULTIPART:
        return _read_multipart(request, most_file_octets)
    if kind != URL_ENCODED:
        raise FormRefused(f"it is {kind!r}")
    fields: dict[str, list[str]] = {}
    try:
        text = request.content.read(FIELD_OCTETS + 1).decode("ascii")
        for name, value in parse_qsl(
            text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS
        ):
            fields.setdefault(name, []).append(value)
    except ValueError as error:
        raise FormRefused(str(error)) from error
    return Form(fields)


def _read_multipart(request: Any, most_file_octets: int) -> Form:
    _, options = parse_options_header((request.getHeader(b"content-type") or b"").decode("latin-1"))
    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    try:
        parser = MultipartParser(
            request.content, options.get("boundary", ""), charset="utf8", part_limit=MOST_FIELDS, strict=True
        )
        for part in parser.parts():
            if part.filename is None:
                if part.size > DRAWING_OCTETS:
                    raise FormRefused(f"the field {part.name!r} is too long")
                fields.setdefault(part.name, []).append(part.value)
            elif part.size or part.filename:
                too_large = part.size > most_file_octets
                upload = Upload(harmless(part.filename), b"" if too_large else part.raw, too_large)
                files.setdefault(part.name, upload)
            part.close()
    except (MultipartError, ValueError) as error:
        raise FormRefused(str(error)) from error
    return Form(fields, files)


def harmless(name: str) -> str:
    """A file's name without its folders and without signs that mean something somewhere; at most 80 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _UNWANTED.sub("_", last).strip(". ")[-80:] or "file"
