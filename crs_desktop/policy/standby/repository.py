"""Rows of standby rules in, rules out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.policy.standby.model import StandbyRule
from crs_desktop.policy.standby.tables import StandbyTable


def rules(session: Session, as_of: datetime | None = None) -> list[StandbyRule]:
    """Every rule the site has stated, or had stated by an instant, oldest first."""
    query = select(StandbyTable).order_by(StandbyTable.id)
    if as_of is not None:
        query = query.where(StandbyTable.at <= as_of)
    return [_rule(row) for row in session.scalars(query)]


def add(session: Session, rule: StandbyRule, at: datetime, actor: str) -> int:
    """Append a rule; answers its id."""
    row = StandbyTable(
        jurisdiction=rule.jurisdiction, scope_kind=rule.scope_kind, scope=rule.scope, kind=rule.kind, sets=rule.sets,
        further_sets=rule.further, extra_days=rule.extra_days, valid_from=rule.valid_from, valid_to=rule.valid_to,
        owner=rule.owner, reason=rule.reason, citation=rule.citation, at=at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _rule(row: StandbyTable) -> StandbyRule:
    return StandbyRule(
        row.id, row.jurisdiction, row.scope_kind, row.scope, row.kind, row.sets, row.further_sets, row.extra_days,
        row.valid_from, row.valid_to, row.owner, row.reason, row.citation, row.at, row.actor,
    )  # fmt: skip
