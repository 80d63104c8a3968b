"""Every departure that a record can show is stored with its reason and name, and never refuses the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crs_desktop.kernel.refusal import Refused, Severity
from crs_desktop.kernel.wording import say
from crs_desktop.stock.commands import ChangeLotState
from crs_desktop.stock.holding.commands import TellExcursion
from crs_desktop.stock.holding.service import HoldingBook
from tests.doses.made_up import ACTOR, NOW, Pharmacy, dose, must, pharmacy, stocked

WHY = {"deviation_reason": "told by the ward", "deviation_name": "A. Weiss"}
Prepare = Callable[[Pharmacy, int], dict[str, Any]]


def given_before(*starts: str) -> Prepare:
    """Doses already in the log, from elsewhere so that the shelf stays as it is."""

    def prepare(made: Pharmacy, patient: int) -> dict[str, Any]:
        for number, start in enumerate(starts):
            command = dose(patient, (), f"before {number}", started_at=start, supply="elsewhere", **WHY)
            must(made.doses.log_dose(command, ACTOR))
        return {}

    return prepare


def with_lot(state: str = "", brand: str = "Actemra", reach: str = "15", expires: str = "2027-06-30") -> Prepare:
    """The 400 mg vial comes from a lot of this kind."""

    def prepare(made: Pharmacy, patient: int) -> dict[str, Any]:
        lot = made.receive("ODD", "400", 2, expires, brand, made.place(f"shelf {reach}", reach))
        if state:
            must(made.stock.change_state(ChangeLotState("s", lot.id, state, "told"), ACTOR))
        return {"vials": (made.line("ODD", 1), made.line("C2201", 1))}

    return prepare


def in_a_warm_place(made: Pharmacy, patient: int) -> dict[str, Any]:
    """The 400 mg vial lay where it was too warm; its lot is usable everywhere else."""
    fridge = made.place("warm fridge", "15")
    made.receive("WARM", "400", 2, "2027-06-30", place=fridge)
    told = TellExcursion("w", str(fridge.id), "2026-12-01 20:00", "", "", "14", "door")
    must(HoldingBook(made.store, made.stock.zone).tell(told, ACTOR))
    return {"vials": (made.line("WARM", 1), made.line("C2201", 1))}


def typed(**changed: Any) -> Prepare:
    """Other entries in the form."""
    return lambda made, patient: changed


def no_weight(made: Pharmacy, patient: int) -> dict[str, Any]:
    return {"patient_id": made.enrol("0050113", "Osei", "Kwame", "")}


def old_weight(made: Pharmacy, patient: int) -> dict[str, Any]:
    return {"patient_id": made.enrol("0050113", "Osei", "Kwame", "72.5", "2026-11-24 07:45")}


CASES: list[tuple[Prepare, list[str], timedelta]] = [
    (given_before("2026-12-01 19:00"), [], timedelta()),
    (given_before("2026-12-01 19:01"), ["dose_interval_short"], timedelta()),
    (given_before("2026-12-02 03:05"), ["dose_later_recorded", "dose_interval_short_after"], timedelta()),
    (given_before("2026-12-01 03:01", "2026-12-01 11:01", "2026-12-01 19:00"), ["dose_over_24h"], timedelta()),
    (
        given_before("2026-11-20 03:00", "2026-11-22 03:00", "2026-11-24 03:00", "2026-11-26 03:00"),
        ["dose_over_episode"], timedelta(),
    ),
    (no_weight, ["dose_without_weight"], timedelta()),
    (old_weight, ["dose_weight_stale"], timedelta()),
    (typed(amount_mg="579.999"), ["dose_differs"], timedelta()),
    (typed(amount_mg="800.5", vials=("B7101", 3)), ["dose_differs", "dose_above_cap"], timedelta()),
    (typed(supply="elsewhere", vials=()), ["dose_from_elsewhere"], timedelta()),
    (typed(vials=("B7101", 1)), ["dose_vials_hold_less"], timedelta()),
    (typed(started_at="2026-12-01 23:09"), ["dose_recorded_late"], timedelta()),
    (with_lot("quarantined"), ["dose_lot_quarantined"], timedelta()),
    (with_lot("recalled"), ["dose_lot_recalled"], timedelta()),
    (with_lot("excursion"), ["dose_lot_excursion"], timedelta()),
    (in_a_warm_place, ["dose_lot_excursion"], timedelta()),
    (with_lot(brand="Avtozma"), ["dose_mixed_brands"], timedelta()),
    (with_lot(reach="120"), [], timedelta()),
    (with_lot(reach="121"), ["dose_lot_not_counted"], timedelta()),
    (with_lot(expires="2026-12-02"), [], timedelta()),
    (with_lot(expires="2026-12-02"), ["dose_lot_expired"], timedelta(days=1)),
]  # fmt: skip


@pytest.mark.parametrize(("prepare", "expected", "passed"), CASES)
def test_that_a_departure_is_stored_with_reason_and_name_and_never_refused(
    tmp_path: Path, prepare: Prepare, expected: list[str], passed: timedelta
) -> None:
    made, patient = stocked(tmp_path)
    changed = prepare(made, patient)
    made.store.close()
    now = NOW + passed
    made = pharmacy(tmp_path, now)
    vials = changed.pop("vials", (made.line("B7101", 1), made.line("C2201", 1)))
    if vials and isinstance(vials[0], str):
        vials = (made.line(*vials),)
    start = (now - timedelta(minutes=10)).astimezone(made.doses.zone)
    fields = {"started_at": f"{start:%Y-%m-%d %H:%M}", **changed}
    who = fields.pop("patient_id", patient)
    asked = made.doses.log_dose(dose(who, vials, **fields), ACTOR)
    found = (
        [one.code for one in asked.findings if one.severity is Severity.BEWARE] if isinstance(asked, Refused) else []
    )
    assert found == expected
    if isinstance(asked, Refused):
        assert asked.findings[0].code == "deviation_needs_reason"
        logged = must(made.doses.log_dose(dose(who, vials, **fields, **WHY), ACTOR))
        assert [one.code for one in logged.entry.deviations] == expected
        assert (logged.entry.deviation_reason, logged.entry.deviation_name) == ("told by the ward", "A. Weiss")
        assert all(say(one) for one in logged.entry.deviations)
        (kept,) = (entry for entry in made.doses.entries(who) if entry.id == logged.id)
        assert kept == logged.entry
    made.store.close()
