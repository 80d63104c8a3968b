"""Public holidays of a country or a part of it, from the kept library `holidays`, loaded when first asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache


@cache
def public_days(country: str, subdivision: str, year: int) -> Mapping[date, str] | None:
    """The public holidays of one year with their names; None for a year that the library does not know.

    An empty answer is one: a country whose holidays are suspended. Raises NotImplementedError for an unknown calendar.
    """
    import holidays

    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language="en_US")
    return dict(found) if found.start_year <= year <= found.end_year else None


@cache
def known_calendars() -> Mapping[str, tuple[str, ...]]:
    """Every country the library knows, by its two letters, with the codes of its parts."""
    import holidays

    return {code: tuple(parts) for code, parts in holidays.list_supported_countries(include_aliases=False).items()}
