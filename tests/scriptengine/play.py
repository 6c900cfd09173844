"""Playing a script in a test: events in, what people and ports see out; every state is stored and read on the way."""

from datetime import datetime
from typing import Any

from scriptengine.conducting import Session
from scriptengine.interfaces import KNOWN, Interfaces
from scriptengine.interpreter import (
    Answered,
    Ask,
    Back,
    Begin,
    Effect,
    Ended,
    Event,
    Notice,
    Perform,
    answers_of,
    decode_state,
    plain,
)
from scriptengine.loading import load
from scriptengine.program import Library, prepare_checked
from scriptengine.testing.memory import MemoryObjects, MemoryServices, SetClock
from tests.scriptengine.small import xml

NOW = datetime.fromisoformat("2026-01-31T10:30")


class Play:
    """A session with ports in memory. `subdialogs`: source to XML."""

    def __init__(
        self,
        text: str,
        *,
        interfaces: Interfaces = KNOWN,
        subdialogs: dict[str, str] | None = None,
        **more: str,
    ) -> None:
        texts = subdialogs or {}

        def find(source: str, _version: str | None) -> Any:
            return load(texts[source].encode(), f"{source}.xml") if source in texts else None

        script = load((text if text.startswith("<dialog") else xml(text, **more)).encode(), "play.xml")
        self.program = prepare_checked(script, interfaces, Library(find, interfaces))
        self.objects = MemoryObjects(interfaces)
        self.services = MemoryServices()
        self.clock = SetClock(NOW)
        self.session = Session(self.program, self.objects, self.services, self.services, self.clock)
        self.effects: list[Effect] = []

    def begin(self, channel: str = "desk", **more: Any) -> "Play":
        return self.send(Begin("s", channel, **more))

    def send(self, event: Event) -> "Play":
        self.effects = self.session.send(event)
        octets = self.session.stored()
        before = self.session.state
        assert decode_state(octets) == before
        self.session.restore(octets)
        return self

    def answer(self, **values: Any) -> "Play":
        return self.send(Answered(values))

    def back(self, to: str | None = None) -> "Play":
        return self.send(Back(to))

    @property
    def ask(self) -> Ask:
        return next(effect for effect in self.effects if isinstance(effect, Ask))

    @property
    def ended(self) -> Ended:
        return next(effect for effect in self.effects if isinstance(effect, Ended))

    @property
    def notices(self) -> list[str]:
        return [effect.text for effect in self.effects if isinstance(effect, Notice)]

    @property
    def at(self) -> str:
        """The node at which it stands: the stop, or the end."""
        core = self.session.state.core
        return core.stop.node if core.stop is not None else core.end

    @property
    def text(self) -> str:
        """All that is to be read now."""
        said = [plain(one.text) for one in self.ask.before]
        return " | ".join([*said, *(plain(item.text) for item in self.ask.items)])

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.session.state.core.frames[0].values.items() if name[0] != "?"}

    @property
    def answers(self) -> dict[str, Any]:
        return answers_of(self.program, self.session.state)

    @property
    def calls(self) -> list[str]:
        return [f"{one.service}.{one.operation}" for one in self.performed("call")]

    def performed(self, kind: str) -> list[Perform]:
        return [one for one in self.session.performed if one.kind == kind]
