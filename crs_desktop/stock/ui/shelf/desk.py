"""The services that the page of the shelf talks to, in one hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.model import Earmark, LedgerWanted
from crs_desktop.stock.rules_fate import Claim

if TYPE_CHECKING:
    from crs_desktop.stock.brands.service import BrandBook
    from crs_desktop.stock.holding.service import HoldingBook
    from crs_desktop.stock.moving.service import VialMoves
    from crs_desktop.stock.service import StockLedger

# The ledger as a file: request, which lines, where; answered with where it lies.
Export = Callable[[str, LedgerWanted, Path, Actor], Path | Refused]
# What the plan would hold beside what is promised; asked off the window's thread.
Claims = Callable[[], Sequence[Claim]]


def no_claims() -> Sequence[Claim]:
    """Nobody plans."""
    return ()


@dataclass(frozen=True, slots=True)
class ShelfDesk:
    """Everything that can be done at the shelf. Without `export` no file is offered, without `label` no label."""

    stock: StockLedger
    moves: VialMoves
    holding: HoldingBook
    brands: BrandBook
    export: Export | None = None
    claims: Claims = no_claims
    label: Callable[[Earmark], None] | None = None
