"""What a dose does not say of itself: each unsure or unread value that it rests on, and each gap that concerns it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.care import Unknown
from crs_desktop.therapies.model.dated import Circumstances, ScheduledDose
from crs_desktop.therapies.model.doses import Regimen
from crs_desktop.therapies.rules.restart import restart_schedule
from crs_desktop.therapies.rules.schedule import schedule
from tests.therapies.made_up_regimens import doubtful, medicine, protocol, regimen, restart, step, weighed
from tests.therapies.test_therapy_cycles import ELRA

DAY = date(2028, 2, 20)
ONE = regimen(step("A", 1), step("B", 8), step("C", 15))
LIBRARY = load_catalogue()


def gaps(made: Regimen, *unknowns: Unknown) -> dict[str, tuple[str, ...]]:
    return {dose.key: dose.unknowns for dose in schedule(protocol(made, unknowns=unknowns), "r", DAY, None)}


def test_that_a_gap_about_one_value_of_a_dose_is_said_at_that_dose() -> None:
    found = gaps(ONE, Unknown("recalled", "", ("regimens.r.steps.B.dose",)))
    assert found == {"A": (), "B": ("unknowns.recalled",), "C": ()}


def test_that_a_gap_about_an_amount_for_another_weight_is_not_said() -> None:
    top = "regimens.r.steps.A.amounts"
    heavy = weighed("9", "mcg/day", from_kg=Decimal(45), path=f"{top}.heavy")
    light = weighed("5", "mcg/day", below_kg=Decimal(45), path=f"{top}.light")
    unknowns = (Unknown("of_heavy", "", (f"{top}.heavy.dose",)), Unknown("of_light", "", (f"{top}.light.dose",)))
    made = protocol(regimen(step("A", 1, amounts=(heavy, light))), unknowns=unknowns)
    found = [schedule(made, "r", DAY, BodyWeight.of_kg(kg))[0].unknowns for kg in ("45", "44.999")]
    assert found == [("unknowns.of_heavy",), ("unknowns.of_light",)]


def test_that_a_gap_about_the_whole_product_or_its_label_is_said_at_every_dose() -> None:
    whole, label = Unknown("whole", "", ()), Unknown("label", "", ("label_revision", "lines.moved"))
    assert set(gaps(ONE, whole, label).values()) == {("unknowns.whole", "unknowns.label")}


def test_that_what_nobody_read_of_the_newest_label_stands_at_each_dose_of_the_shipped_product() -> None:
    regimen_id = LIBRARY.protocol("glofitamab").regimens[0].id
    doses = schedule(LIBRARY.protocol("glofitamab"), regimen_id, DAY, None)
    assert all("unknowns.supplement" in dose.unknowns for dose in doses)


def test_that_an_unsure_length_of_the_cycle_makes_the_doses_of_later_cycles_unsure() -> None:
    made = regimen(step("C1D1", 1, 1), step("C1D8", 8, 1), step("C2D1", 1, 2), cycle_days=28)
    unsure = doubtful("regimens.r.cycle_days")
    doses = schedule(protocol(made, all_facts=(unsure,)), "r", DAY, None)
    assert [dose.unverified_facts for dose in doses] == [(), (), (unsure.path,)]


def after(doses: tuple[ScheduledDose, ...], key: str) -> tuple[int, int]:
    dose = next(dose for dose in doses if dose.key == key)
    return len(dose.premedication), len(dose.conditional)


def test_that_the_last_dose_repeated_on_a_restart_does_not_inherit_the_grade_of_its_first_time() -> None:
    """Grade 0 was said of the SUD2 before the delay; what follows the new one nobody can know yet."""
    made = protocol(ELRA, premedication=(medicine("after", "*", after_grades=(2, 3)),))
    again, about = restart("x", resume_at="SUD1"), Circumstances(grades={"SUD1": 2, "SUD2": 0})
    reach = DAY + timedelta(days=20)
    doses = restart_schedule(made, "r", again, "SUD2", DAY, None, reach, about)
    assert (after(doses, "SUD1"), after(doses, "SUD2"), after(doses, "FULL1")) == ((0, 0), (1, 0), (0, 1))
    given = restart_schedule(made, "r", again, "SUD2", DAY, None, reach, about, {"SUD2": DAY + timedelta(days=3)})
    assert after(given, "FULL1") == (0, 0)


def test_that_a_schedule_from_a_later_step_does_not_take_silence_about_the_dose_before_for_no_crs() -> None:
    made = protocol(ELRA, premedication=(medicine("after", "*", after_grades=(2, 3)),))
    assert after(schedule(made, "r", DAY, None, resume_at="SUD1"), "SUD1") == (0, 0)
    assert after(schedule(made, "r", DAY, None, resume_at="SUD2"), "SUD2") == (0, 1)
    told = Circumstances(grades={"SUD1": 3})
    assert after(schedule(made, "r", DAY, None, resume_at="SUD2", circumstances=told), "SUD2") == (1, 0)
