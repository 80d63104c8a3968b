"""`stock return`: vials of a loan that come or go back, or a loan that is given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.command_line.stock_shared import key, loan_told, lot_named, number_named, place_named, receipt
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.stock.moving.loans import GiveBack
from crs_desktop.stock.moving.model import Direction, LoanPicture

if TYPE_CHECKING:
    from crs_desktop.house import House


def tell(world: World) -> Told:
    """In whole or in part; which way they go follows from the loan."""
    with world.house() as house:
        return loan_told(_done(house, world), world, house)


def _done(house: House, world: World) -> LoanPicture | Refused:
    options = world.options
    number = number_named(options.loan, "loan")
    loan = next((one.loan for one in house.loans.loans() if one.loan.id == number), None)
    if loan is None:
        return refuse(no("loan_unknown", "loan", number))
    if options.give_up:
        return house.loans.end(key(world), number, options.reason, world.actor)
    if loan.direction is Direction.LENT:
        options.lot = options.lot or ""
        return house.loans.take_back(number, receipt(house, world), world.actor)
    lot, place = lot_named(house, world), place_named(house, options.place)
    command = GiveBack(key(world), number, lot.id, place.id, options.vials, options.reason)
    return house.loans.give_back(command, world.actor)
