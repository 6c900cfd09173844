"""A session of a script as a desk shows it. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from scriptengine.interpreter import Ask, Item, Option
from scriptengine.interpreter.effects import Said
from scriptengine.interpreter.formatting import shown as formatted
from server.call.dialogs import Crumb, DialogView
from server.wire import desk_script

RUNNING, RESTING, ENDED = "running", "resting", "ended"
_FILES = ("file", "signature")
_STANDINGS: dict[str, desk_script.Standing] = {RUNNING: "running", RESTING: "resting", ENDED: "ended"}


def shown(call: str, view: DialogView, most_file_octets: int = 0) -> desk_script.Script:
    """The section of a session. What is spoken on the phone is left out: nobody at a desk hears it.

    `most_file_octets`: of a file, where one is asked for.
    """
    wants_file = view.ask is not None and any(item.type in _FILES for item in view.ask.items)
    return desk_script.Script(
        call=call,
        id=view.script,
        status=_STANDINGS[view.status],
        session=view.session,
        version=view.version,
        title=view.title,
        revision=view.revision,
        language=view.language,
        languages=view.languages,
        ask=_ask(view.ask) if view.ask is not None else None,
        ended=replace(view.ended, said=_said(view.ended.said), reusable={}) if view.ended is not None else None,
        said=_said(view.said),
        notices=view.notices,
        crumbs=tuple(_place(crumb) for crumb in view.crumbs),
        answers=view.answers,
        most_file_octets=most_file_octets if wants_file else 0,
    )


def told(view: DialogView) -> dict[str, str]:
    """What was answered in a session, in the order of its questions, as agents read it."""
    return {name: formatted(value, view.language) for name, value in view.answers.items() if value not in (None, "")}


def places(crumbs: Sequence[Crumb]) -> list[desk_script.Place]:
    """Where one can jump to."""
    return [_place(crumb) for crumb in crumbs]


def _place(crumb: Crumb) -> desk_script.Place:
    return desk_script.Place(crumb.key, crumb.node, crumb.label)


def _said(said: Sequence[Said]) -> tuple[Said, ...]:
    return tuple(replace(one, speech=()) for one in said)


def _ask(ask: Ask) -> Ask:
    return replace(ask, before=_said(ask.before), items=tuple(_item(item) for item in ask.items))


def _item(item: Item) -> Item:
    return replace(item, speech=(), options=tuple(_option(option) for option in item.options))


def _option(option: Option) -> Option:
    return replace(option, speech=(), key="")
