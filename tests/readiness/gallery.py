"""Makes pictures of the board from the running program: ready, short with fixes, the what-if, the chance, the policy.

    .venv/bin/python -m tests.readiness.gallery FOLDER [THEME [PERCENT]]

Every scene is a made-up pharmacy on a real store, opened in the real window.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.patients.commands import Enrol, Reschedule, WeightTyped
from crs_desktop.readiness.ui.can_add import CanAddDialog
from crs_desktop.readiness.ui.opened import ChanceDialog, OpenedDialog, PolicyDialog
from crs_desktop.stock.ordering.commands import AddSupplier, LineTyped, PlaceOrder, TermsTyped
from crs_desktop.stock.ordering.service import OrderBook
from tests.journeys.desk import wait_until
from tests.readiness.board.site import ACTOR, CELLS, NOW, STEPS, ZONE, Site, day, must, site_in
from tests.readiness.scenes import Scene, take_pictures

W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A made-up patient: first day counted from today, time of day of the first dose, weight with its age."""

    family: str
    given: str
    therapy: str
    starts: int
    at: str
    kg: str
    weighed_ago: int = 1


PEOPLE = (
    Somebody("Adler", "Ruth", STEPS, 0, "09:00", "62.5"),
    Somebody("Lindqvist", "Karin", CELLS, 2, "10:30", "48"),
    Somebody("Moreau", "Élise", STEPS, 5, "14:00", "71", 9),
    Somebody("Petrović", "Žarko", CELLS, 9, "", "96"),
)


def enrol(site: Site, one: Somebody) -> int:
    """On the schedule, with the time of the first dose."""
    weight = WeightTyped(one.kg, f"{day(-one.weighed_ago)} 07:00", "standing scale")
    regimen = "single" if one.therapy == CELLS else "mono"
    command = Enrol(
        site.key(), f"00{20000 + 37 * len(one.family) + one.starts}", one.family, one.given, "1961-03-12",
        "no known allergies", weight, one.therapy, regimen, day(one.starts).isoformat(),
    )  # fmt: skip
    patient = must(site.patients.enrol(command, ACTOR)).id
    record = site.patients.record(patient)
    assert record is not None
    first = min(record.infusions, key=lambda item: item.day)
    if one.at:
        told = Reschedule(
            site.key(), first.course_id, first.dose.key, first.day.isoformat(), one.at, "time from the ward"
        )
        must(site.patients.reschedule(told, ACTOR))
    return patient


def order(site: Site, mg: str, vials: str, ahead: int) -> None:
    """A supplier, and an order that is expected so many days from today."""
    orders = OrderBook(site.store, ZONE)
    terms = TermsTyped("1", "14:00", "12345", "US", "", "08:00", "180", "terms of the year (made up)")
    supplier = must(orders.add_supplier(AddSupplier(site.key(), "Demo Wholesale", terms), ACTOR))
    lines, said = (LineTyped("Actemra", mg, vials),), "back order (made up)"
    must(orders.place(PlaceOrder(site.key(), supplier.id, "PO-2291", lines, day(ahead).isoformat(), "", said), ACTOR))


def ready(folder: Path, vials: int = 12) -> Path:
    """One strength, enough of it, sets promised, a delivery on its way, sets decided by a committee."""
    site = site_in(folder)
    site.policy("sets_car_t", "2")
    site.policy("sets_bispecific", "1")
    site.receive("B7310", "400", vials, 200)
    order(site, "400", "4", 6)
    for patient in [enrol(site, one) for one in PEOPLE][:2]:
        site.confirm(patient)
    return _closed(site)


def short(folder: Path) -> Path:
    """Two strengths and two brands, too little for all; vials lie far away; a delivery is too late."""
    site = site_in(folder)
    site.policy("sets_car_t", "2")
    site.receive("B7310", "400", 4, 200)
    site.receive("B7288", "200", 2, 6)
    site.receive("AV0192", "400", 1, 150, "Avtozma", site.place("Ward 4 cabinet", "5"))
    site.receive("B6994", "400", 2, 90, "Actemra", site.place("Wholesaler depot", "480"))
    order(site, "200", "2", 12)
    for patient in [enrol(site, one) for one in PEOPLE][:2]:
        site.confirm(patient)
    return _closed(site)


def _closed(site: Site) -> Path:
    path = site.store.path
    site.store.close()
    assert path is not None
    return path


# --- scenes ----------------------------------------------------------------------------------------------------------


def board(desk: Desk) -> QWidget:
    """The whole window."""
    return desk.shell


def opened(show: Callable[[Desk], None], kind: type[OpenedDialog]) -> Callable[[Desk], QWidget]:
    """What a number opens."""

    def scene(desk: Desk) -> QWidget:
        show(desk)
        return dialog(desk, kind)

    return scene


def what_if(desk: Desk) -> QWidget:
    """One patient more than the stock allows."""
    desk.board.add_button.click()
    asked = dialog(desk, CanAddDialog)
    asked.form.fields["therapy"].put_back(CELLS)
    asked.form.fields["regimen"].put_back("single")
    asked.form.fields["weight_kg"].put_back("88")
    asked.form.fields["on"].put_back(day(3).isoformat())
    wait_until(lambda: asked.answer.answered, "the answer")
    return asked


SCENES: dict[str, Scene] = {
    "board-ready": (ready, board),
    "board-short": (short, board),
    "what-if": (lambda folder: ready(folder, 8), what_if),
    "chance": (ready, opened(lambda desk: desk.board.open_chance(), ChanceDialog)),
    "policy": (ready, opened(lambda desk: desk.board.open_policy(), PolicyDialog)),
}


def dialog(desk: Desk, kind: type[W]) -> W:
    """The dialog of this kind that is open."""
    wait_until(lambda: isinstance(QApplication.activeModalWidget(), kind), kind.__name__)
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    return found


if __name__ == "__main__":
    take_pictures(SCENES, NOW)
