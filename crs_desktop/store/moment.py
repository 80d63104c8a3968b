"""Narrowing a question: to what the store knew at an instant, and to some of what it holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import InstrumentedAttribute

Asked = TypeVar("Asked", bound=Select[Any])


def known(query: Asked, at: InstrumentedAttribute[datetime], as_of: datetime | None) -> Asked:
    """Only rows written at or before the instant; every row when none is given."""
    return query if as_of is None else query.where(at <= as_of)


def among(query: Asked, key: InstrumentedAttribute[int], ids: Iterable[int] | None) -> Asked:
    """Only rows of these; every row when none are named."""
    return query if ids is None else query.where(key.in_(list(ids)))


def unended(ended: InstrumentedAttribute[datetime | None], as_of: datetime | None) -> ColumnElement[bool]:
    """True for what has no end, or had none yet at the instant."""
    return ended.is_(None) if as_of is None else or_(ended.is_(None), ended > as_of)
