"""Interface `contracts`: who moves where."""

from datetime import date, timedelta

from sqlalchemy import Connection, select, update

from servicekit import Refused
from verticals.utility.service.store import Results, Store, added
from verticals.utility.service.tables import meters, moves
from verticals.utility.service.words import CustomerNumber, HouseNumber, Postcode, Reading, plain_postcode

FURTHEST_DAYS = 366


class Contracts:
    """A customer has a contract when there is a meter in the customer's name."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def register_move(
        self,
        customer: CustomerNumber,
        day: date,
        postcode: Postcode,
        number: HouseNumber,
        key: str,
        reading: Reading | None = None,
    ) -> Results:
        """One for each customer and day; the newer address counts. A reading that is known is not forgotten."""

        def register(db: Connection) -> Results:
            if db.scalar(select(meters.c.meter).where(meters.c.customer == customer).limit(1)) is None:
                raise Refused("There is no contract under this customer number.")
            self._check_day(day)
            there = {"postcode": plain_postcode(postcode), "number": number}
            known = {} if reading is None else {"reading": reading}
            same = (moves.c.customer == customer) & (moves.c.day == day)
            found = db.execute(select(moves).where(same)).first()
            if found is not None:
                db.execute(update(moves).where(same).values(**there, **known))
                return {"reference": _reference(found.id)}
            return {"reference": _reference(added(db, moves, customer=customer, day=day, **there, **known))}

        return self._store.once(key, "register_move", register)

    def _check_day(self, day: date) -> None:
        today = self._store.today()
        if day < today - timedelta(days=1):  # the caller's day may be behind ours
            raise Refused("This day is over.")
        if day > today + timedelta(days=FURTHEST_DAYS):
            raise Refused("This day is more than a year away.")


def _reference(number: int) -> str:
    return f"M-{number:05}"
