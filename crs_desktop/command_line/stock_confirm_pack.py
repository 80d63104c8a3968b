"""`stock confirm-pack`: what a person read off the pack in hand; each later scan of the number says the same."""

from __future__ import annotations

from crs_desktop.command_line.stock_shared import key, refused
from crs_desktop.command_line.text.scan import confirmed_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.scanning.model import ConfirmPack


def tell(world: World) -> Told:
    """Keep it, or say in what it differs."""
    options = world.options
    typed = ConfirmPack(
        options.gtin.strip(), options.use, options.brand, options.mg, options.vials, options.reason
    )  # fmt: skip
    with world.house() as house:
        pack = house.scans.confirm(key(world), typed, world.actor)
    if isinstance(pack, Refused):
        return refused(pack.findings)
    document: dict[str, Json] = {
        "done": options.word, "gtin": pack.gtin, "use": pack.use.value, "brand": pack.brand or None,
        "mg": None if pack.strength is None else plain(pack.strength.mg), "vials": pack.vials,
    }  # fmt: skip
    return Told(Answer(document, ExitStatus.YES), confirmed_text(document))
