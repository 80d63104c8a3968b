"""Policy rows in, policy models out; and the options from the shipped file."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from datetime import datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.kernel.resources import resource
from crs_desktop.policy.model import PolicyOption, PolicyRow
from crs_desktop.policy.tables import PolicyTable
from crs_desktop.store.moment import known


@cache
def options() -> tuple[PolicyOption, ...]:
    """Every option in the order of the shipped file."""
    shipped = tomllib.loads(resource("policy", "defaults.toml").read_text("utf-8"))
    return tuple(
        PolicyOption(key=key, **{**entry, "choices": tuple(entry.get("choices", ()))}) for key, entry in shipped.items()
    )


def rows(session: Session, as_of: datetime | None = None) -> list[PolicyRow]:
    """Every row the site has stated, or had stated by an instant, oldest first."""
    query = known(select(PolicyTable), PolicyTable.at, as_of).order_by(PolicyTable.id)
    return [_row(found) for found in session.scalars(query)]


def add(session: Session, row: PolicyRow) -> PolicyRow:
    """Append a row; its id is given by the store."""
    values = asdict(row)
    del values["id"]
    stored = PolicyTable(**values)
    session.add(stored)
    session.flush()
    return _row(stored)


def _row(found: PolicyTable) -> PolicyRow:
    return PolicyRow(
        found.id,
        found.key,
        found.value,
        found.valid_from,
        found.owner,
        found.reason,
        found.citation,
        found.at,
        found.actor,
    )
