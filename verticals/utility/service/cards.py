"""Interface `cards`: whose card it is, blocking it, a new one."""

from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from verticals.utility.service.store import Results, Store
from verticals.utility.service.tables import cards
from verticals.utility.service.words import CardNumber

MOST_WRONG_TRIES = 5
"""In a day; after that nobody is identified by this card until the next."""


class Cards:
    """Of a number that is not ours nothing is told but that it does not fit."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def identify(self, card: CardNumber, birth: date, key: str) -> Results:
        """Whether the card's owner was born on this day. Wrong tries are counted here, whoever asks."""

        def identify(db: Connection) -> Results:
            found = self._found(db, card)
            if found is None:
                return {"matches": False}
            today = self._store.today()
            wrong = found.wrong_tries if found.last_wrong == today else 0
            if wrong >= MOST_WRONG_TRIES:
                return {"matches": False}
            matches = found.birth == birth
            counted = {"wrong_tries": 0, "last_wrong": None} if matches else {
                "wrong_tries": wrong + 1, "last_wrong": today,
            }  # fmt: skip
            db.execute(update(cards).where(cards.c.id == found.id).values(counted))
            return {"matches": matches}

        return self._store.once(key, "identify", identify)

    def block(self, card: CardNumber, reason: Literal["lost", "stolen", "misused"], key: str) -> Results:
        """Block it; one that is blocked stays so, with its first reason and reference."""

        def block(db: Connection) -> Results:
            found = self._found(db, card)
            if found is None:
                return {"blocked": False, "reference": None}
            if found.blocked is None:
                now = self._store.now().isoformat(timespec="seconds")
                db.execute(update(cards).where(cards.c.id == found.id).values(blocked=now, reason=reason))
            return {"blocked": True, "reference": f"B-{found.id:05}"}

        return self._store.once(key, "block", block)

    def order_replacement(self, card: CardNumber, key: str) -> Results:
        """One new card for a blocked one, to the address that is known."""

        def order(db: Connection) -> Results:
            found = self._found(db, card)
            if found is None or found.blocked is None:
                return {"ordered": False}
            if found.replacement is None:
                now = self._store.now().isoformat(timespec="seconds")
                db.execute(update(cards).where(cards.c.id == found.id).values(replacement=now))
            return {"ordered": True}

        return self._store.once(key, "order_replacement", order)

    def _found(self, db: Connection, card: str) -> "Row[Any] | None":
        return db.execute(select(cards).where(cards.c.digest == self._store.digest(card))).first()
