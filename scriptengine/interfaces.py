"""What a script may know of the world: classes of records and services, by name, with their types.

Customer, Contact and mail are always known. A company's own stand in files of TOML: `interfaces.toml` or
`NAME.interfaces.toml` beside the scripts, or any file that is named on the command line.

    [classes.Meter]
    key = "serial"                                # the attribute that tells one from another
    shown = "serial"                              # what a choice of them shows; the key when it is left out
    attributes = { serial = "string", customer = "integer", reading = "decimal" }

    [services.outages]
    version = "1.0"

    [services.outages.operations.report]
    arguments = { street = "string", note = "string" }
    optional = ["note"]
    results = { ticket = "string", until = "time" }
    may_be_empty = ["until"]                      # a result that is not always there
    idempotent = false
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from scriptengine.expressions import List, NameType, Record, Type
from scriptengine.files import limited_octets
from scriptengine.findings import Finding, LoadError
from scriptengine.suggesting import did_you_mean

MAX_OCTETS = 256 * 1024
_TYPES = {
    "string": Type.TEXT, "text": Type.TEXT, "memo": Type.TEXT, "choice": Type.TEXT, "phone": Type.TEXT,
    "email": Type.TEXT, "iban": Type.TEXT, "postcode": Type.TEXT, "file": Type.TEXT, "signature": Type.TEXT,
    "integer": Type.INTEGER, "scale": Type.INTEGER,
    "decimal": Type.NUMBER, "number": Type.NUMBER, "money": Type.NUMBER,
    "boolean": Type.BOOLEAN, "yesno": Type.BOOLEAN, "consent": Type.BOOLEAN,
    "date": Type.DATE, "time": Type.TIME, "datetime": Type.DATETIME,
}  # fmt: skip
_LIST = "-list"
_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")


class ClassInterface(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class of records. `attributes`: name to type word. `shown`: empty: the key.

    `kept_by_server`: attributes that are filled when a record is saved, whatever a script has set.
    """

    attributes: dict[str, str]
    key: str
    shown: str = ""
    kept_by_server: tuple[str, ...] = ()


class Operation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An operation of a service: name to type word of what it takes and gives.

    `optional`: arguments that may be left out. `may_be_empty`: results that are not always there, so that checks do
    not take them for answered.
    """

    arguments: dict[str, str] = {}
    optional: tuple[str, ...] = ()
    results: dict[str, str] = {}
    may_be_empty: tuple[str, ...] = ()
    idempotent: bool = False

    def sure_results(self) -> frozenset[str]:
        """Results that are there whenever the operation was done."""
        return frozenset(self.results) - frozenset(self.may_be_empty)


class ServiceInterface(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service."""

    operations: dict[str, Operation]
    version: str = "1.0"


