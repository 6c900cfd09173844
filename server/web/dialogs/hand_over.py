"""A visitor wants a person: a call-back in a queue, which brings the session to the agent's desk.

Order: the visit notes the call and the number; the session is given the call; the rules take the call-back; the visit
notes that they have. Whatever dies in between, `finish` does the rest once more: the rules take the same call once.

A session in the middle of which a person was asked for stays where it stands, and the agent goes on with it there. What
was told in one that has ended with a queue goes along.
"""

import secrets
from collections.abc import Callable, Sequence

import msgspec
import structlog
from twisted.internet.defer import DeferredLock

from server.call.dialogs import Dialogs, ScriptView
from server.call.events import CallBackOrdered, RequestRefused
from server.call.ports import Customers, Records, Switchboard
from server.call.states import CallState
from server.call.visits import Visit, Visits
from server.config.site import Queue
from server.web.dialogs.limits import Rate

ORIGIN = "web"
SHARE = 10
"""One address may ask for one in so many call-backs."""
_PROBLEMS = {"number-refused": "number-refused", "asked-already": "asked-already", "too-many": "calls-many"}

log = structlog.get_logger()


def strangers_share(most: int) -> int:
    """How many of so many call-backs in an hour one address may ask for without a personal link."""
    return max(1, most // SHARE)


class HandOver:
    """Asks the rules for call-backs. `numbers` gives a number as it is dialled, and in E.164 (empty: it is none).
    `strangers` limits what one address may ask for without a personal link."""

    def __init__(
        self,
        dialogs: Dialogs,
        visits: Visits,
        switchboard: Switchboard,
        customers: Customers,
        records: Records,
        numbers: Callable[[str], tuple[str, str]],
        queues: Sequence[Queue],
        strangers: Rate,
    ) -> None:
        self._dialogs = dialogs
        self._visits = visits
        self._switchboard = switchboard
        self._customers = customers
        self._records = records
        self._numbers = numbers
        self._scripts = {queue.id: queue.dialog for queue in queues}
        self._takes_typed = {queue.id: bool(queue.call_back_typed) for queue in queues}
        self._strangers = strangers
        self._locks: dict[str, DeferredLock] = {}

    async def own_number(self, visit: Visit) -> str:
        """The number on the visitor's card; empty: nobody knows who it is, or there is none."""
        card = await self._customers.get(visit.customer) if visit.customer else None
        return next(iter(card.numbers), "") if card is not None else ""

    def is_possible(self, queue: str, own_number: str) -> bool:
        """Whether the queue calls visitors back: whom it knows, or (where the site says so) at a number they write."""
        return queue in self._takes_typed and (bool(own_number) or self._takes_typed[queue])

    def queue_that_goes_on(self, script: ScriptView, version: str) -> str:
        """The queue of whoever goes on in the session itself when a visitor asks for a person in the middle of it;
        empty: nobody would. It is the queue that the script's `person` leads to, if that has the same script at its
        agents' desks. `version`: of the session's script."""
        queue = script.person_queue if script.version == version else ""
        return queue if queue and self._scripts.get(queue) == script.id else ""

    async def give_back(self, visit: Visit) -> Visit:
        """The call-back is over and the session is not: the visitor may go on with it, and ask again."""
        visit = msgspec.structs.replace(visit, call="", queue="", number="", is_ordered=False)
        await self._visits.save(visit)
        return visit

    def is_under_way(self, visit: Visit) -> bool:
        """Whether the call-back is not over yet."""
        call = self._switchboard.call(visit.call)
        return call is not None and call.state != CallState.CLOSED

    async def ask(self, visit: Visit, queue: str, text: str, address: str) -> tuple[Visit, str]:
        """Ask for a call-back to the number that was written, from an address. The visit as it is now, and what is
        wrong: a key of the words; empty: it is in the queue. Who presses the button twice asks once."""
        lock = self._locks.setdefault(visit.session, DeferredLock())
        await lock.acquire()
        try:
            latest = await self._visits.of_session(visit.session) or visit
            if not latest.link and not latest.call and self._strangers.wait(address):
                return latest, "calls-many"
            asked, problem = await self._asked(latest, queue, text)
            if not latest.link and not latest.call and not problem:
                self._strangers.note(address)
            return asked, problem
        finally:
            lock.release()
            if not lock.locked:
                self._locks.pop(visit.session, None)

    async def _asked(self, visit: Visit, queue: str, text: str) -> tuple[Visit, str]:
        if visit.call and visit.is_ordered:
            return visit, ""
        number, e164 = self._numbers(text)
        if not e164 and not number.isdigit():
            return visit, "number-refused"
        is_typed = not await self._is_own(visit, e164)
        call = visit.call or f"w{secrets.token_hex(12)}"
        dialled = number if is_typed else e164
        visit = msgspec.structs.replace(visit, call=call, queue=queue, number=dialled, is_typed=is_typed)
        await self._visits.save(visit)
        try:
            return await self._order(visit), ""
        except RequestRefused as refused:
            log.info("call-back-refused", session=visit.session, problem=refused.problem)
            visit = msgspec.structs.replace(visit, call="", queue="", number="")
            await self._visits.save(visit)
            return visit, _PROBLEMS.get(refused.problem, "no-person")

    async def finish(self) -> None:
        """After a start: tell the rules what they may not know yet."""
        for visit in await self._visits.unordered():
            if await self._records.one(visit.call) is not None:
                await self._visits.save(msgspec.structs.replace(visit, is_ordered=True))
                continue
            try:
                await self._order(visit)
            except RequestRefused as refused:
                log.warning("call-back-lost", session=visit.session, problem=refused.problem)
                await self._visits.save(msgspec.structs.replace(visit, call="", queue="", number=""))

    async def _is_own(self, visit: Visit, e164: str) -> bool:
        card = await self._customers.get(visit.customer) if visit.customer else None
        return card is not None and bool(e164) and e164 in card.numbers

    async def _order(self, visit: Visit) -> Visit:
        card = await self._customers.get(visit.customer) if visit.customer else None
        await self._dialogs.attach(visit.session, visit.call)
        _, e164 = self._numbers(visit.number)
        order = CallBackOrdered(
            call=visit.call,
            queue=visit.queue,
            number=visit.number,
            origin=ORIGIN,
            e164=e164,
            name=card.name if card is not None else "",
            is_typed=visit.is_typed,
            customer=visit.customer,
            segment=card.segment if card is not None else "",
            is_known=bool(visit.link),
        )
        await self._switchboard.tell(order)
        visit = msgspec.structs.replace(visit, is_ordered=True)
        await self._visits.save(visit)
        log.info("call-back-ordered", session=visit.session, call=visit.call, queue=visit.queue)
        return visit
