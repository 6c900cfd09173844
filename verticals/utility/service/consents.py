"""Interface `consents`: the latest word of a customer on advertising."""

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from verticals.utility.service.store import Results, Store
from verticals.utility.service.tables import consents
from verticals.utility.service.words import CustomerNumber, Topic


class Consents:
    """One word for each customer and topic."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(self, customer: CustomerNumber, topic: Topic, allowed: bool, key: str) -> Results:
        """Keep it. The same again keeps its first time."""

        def keep(db: Connection) -> Results:
            said = {"allowed": allowed, "at": self._store.now().isoformat(timespec="seconds")}
            new = insert(consents).values(customer=customer, topic=topic, **said)
            other = consents.c.allowed != new.excluded.allowed
            db.execute(new.on_conflict_do_update(index_elements=["customer", "topic"], set_=said, where=other))
            return {}

        return self._store.once(key, "record", keep)
