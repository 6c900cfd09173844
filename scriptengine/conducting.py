"""A session with ports that answer at once: each step goes on until a person is needed."""

from __future__ import annotations

from typing import Any

from scriptengine.interpreter import (
    Done,
    Effect,
    Event,
    Failed,
    Perform,
    State,
    decode_state,
    encode_state,
    present,
    start,
    step,
)
from scriptengine.ports import Clock, Objects, Outbox, PortError, Services, Where
from scriptengine.program import Program


class Session:
    """One session. `performed`: every action that a port was asked for, in order."""

    def __init__(
        self,
        program: Program,
        objects: Objects,
        services: Services,
        outbox: Outbox,
        clock: Clock,
        state: State | None = None,
    ) -> None:
        self.program = program
        self.state = state or start(program)
        self.performed: list[Perform] = []
        self._objects = objects
        self._services = services
        self._outbox = outbox
        self._clock = clock

    def send(self, event: Event) -> list[Effect]:
        """Apply an event and carry out what it leads to; the effects that are left are for people and records."""
        self.state, effects = step(self.program, self.state, event, self._clock.now())
        return self._carried_out(list(effects))

    def present(self) -> list[Effect]:
        """What is to be presented now; an action that is still waited for is carried out first."""
        return self._carried_out(list(present(self.program, self.state, self._clock.now())))

    def stored(self) -> bytes:
        """The state as JSON."""
        return encode_state(self.state)

    def restore(self, octets: bytes) -> None:
        """Go on from a stored state; raises StateError."""
        self.state = decode_state(octets)

    def _carried_out(self, effects: list[Effect]) -> list[Effect]:
        left: list[Effect] = []
        while effects:
            effect = effects.pop(0)
            if not isinstance(effect, Perform):
                left.append(effect)
            elif not effect.is_awaited:
                self.performed.append(effect)
                self._outbox.add(effect)
            else:
                self.state, more = step(self.program, self.state, self._outcome(effect), self._clock.now())
                effects = [*more, *effects]
        return left

    def _outcome(self, perform: Perform) -> Done | Failed:
        self.performed.append(perform)
        try:
            return Done(perform.id, self._result(perform))
        except PortError as error:
            return Failed(perform.id, str(error))

    def _result(self, perform: Perform) -> Any:
        if perform.kind == "call":
            return dict(self._services.call(perform))
        if perform.kind == "save":
            self._objects.save(perform.class_name, perform.record)
            return None
        if perform.kind == "fetch":
            return self._objects.fetch(perform.class_name, perform.key)
        found = self._objects.find(perform.class_name, Where(perform, self.program.interfaces))
        if perform.kind == "list":
            return [dict(record) for record in found]
        return dict(found[0]) if found else None
