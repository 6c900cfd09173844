"""Phones have words of their own: digests of log-in passwords are dropped, those of SIP passwords get a table."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA secure_delete=ON")  # what is dropped is overwritten in the file
    op.drop_column("credential", "ha1_md5")
    op.drop_column("credential", "ha1_sha256")
    op.create_table(
        "phone_credential",
        sa.Column("user", sa.Text, primary_key=True),
        sa.Column("ha1_md5", sa.Text, nullable=False),
        sa.Column("ha1_sha256", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Double, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("phone_credential")
    for name in ("ha1_md5", "ha1_sha256"):  # no digest is empty: nobody is let in with these
        op.add_column("credential", sa.Column(name, sa.Text, nullable=False, server_default=""))
