"""The program under the power cut: makes a store from nothing, fills it, records doses, says `ACK n` after each.

The real store and the real services; it closes and opens the store now and then, as people do.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from crs_desktop.doses.entry import LoggedDose
from crs_desktop.patients.commands import Enrol, WeightTyped
from crs_desktop.patients.model import Patient
from crs_desktop.patients.service import PatientRegister
from crs_desktop.stock.model import VialLine
from tests.crash.hooks import become
from tests.patients.courses import CATALOGUE
from tests.store.pharmacy import WEBER, ZONE, dose, open_pharmacy

VIALS = 500
# After the last of these the side file grows until SQLite folds it in by itself (1,000 pages, some 66 doses).
REOPEN_AFTER = (15, 35)
STORE = "t.crs"


def tell(number: int) -> None:
    """What a person would see on the screen: this is recorded."""
    os.write(1, f"ACK {number}\n".encode())


def fill(path: Path) -> VialLine:
    """A new store with a place, a patient and vials."""
    pharmacy = open_pharmacy(path)
    pharmacy.stock.add_place("place-1", "Main pharmacy", "15", WEBER)
    weight = WeightTyped("72.5", "2026-12-01 07:45", "standing scale")
    command = Enrol(
        "enrol-1", "0041827", "Adler", "Ruth", "1961-03-12", "", weight, "teclistamab", "mono", "2026-12-02"
    )
    made = PatientRegister(pharmacy.store, CATALOGUE, ZONE).enrol(command, WEBER)
    assert isinstance(made, Patient), made
    line = pharmacy.receive("B1", VIALS)
    pharmacy.close()
    return VialLine(line.lot_id, line.place_id, 1)


def record(path: Path, doses: int) -> None:
    """Number 0 says that the store with its vials is there; then one dose after the other."""
    line = fill(path)
    tell(0)
    pharmacy = open_pharmacy(path)
    for number in range(1, doses + 1):
        answer = pharmacy.doses.log_dose(dose(f"d-{number}", line), WEBER)
        assert isinstance(answer, LoggedDose), answer
        tell(number)
        if number in REOPEN_AFTER:
            pharmacy.close()
            pharmacy = open_pharmacy(path)
    pharmacy.close()


if __name__ == "__main__":
    become(sys.argv[2])
    record(Path(sys.argv[1]) / STORE, int(sys.argv[3]))
