"""What the gap to the dose before says about a day: too early, too late, longer than usual, or nothing is known."""

from __future__ import annotations

from datetime import date, timedelta

from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Finding, beware
from crs_desktop.therapies.model.doses import Gap

Windows = tuple[DayRange | None, DayRange | None, tuple[Finding, ...]]


def gap_findings(label: str, gap: Gap, day: date, anchor: date) -> tuple[Finding, ...]:
    """What the gap from the anchor day says about this day for the dose of this label."""
    days = (day - anchor).days
    if days <= 0:
        return (order_finding(label, day, anchor),)
    if gap.minimum is not None and days < gap.minimum:
        return (beware("therapy_gap_too_short", "dose", label, days=days, least=gap.minimum),)
    if gap.maximum is not None and days > gap.maximum:
        return (beware("therapy_gap_too_long", "dose", label, days=days, most=gap.maximum),)
    if gap.usual is not None and days > gap.usual[1] and gap.extension_reason:
        return (
            beware("therapy_gap_extended", "dose", label, days=days, usual=gap.usual[1], reason=gap.extension_reason),
        )
    return ()


def order_finding(label: str, day: date, before: date) -> Finding:
    """The dose does not come after the one before it."""
    return beware("therapy_dose_order", "dose", label, day=day.isoformat(), before=before.isoformat())


def windows(label: str, gap: Gap, day: date, anchor: date | None) -> Windows:
    """Allowed days, usual days and what to beware of; nothing before the first dose."""
    if anchor is None:
        return None, None, ()
    usual = _range(anchor, *gap.usual) if gap.usual is not None else None
    found = gap_findings(label, gap, day, anchor)
    if gap.minimum is None or gap.maximum is None:
        least = "?" if gap.minimum is None else gap.minimum
        most = "?" if gap.maximum is None else gap.maximum
        return None, usual, (beware("therapy_window_unknown", "dose", label, least=least, most=most), *found)
    return _range(anchor, gap.minimum, gap.maximum), usual, found


def shifted(gap: Gap, days: int) -> Gap:
    """The same gap counted from a dose that stands so many days after the one it names."""
    least, nominal, most = (
        None if value is None else value - days for value in (gap.minimum, gap.nominal, gap.maximum)
    )
    usual = None if gap.usual is None else (gap.usual[0] - days, gap.usual[1] - days)
    return Gap(least, usual, nominal, most, "", gap.extension_reason)


def _range(anchor: date, least: int, most: int) -> DayRange:
    return DayRange(anchor + timedelta(days=least), anchor + timedelta(days=most))
