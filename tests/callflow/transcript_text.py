"""Facts and commands as the lines of a transcript."""

import msgspec

from server.call import facts
from server.call.commands import BeginDialog, RemoveSounds, RingAgents, RingNoLonger, StepDialog, TakeCard, TellCard
from server.callflow import Decision


def show(decision: Decision, with_reasons: bool = False) -> list[str]:
    lines = []
    for _, fact in decision.facts:
        lines.append("    - " + _words(fact))
        if with_reasons and isinstance(fact, facts.CallOffered):
            lines.append(f"        {fact.why.sentence}")
    for command in decision.commands:
        if isinstance(command, TellCard):
            lines.append("    > " + _words(command.command))
        elif isinstance(command, RingAgents):
            agents = ",".join(command.agents)
            lines.append(f"    > ring-agents agents={agents} leg={command.leg} call={command.call}")
        elif isinstance(command, RingNoLonger):
            asked = f"agent={command.agent} result={command.result} leg={command.leg} call={command.call}"
            lines.append(f"    > ring-no-longer {asked}")
        elif isinstance(command, TakeCard):
            lines.append(f"    > take-card call={command.call} offer={command.offer}")
        elif isinstance(command, BeginDialog):
            begun = command.beginning
            lines.append(f"    > begin-dialog {begun.script} session={begun.session} language={begun.language}")
        elif isinstance(command, StepDialog):
            told = " ".join(str(value) for value in msgspec.to_builtins(command.event).values())
            lines.append(f"    > step-dialog {told} session={command.session} revision={command.revision}")
        elif isinstance(command, RemoveSounds):
            lines.append(f"    > remove-sounds {' '.join(command.paths)}")
        else:
            lines.append(f"    > put-card-back card={command.card}")
    return lines


HIDDEN_AT_DEFAULT = {"in_time": True, "remember_seconds": 0, "position": 0, "segment": "", "consulted_seconds": 0}
HIDDEN_AT_DEFAULT |= {"fork": 0, "mail": False}
HIDDEN = {"card", "joined_mono", "joined_at", "began_mono", "began_at", "why", "id", "caller_name", "trunk", "version"}
HIDDEN |= {
    "waiting",
    "serving",
    "expected_seconds",
    "again_mono",
    "again_at",
    "waited_seconds",
    "spoken_at",
    "keys_until",
}


def _words(thing: msgspec.Struct) -> str:
    tag = thing.__struct_config__.tag
    fields = [
        f"{field}={_short(getattr(thing, field))}"
        for field in thing.__struct_fields__
        if (field not in HIDDEN or (field == "why" and tag in ("call-diverted", "voicemail-not-taken", "script-left")))
        and getattr(thing, field) not in ("", None, [], {})
        and (field not in HIDDEN_AT_DEFAULT or getattr(thing, field) != HIDDEN_AT_DEFAULT[field])
    ]
    return " ".join([str(tag), *fields])


def _short(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return str(value)
