"""From a situation to the board: ask the plan, judge each window, look for fixes. Pure but for the solver's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from crs_desktop.doses.model import Purpose
from crs_desktop.doses.rules.arithmetic import calculated_dose
from crs_desktop.kernel.clock import local_day, to_milliseconds
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.fingerprint import fingerprint
from crs_desktop.kernel.refusal import Finding
from crs_desktop.patients.model import Infusion, Outcome, Patient, Weighing, Window
from crs_desktop.readiness.board import Board, RowAnswer, SetAnswer, WindowAnswer
from crs_desktop.readiness.explaining import conflicts, ordered_by, planned_answers, planned_uses, taken
from crs_desktop.readiness.gather import Situation
from crs_desktop.readiness.model import Demand, Fix, Plan, PlanQuestion, Reserves, Uncovered, Vials
from crs_desktop.readiness.rules.chart import by_day
from crs_desktop.readiness.rules.fixes import fixes
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.readiness.rules.question import (
    demand,
    elsewhere,
    first_minute,
    line_of,
    looked_at,
    movables,
    nearest,
    on_shelf,
    on_the_way,
    orderable,
    owed,
    promises,
    supply,
    waiting,
)
from crs_desktop.readiness.rules.verdicts import (
    beware_of_facts,
    beware_of_sets,
    beware_of_weight,
    cannot_say,
    verdict,
)
from crs_desktop.readiness.running_out import chances
from crs_desktop.stock.model import Earmark

Proposed = Sequence[tuple[str, int, Vials]]


def question_of(situation: Situation, proposed: Proposed = ()) -> PlanQuestion:
    """The plan's question for a situation; `proposed` are the sets that the last board showed."""
    windows = looked_at(situation.windows, situation.today, situation.horizon_days)
    further = any(window.further for window in windows)
    coming = on_the_way(situation.deliveries, situation.now, situation.zone)
    return PlanQuestion(
        situation.today,
        situation.policy.rounding,
        (*supply(situation.on_hand, situation.policy, further), *coming),
        tuple(_demands(situation, windows)),
        planned_uses(situation),
        promises(situation.earmarks, proposed),
    )


def answer(situation: Situation, proposed: Proposed = (), with_fixes: bool = True) -> Board:
    """The board of a situation."""
    question = question_of(situation, proposed)
    plan = solve(question)
    board = board_of(situation, question, plan)
    return _explained(situation, question, plan, board) if with_fixes else board


def board_of(situation: Situation, question: PlanQuestion, plan: Plan) -> Board:
    """The board of a plan, without what would mend it."""
    windows = looked_at(situation.windows, situation.today, situation.horizon_days)
    answers = tuple(_window(situation, window, plan) for window in windows)
    unkept = unkept_promises(situation, answers)
    days = situation.horizon_days
    horizon = DayRange(situation.today, situation.today + timedelta(days=days))
    return Board(
        situation.now, situation.today, horizon, situation.policy, answers, _rows(situation, answers, horizon),
        by_day(question, plan, days), (), plan.proved_best, situation.discrepancies, len(unkept),
        _print_of(situation, answers), planned=planned_answers(situation, plan), deliveries=situation.deliveries,
    )  # fmt: skip


def _explained(situation: Situation, question: PlanQuestion, plan: Plan, board: Board) -> Board:
    """The board with why it is short, what would mend it, by when to order, and how likely it is to run out."""
    mends = mended(situation, question, plan)
    why = conflicts(situation, question, plan)
    windows = tuple(_with_reason(one, why.get(one.window.holder)) for one in board.windows)
    by_holder = {one.window.holder: one for one in windows}
    rows = tuple(
        row if row.window is None else replace(row, window=by_holder[row.window.window.holder]) for row in board.rows
    )
    order_by, too_late = ordered_by(situation, question, plan, mends)
    looked = looked_at(situation.windows, situation.today, situation.horizon_days)
    return replace(
        board, windows=windows, rows=rows, fixes=mends, conflict=next(iter(why.values()), None), order_by=order_by,
        too_late=too_late, chances=chances(situation, question, looked),
    )  # fmt: skip


