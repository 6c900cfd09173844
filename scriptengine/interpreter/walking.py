"""From node to node until the session has to wait: the order of the document, ways, groups, sub-dialogs, ends."""

from __future__ import annotations

from typing import Any

from scriptengine.interpreter import acting
from scriptengine.interpreter.asking import accepted, known_value, options_are_ready
from scriptengine.interpreter.effects import Ended, Notice, Said, Trodden
from scriptengine.interpreter.rendering import applies, said
from scriptengine.interpreter.state import Frame, Loop, Result, Stop
from scriptengine.interpreter.work import MAX_DEPTH, MAX_MOVES, Diverted, Level, Work, identity
from scriptengine.script import AnyNode, Block, Decision, End, Group, Info, Question, Subdialog

MAX_ROUNDS = 50
"""Of a group with `repeat` and without `max`."""
_MOST_ROUNDS = 1_000


def walk(work: Work, target: str | None) -> None:
    """Enter a node of the running script, and go on from it until the session waits or ends. None: it waits already."""
    if target is not None:
        _leave_stop(work)
    moves = 0
    while target is not None:
        moves += 1
        if moves > MAX_MOVES:
            faulty(work, f"the script goes round at {target} without asking anything")
            return
        try:
            target = _entered(work, target)
        except Diverted as diverted:
            work.pop(diverted.depth)
            target = diverted.node


def _leave_stop(work: Work) -> None:
    work.stop, work.attempts, work.problems = None, (0, 0), {}


def go_on(work: Work, answered: AnyNode, after: str | None = None) -> None:
    """Walk on from a node that is done. `after`: where its choice leads; None: its own ways are tried."""

    def next_node() -> str | None:
        if after is not None:
            return after
        return _ways(work, answered)

    walk_from(work, next_node)


def walk_from(work: Work, first: Any) -> None:
    """Walk from wherever `first()` leads; an error in it may lead elsewhere."""
    _leave_stop(work)
    try:
        target = first()
    except Diverted as diverted:
        work.pop(diverted.depth)
        target = diverted.node
    walk(work, target)


def _entered(work: Work, id: str) -> str | None:
    """Enter a node; the next one, or None when the session waits there or is over."""
    level = work.level
    work.trail.append(Trodden(level.program.script.id, id, level.node, work.way))
    level.node, work.way = id, -1
    node = level.program.node(id)
    _fit_loops(work, id)
    match node:
        case Info():
            return _info(work, node)
        case Question():
            return _question(work, node)
        case Group():
            return _group(work, node)
        case Decision():
            return _ways(work, node)
        case Block():
            if not work.holds(node, node.condition):
                return follow(work, id)
            acting.run(work, node.actions)
            return _ways(work, node)
        case Subdialog():
            return _subdialog(work, node) if work.holds(node, node.condition) else follow(work, id)
        case End():
            return _end(work, node)


def _ways(work: Work, node: AnyNode) -> str | None:
    """The first way that holds, or what follows."""
    goes = () if isinstance(node, End) else node.goes
    if isinstance(node, Decision):
        found = next((go for go in goes if work.holds(go, go.condition)), None)  # nobody presses a decision's labels
    else:
        found = acting.first(work, goes)
    return acting.taken(work, found) if found is not None else follow(work, node.id)


def follow(work: Work, id: str) -> str | None:
    """What stands behind a node in the document."""
    link = work.level.program.links[id]
    if link.following is not None:
        return link.following
    if link.group is not None:
        group = work.level.program.node(link.group)
        return next_round(work, group) if isinstance(group, Group) else None
    if len(work.levels) > 1:
        return _return(work, None)
    faulty(work, f"nothing stands behind {id}")
    return None


def _info(work: Work, node: Info) -> str | None:
    if not applies(node, work):
        return follow(work, node.id)
    work.said.append((len(work.levels) - 1, node.id))
    acting.run(work, node.actions)
    has_buttons = any(go.label is not None and work.holds(go, go.condition) for go in node.goes)
    if has_buttons and work.channel != "ivr":
        work.stop = Stop(work.key(node), node.id, "info")
        return None
    return _ways(work, node)


def _question(work: Work, node: Question) -> str | None:
    if not applies(node, work):
        return follow(work, node.id)
    options_are_ready(work, node)
    value = known_value(work, node)
    if value is not None:
        after = accepted(work, node, value)
        return after if after is not None else _ways(work, node)
    work.stop = Stop(work.key(node), node.id, "question")
    return None


