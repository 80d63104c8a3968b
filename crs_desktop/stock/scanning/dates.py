"""Six digits of a barcode as a day: the century by the rule of GS1 around a given today, day 00 as the month's last."""

from __future__ import annotations

import calendar
from datetime import date

from crs_desktop.stock.scanning.numbers import all_digits


def full_year(two_digits: int, today: date) -> int:
    """51 or more ahead of this year's two digits is the century before, 50 or more behind is the next, else this."""
    ahead = two_digits - today.year % 100
    century = today.year // 100
    if ahead >= 51:
        century -= 1
    elif ahead <= -50:
        century += 1
    return century * 100 + two_digits


def read_six(digits: str, today: date) -> date | None:
    """YYMMDD as a day; day 00 is the last of the month; None for a day that does not exist."""
    if len(digits) != 6 or not all_digits(digits):
        return None
    year, month, day = full_year(int(digits[:2]), today), int(digits[2:4]), int(digits[4:])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None
