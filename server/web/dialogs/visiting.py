"""Sessions on the web: who may see which, by tokens in addresses; how they begin, rest and go on."""

from collections.abc import Callable

import msgspec
import structlog

from scriptengine.interpreter import Left, Resumed
from server.call.dialogs import Beginning, Dialogs, DialogView, ScriptView
from server.call.ports import Customers
from server.call.visits import PersonalLink, Visit, Visits
from server.config.site import Web
from server.web.dialogs.tokens import hash_of, new_session, new_token

CHANNEL = "web"
DAY_SECONDS = 86_400.0
PAGE_SECONDS = DAY_SECONDS
"""So long after it was used last a page opens by its own address; then only a link leads back."""
TOUCH_SECONDS = 60.0

log = structlog.get_logger()


class Gone(Exception):
    """The link or the page is no longer good, or never was."""


class Visiting:
    """Visits, on the services that keep sessions and visits. `wall`: seconds since 1970."""

    def __init__(
        self, settings: Web, dialogs: Dialogs, visits: Visits, customers: Customers, wall: Callable[[], float]
    ) -> None:
        self._settings = settings
        self._dialogs = dialogs
        self._visits = visits
        self._customers = customers
        self._wall = wall

    def scripts(self) -> list[ScriptView]:
        """The scripts that are on the web, in the site file's order: named there, published, and meant for it."""
        known = {script.id: script for script in self._dialogs.scripts()}
        named = [known[name] for name in self._settings.dialogs if name in known]
        return [script for script in named if CHANNEL in script.channels]

    def script(self, ident: str) -> ScriptView | None:
        """One of them; None: there is none."""
        return next((script for script in self.scripts() if script.id == ident), None)

    async def begin(self, script: str, language: str) -> str:
        """A new session of nobody in particular; the token of its page."""
        return await self._begin(Beginning(script=script, channel=CHANNEL, session=new_session(), language=language))

    async def page(self, script: str, token: str) -> Visit:
        """The visit at a page. Raises `Gone`."""
        visit = await self._visits.of_page(hash_of(token))
        if visit is None or visit.script != script or visit.seen_at < self._wall() - PAGE_SECONDS:
            raise Gone("the page is not there")
        if visit.seen_at < self._wall() - TOUCH_SECONDS:
            await self._visits.touch(visit.session, self._wall())
        return visit

    async def rest(self, visit: Visit) -> Visit:
        """The session rests until somebody goes on."""
        view = await self._dialogs.look(visit.session)
        if view.status == "running" and view.channel == CHANNEL:
            await self._dialogs.take(visit.session, Left())
        return await self._kept(msgspec.structs.replace(visit, is_resting=True))

    async def resume(self, visit: Visit, language: str | None = None) -> DialogView:
        """Go on with a session that rests."""
        view = await self._dialogs.look(visit.session)
        if view.status == "resting":
            view = await self._dialogs.take(visit.session, Resumed(channel=CHANNEL, language=language))
        if visit.is_resting:
            await self._kept(msgspec.structs.replace(visit, is_resting=False, seen_at=self._wall()))
        return view

    # -- links ------------------------------------------------------------------------------------------------------

    async def make_later(self, visit: Visit) -> tuple[str, float]:
        """Leave, with a private link to go on: its token, and until when it is good. A former link is no longer."""
        token, until = new_token(), self._wall() + self._settings.dialog_later_days * DAY_SECONDS
        visit = await self.rest(visit)
        await self._kept(msgspec.structs.replace(visit, later=hash_of(token), later_until=until))
        return token, until

    async def later(self, script: str, token: str) -> Visit:
        """The visit that a private link leads to. Raises `Gone`."""
        visit = await self._visits.of_later(hash_of(token))
        if visit is None or visit.script != script or visit.later_until < self._wall():
            raise Gone("the private link is not good")
        return visit

    async def go_on(self, visit: Visit) -> str:
        """Go on with a visit at a new address; the token of its page. The former one is no longer good."""
        token = new_token()
        moved = msgspec.structs.replace(visit, page=hash_of(token), seen_at=self._wall())
        await self._kept(moved)
        await self.resume(moved)
        return token

    async def personal(self, script: str, token: str) -> PersonalLink:
        """A personal link. Raises `Gone`."""
        link = await self._visits.link(hash_of(token))
        if link is None or link.script != script or link.expires_at < self._wall():
            raise Gone("the personal link is not good")
        return link

    async def begin_personal(self, link: PersonalLink, language: str) -> str:
        """Begin the session of a personal link, or go on with it; the token of its page."""
        visit = await self._visits.of_session(link.session)
        if visit is not None:
            return await self.go_on(visit)
        customer = await self._customers.get(link.customer)
        if customer is None:
            raise Gone("the customer of the personal link is not there")
        beginning = Beginning(
            script=link.script,
            channel=CHANNEL,
            session=link.session,
            language=language,
            customer=customer.id,
            number=next(iter(customer.numbers), ""),
        )
        return await self._begin(beginning, link)

    async def _begin(self, beginning: Beginning, link: PersonalLink | None = None) -> str:
        token, wall = new_token(), self._wall()
        await self._dialogs.begin(beginning)
        visit = Visit(
            session=beginning.session,
            script=beginning.script,
            page=hash_of(token),
            begun_at=wall,
            seen_at=wall,
            link=link.token if link is not None else "",
            customer=beginning.customer,
        )
        await self._kept(visit)
        log.info("dialog-begun-on-web", session=visit.session, script=visit.script, is_personal=link is not None)
        return token

    async def _kept(self, visit: Visit) -> Visit:
        await self._visits.save(visit)
        return visit