def _group(work: Work, group: Group) -> str | None:
    here = not group.channels or work.channel in group.channels
    if not here or not work.holds(group, group.condition):
        return follow(work, group.id)
    work.set_loop(group.id, None, None)
    _forget(work, group)
    if group.foreach is not None:
        members = tuple(work.value(group, "foreach") or ())[: min(group.max or _MOST_ROUNDS, _MOST_ROUNDS)]
        if not members:
            return _ways(work, group)
        work.set_loop(group.id, Loop(0, members), group.member)
    elif group.repeat is not None:
        times = work.value(group, "repeat")
        if isinstance(times, int) and not isinstance(times, bool) and times < 1:
            return _ways(work, group)
        work.set_loop(group.id, Loop(), None)
    return _round(work, group)


def _forget(work: Work, group: Group) -> None:
    """A group that begins again is answered again."""
    for node in group.nodes:
        if isinstance(node, Question):
            key = work.key(node)
            for old in [old for old in work.answers if old == key or old.startswith(f"{key}[")]:
                del work.answers[old]


def _round(work: Work, group: Group) -> str | None:
    """Begin a time round: as a page where that is possible, otherwise one node after the other."""
    loop = work.level.loops.get(group.id)
    if loop is not None and loop.index > 0:
        for node in group.nodes:
            if isinstance(node, Question):
                work.assign(node.name, None)
    if work.channel == "ivr" or not is_page(group):
        return group.nodes[0].id
    return page(work, group)


def page(work: Work, group: Group) -> str | None:
    """Present a group's questions together; None: the session waits there."""
    waits = False
    for node in group.nodes:
        if isinstance(node, Info):
            if applies(node, work):
                work.said.append((len(work.levels) - 1, node.id))
        elif isinstance(node, Question) and applies(node, work) and work.key(node) not in work.answers:
            options_are_ready(work, node)
            value = known_value(work, node)
            if value is not None:
                accepted(work, node, value)
            else:
                waits = True
    if not waits:
        return next_round(work, group)
    work.stop = Stop(work.key(group), group.id, "page")
    return None


def is_page(group: Group) -> bool:
    """Whether a group's nodes can be presented together: questions and infos from which nothing leads away."""
    return all(
        isinstance(node, Question | Info)
        and not node.goes
        and not (isinstance(node, Info) and node.actions)
        and not (isinstance(node, Question) and (node.confirm == "always" or any(one.go for one in node.choices)))
        for node in group.nodes
    ) and any(isinstance(node, Question) for node in group.nodes)


def next_round(work: Work, group: Group) -> str | None:
    """The end of a group is reached: once more, or on."""
    loop = work.level.loops.get(group.id)
    if loop is not None and _goes_on(work, group, loop):
        work.set_loop(group.id, Loop(loop.index + 1, loop.members), group.member)
        return _round(work, group)
    work.set_loop(group.id, None, None)
    work.level.node = group.id
    return _ways(work, group)


def _goes_on(work: Work, group: Group, loop: Loop) -> bool:
    following = loop.index + 1
    if loop.members is not None:
        return following < len(loop.members)
    wanted = work.value(group, "repeat")
    if following >= min(group.max or MAX_ROUNDS, _MOST_ROUNDS):
        return False
    return wanted if isinstance(wanted, bool) else isinstance(wanted, int) and following < wanted


def _fit_loops(work: Work, id: str) -> None:
    """Groups that were left are over; those that were entered from the side begin with their first time round."""
    level = work.level
    links = level.program.links
    if not level.loops and links[id].group is None:
        return
    around: list[str] = []
    group: str | None = links[id].group
    while group is not None:
        around.append(group)
        group = links[group].group
    for left in set(level.loops) - {*around, id}:
        del level.loops[left]
    for name in reversed(around):
        node = links[name].node
        if name in level.loops or not isinstance(node, Group):
            continue
        if node.foreach is not None:
            work.set_loop(name, Loop(0, tuple(work.value(node, "foreach") or ())), node.member)
        elif node.repeat is not None:
            work.set_loop(name, Loop(), None)


def _subdialog(work: Work, node: Subdialog) -> str | None:
    program = work.root.library.program(node.source, node.version)
    if program is None or len(work.levels) >= MAX_DEPTH:
        reason = "is not there" if program is None else f"is the {MAX_DEPTH + 1}th inside another"
        acting.failed(work, acting.id_of(work, node, node.source), f"the sub-dialog {node.source} {reason}")
        return _ways(work, node)
    arguments = {arg.name: work.value(arg, "value") for arg in node.args}
    frame = Frame(identity(program), {}, node.source, node.version, node.id, f"{work.key(node)}/")
    work.push(Level(program, frame))
    begin_level(work, arguments)
    return program.script.start


