"""What people type, read by our own grammar: one verdict in every locale, ASCII digits, refused instead of guessed."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.refusal import Finding, beware, no

_WEIGHT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")
_COUNT = re.compile(r"[0-9]{1,5}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MRN = re.compile(r"[0-9A-Za-z][0-9A-Za-z./-]{0,31}")
_PERCENT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
_LOWEST_KG, _HIGHEST_KG = Decimal("0.5"), Decimal(500)
_USUAL_KG = (Decimal(2), Decimal(250))
_LOCAL_TIME = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[ T](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?P<offset>[+-][0-9]{2}:[0-9]{2})?"
)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_NAME_LIMIT = 200
_TEXT_LIMIT = 2000


def read_weight(text: str, field: str = "weight_kg") -> BodyWeight | Finding:
    """Kilograms, 1 to 3 digits and up to 3 decimals after a point, 0.5 to 500 kg; nothing else is a weight."""
    typed = text.strip()
    if not _WEIGHT.fullmatch(typed):
        return no("weight_not_understood", field, text)
    kg = Decimal(typed)
    if not _LOWEST_KG <= kg <= _HIGHEST_KG:
        return no("weight_impossible", field, text)
    return BodyWeight.of_kg(kg)


def unusual_weight(weight: BodyWeight, field: str = "weight_kg") -> Finding | None:
    """Outside 2 to 250 kg: possible, but asked again."""
    low, high = _USUAL_KG
    return None if low <= weight.kg <= high else beware("weight_unusual", field, str(weight))


def changed_weight(weight: BodyWeight, before: BodyWeight, field: str = "weight_kg") -> Finding | None:
    """A tenth or more away from the weight before: asked again, which catches pounds typed as kilograms."""
    if abs(weight.grams - before.grams) * 10 < before.grams:
        return None
    return beware("weight_changed", field, str(weight), before=before)


def read_count(text: str, field: str, least: int = 1, most: int = 10_000) -> int | Finding:
    """A whole number of things, ASCII digits only."""
    typed = text.strip()
    if not _COUNT.fullmatch(typed):
        return no("count_not_understood", field, text)
    count = int(typed)
    if not least <= count <= most:
        return no("count_out_of_range", field, text, least=least, most=most)
    return count


def read_day(text: str, field: str) -> date | Finding:
    """A calendar day written YYYY-MM-DD that exists, 1900 to 2199."""
    typed = text.strip()
    if not _DAY.fullmatch(typed):
        return no("day_not_understood", field, text)
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return no("day_does_not_exist", field, text)
    if not 1900 <= day.year <= 2199:
        return no("day_out_of_range", field, text)
    return day


def read_mrn(text: str, field: str = "mrn") -> str | Finding:
    """A medical record number: text, never a number, so leading zeros stay."""
    typed = text.strip()
    if not _MRN.fullmatch(typed):
        return no("mrn_not_understood", field, text)
    return typed


def read_name(text: str, field: str) -> str | Finding:
    """A person's or lot's name in any script, NFC, up to 200 characters, no control characters, no line breaks."""
    typed = unicodedata.normalize("NFC", text).strip()
    if not typed:
        return no("text_missing", field, text)
    return _readable(typed, field, _NAME_LIMIT)


def read_text(text: str, field: str, needed: bool = True) -> str | Finding:
    """Free text such as a reason: NFC, up to 2,000 characters; empty only when it is not needed."""
    typed = unicodedata.normalize("NFC", text).strip()
    if not typed:
        return no("text_missing", field, text) if needed else ""
    return _readable(typed.replace("\r\n", "\n"), field, _TEXT_LIMIT, line_breaks=True)


def read_percent(text: str, field: str = "rounding_percent") -> Decimal | Finding:
    """A percentage from 0 to 10 with up to two decimals."""
    typed = text.strip()
    if not _PERCENT.fullmatch(typed) or Decimal(typed) > 10:
        return no("percent_not_understood", field, text)
    return Decimal(typed)


def _readable(text: str, field: str, limit: int, line_breaks: bool = False) -> str | Finding:
    if len(text) > limit:
        return no("text_too_long", field, f"{text[:20]}…", limit=limit, length=len(text))
    for character in text:
        if line_breaks and character == "\n":
            continue
        # Cf holds joiners and direction marks that names in Persian, Hindi or Hebrew need; overrides could hide text.
        if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") or character in "\u202a\u202b\u202c\u202d\u202e":
            return no("text_unprintable", field, f"U+{ord(character):04X}")
    return text


def read_local_instant(text: str, zone: ZoneInfo, field: str) -> datetime | Finding:
    """A local date and time 'YYYY-MM-DD HH:MM', as an aware UTC instant.

    In the repeated hour of autumn the offset must be typed behind it ('2026-11-01 01:30-04:00'); a time that the clocks
    skip in spring does not exist. Never a guess.
    """
    match = _LOCAL_TIME.fullmatch(text.strip())
    if not match:
        return no("instant_not_understood", field, text)
    day = read_day(match["day"], field)
    if isinstance(day, Finding):
        return day
    if int(match["hour"]) > 23 or int(match["minute"]) > 59:
        return no("instant_not_understood", field, text)
    naive = datetime.combine(day, time(int(match["hour"]), int(match["minute"])))
    options = sorted({naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)})
    real = [option for option in options if option.astimezone(zone).replace(tzinfo=None) == naive]
    if match["offset"]:
        real = [option for option in real if option.astimezone(zone).strftime("%z") == match["offset"].replace(":", "")]
    if not real:
        return no("instant_does_not_exist", field, text, zone=zone.key)
    if len(real) > 1:
        offsets = [option.astimezone(zone).isoformat()[-6:] for option in real]
        return no("instant_is_twice", field, text, first=offsets[0], second=offsets[1])
    return real[0]


def read_clock_time(text: str, field: str) -> str | Finding:
    """A time of day 'HH:MM', or nothing."""
    typed = text.strip()
    if not typed:
        return ""
    if not _CLOCK.fullmatch(typed):
        return no("clock_time_not_understood", field, text)
    return typed
