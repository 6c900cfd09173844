"""What is typed into a script's fields and not handed in yet: kept on this computer, as notes are.

It outlives the question (somebody jumps away and comes back), the core and the window. It ends when the answers of its
sheet are taken, or the call is no longer mine. Of sensitive questions nothing is kept.
"""

from dataclasses import dataclass, field

from agentdesk.desk.effects import DropTyped, Effect, StoreTyped
from agentdesk.desk.happenings import Typed, TypedFound

STORE_AFTER_SECONDS = 0.25
"""From a change to the local file: short, and still one write for a burst of keys."""
MOST_CHARACTERS = 10_000
MOST_SHEETS = 40
"""Of one call; what was typed longest ago goes first."""


@dataclass(slots=True)
class Unsent:
    """All that is typed: by call, sheet and question. `handed_in`: the sheet whose answers are on their way."""

    calls: dict[str, dict[str, dict[str, Typed]]] = field(default_factory=dict)
    handed_in: str = ""
    store_at: dict[str, float] = field(default_factory=dict)
    """When a call's file is due, in monotonic seconds."""

    def on(self, call: str, sheet: str) -> dict[str, Typed]:
        """What is typed on a sheet, by question."""
        return self.calls.get(call, {}).get(sheet, {})

    def type(self, call: str, sheet: str, question: str, typed: Typed, now: float) -> None:
        """The agent typed; the whole text, or all values that are checked."""
        if self.on(call, sheet).get(question) == typed:
            return
        sheets = self.calls.setdefault(call, {})
        before = sheets.pop(sheet, {})
        sheets[sheet] = before | {question: typed[:MOST_CHARACTERS]}
        while len(sheets) > MOST_SHEETS:
            del sheets[next(iter(sheets))]
        self.store_at.setdefault(call, now + STORE_AFTER_SECONDS)

    def found(self, found: TypedFound) -> None:
        """An earlier window left it behind; what was typed in this one counts more."""
        self.calls[found.call] = {**found.sheets, **self.calls.get(found.call, {})}

    def forget(self, call: str, sheet: str, question: str, now: float) -> None:
        """The answer of a question is something else."""
        if self.on(call, sheet).pop(question, None) is not None:
            self.store_at.setdefault(call, now + STORE_AFTER_SECONDS)

    def shown(self, call: str, sheet: str, now: float) -> list[Effect]:
        """The server shows this sheet of my call (both empty: I have none): what is over is dropped."""
        gone = [one for one in self.calls if one != call]
        for one in gone:
            del self.calls[one]
            self.store_at.pop(one, None)
        if self.handed_in and self.handed_in != sheet:
            if self.calls.get(call, {}).pop(self.handed_in, None) is not None:
                self.store_at[call] = now
            self.handed_in = ""
        return [DropTyped(one) for one in gone]

    def due(self, now: float) -> list[Effect]:
        """What is to be written, or removed, now."""
        effects: list[Effect] = []
        for call in [one for one, at in self.store_at.items() if at <= now]:
            del self.store_at[call]
            sheets = {sheet: dict(typed) for sheet, typed in self.calls.get(call, {}).items() if typed}
            effects.append(StoreTyped(call, sheets) if sheets else DropTyped(call))
        return effects
