"""The whole board at a moment, made from snapshots, and the difference between two boards. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from server.call.snapshots import AgentSnapshot, CallSnapshot, MessageSnapshot, QueueSnapshot
from server.call.states import CallState, Presence, WorkState
from server.config.site import Queue
from server.web.monitor.levels import Levels, level_of, worst
from server.wire import monitor as wire
from server.wire.desk import ServiceView
from server.wire.voicemail import MailboxView

_ON_CALL = (WorkState.TALKING, WorkState.HOLDING)


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the last 30 minutes of a queue, or of all; rates are fractions 0..1, None: nothing to make them of."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    service_level: float | None = None
    service_level_today: float | None = None
    abandon_rate: float | None = None
    answer_seconds: float | None = None


NOTHING_YET = Recent()


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a board is made of. `wall` and `mono` are seconds; `names` gives customers' names, empty if unknown."""

    agents: Sequence[AgentSnapshot]
    queues: Sequence[QueueSnapshot]
    calls: Sequence[CallSnapshot]
    services: Sequence[ServiceView]
    mailboxes: Sequence[MailboxView]
    campaigns: Sequence[wire.Campaign] = ()
    recent: Mapping[str, Recent]
    thresholds: Mapping[str, wire.Thresholds]
    names: Callable[[str], str]
    wall: float
    mono: float


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """What pages show, by id."""

    totals: wire.Numbers
    queues: dict[str, wire.Numbers]
    agents: dict[str, wire.AgentTile]
    waiting: dict[str, wire.Waiting]
    services: dict[str, wire.Service]
    mailboxes: dict[str, wire.Mailbox]
    campaigns: dict[str, wire.Campaign]
    thresholds: Mapping[str, wire.Thresholds]


