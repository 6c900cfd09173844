"""Interface `outages`: what is known, what is reported, who wants to hear when it is over."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from servicekit import Refused
from verticals.utility.service.store import Results, Store, added
from verticals.utility.service.tables import messages_wanted, outages
from verticals.utility.service.words import Phone, Postcode, plain_phone, plain_postcode


class Outages:
    """An outage is known to others when the whole street has it; one of a single home concerns nobody else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find_outage(self, postcode: Postcode) -> Results:
        """Whether one is known at a postcode, and until when. A forecast that is over is none."""
        with self._store.change() as db:
            found = _known(db, plain_postcode(postcode))
        if found is None:
            return {"known": False, "has_time": False, "until": None}
        until = datetime.fromisoformat(found.until) if found.until else None
        if until is None or until <= self._store.now():
            return {"known": True, "has_time": False, "until": None}
        return {"known": True, "has_time": True, "until": until.time().replace(second=0, microsecond=0)}

    def report_outage(
        self, postcode: Postcode, scope: Literal["home", "street", "unsure"], danger: bool, key: str
    ) -> Results:
        """A ticket; the same place and scope have the same one while it is open."""
        place = plain_postcode(postcode)

        def report(db: Connection) -> Results:
            here = (outages.c.postcode == place) & (outages.c.scope == scope) & outages.c.closed.is_(None)
            found = db.execute(select(outages).where(here)).first()
            if found is None:
                now = self._store.now().isoformat(timespec="seconds")
                return {"ticket": _ticket(added(db, outages, postcode=place, scope=scope, danger=danger, opened=now))}
            if danger and not found.danger:
                db.execute(update(outages).where(outages.c.id == found.id).values(danger=True))
            return {"ticket": _ticket(found.id)}

        return self._store.once(key, "report_outage", report)

    def notify(self, postcode: Postcode, phone: Phone, key: str) -> Results:
        """A message to this number when power is back; asked twice, it is one message."""

        def want(db: Connection) -> Results:
            found = _known(db, plain_postcode(postcode))
            if found is None:
                raise Refused("There is no outage any more at this postcode.")
            wanted = {"outage": found.id, "phone": plain_phone(phone)}
            db.execute(insert(messages_wanted).values(wanted).on_conflict_do_nothing())
            return {}

        return self._store.once(key, "notify", want)


def restored(store: Store, postcode: str) -> list[str]:
    """Power is back: outages there are over. Gives the numbers that are to be sent a message."""
    with store.change() as db:
        here = (outages.c.postcode == plain_postcode(postcode)) & outages.c.closed.is_(None)
        over = select(outages.c.id).where(here)
        phones = list(db.scalars(select(messages_wanted.c.phone).where(messages_wanted.c.outage.in_(over)).distinct()))
        db.execute(update(outages).where(here).values(closed=store.now().isoformat(timespec="seconds")))
    return sorted(phones)


def _known(db: Connection, place: str) -> "Row[Any] | None":
    here = (outages.c.postcode == place) & (outages.c.scope == "street") & outages.c.closed.is_(None)
    return db.execute(select(outages).where(here)).first()


def _ticket(number: int) -> str:
    return f"T-{number:05}"
