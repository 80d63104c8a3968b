"""Laws of the whole board on random situations: more stock, one more patient, another order of entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crs_desktop.readiness.answer import answer, question_of
from crs_desktop.readiness.board import Board, Verdict
from crs_desktop.readiness.gather import Situation
from crs_desktop.readiness.model import MoveFix, OrderFix
from crs_desktop.readiness.rules.fixes import followed
from crs_desktop.readiness.rules.plan import solve
from tests.readiness.board.situations import TODAY, Told, patient, situation

KG = ["", "20", "29.9", "50", "52.5", "72.5", "110"]
LINES = st.tuples(
    st.integers(1, 4), st.sampled_from(["80", "200", "400"]), st.integers(2, 40),
    st.sampled_from(["", ", Avtozma", ", quarantined", ", 3 h away"]),
).map(lambda told: f"{told[0]} x {told[1]} mg until {TODAY + timedelta(days=told[2]):%m-%d}{told[3]}")  # fmt: skip
NAMES = ["Adler", "Berg", "Cohn", "Dietz", "Engel"]
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["CAR-T", "step-up"]), st.integers(-6, 20), st.sampled_from(KG), st.booleans()
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip
SITES = st.fixed_dictionaries(
    {"rounding": st.sampled_from(["0", "5", "10"]), "after_rescue": st.sampled_from(["lower", "refill"])}
)


def told(number: int, what: tuple[str, int, str, bool]) -> Told:
    therapy, ahead, kg, held = what
    key = "D0" if therapy == "CAR-T" else "SUD1"
    start = f"{TODAY + timedelta(days=ahead):%m-%d}"
    return patient(NAMES[number], {key: "held"} if held else {}, therapy=therapy, start=start, kg=kg)


def asked(found: Situation) -> Board:
    return answer(found, with_fixes=False)


def short(board: Board) -> int:
    return sum(one.missing for one in board.windows if one.verdict is Verdict.SHORT)


def first_short(board: Board) -> object:
    return min(
        (max(one.window.days.first, TODAY) for one in board.windows if one.verdict is Verdict.SHORT), default=None
    )


@settings(max_examples=60)
@given(PEOPLE, st.lists(LINES, max_size=4), LINES, SITES)
def test_that_more_stock_never_turns_ready_into_short(
    people: list[tuple[str, int, str, bool]], stock: list[str], more: str, policy: dict[str, str]
) -> None:
    patients = [told(number, what) for number, what in enumerate(people)]
    before, after = (asked(situation(patients, lines, policy)) for lines in (stock, [*stock, more]))
    if before.verdict is not Verdict.SHORT:
        assert after.verdict is not Verdict.SHORT
    elif first_short(after) is not None:
        assert first_short(after) >= first_short(before)  # type: ignore[operator]


@settings(max_examples=60)
@given(PEOPLE, st.lists(LINES, max_size=4), SITES)
def test_that_one_more_patient_never_turns_short_into_ready(
    people: list[tuple[str, int, str, bool]], stock: list[str], policy: dict[str, str]
) -> None:
    patients = [told(number, what) for number, what in enumerate(people)]
    before, after = asked(situation(patients[:-1], stock, policy)), asked(situation(patients, stock, policy))
    if before.verdict is Verdict.SHORT:
        assert after.verdict is Verdict.SHORT and short(after) >= 1


@settings(max_examples=60)
@given(PEOPLE, st.lists(LINES, max_size=4), SITES, st.randoms())
def test_that_the_order_of_entry_never_changes_the_answer(
    people: list[tuple[str, int, str, bool]], stock: list[str], policy: dict[str, str], chance: object
) -> None:
    found = situation([told(number, what) for number, what in enumerate(people)], stock, policy)

    def shuffled(items: tuple[object, ...]) -> tuple[object, ...]:
        mixed = list(items)
        chance.shuffle(mixed)  # type: ignore[attr-defined]
        return tuple(mixed)

    other = replace(
        found,
        records=shuffled(found.records),
        windows=shuffled(found.windows),
        on_hand=shuffled(found.on_hand),
        adoptions=shuffled(found.adoptions),
    )  # type: ignore[arg-type]
    one, two = asked(found), asked(other)
    by_patient = sorted(one.windows, key=lambda item: item.patient.id)
    assert by_patient == sorted(two.windows, key=lambda item: item.patient.id)
    assert (one.verdict, one.rows, one.days) == (two.verdict, two.rows, two.days)


@settings(max_examples=30)
@given(PEOPLE, st.lists(LINES, max_size=4), SITES)
def test_that_the_same_facts_have_the_same_name_and_other_facts_another(
    people: list[tuple[str, int, str, bool]], stock: list[str], policy: dict[str, str]
) -> None:
    patients = [told(number, what) for number, what in enumerate(people)]
    found = situation(patients, stock, policy)
    named = asked(found).fingerprint
    later = replace(found, now=found.now + timedelta(hours=3))
    assert asked(later).fingerprint == named
    assert asked(situation(patients, [*stock, "1 x 80 mg until 06-30"], policy)).fingerprint != named
    if any(one.weighing is not None for one in asked(found).windows):
        assert asked(situation(patients, stock, policy, adopted="")).fingerprint != named


@settings(max_examples=60)
@given(PEOPLE, st.lists(LINES, max_size=4), SITES)
def test_that_every_fix_on_the_board_makes_it_ready_when_it_is_followed(
    people: list[tuple[str, int, str, bool]], stock: list[str], policy: dict[str, str]
) -> None:
    patients = [told(number, what) for number, what in enumerate(people)]
    found = situation(patients, stock, policy)
    for fix in answer(found).fixes:
        moved_on, shelf = list(patients), list(stock)
        if isinstance(fix, MoveFix):
            moved = int(fix.holder.partition(":")[2]) - 1
            moved_on[moved] = replace(patients[moved], start=f"{fix.window.first:%m-%d}")
        elif isinstance(fix, OrderFix):
            shelf += [f"{one.count} x {one.strength.mg:f} mg until 06-30, {one.brand}" for one in fix.vials]
        else:
            assert solve(followed(question_of(found), fix)).ready
            continue
        assert asked(situation(moved_on, shelf, policy)).verdict is not Verdict.SHORT
