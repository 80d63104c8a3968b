"""`stock price`: what a vial costs from a day on."""

from __future__ import annotations

from crs_desktop.command_line.stock_shared import key, refused
from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.brands.model import Cost
from crs_desktop.stock.brands.service import StatePrice


def tell(world: World) -> Told:
    """State it; earlier lines of the ledger keep the price of their day."""
    options = world.options
    with world.house() as house:
        command = StatePrice(
            key(world), options.brand, options.mg, options.price, options.currency, options.first, options.reason
        )
        price = house.brands.state_price(command, world.actor)
    if isinstance(price, Refused):
        return refused(price.findings)
    cost = Cost(price.minor, price.currency)
    document: dict[str, Json] = {
        "done": "price", "brand": price.brand, "mg": plain(price.strength.mg), "price": str(cost),
        "from": price.valid_from.isoformat(),
    }  # fmt: skip
    said = term("cl_stock_price", cost, brand=price.brand, strength=price.strength, day=price.valid_from)
    return Told(Answer(document, ExitStatus.YES), one_line(said))
