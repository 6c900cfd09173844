"""Personal links to dialogs on the web, made for a customer by whoever runs the server (`caruso ctl dialog-link`)."""

from collections.abc import Callable

import structlog

from server.call.dialogs import Dialogs
from server.call.events import RequestRefused
from server.call.ports import Customers
from server.call.visits import PersonalLink, Visits
from server.config.site import SiteFile
from server.records.instants import iso
from server.web.dialogs.tokens import hash_of, new_session, new_token
from server.web.dialogs.visiting import CHANNEL, DAY_SECONDS
from server.wire.control import DialogLinkView
from server.wire.desk import Customer

MOST_DAYS = 365

log = structlog.get_logger()


class PersonalLinks:
    """Makes them. `wall`: seconds since 1970."""

    def __init__(
        self, site: SiteFile, dialogs: Dialogs, customers: Customers, visits: Visits, wall: Callable[[], float]
    ) -> None:
        self._site = site
        self._dialogs = dialogs
        self._customers = customers
        self._visits = visits
        self._wall = wall

    async def make(self, script: str, number: str, days: float) -> DialogLinkView:
        """A link to a script, for the customer with that number of the company's; good for so many days. Raises
        `RequestRefused`."""
        if not 0 < days <= MOST_DAYS:
            raise RequestRefused("invalid", f"A link is good for more than 0 and at most {MOST_DAYS} days.")
        if script not in self._site.web.dialogs:
            raise RequestRefused("not-found", f"{script} is not on the web: name it in [web] dialogs.")
        known = next((one for one in self._dialogs.scripts() if one.id == script), None)
        if known is None or CHANNEL not in known.channels:
            raise RequestRefused("not-found", f"There is no published script {script} for the web.")
        customer = await self._customer(number)
        token, wall = new_token(), self._wall()
        link = PersonalLink(
            token=hash_of(token),
            script=script,
            customer=customer.id,
            session=new_session(),
            made_at=wall,
            expires_at=wall + days * DAY_SECONDS,
        )
        await self._visits.add_link(link)
        log.info("personal-link-made", script=script, session=link.session)
        url = f"{self._base()}/dialogs/{script}/p/{token}"
        return DialogLinkView(url=url, expires_at=iso(link.expires_at), session=link.session)

    async def _customer(self, number: str) -> Customer:
        """Exactly one, by the company's own number; a name is not enough."""
        found = [card for card in await self._customers.find(number) if number and card.number == number]
        if len(found) != 1:
            several = f"{len(found)} customers have" if found else "No customer has"
            raise RequestRefused("not-found", f"{several} the number {number}.")
        return found[0]

    def _base(self) -> str:
        return self._site.web.public_url.rstrip("/") or f"http://{self._site.web.listen}"
