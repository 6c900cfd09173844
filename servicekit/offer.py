"""What a program offers: an interface, and operations that check their arguments before they run."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

import msgspec

_KEY = "key"


class Refused(Exception):
    """An operation is not carried out, for a reason that agents and customers may be told: one sentence."""


class ArgumentsRefused(Exception):
    """What an operation was asked with does not fit. The text is for the log."""


class Operation:
    """A method that scripts may call. A parameter named `key` is given the call's key, not an argument.

    Raises TypeError for a method whose parameters cannot be given by name, or are not annotated.
    """

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name = name
        self.is_coroutine = inspect.iscoroutinefunction(function)
        self._function = function
        hints = get_type_hints(function, include_extras=True)
        fields: list[Any] = []
        self._wants_key = False
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
                raise TypeError(f"{name}: {parameter} cannot be given by name")
            if parameter.name not in hints:
                raise TypeError(f"{name}: {parameter.name} has no type annotation")
            if parameter.name == _KEY:
                self._wants_key = True
            elif parameter.default is parameter.empty:
                fields.append((parameter.name, hints[parameter.name]))
            else:
                fields.append((parameter.name, hints[parameter.name], parameter.default))
        self._arguments = msgspec.defstruct(name, fields, kw_only=True, frozen=True, forbid_unknown_fields=True)

    def bound(self, arguments: Mapping[str, Any], key: str) -> Callable[[], Any]:
        """The call, ready to be made. Raises `ArgumentsRefused`."""
        try:
            given = msgspec.convert(dict(arguments), self._arguments)
        except msgspec.ValidationError as error:
            raise ArgumentsRefused(f"{self.name}: {error}") from None
        named = msgspec.structs.asdict(given)
        if self._wants_key:
            named[_KEY] = key
        return lambda: self._function(**named)


class Offer:
    """An interface in a version. `service`: an object whose public methods are the operations.

    `rank`: of several programs that offer it the one with the highest is asked.
    """

    def __init__(self, interface: str, version: str, service: object, *, rank: int = 0) -> None:
        self.interface = interface
        self.version = version
        self.rank = rank
        methods = inspect.getmembers(service, inspect.ismethod)
        self.operations = {name: Operation(name, method) for name, method in methods if not name.startswith("_")}
        if not self.operations:
            raise TypeError(f"{interface}: {type(service).__name__} has no public methods")
