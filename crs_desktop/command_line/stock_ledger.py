"""`stock ledger`: the ledger with its running balances, on the terminal or as a file of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from crs_desktop.command_line.stock_shared import key, line_entry, line_text, lot_named, place_named, refused
from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus
from crs_desktop.kernel.entry import read_day
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding, Refused, no
from crs_desktop.stock.model import LedgerWanted, MovementKind


def tell(world: World) -> Told:
    """Newest first; with --out a CSV file, which the change log tells of."""
    options = world.options
    with world.house() as house:
        asked = LedgerWanted(
            None if options.lot is None else lot_named(house, world).id,
            None if options.place is None else place_named(house, options.place).id,
            _kinds(options.kinds), _day(options.first, "from"), _day(options.last, "until"),
        )  # fmt: skip
        if options.out is not None:
            place = house.ledger.export(key(world), asked, Path(options.out), world.actor)
            if isinstance(place, Refused):
                return refused(place.findings)
            written: dict[str, Json] = {"done": "ledger", "file": str(place)}
            return Told(Answer(written, ExitStatus.YES), one_line(str(place)))
        lines = house.ledger.lines(asked)
        document: dict[str, Json] = {
            "done": "ledger",
            "lines": [
                {**line_entry(line.movement, house), "left_here": line.here, "left_of_lot": line.balance,
                 **({} if cost is None else {"cost": str(cost)})}
                for line, cost in lines
            ],
        }  # fmt: skip
    said = [f"{line_text(line.movement)} ({line.here})" for line, _ in lines] or [one_line(term("cl_stock_no_lines"))]
    return Told(Answer(document, ExitStatus.YES), "\n".join(said))


def _kinds(names: list[str]) -> tuple[MovementKind, ...]:
    known = {kind.value: kind for kind in MovementKind}
    for name in names:
        if name not in known:
            raise NotUnderstood(no("cl_option_not_a_choice", "kind", name, known=", ".join(known)))
    return tuple(known[name] for name in names)


def _day(text: str | None, field: str) -> date | None:
    read = None if text is None else read_day(text, field)
    if isinstance(read, Finding):
        raise NotUnderstood(read)
    return read
