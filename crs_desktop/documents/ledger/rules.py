"""The lines of the ledger as the text of a CSV file: what a spreadsheet could run is made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime

from crs_desktop.kernel.amounts import plain
from crs_desktop.stock.brands.model import Cost
from crs_desktop.stock.model import LedgerLine, Movement

HEAD = (
    "line", "at", "by", "what", "cause", "reason", "brand", "mg", "lot", "expires", "place", "vials", "left_here",
    "left_of_lot", "cost", "for", "dose", "loan", "order", "count", "moved_by", "reverses", "reversed_by",
)  # fmt: skip
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "−", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe before what begins like a formula, also behind spaces."""
    return f"'{text}" if text.lstrip(" \u00a0\ufeff\u200b").startswith(_FORMULA) else text


def csv_of(
    lines: Iterable[LedgerLine], cost_of: Callable[[Movement], Cost | None], told: Callable[[datetime], str]
) -> bytes:
    """The file: UTF-8 with a byte order mark, so that a spreadsheet reads every script, and lines ending in CR LF."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(HEAD)
    for line in lines:
        rows.writerow(_row(line, cost_of(line.movement), told))
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8")


def _row(line: LedgerLine, cost: Cost | None, told: Callable[[datetime], str]) -> list[str | int]:
    moved, lot = line.movement, line.movement.lot
    return [
        moved.id, told(moved.at), harmless(moved.actor), moved.kind.value, moved.cause, harmless(moved.reason),
        harmless(lot.brand), plain(lot.strength.mg), harmless(lot.number), lot.expires.isoformat(),
        harmless(moved.place.name), moved.vials, line.here, line.balance, "" if cost is None else str(cost),
        harmless(moved.holder), *(one or "" for one in (moved.dose, moved.loan, moved.order, moved.count, moved.pair,
                                                        moved.reverses, moved.reversed_by)),
    ]  # fmt: skip
