"""`stock receive`: vials that arrived, typed field by field or read off the packs, taken into the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crs_desktop.command_line.scan import scanned
from crs_desktop.command_line.stock_shared import key, moved, place_named, refused
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.scanning.gathering import Gathered, add_scan, filled

if TYPE_CHECKING:
    from crs_desktop.house import House


def tell(world: World) -> Told:
    """Receive, and say what lies in the ledger now."""
    options = world.options
    codes = [scanned(text) for text in options.scan]
    if codes and options.vials:
        raise NotUnderstood(no("cl_stock_scan_and_vials", "vials", options.vials))
    typed = {
        "brand": options.brand, "strength_mg": options.mg, "lot": options.lot, "expires": options.expires,
        "vials": options.vials,
    }  # fmt: skip
    with world.house() as house:
        place = place_named(house, options.place)
        fields = _with_packs(house, codes, typed)
        if isinstance(fields, Refused):
            return refused(fields.findings)
        command = ReceiveLot(
            key(world), fields["brand"], fields["strength_mg"], fields["lot"], fields["expires"], fields["vials"],
            place.id,
        )  # fmt: skip
        return moved(house.stock.receive(command, world.actor), world, house)


def _with_packs(house: House, codes: Iterable[str], typed: dict[str, str]) -> dict[str, str] | Refused:
    """What was typed, and over it what the packs say; each pack is counted once."""
    so_far: Gathered | None = None
    for code in codes:
        now = add_scan(so_far, house.scans.read(code), typed)
        if isinstance(now, Refused):
            return now
        typed = {**typed, **filled(so_far, now, typed)}
        so_far = now
    return typed
