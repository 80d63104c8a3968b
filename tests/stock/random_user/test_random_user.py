"""The random user of the stock, some sequences at each change and 10,000 in the long form.

The long form runs with `CRS_LONG=1 python3 start.py test tests/stock/random_user`.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stock.random_user.machine import RandomUser
from tests.store.pharmacy import LONG

SEQUENCES, STEPS = (10_000, 30) if LONG else (8, 20)


@pytest.mark.timeout(0 if LONG else 300)
def test_that_no_order_of_acts_breaks_the_ledger() -> None:
    run_state_machine_as_test(
        RandomUser,
        settings=settings(
            max_examples=SEQUENCES, stateful_step_count=STEPS, deadline=None, database=None, derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
