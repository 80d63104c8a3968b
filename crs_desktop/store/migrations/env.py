"""Runs the migrations on the connection handed over by `opening.upgrade`, inside its transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    render_as_batch=False,  # a batch re-create would silently drop a ledger table's triggers
)
context.run_migrations()
