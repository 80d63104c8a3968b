"""What forms and the command line send about recalls, as typed; reading it answers every finding at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from crs_desktop.kernel.entry import read_day, read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.stock.commands import BRANDS
from crs_desktop.stock.model import lot_key
from crs_desktop.stock.recalls.model import CLASSES

MOST_LOTS = 500


@dataclass(frozen=True, slots=True)
class RecordRecall:
    """A notice as typed. `lots` holds one number on each line, or several with commas between; unless every lot."""

    request_id: str
    number: str
    recall_class: str
    brand: str
    lots: str
    every_lot: bool
    noticed: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class EndRecall:
    """A notice that no longer holds here."""

    request_id: str
    recall_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReadRecall:
    """A notice that was understood."""

    number: str
    recall_class: str
    brand: str
    lots: tuple[str, ...]
    every_lot: bool
    noticed: date
    reason: str
    source: str

    def content(self) -> dict[str, object]:
        """As request and log carry it."""
        return {
            "number": self.number, "class": self.recall_class, "brand": self.brand, "lots": list(self.lots),
            "every_lot": self.every_lot, "noticed": self.noticed.isoformat(), "reason": self.reason,
            "source": self.source,
        }  # fmt: skip


def read_recall(command: RecordRecall, today: date) -> ReadRecall | Refused:
    """Understand a notice, or every reason why not. It names lots, or every lot of the brand, never both or neither."""
    number, reason = read_name(command.number, "number"), read_text(command.reason, "reason", needed=False)
    source, noticed = read_text(command.source, "source"), read_day(command.noticed, "noticed")
    typed = command.brand.strip()
    brand = next((known for known in BRANDS if known.lower() == typed.lower()), None)
    lots = _read_lots(command)
    findings = [item for item in (number, noticed, reason, source) if isinstance(item, Finding)]
    if brand is None:
        unknown = no("stock_brand", "brand", typed, known=", ".join(BRANDS)) if typed else no("text_missing", "brand")
        findings.insert(0, unknown)
    if command.recall_class not in CLASSES:
        findings.append(no("recall_class_unknown", "recall_class", command.recall_class, known=", ".join(CLASSES)))
    if isinstance(noticed, date) and noticed > today:
        findings.append(no("recall_noticed_ahead", "noticed", command.noticed))
    if isinstance(lots, Refused):
        findings.extend(lots.findings)
    if findings:
        return refuse(*findings)
    assert brand and isinstance(number, str) and isinstance(reason, str) and isinstance(source, str)
    assert isinstance(noticed, date) and not isinstance(lots, Refused)
    return ReadRecall(number, command.recall_class, brand, lots, command.every_lot, noticed, reason, source)


def _read_lots(command: RecordRecall) -> tuple[str, ...] | Refused:
    """Each number once, in the order typed."""
    typed = [part.strip() for part in re.split(r"[,;\n]", command.lots) if part.strip()]
    if command.every_lot:
        return refuse(no("recall_lots_and_every", "lots")) if typed else ()
    if not typed:
        return refuse(no("recall_no_lots", "lots"))
    if len(typed) > MOST_LOTS:
        return refuse(no("recall_too_many_lots", "lots", len(typed), most=MOST_LOTS))
    read = [read_name(part, "lots") for part in typed]
    findings = [item for item in read if isinstance(item, Finding)]
    findings += [no("recall_lot_unreadable", "lots", part) for part in typed if not lot_key(part)]
    if findings:
        return refuse(*findings)
    first: dict[str, str] = {}
    for item in read:
        if isinstance(item, str):
            first.setdefault(lot_key(item), item)
    return tuple(first.values())
