"""Alembic's entry: migrations run on the connection that `synthaix.jobs.migrations` hands over."""

from __future__ import annotations

from alembic import context

from synthaix.jobs.tables import metadata

# The caller owns the transaction: it is also the lock between two servers that start together.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
