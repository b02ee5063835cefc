"""Alembic's entry: the connection comes from the caller (app.migrate), so that no address stands here."""

from alembic import context

from app.models import Base


def _is_ours(_thing: object, name: str | None, kind: str, _there: bool, _model: object) -> bool:
    """Whether models describe this: what full-text search keeps for itself they do not."""
    return not (kind == "table" and (name or "").startswith("search_index"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=_is_ours,
)
with context.begin_transaction():
    context.run_migrations()
