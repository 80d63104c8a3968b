"""What the words of ordering share: a supplier by its name, and a minute of the day as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.stock.ordering.model import Supplier

if TYPE_CHECKING:
    from crs_desktop.house import House


def supplier_named(house: House, name: str) -> Supplier:
    """The supplier of this name. Raises NotUnderstood for none."""
    known = house.orders.suppliers()
    found = next((one for one in known if one.name.casefold() == name.strip().casefold()), None)
    if found is None:
        raise NotUnderstood(no("cl_supplier_not_known", "supplier", name, known=", ".join(one.name for one in known)))
    return found


def clock_text(minute: int | None) -> str | None:
    """'08:00', or nothing."""
    return None if minute is None else f"{minute // 60:02}:{minute % 60:02}"
