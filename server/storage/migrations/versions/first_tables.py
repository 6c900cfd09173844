"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Position = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("position", Position, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("mono", sa.Double, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "call_record",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("arrived_at", sa.Double, nullable=False),
        sa.Column("first_position", Position, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_call_record_arrived_at_call_id", "call_record", ["arrived_at", "call_id"])
    op.create_table(
        "contact",
        sa.Column("call", sa.Text, primary_key=True),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_contact_customer_at", "contact", ["customer", "at"])
    op.create_index("ix_contact_number_at", "contact", ["number", "at"])
    _customers()
    _access()
    op.create_table(
        "checkpoint",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("position", Position, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def _customers() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_index("ix_customer_number", "customer", ["number"])
    op.create_table(
        "customer_number",
        sa.Column("customer", sa.Text, sa.ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("written", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("reversed_digits", sa.Text, nullable=False),
    )
    op.create_index("ix_customer_number_key", "customer_number", ["key"])
    op.create_index("ix_customer_number_reversed_digits", "customer_number", ["reversed_digits"])


def _access() -> None:
    op.create_table(
        "binding",
        sa.Column("user", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "credential",
        sa.Column("user", sa.Text, primary_key=True),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("ha1_md5", sa.Text, nullable=False),
        sa.Column("ha1_sha256", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
    )
    op.create_table(
        "session_credential",
        sa.Column("ha1_sha256", sa.Text, primary_key=True),
        sa.Column("ha1_md5", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "checkpoint", "session", "session_credential", "credential", "binding",
        "customer_number", "customer", "contact", "call_record", "ledger",
    ):
        op.drop_table(table)
