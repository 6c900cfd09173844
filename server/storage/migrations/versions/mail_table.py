"""Outgoing mail."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("message", sa.LargeBinary),
    )
    op.create_index("ix_mail_state_asked_at", "mail", ["state", "asked_at"])


def downgrade() -> None:
    op.drop_table("mail")
