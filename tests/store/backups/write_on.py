"""A process that is one desk and records doses until it is stopped."""

from __future__ import annotations

import sys
from pathlib import Path

from crs_desktop.stock.model import VialLine
from tests.store.pharmacy import WEBER, dose, open_pharmacy


def main(path: Path, lot: int, place: int, name: str) -> None:
    """One dose after the other."""
    pharmacy = open_pharmacy(path)
    pharmacy.stock.places()
    print("ready", flush=True)
    number = 0
    while True:
        pharmacy.doses.log_dose(dose(f"{name}-{number}", VialLine(lot, place, 1)), WEBER)
        number += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
