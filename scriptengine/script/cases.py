"""The tests inside a script."""

from __future__ import annotations

from scriptengine.script.place import Element


class Given(Element, frozen=True, kw_only=True):
    """`given`: a name, or an attribute of a record, that has a value from the beginning; as written in an answer."""

    name: str
    value: str


class Answer(Element, frozen=True, kw_only=True):
    """`answer`: to a question; `yes`, `no`, ISO dates, decimal points; values of a list separated by spaces."""

    question: str
    value: str


class Expect(Element, frozen=True, kw_only=True):
    """`expect`: the session stands at `node`, the expression `test` holds, `call` (`service.operation`) was made."""

    node: str | None = None
    test: str | None = None
    call: str | None = None


class Case(Element, frozen=True, kw_only=True):
    """`test`"""

    name: str
    channel: str = "desk"
    givens: tuple[Given, ...] = ()
    steps: tuple[Answer | Expect, ...] = ()