def begin_level(work: Work, given: dict[str, Any]) -> None:
    """Give the names of a script that begins their first values. Raises Waiting when a record has to be fetched."""
    level = work.level
    script = level.program.script
    for var in script.vars:
        if var.default is not None:
            work.assign(var.name, work.value(var, "default"))
    incoming = {param.name for param in script.params if param.direction != "out"}
    for name, value in given.items():
        if len(work.levels) == 1 or name in incoming:
            work.assign(name, value)
    for use in script.uses:
        if use.key is None or level.values.get(use.name) is not None:
            continue
        key = work.value(use, "key")
        if key is not None:
            perform = acting.records_for(work, use, use.class_name, None, attribute="key", kind="fetch", key=key)
            work.assign(use.name, acting.performed(work, perform).value)


def _return(work: Work, end: End | None) -> str | None:
    """A sub-dialog is over: its results go to where it was called, and the caller goes on."""
    level = work.level
    found = outgoing(level)
    if end is not None:
        found |= {"outcome": end.outcome, "disposition": end.disposition}
    work.heard += said_before(work)
    if end is not None and (end.texts or end.prompts):
        work.heard.append(said(end, work, len(work.levels) - 1))
    work.said = []
    work.pop(len(work.levels) - 2)
    node = work.level.program.node(level.caller)
    work.level.node = node.id
    if isinstance(node, Subdialog):
        for result in node.results:
            work.assign(result.to, found.get(result.name))
    return _ways(work, node)


def outgoing(level: Level) -> dict[str, Any]:
    """What a script hands back."""
    params = level.program.script.params
    return {param.name: level.values.get(param.name) for param in params if param.direction != "in"}


def _end(work: Work, node: End) -> str | None:
    acting.run(work, node.actions)
    if len(work.levels) > 1:
        return _return(work, node)
    _release(work, "commit")
    work.end = node.id
    _release(work, "end")
    work.status, work.stop = "ended", None
    before = (*work.heard, *said_before(work))
    work.effects.append(
        Ended(
            node=node.id,
            outcome=node.outcome,
            disposition=node.disposition,
            queue=node.queue,
            said=(*before, said(node, work, 0)),
            results=outgoing(work.level),
            reusable=_reusable(work),
        )
    )
    return None


def said_before(work: Work) -> list[Said]:
    """The infos that were passed since the last stop."""
    found = []
    for depth, id in work.said:
        node = work.levels[depth].program.node(id) if depth < len(work.levels) else None
        if isinstance(node, Info):
            found.append(said(node, work, depth))
    return found


def _reusable(work: Work) -> dict[str, Any]:
    names = {
        node.name
        for node in work.root.script.all_nodes()
        if isinstance(node, Question) and node.is_reusable and node.name not in work.root.sensitive
    }
    answers = [answer for answer in work.answers.values() if answer.depth == 0 and answer.name in names]
    return {answer.name: answer.value for answer in answers if answer.value is not None}


def _release(work: Work, when: str) -> None:
    """Let the outbox go: first what gives results, which are waited for, is asked for one by one."""
    for entry in [entry for entry in work.outbox if entry.perform.when == when]:
        if entry.perform.is_awaited:
            result = acting.performed(work, entry.perform)
            if result.failure:
                acting.told(work, entry.perform.id, f"{entry.perform.service} failed: {result.failure}")
            if entry.depth == 0:
                acting.take_results(work, result, entry.results)
        elif entry.perform.id not in work.done:
            work.effects.append(entry.perform)
            work.marks[entry.perform.id] = Result()
    work.outbox = [entry for entry in work.outbox if entry.perform.when != when]


def close(work: Work, reason: str) -> None:
    """The session ends without an end: what waits for a commit is dropped, what waits for the end is done."""
    work.outbox = [entry for entry in work.outbox if entry.perform.when == "end"]
    _release(work, "end")
    work.pop(0)
    work.status, work.stop = "ended", None
    work.effects.append(Ended(results=outgoing(work.level) if work.levels else {}, reason=reason))


def faulty(work: Work, reason: str) -> None:
    """The script cannot go on: it is told, and the session closed."""
    work.effects.append(Notice("fault", reason))
    close(work, reason)
