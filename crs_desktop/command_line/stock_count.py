"""`stock count`: a place counted blind, round by round; the numbers when nobody has to count any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crs_desktop.command_line.stock_shared import key, lot_named, number_named, place_named, refused
from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.stock.counting.commands import EndCount, EnterCount, OpenCount
from crs_desktop.stock.counting.model import BlindCount, ComparedLot, Comparison, Count
from crs_desktop.stock.model import Lot

if TYPE_CHECKING:
    from crs_desktop.house import House


def tell(world: World) -> Told:
    """Do what was named, and say how the count stands."""
    acts: dict[str, Callable[[World, House], BlindCount | Comparison | Refused]] = {
        "open": _open, "enter": _enter, "show": _show, "close": _close, "give-up": _give_up,
    }  # fmt: skip
    with world.house() as house:
        answer = acts[world.options.act](world, house)
        if isinstance(answer, BlindCount) and answer.finished:
            answer = house.counts.comparison(answer.count.id)
        if isinstance(answer, Refused):
            return refused(answer.findings)
        document = _document(answer)
    return Told(Answer(document, ExitStatus.YES), _text(answer))


def _open(world: World, house: House) -> BlindCount | Refused:
    command = OpenCount(key(world), place_named(house, world.options.place).id, world.options.note)
    return house.counts.open(command, world.actor)


def _enter(world: World, house: House) -> BlindCount | Refused:
    found = []
    for typed in (one for group in world.options.vials for one in group):
        number, mark, vials = typed.rpartition("=")
        if not mark:
            raise NotUnderstood(no("cl_count_pair", "vials", typed))
        found.append((lot_named(house, world, number).id, vials))
    command = EnterCount(key(world), number_named(world.options.count, "count"), tuple(found))
    return house.counts.enter(command, world.actor)


def _show(world: World, house: House) -> BlindCount | Comparison | Refused:
    number = number_named(world.options.count, "count")
    told = house.counts.comparison(number)
    return house.counts.seen(number) if isinstance(told, Refused) else told


def _close(world: World, house: House) -> Comparison | Refused:
    return house.counts.post(EndCount(key(world), number_named(world.options.count, "count")), world.actor)


def _give_up(world: World, house: House) -> Comparison | Refused:
    number = number_named(world.options.count, "count")
    return house.counts.give_up(EndCount(key(world), number, world.options.reason), world.actor)


def _document(told: BlindCount | Comparison) -> dict[str, Json]:
    document: dict[str, Json] = {
        "done": "count", "count": told.count.id, "place": told.count.place.name, "state": _state(told)
    }  # fmt: skip
    if isinstance(told, BlindCount):
        document["lots"] = [
            {**_lot(item.lot), "standing": item.standing.value, "last_by": item.last_by or None} for item in told.lots
        ]
        return document
    document["lots"] = [{**_lot(item.lot), "standing": item.standing.value, **_numbers(item)} for item in told.lots]
    return document


def _state(told: BlindCount | Comparison) -> str:
    count: Count = told.count
    if count.end is not None:
        return count.end.outcome.value
    return "counting" if isinstance(told, BlindCount) else "finished"


def _lot(lot: Lot) -> dict[str, Json]:
    return {"brand": lot.brand, "mg": plain(lot.strength.mg), "lot": lot.number, "expires": lot.expires.isoformat()}


def _numbers(item: ComparedLot) -> dict[str, Json]:
    rounds: list[Json] = [{"vials": entry.vials, "by": entry.actor} for entry in item.rounds]
    return {"ledger": item.expected, "rounds": rounds, "agreed": item.settled, "difference": item.difference}


def _text(told: BlindCount | Comparison) -> str:
    said = [one_line(term("cl_count", told.count.id, place=told.count.place.name, state=_state(told)))]
    for item in told.lots:
        about = {"brand": item.lot.brand, "strength": item.lot.strength}
        if isinstance(item, ComparedLot):
            agreed = "-" if item.settled is None else item.settled
            line = term("cl_count_numbers", item.lot.number, ledger=item.expected, agreed=agreed,
                        difference=f"{item.difference:+d}" if item.difference else "0", **about)  # fmt: skip
        else:
            line = term("cl_count_lot", item.lot.number, standing=term(f"cl_count_{item.standing.value}"), **about)
        said.append(one_line(line))
    return "\n".join(said)