class Maker:
    """Makes boards of one site. Remembers only which levels are shown."""

    def __init__(self, queues: Sequence[Queue]) -> None:
        self._queues = {queue.id: queue for queue in queues}
        seconds = {queue.service_level_seconds for queue in queues}
        self._common_seconds = seconds.pop() if len(seconds) == 1 else None
        self.levels = Levels()

    def board(self, seen: Seen) -> Board:
        """The board now."""
        calls = {call.call: call for call in seen.calls}
        tiles = {agent.id: self._tile(agent, calls.get(agent.call or ""), seen) for agent in seen.agents}
        members = members_of(tiles.values())
        return Board(
            totals=self._totals(seen, tiles),
            queues={queue.id: self._numbers(queue, seen) for queue in seen.queues},
            agents=tiles,
            waiting=_waiting(seen, members),
            services={one.id: one for one in map(_service, seen.services)},
            mailboxes={one.id: one for one in map(_mailbox, seen.mailboxes)},
            campaigns={one.id: one for one in seen.campaigns},
            thresholds=seen.thresholds,
        )

    def _numbers(self, queue: QueueSnapshot, seen: Seen) -> wire.Numbers:
        known = self._queues.get(queue.id)
        seconds = None if known is None else known.service_level_seconds
        return self._judged(
            wire.Numbers(
                id=queue.id,
                name=queue.name,
                waiting=queue.waiting,
                longest_since=_moment(queue.longest_since),
                ready=queue.ready,
                talking=queue.talking,
                logged_in=queue.logged_in,
                levels={},
                level="good",
                service_level_seconds=seconds,
                call_backs=queue.call_backs,
                expected_wait_seconds=_whole(queue.expected_wait_seconds),
                wait_error_seconds=_whole(queue.wait_error_seconds),
            ),
            seen,
        )

    def _totals(self, seen: Seen, tiles: Mapping[str, wire.AgentTile]) -> wire.Numbers:
        """Sums. An agent of several queues counts once."""
        call_backs = [queue.call_backs for queue in seen.queues if queue.call_backs is not None]
        longest = min((queue.longest_since for queue in seen.queues if queue.longest_since is not None), default=None)
        return self._judged(
            wire.Numbers(
                id=wire.ALL_QUEUES,
                name="",
                waiting=sum(queue.waiting for queue in seen.queues),
                longest_since=_moment(longest),
                ready=sum(tile.state == "ready" and bool(tile.queues) for tile in tiles.values()),
                talking=sum(tile.state in ("talking", "holding") for tile in tiles.values()),
                logged_in=sum(tile.state != "logged-out" and bool(tile.queues) for tile in tiles.values()),
                levels={},
                level="good",
                service_level_seconds=self._common_seconds,
                call_backs=sum(call_backs) if call_backs else None,
            ),
            seen,
        )

    def _judged(self, plain: wire.Numbers, seen: Seen) -> wire.Numbers:
        recent = seen.recent.get(plain.id, NOTHING_YET)
        thresholds = seen.thresholds[plain.id]
        values: dict[str, float | None] = {
            "waiting": plain.waiting,
            "longest_seconds": None if plain.longest_since is None else seen.wall - plain.longest_since,
            "ready": plain.ready if plain.waiting else None,
            "service_level_percent": _percent(recent.service_level),
            "abandoned_percent": _percent(recent.abandon_rate),
            "answer_seconds": recent.answer_seconds,
        }
        levels = {
            name: self.levels.judge(plain.id, name, value, getattr(thresholds, name), seen.mono)
            for name, value in values.items()
        }
        return msgspec.structs.replace(
            plain,
            levels=levels,
            level=worst(levels.values()),
            offered=recent.offered,
            answered=recent.answered,
            abandoned=recent.abandoned,
            service_level=_percent(recent.service_level),
            service_level_today=_percent(recent.service_level_today),
            abandon_rate=_percent(recent.abandon_rate),
            answer_seconds=recent.answer_seconds,
        )

    def _tile(self, agent: AgentSnapshot, call: CallSnapshot | None, seen: Seen) -> wire.AgentTile:
        queue = "" if call is None else call.queue
        return wire.AgentTile(
            id=agent.id,
            name=agent.name,
            state=state_of(agent),
            since=round(agent.since, 3),
            presence=str(agent.presence),
            queues=agent.queues,
            level=self._agent_level(agent, call, seen),
            queue=queue,
            reason=agent.reason,
            fault=agent.fault,
            call=agent.call or "",
            caller="" if call is None else _caller(call, seen.names),
            after_call=agent.after_call or "",
            messages=[_message(one) for one in agent.messages],
            supervision=_supervision(call) if call is not None and call.agent == agent.id else None,
        )

    def _agent_level(self, agent: AgentSnapshot, call: CallSnapshot | None, seen: Seen) -> wire.Level:
        if state_of(agent) == "unreachable":
            return "act"
        queue = None if call is None else self._queues.get(call.queue)
        if call is None or queue is None:
            return "good"
        thresholds = seen.thresholds[queue.id]
        if agent.work_state in _ON_CALL and call.answered_at is not None:
            return level_of("talk_seconds", seen.wall - call.answered_at, thresholds.talk_seconds)
        if agent.wrap_up_began_at is not None and queue.wrap_up_seconds:
            share = (seen.wall - agent.wrap_up_began_at) / queue.wrap_up_seconds
            return level_of("wrap_up_share", share, thresholds.wrap_up_share)
        return "good"


def state_of(agent: AgentSnapshot) -> str:
    """Presence and work state as the one word of a tile."""
    if agent.work_state != WorkState.IDLE:
        return str(agent.work_state)
    if agent.presence != Presence.READY:
        return str(agent.presence)
    return "ready" if agent.reachable else "unreachable"


def members_of(tiles: Iterable[wire.AgentTile]) -> dict[str, dict[str, int]]:
    """How many agents of each queue are in which state; those who are logged out are left out."""
    found: dict[str, dict[str, int]] = {}
    for tile in tiles:
        if tile.state == "logged-out":
            continue
        for queue in tile.queues:
            states = found.setdefault(queue, {})
            states[tile.state] = states.get(tile.state, 0) + 1
    return found


