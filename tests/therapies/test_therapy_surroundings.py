"""What stands around a dose when it hangs on the grade of the dose before: certain, conditional, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.therapies.model.dated import BagStart, Circumstances, ScheduledDose
from crs_desktop.therapies.rules.bags import bag_starts
from crs_desktop.therapies.rules.premedication import premedication_times
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.rules.surroundings import premedication_of
from tests.therapies.made_up_regimens import doubtful, infusion, medicine, protocol, regimen, step, watch

START = date(2027, 3, 27)
THREE = regimen(step("A", 1, part_of="AB 3 mg"), step("B", 2, part_of="AB 3 mg"), step("C", 8))


def doses(about: Circumstances | None = None, **rows: object) -> tuple[ScheduledDose, ...]:
    return schedule(protocol(THREE, **rows), "r", START, None, circumstances=about)


def graded(**grades: int) -> Circumstances:
    return Circumstances(grades=grades)


def test_that_a_row_waits_for_the_grade_of_the_dose_before() -> None:
    rows = {
        "premedication": (medicine("always", "*"), medicine("after", "*", after_grades=(2, 3))),
        "observation": (
            watch("longer", "*", after_grades=(1,)),
            watch("usual", "*"),
            watch("other", "*", alternative=True),
        ),
        "infusion_times": (infusion("slow", "[BC]", after_grades=(1, 2)), infusion("quick", "*", after_grades=(0,))),
    }

    def ids(dose: ScheduledDose) -> list[list[str]]:
        kinds = (dose.premedication, dose.conditional, dose.observation, dose.conditional_observation,
                 dose.infusion_times, dose.conditional_times)  # fmt: skip
        return [[row.id for row in kind] for kind in kinds]

    nobody_said = doses(**rows)
    assert ids(nobody_said[0]) == [["always"], [], ["usual", "other"], [], ["quick"], []]
    assert ids(nobody_said[1]) == [["always"], ["after"], ["usual", "other"], ["longer"], [], ["slow", "quick"]]
    none, one, two = (doses(graded(A=grade), **rows)[1] for grade in (0, 1, 2))
    assert ids(none) == [["always"], [], ["usual", "other"], [], ["quick"], []]
    assert ids(one) == [["always"], [], ["longer", "usual", "other"], [], ["slow"], []]
    assert ids(two) == [["always", "after"], [], ["usual", "other"], [], ["slow"], []]
    assert ids(doses(graded(B=2), **rows)[2])[0] == ["always", "after"]


def test_that_a_row_of_another_regimen_or_age_group_is_left_out() -> None:
    rows = (medicine("a", "*", regimens=("s",)), medicine("b", "*", population="paediatric"), medicine("c", "*"))
    made = protocol(THREE, premedication=rows)
    assert [row.id for row in premedication_of(made, "r", "A")[0]] == ["b", "c"]
    found = schedule(made, "r", START, None, population="paediatric", circumstances=Circumstances(population="adult"))
    assert [row.id for row in found[0].premedication] == ["c"]
    fallback = schedule(made, "r", START, None, population="adult", circumstances=Circumstances())
    assert [row.id for row in fallback[0].premedication] == ["c"]


def test_that_a_dose_names_the_dose_it_is_a_part_of() -> None:
    assert [dose.part_of for dose in doses()] == ["AB 3 mg", "AB 3 mg", ""]


def test_that_rows_that_may_hold_count_for_what_is_not_sure() -> None:
    paths = ("premedication.after.dose", "observation.longer.hours", "infusion_times.slow.minutes")
    rows = {
        "premedication": (medicine("after", "*", after_grades=(2,)),),
        "observation": (watch("longer", "*", after_grades=(2,)),),
        "infusion_times": (infusion("slow", "*", after_grades=(2,)),),
        "all_facts": tuple(doubtful(path) for path in paths),
    }
    assert [dose.unverified_facts for dose in doses(**rows)] == [(), paths, paths]
    assert [dose.unverified_facts for dose in doses(graded(A=0, B=2), **rows)] == [(), (), paths]


def test_that_times_after_count_from_the_end_and_days_after_are_days() -> None:
    rows = (
        medicine("before", "*", earliest_minutes=120, latest_minutes=30, following_days=(1, 2, 3)),
        medicine("after", "*", earliest_minutes=None, latest_minutes=None, minutes_after=(0, 60)),
        medicine("named", "*", days=(1, 2), following_days=(1, 2)),
        medicine("perhaps", "*", after_grades=(2,)),
    )
    dose = doses(premedication=rows)[1]
    starts = datetime(2027, 3, 28, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))  # half an hour before the clocks change
    before, after, named = premedication_times(dose, starts, 60)
    instant = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert (before.earliest, before.latest) == (instant - timedelta(hours=2), instant - timedelta(minutes=30))
    assert (after.earliest, after.latest) == (instant + timedelta(hours=1), instant + timedelta(hours=2))
    assert before.days == tuple(date(2027, 3, day) for day in (28, 29, 30, 31))
    assert after.days == (date(2027, 3, 28),)
    assert named.days == tuple(date(2027, 3, day) for day in (27, 28, 29, 30))
    assert (premedication_times(dose, starts)[1].earliest, premedication_times(dose, None, 60)[1].latest) == (
        None,
        None,
    )
    assert [timed.item.id for timed in premedication_times(dose, starts, conditional=True)] == ["perhaps"]


def test_that_bags_follow_each_other_in_elapsed_hours_over_a_clock_change() -> None:
    starts = datetime(2027, 3, 27, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    bags = bag_starts(starts, 96, 28)
    assert (len(bags), bags[0]) == (
        7, BagStart(1, datetime(2027, 3, 27, 11, tzinfo=UTC), datetime(2027, 3, 31, 11, tzinfo=UTC)),
    )  # fmt: skip
    assert bags[1].starts.astimezone(starts.tzinfo).hour == 13
    shorter = bag_starts(starts, 48, 7)
    assert [(bag.ends - bag.starts) // timedelta(hours=1) for bag in shorter] == [48, 48, 48, 24]


@pytest.mark.parametrize(
    ("starts", "hours", "days"),
    [(datetime(2027, 3, 27, tzinfo=UTC).replace(tzinfo=None), 24, 28), (datetime(2027, 3, 27, tzinfo=UTC), 0, 28),
     (datetime(2027, 3, 27, tzinfo=UTC), 24, 0)],
)  # fmt: skip
def test_that_bags_without_a_zone_or_a_length_are_refused(starts: datetime, hours: int, days: int) -> None:
    with pytest.raises(ValueError, match=r"start of an infusion|above zero"):
        bag_starts(starts, hours, days)


def test_that_a_value_of_the_site_is_its_own_and_not_unverified() -> None:
    recalled = doubtful("premedication.always.dose")
    made = {"premedication": (medicine("always", "*"),)}
    assert doses(**made, all_facts=(recalled,))[0].unverified_facts == (recalled.path,)
    assert doses(**made, all_facts=(replace(recalled, by_site=True),))[0].unverified_facts == ()
