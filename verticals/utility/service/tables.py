"""The company's tables. Times are ISO texts in the company's own zone."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

answers = Table(
    "answers",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("operation", String(64), nullable=False),
    Column("results", Text, nullable=False, doc="JSON"),
    Column("day", Date, nullable=False),
)
"""What was answered under which key."""

outages = Table(
    "outages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("postcode", String(12), nullable=False),
    Column("scope", String(10), nullable=False),
    Column("danger", Boolean, nullable=False),
    Column("opened", String(32), nullable=False),
    Column("until", String(32), doc="forecast of when power is back; NULL: nobody can say"),
    Column("closed", String(32), doc="NULL: power is still away"),
)
Index("one_open_outage", outages.c.postcode, outages.c.scope, unique=True, sqlite_where=outages.c.closed.is_(None))

messages_wanted = Table(
    "messages_wanted",
    metadata,
    Column("outage", ForeignKey(outages.c.id), primary_key=True),
    Column("phone", String(20), primary_key=True),
)
"""Who wants a message when power is back."""

meters = Table(
    "meters",
    metadata,
    Column("meter", Integer, primary_key=True, autoincrement=False),
    Column("customer", Integer, nullable=False, index=True),
)

readings = Table(
    "readings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("meter", ForeignKey(meters.c.meter), nullable=False),
    Column("day", Date, nullable=False),
    Column("value", Integer, nullable=False),
    UniqueConstraint("meter", "day"),
)

moves = Table(
    "moves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("postcode", String(12), nullable=False),
    Column("number", Integer, nullable=False),
    Column("reading", Integer, doc="of the old meter; NULL: it follows"),
    UniqueConstraint("customer", "day"),
)

complaints = Table(
    "complaints",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session", String(300), unique=True, doc="NULL: said without one"),
    Column("customer", Integer, nullable=False),
    Column("about", String(20), nullable=False),
    Column("wish", String(20), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("answer_by", Date, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("customer", Integer, primary_key=True, autoincrement=False),
    Column("topic", String(64), primary_key=True),
    Column("allowed", Boolean, nullable=False),
    Column("at", String(32), nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True, doc="of the number, which itself is not kept"),
    Column("birth", Date, nullable=False, doc="of the owner"),
    Column("wrong_tries", Integer, nullable=False, default=0),
    Column("last_wrong", Date),
    Column("blocked", String(32), doc="when; NULL: it is not blocked"),
    Column("reason", String(20)),
    Column("replacement", String(32), doc="when a new one was ordered"),
)
