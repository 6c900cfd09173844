"""Visits to dialogs' pages, and personal links."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("session", sa.Text, primary_key=True),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("later", sa.Text, nullable=False),
        sa.Column("later_until", sa.Double, nullable=False),
        sa.Column("seen_at", sa.Double, nullable=False),
        sa.Column("is_resting", sa.Integer, nullable=False),
        sa.Column("is_unordered", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_visit_page", "visit", ["page"])
    op.create_index("ix_visit_later", "visit", ["later"])
    op.create_index("ix_visit_seen_at", "visit", ["seen_at"])
    op.create_table(
        "personal_link",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("script", sa.Text, nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("personal_link")
    op.drop_table("visit")