def _waiting(seen: Seen, members: Mapping[str, Mapping[str, int]]) -> dict[str, wire.Waiting]:
    """Who waits, or hears ringing while an agent's phone rings."""
    found = [call for call in seen.calls if call.state in (CallState.QUEUED, CallState.OFFERED)]
    found.sort(key=lambda call: call.joined_at or call.arrived_at)
    return {call.call: _wait(call, members.get(call.queue, {}), seen.names) for call in found}


def _wait(call: CallSnapshot, states: Mapping[str, int], names: Callable[[str], str]) -> wire.Waiting:
    position = call.position or 0
    if call.state == CallState.OFFERED:
        why = "offered"
    elif not states:
        why = "nobody-logged-in"
    elif position > 1:
        why = "ahead"
    else:
        why = "none-suits" if states.get("ready") else "all-busy"
    return wire.Waiting(
        id=call.call,
        queue=call.queue,
        caller=call.caller_e164 or call.caller,
        since=round(call.joined_at or call.arrived_at, 3),
        position=position,
        why=why,
        customer=names(call.customer) or call.caller_name,
        call_back=bool(call.call_back),
        offered_to=",".join(call.ringing or [call.agent or ""]) if why == "offered" else "",
        ahead=max(0, position - 1),
        talking=states.get("talking", 0) + states.get("holding", 0),
        ringing=states.get("ringing", 0) + states.get("reserved", 0),
        wrap_up=states.get("wrap-up", 0),
        not_ready=states.get("not-ready", 0),
        unreachable=states.get("unreachable", 0),
    )


def _message(message: MessageSnapshot) -> wire.AgentMessage:
    seen = None if message.seen_at is None else round(message.seen_at, 3)
    at = round(message.sent_at, 3)
    return wire.AgentMessage(id=message.id, by=message.by, text=message.text, at=at, queue=message.queue, seen_at=seen)


def _supervision(call: CallSnapshot) -> wire.Supervision | None:
    if call.supervision is None:
        return None
    now = call.supervision
    return wire.Supervision(supervisor=now.supervisor, mode=now.mode, joined=now.joined, since=round(now.since, 3))


def _caller(call: CallSnapshot, names: Callable[[str], str]) -> str:
    return names(call.customer) or call.caller_name or call.caller_e164 or call.caller


def _service(view: ServiceView) -> wire.Service:
    return wire.Service(
        id=f"{view.interface}/{view.instance}",
        interface=view.interface,
        version=view.version,
        instance=view.instance,
        state=view.state,
    )


def _moment(wall: float | None) -> float | None:
    return None if wall is None else round(wall, 3)


def _whole(seconds: float | None) -> float | None:
    """Estimates change with every moment: whole seconds are told, so that not each moment is a change."""
    return None if seconds is None else round(seconds)


def _percent(fraction: float | None) -> float | None:
    return None if fraction is None else 100 * fraction


def _mailbox(box: MailboxView) -> wire.Mailbox:
    level = "act" if box.urgent else "watch" if box.new else "good"
    return wire.Mailbox(id=box.id, name=box.name, new=box.new, urgent=box.urgent, level=level)


def difference(before: Board, after: Board) -> dict[str, object]:
    """The fields of a `Changed` that leads from one board to the other; empty: they are the same."""
    told: dict[str, object] = {}
    if before.totals != after.totals:
        told["totals"] = after.totals
    gone: list[str] = []
    for part in ("queues", "agents", "waiting", "services", "mailboxes", "campaigns"):
        old, new = getattr(before, part), getattr(after, part)
        if items := [item for key, item in new.items() if old.get(key) != item]:
            told[part] = items
        gone += [key for key in old if key not in new]
    if gone:
        told["gone"] = gone
    if before.thresholds != after.thresholds:
        told["thresholds"] = after.thresholds
    return told
