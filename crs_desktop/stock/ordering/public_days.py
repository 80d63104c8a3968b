"""Public holidays of a country or a part of it, from the kept library `holidays`, loaded when first asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache


@cache
def public_days(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """The public holidays of one year with their names. Raises NotImplementedError for an unknown calendar."""
    import holidays

    return dict(holidays.country_holidays(country, subdiv=subdivision or None, years=year, language="en_US"))


@cache
def known_calendars() -> Mapping[str, tuple[str, ...]]:
    """Every country the library knows, by its two letters, with the codes of its parts."""
    import holidays

    return {code: tuple(parts) for code, parts in holidays.list_supported_countries(include_aliases=False).items()}
