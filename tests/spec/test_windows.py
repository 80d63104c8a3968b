"""When rescue tocilizumab must stand ready: READINESS, words "infusion" and "window", as a table a pharmacist can read.

Each row: what was planned, what became of it, and the days (both included) on which a set is owed. `None` means that
no window is owed. "Today" is 10 December 2026; days after a CAR-T infusion and after the first full dose are the
shipped defaults (14 and 2); CAR-T owes 2 sets, a bispecific 1.
"""

from __future__ import annotations

import pytest

from tests.patients.courses import Said, window_after

# therapy,        start,    what became of it,                                         window,           sets
CAR_T: list[tuple[str, str, Said, tuple[str, str] | None, int]] = [
    ("CAR-T", "12-14", {}, ("12-14", "12-28"), 2),
    ("CAR-T", "12-04", {"D0": "given 12-04"}, ("12-04", "12-18"), 2),
    ("CAR-T", "12-04", {"D0": "given 12-06"}, ("12-06", "12-20"), 2),
    ("CAR-T", "12-14", {"D0": "moved 12-16"}, ("12-16", "12-30"), 2),
    ("CAR-T", "12-04", {"D0": "held"}, ("12-10", "12-24"), 2),
    ("CAR-T", "12-14", {"D0": "held"}, ("12-14", "12-28"), 2),
    ("CAR-T", "12-14", {"D0": "not given"}, None, 0),
    ("CAR-T", "12-04", {"D0": "given 12-04", "course": "withdrawn 12-08"}, ("12-04", "12-18"), 2),
    ("CAR-T", "12-14", {"course": "withdrawn 12-08"}, None, 0),
    ("CAR-T", "12-04", {"D0": "given 12-04", "course": "died 12-08"}, None, 0),
    ("CAR-T in two parts", "12-14", {}, ("12-14", "12-29"), 2),
    ("CAR-T in two parts", "12-08", {"D0": "given 12-08", "D1": "given 12-10"}, ("12-08", "12-24"), 2),
    ("CAR-T in two parts", "12-08", {"D0": "given 12-08", "D1": "held"}, ("12-08", "12-24"), 2),
    ("CAR-T in two parts", "12-08", {"D0": "given 12-08", "D1": "not given"}, ("12-08", "12-22"), 2),
]

# Teclistamab: step-up dose 1 (SUD1), 3 days later SUD2, 3 days later the first treatment dose (FULL1), weekly from W1.
BISPECIFIC: list[tuple[str, str, Said, tuple[str, str] | None, int]] = [
    ("step-up", "12-14", {}, ("12-14", "12-22"), 1),
    ("step-up", "12-05", {"SUD1": "given 12-05"}, ("12-05", "12-13"), 1),
    ("step-up", "12-05", {"SUD1": "given 12-07"}, ("12-07", "12-15"), 1),
    # One window whatever the gaps.
    ("step-up", "12-05", {"SUD1": "given 12-05", "SUD2": "moved 12-12"}, ("12-05", "12-17"), 1),
    ("step-up", "12-05", {"SUD1": "given 12-05", "SUD2": "held"}, ("12-05", "12-15"), 1),
    ("step-up", "12-01", {"SUD1": "given 12-01", "SUD2": "moved 12-05, held"}, ("12-01", "12-15"), 1),
    ("step-up", "12-14", {"SUD1": "moved 12-16, held"}, ("12-16", "12-24"), 1),
    # A first full dose that is not given: the next full dose is the first.
    ("step-up", "12-05", {"SUD1": "given 12-05", "SUD2": "given 12-08", "FULL1": "not given"}, ("12-05", "12-20"), 1),
    ("step-up", "12-14", {"SUD1": "not given"}, ("12-17", "12-22"), 1),
    # A step given behind the full dose still needs its days.
    ("step-up", "12-01", {"SUD1": "given 12-01", "FULL1": "given 12-07", "SUD2": "given 12-08"}, ("12-01", "12-10"), 1),
    # Weekly doses afterwards open nothing.
    ("step-up", "11-20", {"SUD1": "given 11-20", "SUD2": "given 11-23", "FULL1": "given 11-26"}, ("11-20", "11-28"), 1),
    ("step-up", "12-05", {"SUD1": "given 12-05", "course": "withdrawn 12-08"}, ("12-05", "12-07"), 1),
    ("step-up", "12-14", {"course": "withdrawn 12-08"}, None, 0),
    ("step-up", "12-05", {"SUD1": "given 12-05", "course": "died 12-08"}, None, 0),
]


@pytest.mark.parametrize(("therapy", "start", "became", "window", "sets"), [*CAR_T, *BISPECIFIC])
def test_that_the_window_is_the_days_of_the_table(
    therapy: str, start: str, became: Said, window: tuple[str, str] | None, sets: int
) -> None:
    found = window_after(therapy, start, became, today="12-10")
    days = None if found is None else (f"{found.days.first:%m-%d}", f"{found.days.last:%m-%d}")
    assert (days, 0 if found is None else found.sets) == (window, sets)
