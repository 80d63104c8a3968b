"""Which lots a vial set is taken from."""

from __future__ import annotations

from datetime import date

import pytest

from crs_desktop.doses.rules.lots import Shelf, pick_lots
from crs_desktop.kernel.amounts import Mass
from crs_desktop.stock.model import VialLine

M400, M80 = Mass.of_mg(400), Mass.of_mg(80)
EARLY, LATE = date(2027, 1, 31), date(2027, 6, 30)
SHELVES = (
    Shelf(VialLine(1, 1, 5), "Actemra", M400, LATE, "L1"),
    Shelf(VialLine(2, 1, 1), "Actemra", M400, EARLY, "L2"),
    Shelf(VialLine(3, 1, 0), "Actemra", M400, EARLY, "L0"),
    Shelf(VialLine(4, 1, 4), "Tyenne", M400, EARLY, "T1"),
    Shelf(VialLine(5, 1, 4), "Actemra", M80, EARLY, "L5"),
    Shelf(VialLine(5, 2, 4), "Actemra", M80, EARLY, "L5"),
)


@pytest.mark.parametrize(
    ("vials", "brand", "promised", "expected", "why"),
    [
        (((M400, 2),), "Actemra", (), ((1, 1, 1), (2, 1, 1)), "first expiry first, then the rest from the later lot"),
        (((M400, 1), (M80, 5)), "Actemra", (), ((2, 1, 1), (5, 1, 4), (5, 2, 1)), "one lot in two places"),
        (((M400, 2),), "Tyenne", (), ((4, 1, 2),), "only the brand asked for"),
        (((M400, 2),), "Actemra", (VialLine(1, 1, 2),), ((1, 1, 2),), "the promised vials, though they expire later"),
        (((M400, 1),), "Actemra", (VialLine(1, 1, 2),), ((2, 1, 1),), "a promise that is another set does not bind"),
        (((M400, 2),), "Actemra", (VialLine(4, 1, 2),), ((1, 1, 1), (2, 1, 1)), "nor does one of another brand"),
        (
            ((M400, 2),),
            "Actemra",
            (VialLine(1, 1, 1), VialLine(4, 1, 1)),
            ((1, 1, 1), (2, 1, 1)),
            "nor one of two brands",
        ),
    ],
)
def test_that_the_lots_are_the_expected(
    vials: tuple[tuple[Mass, int], ...],
    brand: str,
    promised: tuple[VialLine, ...],
    expected: tuple[tuple[int, int, int], ...],
    why: str,
) -> None:
    assert pick_lots(vials, brand, SHELVES, promised) == tuple(VialLine(*line) for line in expected), why


def test_that_vials_that_are_not_there_are_a_defect() -> None:
    with pytest.raises(ValueError, match="2 vials of 400 mg"):
        pick_lots(((M400, 6),), "Tyenne", SHELVES, ())
