"""`scan TEXT`: what a barcode says, or why not. With a store, beside its confirmed packs and its shelf."""

from __future__ import annotations

from crs_desktop.command_line.files import STANDARD_INPUT, read_text_file
from crs_desktop.command_line.text.scan import scan_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.stock.scanning.document import scan_answer
from crs_desktop.stock.scanning.model import Scan
from crs_desktop.stock.scanning.rules import read_scan
from crs_desktop.stock.scanning.table import shipped_packs
from crs_desktop.stock.scanning.telling import ToldScan, tell_reading


def tell(world: World) -> Told:
    """Read the code; nothing is written."""
    raw = scanned(world.options.text)
    if world.options.store is None:
        told = _alone(world, raw)
    else:
        with world.house() as house:
            told = house.scans.read(raw)
    answer = scan_answer(told)
    return Told(answer, scan_text(answer.document))


def scanned(text: str) -> str:
    """What was scanned: the text itself, or standard input, where a separator survives every shell."""
    return read_text_file(STANDARD_INPUT, "scan") if text == STANDARD_INPUT else text


def _alone(world: World, raw: str) -> ToldScan:
    """With the shipped table only: no product number of it counts as confirmed."""
    scan = read_scan(raw, world.today(), shipped_packs())
    if not isinstance(scan, Scan):
        return ToldScan(scan)
    return ToldScan(scan, tuple(tell_reading(one, (), (), lambda _brand, _lot: False) for one in scan.readings))