def _with_reason(answer: WindowAnswer, why: Finding | None) -> WindowAnswer:
    """With whom it collides; that it is too much for itself alone is said already."""
    if why is None or why.code == "plan_conflict_of_one":
        return answer
    return replace(answer, findings=(*answer.findings, why))


def mended(situation: Situation, question: PlanQuestion, plan: Plan) -> tuple[Fix, ...]:
    """Fixes of every kind for the question of a situation."""
    windows = looked_at(situation.windows, situation.today, situation.horizon_days)
    movable = movables(windows, question.demands, _begun(situation), situation.today, situation.changes)
    policy = situation.policy
    decided = next(one for one in policy.decided if one.option.key == "rounding")
    reserves = Reserves(
        elsewhere(situation.on_hand, policy),
        nearest(situation.places, policy),
        waiting(situation.on_hand, policy),
        Decimal(decided.option.most) if decided.row is None else None,
    )
    return fixes(question, plan, movable, orderable(question.supply, situation.recalled), reserves)


def needs(situation: Situation) -> dict[str, tuple[DayRange, int]]:
    """For each holder whose window is not over: its days and the sets still owed, also past the horizon."""
    return {
        window.holder: (window.days, owed_sets(situation, window))
        for window in situation.windows
        if window.days.last >= situation.today
    }


def owed_sets(situation: Situation, window: Window) -> int:
    """Sets owed in a window after the rescue doses in it."""
    rescue = [
        entry for entry in situation.doses if entry.patient_id == window.patient_id and entry.purpose is Purpose.RESCUE
    ]
    inside = sum(1 for entry in rescue if local_day(entry.started_at, situation.zone) in window.days)
    in_episode = sum(1 for entry in rescue if entry.episode_id in situation.open_episodes)
    return owed(window, inside, in_episode, situation.policy, situation.doses_per_episode)


def _demands(situation: Situation, windows: Sequence[Window]) -> list[Demand]:
    found = []
    for window in windows:
        weighing = situation.record(window.patient_id).weighing
        sets = owed_sets(situation, window)
        if weighing is not None and sets:
            minute = first_minute(window, _infusions(situation, window), situation.today)
            found.append(demand(window, weighing.weight, sets, situation.today, minute))
    return found


def _window(situation: Situation, window: Window, plan: Plan) -> WindowAnswer:
    record = situation.record(window.patient_id)
    weighing = record.weighing
    courses = [
        (course, situation.adoption(course.protocol.fingerprint))
        for course in record.courses
        if course.id in window.course_ids
    ]
    infusions = _infusions(situation, window)
    sets = _sets(situation, window, plan)
    age = _age(situation, weighing)
    uncovered = next((_named(item, record.patient) for item in plan.uncovered if item.holder == window.holder), None)
    notes = (
        *beware_of_weight(age, situation.policy),
        *beware_of_sets(sets, window, situation.policy),
        *beware_of_facts(courses, infusions, situation.demo),
    )
    answered, findings = verdict(
        cannot_say(weighing is not None, courses, situation.demo), uncovered, plan.proved_best, notes
    )
    dose = None if weighing is None else calculated_dose(weighing.weight)
    return WindowAnswer(
        record.patient, window, weighing, age, dose, owed_sets(situation, window), sets, answered, findings
    )


def _infusions(situation: Situation, window: Window) -> list[Infusion]:
    record = situation.record(window.patient_id)
    return [
        item
        for item in record.infusions
        if item.course_id in window.course_ids and item.day in window.days and item.outcome is not Outcome.NOT_GIVEN
    ]


def _named(uncovered: Uncovered, patient: Patient) -> Uncovered:
    """The plan knows holders only; people are told the patient."""
    findings = (
        replace(finding, value=patient.name) if finding.value == uncovered.holder else finding
        for finding in uncovered.findings
    )
    return replace(uncovered, findings=tuple(findings))


def _age(situation: Situation, weighing: Weighing | None) -> int | None:
    return None if weighing is None else (situation.today - local_day(weighing.measured_at, situation.zone)).days


