"""Pure rules of recalls: which lots a notice names, and which ones only look as if it did."""

from __future__ import annotations

from collections.abc import Iterable

from crs_desktop.stock.model import Lot, lot_key
from crs_desktop.stock.recalls.model import Alert, NamedLots, Notice, NoticePicture

# Signs that are read for each other on a label or over the telephone.
_ALIKE = str.maketrans({"o": "0", "i": "1", "l": "1", "s": "5", "z": "2", "b": "8", "q": "0", "g": "6"})


def named_lots(brand: str, every_lot: bool, numbers: Iterable[str], lots: Iterable[Lot]) -> NamedLots:
    """The lots of a ledger that a notice names; a lot that only looks alike is told, not recalled."""
    wanted = {lot_key(number): number for number in numbers}
    looks = {_look(key): number for key, number in wanted.items()}
    ours = sorted((lot for lot in lots if lot.brand == brand), key=lambda lot: (lot.number, lot.id))
    found = tuple(lot for lot in ours if every_lot or lot_key(lot.number) in wanted)
    here = {lot_key(lot.number) for lot in found}
    alike = tuple(
        (lot, looks[look]) for lot in ours if lot not in found and (look := _look(lot_key(lot.number))) in looks
    )
    return NamedLots(found, alike, tuple(number for key, number in wanted.items() if key not in here))


def of_notice(notice: Notice, lots: Iterable[Lot]) -> NamedLots:
    """The lots of a ledger that a recorded notice names."""
    return named_lots(notice.brand, notice.every_lot, notice.lots, lots)


def in_order(pictures: Iterable[NoticePicture]) -> tuple[NoticePicture, ...]:
    """Running notices first, the newest first."""
    return tuple(sorted(pictures, key=lambda item: (item.notice.end is not None, -item.notice.id)))


def open_alerts(alerts: Iterable[Alert], notices: Iterable[Notice]) -> tuple[Alert, ...]:
    """Alerts whose notice nobody has recorded here."""
    recorded = {(notice.brand, lot_key(notice.number)) for notice in notices}
    return tuple(alert for alert in alerts if (alert.brand, lot_key(alert.number)) not in recorded)


def _look(key: str) -> str:
    return key.translate(_ALIKE)
