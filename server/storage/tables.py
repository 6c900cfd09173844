"""The tables. `migrations` makes the same ones; a test compares the two.

Moments are seconds since 1970 (UTC), bodies JSON, unless a comment says otherwise.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s"})
Position = BigInteger().with_variant(Integer, "sqlite")  # in SQLite only INTEGER is the row's own number

ledger = Table(
    "ledger",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("mono", Double, nullable=False),
    Column("kind", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("body", Text, nullable=False),
)

call_record = Table(
    "call_record",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("arrived_at", Double, nullable=False),
    Column("first_position", Position, nullable=False),
    Column("queue", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_call_record_arrived_at_call_id", "arrived_at", "call_id"),
)

call_agent = Table(
    "call_agent",  # who talked in it; one whose record is written again has no fewer than before
    metadata,
    Column("call", Text, ForeignKey("call_record.call_id", ondelete="CASCADE"), primary_key=True),
    Column("agent", Text, primary_key=True),
    Column("arrived_at", Double, nullable=False),  # as in `call_record`
    Index("ix_call_agent_agent_arrived_at", "agent", "arrived_at", "call"),
)

contact = Table(
    "contact",
    metadata,
    Column("call", Text, primary_key=True),
    Column("customer", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_contact_customer_at", "customer", "at"),
    Index("ix_contact_number_at", "number", "at"),
)

customer = Table(
    "customer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("search", Text, nullable=False),  # the name without case and accents
    Column("language", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("segment", Text, nullable=False),
    Column("changed_at", Double, nullable=False),
)

customer_number = Table(
    "customer_number",
    metadata,
    Column("customer", Text, ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("written", Text, nullable=False),
    Column("key", Text, nullable=False, index=True),  # E.164 where it can be, else what was written, without spacing
    Column("reversed_digits", Text, nullable=False, index=True),
)

binding = Table(
    "binding",
    metadata,
    Column("user", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("expires_at", Double, nullable=False),
    Column("body", Text, nullable=False),
)

credential = Table(
    "credential",
    metadata,
    Column("user", Text, primary_key=True),
    Column("password", Text, nullable=False),  # argon2id
    Column("changed_at", Double, nullable=False),
)

phone_credential = Table(
    "phone_credential",
    metadata,
    Column("user", Text, primary_key=True),
    Column("ha1_md5", Text, nullable=False),
    Column("ha1_sha256", Text, nullable=False),
    Column("changed_at", Double, nullable=False),
)

session_credential = Table(
    "session_credential",
    metadata,
    Column("ha1_sha256", Text, primary_key=True),
    Column("ha1_md5", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("expires_at", Double, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("id", Text, primary_key=True),  # SHA-256 of the token, hex
    Column("user", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("name", Text, primary_key=True),
    Column("position", Position, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

monitor_threshold = Table(
    "monitor_threshold",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Double, nullable=False),
)

monitor_sample = Table(
    "monitor_sample",
    metadata,
    Column("at", Double, primary_key=True),  # of the last sample in `body`
    Column("body", Text, nullable=False),
)

mail = Table(
    "mail",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("asked_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("body", Text, nullable=False),  # a Mailing; id, key, state and version of the columns hold
    Column("message", LargeBinary),  # RFC 5322; gone when it is over
    Index("ix_mail_state_asked_at", "state", "asked_at"),
)

visit = Table(
    "visit",
    metadata,
    Column("session", Text, primary_key=True),
    Column("page", Text, nullable=False, index=True),  # SHA-256 of the token in the page's address, hex
    Column("later", Text, nullable=False, index=True),  # the same of the private link; empty: none
    Column("later_until", Double, nullable=False),
    Column("seen_at", Double, nullable=False, index=True),
    Column("is_resting", Integer, nullable=False),
    Column("is_unordered", Integer, nullable=False),  # a call-back was asked for, perhaps nobody told the rules
    Column("body", Text, nullable=False),  # a Visit; `seen_at` of the column holds
)

personal_link = Table(
    "personal_link",
    metadata,
    Column("token", Text, primary_key=True),  # SHA-256, hex
    Column("script", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
)

dialog_session = Table(
    "dialog_session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("script", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("hash", Text, nullable=False),  # SHA-256 of the script, hex
    Column("status", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("began_channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("touched_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("end_node", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("disposition", Text, nullable=False),
    Column("ended", Text, nullable=False),  # an Ended; empty: it has not
    Column("untold", Text, nullable=False),  # facts; empty: all are in the ledger
    Column("state", Text, nullable=False),  # with everything that was answered, in clear
    Index("ix_dialog_session_call_touched_at", "call", "touched_at"),
    Index("ix_dialog_session_customer_touched_at", "customer", "touched_at"),
    Index("ix_dialog_session_script_began_at", "script", "began_at"),
    Index("ix_dialog_session_status_touched_at", "status", "touched_at"),
)

dialog_step = Table(
    "dialog_step",
    metadata,
    Column("session", Text, ForeignKey("dialog_session.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # the session's serial
    Column("at", Double, nullable=False),
    Column("nodes", Text, nullable=False),  # the step's trail
)

dialog_action = Table(
    "dialog_action",
    metadata,
    Column("id", Text, primary_key=True),
    Column("session", Text, ForeignKey("dialog_session.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("script", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_idempotent", Integer, nullable=False),  # 0 or 1
    Column("is_told", Integer, nullable=False),  # 0 or 1
    Column("since", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("perform", Text, nullable=False),  # what is to be done
    Index("ix_dialog_action_is_told_since", "is_told", "since"),
)
