"""Run as a process: records a dose by keys, says ACK once the window shows it, and waits to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.journeys.desk import Person, desk_over, pause
from tests.journeys.test_a_dose import record_by_keys


def main() -> None:
    """Record, say so, wait."""
    with desk_over(Path(sys.argv[1])) as desk:
        record_by_keys(Person(desk))
        print("ACK", desk.house.doses.entries()[0].id, flush=True)
        pause(600_000)


main()
