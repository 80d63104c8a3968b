"""The ledger as a file: written whole, for its owner only, and told in the change log before it has a name."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from zoneinfo import ZoneInfo

from crs_desktop.documents.export import drafted, free_place
from crs_desktop.documents.ledger.rules import csv_of
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.answers import instant_entry
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.brands.model import Cost, Price
from crs_desktop.stock.brands.rules import cost_of
from crs_desktop.stock.brands.service import BrandBook
from crs_desktop.stock.model import LedgerLine, LedgerWanted, Movement, MovementKind
from crs_desktop.stock.service import StockLedger
from crs_desktop.store.store import Request, Result, Store, Writing

_LOST = (MovementKind.WASTE, MovementKind.PREPARED)


class LedgerFiles:
    """The ledger for who reads it elsewhere."""

    def __init__(self, store: Store, stock: StockLedger, brands: BrandBook, zone: ZoneInfo) -> None:
        self._store = store
        self._stock = stock
        self._brands = brands
        self._zone = zone

    def lines(self, asked: LedgerWanted) -> list[tuple[LedgerLine, Cost | None]]:
        """The lines with what was lost by them in money, where a price was in force on that day."""
        prices = self._brands.prices()
        return [(line, self._lost(prices, line.movement)) for line in self._stock.lines(asked)]

    def export(self, request_id: str, asked: LedgerWanted, place: Path, actor: Actor) -> Path | Refused:
        """The lines as a CSV file that only its owner can read; tells where it lies. Other bytes there stay.

        Raises EnvironmentFailure when it cannot be written; then there is no file.
        """
        prices = self._brands.prices()
        lines = self._stock.lines(asked)
        content = csv_of(
            lines, lambda moved: self._lost(prices, moved), lambda at: instant_entry(at, self._zone)
        )  # fmt: skip
        digest = hashlib.sha256(content).hexdigest()
        with drafted(place.parent, content) as draft:
            place = free_place(place, content)
            where = os.fsencode(place.absolute()).decode("utf-8", "backslashreplace")

            def work(writing: Writing) -> Result:
                writing.log("ledger", "csv", "export", after={"to": where, "lines": len(lines), "sha256": digest})
                return {"lines": len(lines)}

            request = Request(request_id, "export ledger", {"to": where, "sha256": digest})
            result = self._store.perform(request, actor, [], work)
            if isinstance(result, Refused):
                return result
            draft.name(place)
        return place

    def _lost(self, prices: list[Price], line: Movement) -> Cost | None:
        if line.kind not in _LOST or line.reversed_by is not None:
            return None
        return cost_of(prices, line.lot.brand, line.lot.strength, -line.vials, local_day(line.at, self._zone))
