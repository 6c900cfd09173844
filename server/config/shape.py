"""Whether parsed TOML has the shape of the structs in `site`: keys that exist, keys that must be, types.

`msgspec.convert` stops at the first error; this walk goes on and notes all of them. What has the right shape goes into
a `SiteFile` all the same, so that its values can be checked in the same run: a value of the wrong shape is replaced by
its default, or by an empty text where there is none.
"""

from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from server.config.findings import Notebook, Path, did_you_mean, shown_value
from server.config.site import SiteFile

_NAMES = {str: 'a text in quotes, such as "x"', int: "a whole number", float: "a number", bool: "true or false"}
_NOT_KEYS = {"folder"}
_WRONG: Any = object()
_LARGEST = 2**53
"""Beyond it a whole number is not exact as a floating one; no key means so much."""


def shaped(data: dict[str, Any], notes: Notebook) -> SiteFile:
    """`data` as a `SiteFile`. Every difference in shape is noted as an error, and the site is then not to be used."""
    return msgspec.convert(_struct((), data, SiteFile, notes), SiteFile)


def keys_of(table: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """The keys that a table of the file may have."""
    return {f.encode_name: f for f in msgspec.structs.fields(table) if table is not SiteFile or f.name not in _NOT_KEYS}


def is_required(field: msgspec.structs.FieldInfo) -> bool:
    """Whether a key has no default."""
    return field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT


def _struct(path: Path, data: dict[str, Any], wanted: type[msgspec.Struct], notes: Notebook) -> dict[str, Any]:
    hints = get_type_hints(wanted)
    fields = keys_of(wanted)
    good: dict[str, Any] = {}
    for key, value in data.items():
        if key in fields:
            seen = _value((*path, key), value, hints[fields[key].name], notes)
            if seen is not _WRONG:
                good[key] = seen
            continue
        what = "key" if path else "table"
        notes.error((*path, key), f'unknown {what} "{key}"', did_you_mean(key, fields, f"Take the {what} out"))
    for name, field in fields.items():
        if is_required(field) and name not in data:
            example = '["..."]' if get_origin(hints[field.name]) is list else '"..."'
            notes.error(path, f'the key "{name}" is missing', f"Add {name} = {example} to this [[{path[0]}]]")
        if is_required(field):
            good.setdefault(name, _nothing(hints[field.name]))
    return good


def _value(path: Path, value: Any, wanted: Any, notes: Notebook) -> Any:
    """The value with what is wrong inside of it replaced, or `_WRONG` if it is wrong as a whole."""
    origin = get_origin(wanted)
    if origin is UnionType:  # a list of texts, or one text
        texts, text = get_args(wanted)
        return _value(path, value, texts if isinstance(value, list) else text, notes)
    if origin is list:
        return _list(path, value, get_args(wanted)[0], notes)
    if origin is dict:
        return _dict(path, value, get_args(wanted)[1], notes)
    if origin is Literal:
        return _word(path, value, [str(word) for word in get_args(wanted)], notes)
    if issubclass(wanted, msgspec.Struct):
        if isinstance(value, dict):
            return _struct(path, value, wanted, notes)
        return _wrong(path, value, f"a table [{path[0]}]", notes)
    return value if _fits(value, wanted) else _wrong(path, value, _NAMES[wanted], notes)


def _nothing(wanted: Any) -> Any:
    """What stands in for a required value that is missing."""
    return [] if get_origin(wanted) is list else ""


def _list(path: Path, value: Any, member: Any, notes: Notebook) -> Any:
    is_table = issubclass(member, msgspec.Struct)
    if not isinstance(value, list):
        cure = f"[[{path[0]}]], which may be repeated" if is_table else 'a list, such as ["x", "y"]'
        return _wrong(path, value, cure, notes)
    seen = [_value((*path, index), one, member, notes) for index, one in enumerate(value)]
    empty: Any = ""
    if is_table:
        hints = get_type_hints(member)
        empty = {name: _nothing(hints[f.name]) for name, f in keys_of(member).items() if is_required(f)}
    return [empty if one is _WRONG else one for one in seen]  # in place, so that indices stay true


def _dict(path: Path, value: Any, member: Any, notes: Notebook) -> Any:
    if not isinstance(value, dict):
        return _wrong(path, value, "names and numbers, such as { english = 5 }", notes)
    seen = {key: _value((*path, key), one, member, notes) for key, one in value.items()}
    return {key: one for key, one in seen.items() if one is not _WRONG}


def _word(path: Path, value: Any, words: list[str], notes: Notebook) -> Any:
    if isinstance(value, str) and value in words:
        return value
    notes.error(path, f"{shown_value(value)} is not possible here", did_you_mean(str(value)[:60], words, ""))
    return _WRONG


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool):
        return wanted is bool
    if isinstance(value, int) and abs(value) > _LARGEST:
        return False
    return isinstance(value, int | float if wanted is float else wanted)


def _wrong(path: Path, value: Any, wanted: str, notes: Notebook) -> Any:
    kind = "a table" if isinstance(value, dict) else "a list" if isinstance(value, list) else shown_value(value)
    notes.error(path, f"{kind} stands here", f"Write {wanted}")
    return _WRONG
