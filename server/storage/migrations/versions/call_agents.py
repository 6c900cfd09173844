"""Who talked in a call gets a table of its own: whoever passed a call on finds it, too."""

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_PAGE = 2_000


class _Conversation(msgspec.Struct):
    agent: str


class _Body(msgspec.Struct):
    conversations: list[_Conversation] = []


def upgrade() -> None:
    table = op.create_table(
        "call_agent",
        sa.Column("call", sa.Text, sa.ForeignKey("call_record.call_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("agent", sa.Text, primary_key=True),
        sa.Column("arrived_at", sa.Double, nullable=False),
    )
    connection, after = op.get_bind(), ""
    query = sa.text(
        "SELECT call_id, agent, arrived_at, body FROM call_record WHERE call_id > :after ORDER BY call_id LIMIT :most"
    )
    while rows := connection.execute(query, {"after": after, "most": _PAGE}).all():
        talked = [
            {"call": row.call_id, "agent": agent, "arrived_at": row.arrived_at}
            for row in rows
            for agent in sorted(_agents(row.agent, row.body))
        ]
        if talked:
            connection.execute(table.insert(), talked)
        after = rows[-1].call_id
    op.create_index("ix_call_agent_agent_arrived_at", "call_agent", ["agent", "arrived_at", "call"])


def _agents(last: str, body: str) -> set[str]:
    try:
        said = msgspec.json.decode(body, type=_Body).conversations
    except msgspec.MsgspecError:  # a record that cannot be read keeps no server from starting: who talked last is known
        said = []
    return {agent for agent in (last, *(one.agent for one in said)) if agent}


def downgrade() -> None:
    op.drop_table("call_agent")
