"""What a service follows: deliveries, incidents until they are drafted, alert episodes, and what was received."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("hook", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("received_at", sa.Text, nullable=False),
    )
    op.create_table(
        "watches",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "title", "severity", "services", "url")),
        sa.Column("opened_at", sa.Text, nullable=False),
        sa.Column("resolved_at", sa.Text),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("due_at", sa.Text),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("lease_by", sa.Text, nullable=False),
        sa.Column("lease_until", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("drafted_at", sa.Text),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("captured_at", sa.Text),
    )
    op.create_table(
        "episodes",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("source", "native_id", "opened_at")),
        sa.Column("watch", sa.Text, sa.ForeignKey("watches.id"), nullable=False, index=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("service", "title", "severity")),
        sa.Column("resolved_at", sa.Text),
    )
    op.create_table(
        "received",
        sa.Column("watch", sa.Text, sa.ForeignKey("watches.id"), primary_key=True),
        sa.Column("id", sa.String(12), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "identity", "event")),
    )
