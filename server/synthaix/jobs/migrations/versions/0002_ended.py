"""Finished jobs by when they ended, which is how they are removed."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_jobs_ended_at", "jobs", ["ended_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_jobs_ended_at", "jobs")