class Interfaces(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All classes and services that are known."""

    classes: dict[str, ClassInterface] = {}
    services: dict[str, ServiceInterface] = {}

    def record(self, class_name: str) -> Record | None:
        """The type of a class's records; None: the class is not known. A class inside a class is told by its key."""
        known = self.classes.get(class_name)
        if known is None:
            return None
        attributes = {name: self._inner(word) for name, word in known.attributes.items()}
        shown = known.shown or known.key
        return Record(attributes, shown if attributes.get(shown) is Type.TEXT else "")

    def type_named(self, word: str) -> NameType | None:
        """The type that a word of `param`, `var` or an interface names; None: it is not known."""
        if word in ("list", "multi"):
            return List(Type.TEXT)
        if word.endswith(_LIST):
            inner = self.type_named(word.removesuffix(_LIST))
            return None if inner is None else List(inner)
        return _TYPES.get(word) or self.record(word)

    def type_words(self) -> list[str]:
        """Every word that names a type."""
        return [*_TYPES, "list", *self.classes]

    def _inner(self, word: str) -> NameType:
        if word in self.classes:
            return self._inner(self.classes[word].attributes[self.classes[word].key])
        return self.type_named(word) or Type.TEXT


KNOWN = Interfaces(
    classes={
        "Customer": ClassInterface(
            key="number",
            shown="name",
            attributes={
                "number": "integer",
                "name": "string",
                "language": "string",
                "email": "string",
                "phone": "string",
                "segment": "string",
            },
        ),
        "Contact": ClassInterface(
            key="id",
            shown="subject",
            kept_by_server=("channel", "direction", "at"),
            attributes={
                "id": "string",
                "customer": "Customer",
                "channel": "string",
                "direction": "string",
                "at": "datetime",
                "subject": "string",
                "note": "string",
                "result": "string",
            },
        ),
    },
    services={
        "mail": ServiceInterface(
            operations={
                "send": Operation(
                    arguments={
                        "to": "string", "subject": "string", "text": "string", "template": "string",
                        "language": "string",
                    },
                    optional=("subject", "text", "template", "language"),
                    results={"id": "string"},
                )
            }
        )
    },
)  # fmt: skip
"""What every script knows."""

BUILT_IN: Mapping[str, NameType] = {
    "caller": Record(
        {"number": Type.TEXT, "name": Type.TEXT, "customer_id": Type.INTEGER, "language": Type.TEXT}, "number"
    ),
    "queue": Record({"id": Type.TEXT, "name": Type.TEXT}, "id"),
    "agent": Record({"id": Type.TEXT, "name": Type.TEXT}, "name"),
    "channel": Type.TEXT,
    "language": Type.TEXT,
    "now": Type.DATETIME,
}
"""Names that are known everywhere."""


def load_interfaces(files: Iterable[Path]) -> Interfaces:
    """What is always known, with what stands in these files. Raises LoadError (I01 unreadable, I02 wrong)."""
    classes, services = dict(KNOWN.classes), dict(KNOWN.services)
    findings: list[Finding] = []
    for path in files:
        try:
            read = _read(path)
        except LoadError as error:
            findings += error.findings
        else:
            classes |= read.classes
            services |= read.services
    interfaces = Interfaces(classes, services)
    for wrong in _wrong(interfaces):
        findings.append(Finding(", ".join(map(str, files)), "I02", 1, 1, "error", *wrong))
    if findings:
        raise LoadError(findings)
    return interfaces


def beside(script: Path) -> list[Path]:
    """The files of interfaces in a script's folder."""
    folder = script.parent
    found = sorted(path for path in folder.glob("*.interfaces.toml") if path.is_file())
    general = folder / "interfaces.toml"
    return [general, *found] if general.is_file() else found


def _read(path: Path) -> Interfaces:
    try:
        octets = limited_octets(path, MAX_OCTETS)
    except OSError as error:
        raise _refused(path, "I01", f"The file cannot be read: {error.strerror}.", "Check its name.") from None
    if len(octets) > MAX_OCTETS:
        raise _refused(path, "I01", f"The file has more than {MAX_OCTETS} octets.", "Split it.")
    try:
        return msgspec.convert(tomllib.loads(octets.decode()), Interfaces)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        place = _LINE.search(str(error))
        line, column = (int(place.group(1)), int(place.group(2))) if place else (1, 1)
        message = f"This is no TOML: {_LINE.sub('', str(error)).strip()}."
        finding = Finding(str(path), "I01", line, column, "error", message, "Check quotes, brackets and =.")
        raise LoadError([finding]) from None
    except msgspec.ValidationError as error:
        hint = "Write [classes.NAME] with key and attributes, [services.NAME.operations.NAME] with arguments, results."
        raise _refused(path, "I02", f"{error}.", hint) from None


def _refused(path: Path, code: str, message: str, hint: str) -> LoadError:
    return LoadError([Finding(str(path), code, 1, 1, "error", message, hint)])


def _wrong(interfaces: Interfaces) -> Iterable[tuple[str, str]]:
    """Message and hint for each type that is not known, and each key that is no attribute."""
    used: list[tuple[str, Mapping[str, str]]] = []
    for name, known in interfaces.classes.items():
        used.append((f"class {name}", known.attributes))
        for attribute in {known.key, known.shown, *known.kept_by_server} - {""} - set(known.attributes):
            yield f"The class {name} has no attribute {attribute}.", did_you_mean(attribute, known.attributes)
        if known.attributes.get(known.key) in interfaces.classes:
            yield f"The key of the class {name} is another class.", "Use an attribute that is a string or integer."
    for name, service in interfaces.services.items():
        for operation, declared in service.operations.items():
            used += [(f"{name}.{operation}", declared.arguments), (f"{name}.{operation}", declared.results)]
            for argument in set(declared.optional) - set(declared.arguments):
                yield f"{name}.{operation} has no argument {argument}.", did_you_mean(argument, declared.arguments)
            for result in set(declared.may_be_empty) - set(declared.results):
                yield f"{name}.{operation} gives no result {result}.", did_you_mean(result, declared.results)
    for owner, types in used:
        for attribute, word in types.items():
            if interfaces.type_named(word) is None:
                message = f"The type {word} of {attribute} ({owner}) is not known."
                yield message, did_you_mean(word, interfaces.type_words())
