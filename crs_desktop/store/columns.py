"""Column types of our own, because SQLite keeps neither decimals nor zones and STRICT tables know four types only."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.clock import from_milliseconds, to_milliseconds
from crs_desktop.kernel.fingerprint import canonical

_WHOLE = BigInteger().with_variant(Integer, "sqlite")


class InstantColumn(TypeDecorator[datetime]):
    """An aware UTC instant as whole milliseconds; a naive one is refused with ValueError."""

    impl = _WHOLE
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To milliseconds."""
        return None if value is None else to_milliseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """From milliseconds."""
        return None if value is None else from_milliseconds(value)


class DayColumn(TypeDecorator[date]):
    """A calendar day as ISO text, which sorts as days do."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """To YYYY-MM-DD."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """From YYYY-MM-DD."""
        return None if value is None else date.fromisoformat(value)


class MassColumn(TypeDecorator[Mass]):
    """A mass as whole micrograms."""

    impl = _WHOLE
    cache_ok = True

    def process_bind_param(self, value: Mass | None, dialect: Dialect) -> int | None:
        """To micrograms."""
        return None if value is None else value.mcg

    def process_result_value(self, value: int | None, dialect: Dialect) -> Mass | None:
        """From micrograms."""
        return None if value is None else Mass(value)


class WeightColumn(TypeDecorator[BodyWeight]):
    """A body weight as whole grams."""

    impl = _WHOLE
    cache_ok = True

    def process_bind_param(self, value: BodyWeight | None, dialect: Dialect) -> int | None:
        """To grams."""
        return None if value is None else value.grams

    def process_result_value(self, value: int | None, dialect: Dialect) -> BodyWeight | None:
        """From grams."""
        return None if value is None else BodyWeight(value)


class JsonColumn(TypeDecorator[Any]):
    """A small structure as canonical JSON text; floats are refused with TypeError."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """To canonical JSON."""
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """From JSON."""
        return None if value is None else json.loads(value)


class Row(DeclarativeBase):
    """Base of every table. Tables are STRICT on SQLite: text in a number column is refused by the store itself."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it from the class as it is)
        str: Text,
        bytes: LargeBinary,
        datetime: InstantColumn,
        date: DayColumn,
        Mass: MassColumn,
        BodyWeight: WeightColumn,
        dict[str, Any]: JsonColumn,
        list[Any]: JsonColumn,
    }


STRICT = {"sqlite_strict": True}