def _sets(situation: Situation, window: Window, plan: Plan) -> tuple[SetAnswer, ...]:
    """The planned sets of a window. A promise stands for one set only, also where two sets hold the same vials."""
    unclaimed = [item for item in situation.earmarks if item.holder == window.holder]
    start = max(window.days.first, situation.today)
    found = []
    for planned in sorted((one for one in plan.sets if one.holder == window.holder), key=lambda one: one.set_no):
        wanted = tuple(sorted(line_of(key, count) for key, count in planned.vials if on_shelf(key)))
        there = all(on_shelf(key) for key, _ in planned.vials)
        promise = next((item for item in unclaimed if there and item.vials == wanted), None)
        if promise is not None:
            unclaimed.remove(promise)
        lots, coming = taken(situation, planned.vials)
        covers = promise is not None and promise.held.first <= start and promise.held.last >= window.days.last
        found.append(SetAnswer(planned, lots, None if promise is None else promise.id, covers, coming))
    return tuple(found)


def unkept_promises(situation: Situation, answers: Sequence[WindowAnswer]) -> tuple[Earmark, ...]:
    """Promises that run today or later and that no set of the plan keeps; windows past the horizon are not asked."""
    kept = {one.earmark_id for answer in answers for one in answer.sets}
    later = {item.holder for item in situation.windows if item.days.last >= situation.today}
    later -= {answer.window.holder for answer in answers}
    return tuple(
        item
        for item in situation.earmarks
        if item.held.last >= situation.today and item.id not in kept and item.holder not in later
    )


def _rows(situation: Situation, answers: Sequence[WindowAnswer], horizon: DayRange) -> tuple[RowAnswer, ...]:
    """Infusions within the horizon or a window, and of each course the first of the past that nobody has recorded."""
    rows = []
    overdue: set[int] = set()
    for record in situation.records:
        for item in record.infusions:
            own = next(
                (a for a in answers if item.course_id in a.window.course_ids and item.day in a.window.days), None
            )
            row = RowAnswer(record.patient, record.course(item.course_id), item, own, record.weighing)
            forgotten = row.overdue is not None and item.course_id not in overdue
            overdue |= {item.course_id} if forgotten else set()
            if item.outcome is not Outcome.NOT_GIVEN and (item.day in horizon or own is not None or forgotten):
                rows.append(row)
    rows.sort(
        key=lambda row: (row.infusion.day, row.infusion.clock_time or "99", row.patient.id, row.infusion.dose.key)
    )
    return tuple(rows)


def _begun(situation: Situation) -> set[str]:
    given = {
        item.course_id for record in situation.records for item in record.infusions if item.outcome is Outcome.GIVEN
    }
    return {window.holder for window in situation.windows if given & set(window.course_ids)}


def _print_of(situation: Situation, answers: Sequence[WindowAnswer]) -> str:
    """A name for this answer and the facts under it: the same facts give the same name, whatever the time of day."""
    return fingerprint(
        {
            "today": situation.today.isoformat(),
            "policy": situation.policy.fingerprint,
            "windows": [_days_of(window) for window in situation.windows],
            "weights": [
                [record.patient.id, record.weighing.weight.grams, to_milliseconds(record.weighing.measured_at)]
                for record in situation.records
                if record.weighing is not None
            ],
            "stock": [
                [item.lot.id, item.place.id, item.vials, item.state.value, item.lot.expires.isoformat()]
                for item in situation.on_hand
            ],
            "deliveries": [
                [item.order_id, item.brand, item.strength.mcg, item.vials, item.day.isoformat(), item.minute or -1,
                 "" if item.good_until is None else item.good_until.isoformat(), item.dated]
                for item in situation.deliveries
            ],
            "planned": [[plan.id, plan.day.isoformat()] for plan in situation.planned if plan.open],
            "promises": [
                [item.id, item.holder, item.set_no, item.held.first.isoformat(), item.held.last.isoformat()]
                for item in situation.earmarks
            ],
            "doses": [entry.id for entry in situation.doses],
            "discrepancies": situation.discrepancies,
            "answers": [
                [answer.verdict.value, [[item.code, item.value] for item in answer.findings],
                 [[one.planned.set_no, [list(pair) for pair in one.planned.vials]] for one in answer.sets]]
                for answer in answers
            ],
        }
    )  # fmt: skip


def _days_of(window: Window) -> list[str | int]:
    first, last = window.days.first.isoformat(), window.days.last.isoformat()
    return [window.holder, first, last, window.sets, window.further]
