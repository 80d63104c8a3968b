"""From a situation and a patient who is not here yet to the whole board's answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.patients.model import Body, Patient, PatientRecord, Weighing, WeighingMethod
from crs_desktop.patients.rules import course_window, infusions
from crs_desktop.readiness.answer import Proposed, answer, mended, question_of
from crs_desktop.readiness.board import Board, Verdict
from crs_desktop.readiness.explaining import names_of, told
from crs_desktop.readiness.gather import Situation
from crs_desktop.readiness.model import BrandFix, Fix, PlanQuestion, RoundingFix
from crs_desktop.readiness.rules.conflict import conflict
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.readiness.rules.question import orderable
from crs_desktop.readiness.what_if.model import EXTRA_ID, Answer, Extra, WhatIf
from crs_desktop.readiness.what_if.rules import coverable, order_for_all, sufficient, unmet_pressing

LOOKED_AHEAD = 60
"""So many days are tried for the first day on which the answer is yes."""
_SCHEDULE_DAYS = 60


def can_add(situation: Situation, extra: Extra, proposed: Proposed = ()) -> WhatIf:
    """Is every set owed in the horizon covered with this patient too?

    The horizon reaches at least to the day asked about. No comes before everything that cannot be said: what is too
    much already is not less when the rest is known.
    """
    before = _reaching(situation, extra.first_day)
    after = with_extra(before, extra)
    board = answer(after, proposed, with_fixes=False)
    own, asked = question_of(before, proposed), question_of(after, proposed)
    covered = coverable(own)
    if covered is False:
        return _already(before, own, extra, board)
    with_it = coverable(asked)
    if with_it is False:
        return _too_much(before, after, asked, extra, board)
    unsaid = tuple(_unsaid(board))
    if with_it is None or covered is None or unsaid:
        unsaid = unsaid or (no("readiness_not_proved", "plan"),)
        return WhatIf(extra, Answer.CANNOT_SAY, False, unsaid, (), None, (), None, 0, board)
    return WhatIf(extra, Answer.YES, False, _notes(board), (), None, (), None, 0, board)


def with_extra(situation: Situation, extra: Extra) -> Situation:
    """The situation with the patient on the board."""
    course = extra.course()
    until = max(situation.today + timedelta(days=situation.horizon_days), extra.first_day)
    until += timedelta(days=_SCHEDULE_DAYS)
    dated = infusions(course, (), Body(extra.weight), situation.today, until)
    weighing = Weighing(EXTRA_ID, EXTRA_ID, extra.weight, situation.now, WeighingMethod.STATED)
    # Nobody has told a birth date; no rule of the board asks for one.
    person = Patient(EXTRA_ID, "", extra.name, "", date.min, None)
    record = PatientRecord(person, (weighing,), (course,), dated)
    window = course_window(course, dated, extra.policy)
    windows = situation.windows if window is None else (*situation.windows, window)
    return replace(situation, records=(*situation.records, record), windows=windows)


def _reaching(situation: Situation, day: date) -> Situation:
    days = (day - situation.today).days
    return situation if days <= situation.horizon_days else replace(situation, horizon_days=days)


def _already(situation: Situation, own: PlanQuestion, extra: Extra, board: Board) -> WhatIf:
    """No, and not because of this patient."""
    plan, names = solve(own), names_of(situation)
    starts = {one.holder: max(one.window.first, own.today) for one in own.demands}
    short = sorted(plan.uncovered, key=lambda one: (starts[one.holder], names[one.holder], one.holder))
    reasons = [
        no("whatif_already_short", "patient", names[one.holder], day=day_text(starts[one.holder]), sets=one.sets)
        for one in short
    ]
    reasons += [
        no("whatif_already_planned", "patient", names[use.holder], day=day_text(use.day))
        for use in (unmet_pressing(own) if plan.ready else ())
    ]
    mends = sufficient(own, mended(situation, own, plan))
    more = () if mends else (order_for_all(own, plan, orderable(own.supply, situation.recalled)),)
    found = (*mends, *(fix for fix in more if fix is not None))
    return WhatIf(extra, Answer.NO, True, tuple(reasons), found, _sure(found), (), None, 0, board)


def _too_much(before: Situation, after: Situation, asked: PlanQuestion, extra: Extra, board: Board) -> WhatIf:
    """No because of this patient: what collides, what would mend it, and when it would do without."""
    plan = solve(asked)
    reasons: list[Finding] = []
    found = conflict(asked, plan)
    if found is not None:
        reasons.append(told(asked, after, found))
    names = names_of(after)
    if found is None:
        reasons += [
            replace(finding, value=names[one.holder]) if finding.value == one.holder else finding
            for one in plan.uncovered
            for finding in one.findings
        ]
    if plan.ready:
        reasons += [
            no("whatif_planned_first", "patient", names[use.holder], day=day_text(use.day))
            for use in unmet_pressing(asked)
        ]
    mends = sufficient(asked, mended(after, asked, plan))
    more = None if mends else order_for_all(asked, plan, orderable(asked.supply, before.recalled))
    fixes = mends if more is None else (more,)
    sure = _sure(fixes)
    first = first_yes(before, extra)
    others = tuple(fix for fix in fixes if fix is not sure)
    return WhatIf(extra, Answer.NO, False, tuple(reasons), (), sure, others, first, LOOKED_AHEAD, board)


def first_yes(situation: Situation, extra: Extra) -> date | None:
    """The first day after the one asked about on which everything can be covered without any fix."""
    for ahead in range(1, LOOKED_AHEAD + 1):
        later = extra.later(ahead)
        if coverable(question_of(with_extra(_reaching(situation, later.first_day), later))) is True:
            return later.first_day
    return None


def _sure(fixes: tuple[Fix, ...]) -> Fix | None:
    return next((fix for fix in fixes if not isinstance(fix, BrandFix | RoundingFix)), None)


def _unsaid(board: Board) -> list[Finding]:
    """Why nothing can be said: patients without a weight, therapies that nobody has adopted."""
    found: list[Finding] = []
    for one in board.windows:
        if one.verdict is Verdict.CANNOT_SAY:
            found += [no("whatif_cannot_say_of", "patient", one.patient.name), *one.findings[:1]]
    return found


def _notes(board: Board) -> tuple[Finding, ...]:
    """What to beware of in a yes: that no set is owed, or the notes on the new window."""
    window = next((one for one in board.windows if one.patient.id == EXTRA_ID), None)
    if window is None or not window.owed:
        return (beware("whatif_nothing_owed"),)
    return window.findings
