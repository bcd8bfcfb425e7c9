"""Who may use the service and who changed what: tokens, sessions, audit trail; and how far a running draft is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "tokens",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("token", sa.Text, sa.ForeignKey("tokens.name"), nullable=False, index=True),
        sa.Column("until", sa.Text, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "who", "action")),
        sa.Column("incident", sa.Text, nullable=False, index=True),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
    )
    op.create_table(
        "progress",
        sa.Column("watch", sa.Text, sa.ForeignKey("watches.id"), primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
