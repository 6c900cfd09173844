"""Sessions of dialog scripts, the nodes that they entered, and the actions that nobody waits for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dialog_session",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("script", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("began_channel", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("began_at", sa.Double, nullable=False),
        sa.Column("touched_at", sa.Double, nullable=False),
        sa.Column("ended_at", sa.Double),
        sa.Column("end_node", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("disposition", sa.Text, nullable=False),
        sa.Column("ended", sa.Text, nullable=False),
        sa.Column("untold", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    for columns in (("call", "touched_at"), ("customer", "touched_at"), ("script", "began_at"), ("status", "touched_at")):
        op.create_index(f"ix_dialog_session_{'_'.join(columns)}", "dialog_session", list(columns))
    op.create_table(
        "dialog_step",
        sa.Column("session", sa.Text, sa.ForeignKey("dialog_session.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("nodes", sa.Text, nullable=False),
    )
    op.create_table(
        "dialog_action",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("session", sa.Text, sa.ForeignKey("dialog_session.id", ondelete="CASCADE"), nullable=False),
        sa.Column("script", sa.Text, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("is_idempotent", sa.Integer, nullable=False),
        sa.Column("is_told", sa.Integer, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("perform", sa.Text, nullable=False),
    )
    op.create_index("ix_dialog_action_session", "dialog_action", ["session"])
    op.create_index("ix_dialog_action_is_told_since", "dialog_action", ["is_told", "since"])


def downgrade() -> None:
    for name in ("dialog_action", "dialog_step", "dialog_session"):
        op.drop_table(name)
