"""What the board says of a delivery: when it is expected, and why it does not count where it does not."""

from __future__ import annotations

from datetime import date

import pytest

from crs_desktop.kernel.amounts import Mass
from crs_desktop.readiness.words import delivery_text
from crs_desktop.stock.ordering.deliveries import Delivery

FRIDAY, LATER = date(2026, 12, 4), date(2027, 6, 1)


@pytest.mark.parametrize(
    ("good_until", "dated", "here", "today", "said"),
    [
        (LATER, True, 0, FRIDAY, "expected Fri 4 Dec 10:30."),
        (LATER, True, 0, date(2026, 12, 5), "were expected Fri 4 Dec 10:30 and have not come: they do not count."),
        (LATER, False, 0, date(2026, 12, 3), "nobody has said when these will, and they do not count."),
        (LATER, True, 1, FRIDAY, "1 of them may be here already and do not count on the way."),
        (None, True, 0, FRIDAY, "no shelf life is guaranteed, and they do not count before they are here."),
    ],
)
def test_that_a_delivery_that_does_not_count_says_so(
    good_until: date | None, dated: bool, here: int, today: date, said: str
) -> None:
    delivery = Delivery(7, "Elm", "Actemra", Mass.of_mg(400), 2, FRIDAY, 630, good_until, dated, here)
    text = delivery_text(delivery, today)
    assert text.startswith("2 x 400 mg Actemra from Elm, order 7") and text.endswith(said)
