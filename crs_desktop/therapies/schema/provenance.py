"""Where a value was read: its source, date, certainty, validity and jurisdiction, said on a row or on the value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crs_desktop.therapies.model.facts import CONFIDENCES, Source

PROVENANCE = ("source", "confidence", "valid_from", "valid_to", "read", "note", "jurisdiction")
JURISDICTIONS = ("CH", "EU", "HK", "JP", "UK", "US")
VALUE_KEYS = ("value", "unknown", *PROVENANCE)
_PART_OF_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")

Mistake = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the values of a table were read, unless a value says otherwise itself."""

    sources: tuple[str, ...] = ()
    confidence: str = ""
    valid_from: str = ""
    valid_to: str = ""
    read: date | None = None
    note: str = ""
    jurisdiction: str = ""


NOWHERE = Origin()


def origin_of(
    content: Mapping[str, Any], above: Origin, path: str, sources: Mapping[str, Source], mistake: Mistake
) -> Origin:
    """The origin of what stands in `content`: what it says itself, else what holds above it."""
    taken: dict[str, Any] = {}
    for key, read in _READERS.items():
        if key in content:
            taken[key] = read(content[key], f"{path}.{key}" if path else key, sources, mistake)
    if not taken:
        return above
    return Origin(  # spelled out, because every row of every file passes here
        taken.get("source", above.sources),
        taken.get("confidence", above.confidence),
        taken.get("valid_from", above.valid_from),
        taken.get("valid_to", above.valid_to),
        taken.get("read") or above.read,
        taken.get("note", above.note),
        taken.get("jurisdiction", above.jurisdiction),
    )


def _confidence(raw: object, where: str, _: Mapping[str, Source], mistake: Mistake) -> str:
    if raw not in CONFIDENCES:
        mistake("therapy_value_not_allowed", where, raw, allowed=", ".join(CONFIDENCES))
    return str(raw)


def _sources(raw: object, where: str, sources: Mapping[str, Source], mistake: Mistake) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or not all(isinstance(item, str) for item in raw):
        mistake("therapy_value_kind", where, raw, expects="a list of ids of [[sources]], in brackets")
        return ("",)
    for name in raw:
        if name not in sources:
            mistake("therapy_source_unknown", where, name, allowed=", ".join(sources))
    return tuple(raw)


def _date_text(raw: object, where: str, _: Mapping[str, Source], mistake: Mistake) -> str:
    if type(raw) is date:
        return raw.isoformat()
    if isinstance(raw, str) and _PART_OF_DATE.fullmatch(raw):
        return raw
    mistake("therapy_date_bad", where, raw)
    return ""


def _read(raw: object, where: str, _: Mapping[str, Source], mistake: Mistake) -> date | None:
    if type(raw) is date:
        return raw
    mistake("therapy_date_bad", where, raw)
    return None


def _note(raw: object, where: str, _: Mapping[str, Source], mistake: Mistake) -> str:
    if not isinstance(raw, str):
        mistake("therapy_value_kind", where, raw, expects="a text")
    return str(raw)


def _jurisdiction(raw: object, where: str, _: Mapping[str, Source], mistake: Mistake) -> str:
    if raw not in JURISDICTIONS:
        mistake("therapy_value_not_allowed", where, raw, allowed=", ".join(JURISDICTIONS))
    return str(raw)


_READERS: dict[str, Callable[[object, str, Mapping[str, Source], Mistake], object]] = {
    "confidence": _confidence,
    "source": _sources,
    "valid_from": _date_text,
    "valid_to": _date_text,
    "read": _read,
    "note": _note,
    "jurisdiction": _jurisdiction,
}
