"""Valid tags to the script's frozen objects. Here the DTD has been fulfilled: what must be there is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from scriptengine.loading.fields import (
    Fields,
    is_yes,
    optional_word,
    parts_of,
    spoken_parts_of,
    word,
    words,
    written,
)
from scriptengine.loading.tags import Tag
from scriptengine.script import (
    Action,
    AnyNode,
    Arg,
    Block,
    Call,
    Choice,
    Choices,
    Clear,
    Constraint,
    Decision,
    End,
    Filled,
    Go,
    Group,
    Hint,
    Info,
    Label,
    Load,
    Log,
    NoInput,
    NoMatch,
    On,
    Prompt,
    Question,
    Result,
    Save,
    Set,
    Subdialog,
    Text,
    Title,
)

_E = TypeVar("_E")
_ACTIONS = ("set", "clear", "load", "save", "call", "log")
_NODES = ("info", "question", "group", "decision", "subdialog", "block", "end")


def _plain(label: Label) -> str:
    """The words of a label without the values in it."""
    return "".join(part for part in label.parts if isinstance(part, str))


class Building(Fields):
    """Builds the elements of one script; each method makes one class."""

    def node(self, tag: Tag) -> AnyNode:
        """Any node."""
        built: AnyNode = getattr(self, f"_{tag.name}")(tag)
        return built

    def nodes(self, tag: Tag) -> tuple[AnyNode, ...]:
        """The nodes directly inside an element."""
        return tuple(self.node(part) for part in tag.tags() if part.name in _NODES)

    def _info(self, tag: Tag) -> Info:
        return Info(
            **_named(tag),
            **self._said(tag),
            **self._flow(tag),
            actions=self.actions(tag),
            channels=words(tag, "channel"),
        )

    def _said(self, tag: Tag) -> dict[str, Any]:
        return {
            "texts": tuple(self._text(part) for part in _inside(tag, "text")),
            "hints": tuple(self._hint(part) for part in _inside(tag, "hint")),
            "prompts": self.prompts(tag),
        }

    def _flow(self, tag: Tag) -> dict[str, Any]:
        return {"goes": self.goes(tag), "condition": written(tag, "if")}

    def _question(self, tag: Tag) -> Question:
        own = _inside(tag, "choices")
        filled = _inside(tag, "filled")
        return Question(
            **_named(tag),
            **self._said(tag),
            **self._flow(tag),
            **self._limits(tag),
            name=word(tag, "name"),
            type=word(tag, "type"),  # type: ignore[arg-type]
            choices=tuple(self.choice(part) for part in _inside(tag, "choice")),
            own_choices=self.choices(own[0]) if own else None,
            choices_id=optional_word(tag, "choices"),
            class_name=optional_word(tag, "class"),
            query=written(tag, "query"),
            bind=written(tag, "bind"),
            constraints=tuple(self._constraint(part) for part in _inside(tag, "constraint")),
            noinputs=tuple(self._attempt(part, NoInput) for part in _inside(tag, "noinput")),
            nomatches=tuple(self._attempt(part, NoMatch) for part in _inside(tag, "nomatch")),
            filled=Filled(place=filled[0].place, actions=self.actions(filled[0])) if filled else None,
            channels=words(tag, "channel"),
            required=tag.attributes.get("required", "yes").strip(),
            default=written(tag, "default"),
        )

    def _limits(self, tag: Tag) -> dict[str, Any]:
        """What an answer may be, and how it is given."""
        return {
            "min": written(tag, "min"),
            "max": written(tag, "max"),
            "length": optional_word(tag, "length"),
            "pattern": written(tag, "pattern"),
            "has_keys": tag.attributes.get("dtmf", "auto").strip() == "auto",
            "digits": self.optional_number(tag, "digits"),
            "terminator": tag.attributes.get("term", "#").strip(),
            "timeout_seconds": self.seconds(tag),
            "confirm": tag.attributes.get("confirm", "never").strip(),
            "can_skip": is_yes(tag, "skip"),
            "is_sensitive": is_yes(tag, "sensitive"),
            "is_reusable": is_yes(tag, "reusable"),
        }

    def _group(self, tag: Tag) -> Group:
        return Group(
            **_named(tag),
            **self._flow(tag),
            nodes=self.nodes(tag),
            titles=self.titles(tag),
            channels=words(tag, "channel"),
            layout=tag.attributes.get("layout", "page").strip(),  # type: ignore[arg-type]
            foreach=written(tag, "foreach"),
            member=optional_word(tag, "as"),
            repeat=written(tag, "repeat"),
            max=self.optional_number(tag, "max"),
        )

    def _decision(self, tag: Tag) -> Decision:
        return Decision(**_named(tag), goes=self.goes(tag))

    def _block(self, tag: Tag) -> Block:
        return Block(**_named(tag), **self._flow(tag), actions=self.actions(tag))

    def _subdialog(self, tag: Tag) -> Subdialog:
        return Subdialog(
            **_named(tag),
            **self._flow(tag),
            source=tag.attributes["src"].strip(),
            version=optional_word(tag, "version"),
            args=_args(tag),
            results=_results(tag),
        )

    def _end(self, tag: Tag) -> End:
        said = self._said(tag)
        del said["hints"]
        return End(
            **_named(tag),
            **said,
            outcome=word(tag, "outcome"),  # type: ignore[arg-type]
            disposition=optional_word(tag, "disposition"),
            queue=optional_word(tag, "queue"),
            actions=self.actions(tag),
        )

    def actions(self, tag: Tag) -> tuple[Action, ...]:
        """The actions directly inside an element."""
        return tuple(self._action(part) for part in tag.tags() if part.name in _ACTIONS)

    def _action(self, tag: Tag) -> Action:
        place = tag.place
        match tag.name:
            case "set":
                return Set(place=place, name=word(tag, "name"), value=tag.attributes["value"])
            case "clear":
                return Clear(place=place, names=words(tag, "names"))
            case "load":
                where = tag.attributes["where"]
                return Load(place=place, class_name=word(tag, "class"), where=where, into=word(tag, "into"))
            case "save":
                return Save(place=place, record=word(tag, "object"))
            case "call":
                return self._call(tag)
        return Log(place=place, parts=parts_of(tag))

    def _call(self, tag: Tag) -> Call:
        return Call(
            place=tag.place,
            service=word(tag, "service"),
            operation=word(tag, "op"),
            args=_args(tag),
            results=_results(tag),
            version=optional_word(tag, "version"),
            when=tag.attributes.get("when", "now").strip(),  # type: ignore[arg-type]
            is_idempotent=is_yes(tag, "idempotent"),
            timeout_seconds=self.seconds(tag),
            on_error=optional_word(tag, "onerror"),
        )

    def goes(self, tag: Tag) -> tuple[Go, ...]:
        """The ways directly inside an element."""
        return tuple(self._go(part) for part in _inside(tag, "go"))

    def _go(self, tag: Tag) -> Go:
        labels = self._button(tag)
        return Go(
            place=tag.place,
            to=word(tag, "to"),
            condition=written(tag, "if"),
            label=_plain(labels[0]) if labels else None,
            labels=labels,
            needs_confirmation=is_yes(tag, "confirm"),
            actions=self.actions(tag),
        )

    def _button(self, tag: Tag) -> tuple[Label, ...]:
        """What a way's button is called, in the script's own language first."""
        written, label = self._labels(tag), optional_word(tag, "label")
        if label is not None:
            return (Label(place=tag.place, language=self.language, parts=(label,)), *written)
        return tuple(sorted(written, key=lambda one: one.language != self.language))

    def _one_go(self, tag: Tag) -> Go | None:
        goes = self.goes(tag)
        return goes[0] if goes else None

    def on(self, tag: Tag) -> On:
        """An event of the script."""
        return On(
            place=tag.place,
            event=word(tag, "event"),
            condition=written(tag, "if"),
            actions=self.actions(tag),
            go=self._one_go(tag),
        )

    def _attempt(self, tag: Tag, kind: Callable[..., _E]) -> _E:
        return kind(
            place=tag.place,
            count=self.number(tag, "count", 1),
            prompts=self.prompts(tag),
            actions=self.actions(tag),
            go=self._one_go(tag),
        )

    def choices(self, tag: Tag) -> Choices:
        """A list of answers."""
        listed = tuple(self.choice(part) for part in _inside(tag, "choice"))
        return Choices(place=tag.place, id=word(tag, "id"), choices=listed, source=written(tag, "from"))

    def choice(self, tag: Tag) -> Choice:
        """One answer."""
        return Choice(
            place=tag.place,
            value=word(tag, "value"),
            labels=self._labels(tag),
            prompts=self.prompts(tag),
            go=self._one_go(tag),
            dtmf=optional_word(tag, "dtmf"),
            condition=written(tag, "if"),
            is_exclusive=is_yes(tag, "exclusive"),
        )

    def _constraint(self, tag: Tag) -> Constraint:
        severity = tag.attributes.get("severity", "error").strip()
        return Constraint(
            place=tag.place,
            test=tag.attributes["test"],
            labels=self._labels(tag),
            severity=severity,  # type: ignore[arg-type]
        )

    def _labels(self, tag: Tag) -> tuple[Label, ...]:
        return tuple(self._written(part, Label) for part in _inside(tag, "label"))

    def titles(self, tag: Tag) -> tuple[Title, ...]:
        """What a script or a group is called."""
        return tuple(self._written(part, Title) for part in _inside(tag, "title"))

    def _written(self, tag: Tag, kind: Callable[..., _E]) -> _E:
        return kind(place=tag.place, language=self.language_of(tag), parts=parts_of(tag))

    def _text(self, tag: Tag) -> Text:
        parts, channels = parts_of(tag), words(tag, "channel")
        return Text(place=tag.place, language=self.language_of(tag), parts=parts, channels=channels)

    def _hint(self, tag: Tag) -> Hint:
        audience = tag.attributes.get("audience", "agent").strip()
        return Hint(
            place=tag.place,
            language=self.language_of(tag),
            parts=parts_of(tag),
            audience=audience,  # type: ignore[arg-type]
        )

    def prompts(self, tag: Tag) -> tuple[Prompt, ...]:
        """What is spoken."""
        return tuple(self._prompt(part) for part in _inside(tag, "prompt"))

    def _prompt(self, tag: Tag) -> Prompt:
        for pause in _inside(tag, "break"):
            self.optional_number(pause, "ms", 0)
        return Prompt(
            place=tag.place,
            language=self.language_of(tag),
            parts=spoken_parts_of(tag),
            audio=optional_word(tag, "audio"),
            can_interrupt=is_yes(tag, "bargein", True),
            count=self.number(tag, "count", 1),
        )


def _inside(tag: Tag, name: str) -> list[Tag]:
    return [part for part in tag.tags() if part.name == name]


def _named(tag: Tag) -> dict[str, Any]:
    return {"place": tag.place, "id": word(tag, "id")}


def _args(tag: Tag) -> tuple[Arg, ...]:
    return tuple(
        Arg(place=part.place, name=word(part, "name"), value=part.attributes["value"]) for part in _inside(tag, "arg")
    )


def _results(tag: Tag) -> tuple[Result, ...]:
    return tuple(
        Result(place=part.place, name=word(part, "name"), to=word(part, "to")) for part in _inside(tag, "result")
    )
