"""From the board to its picture: every word of it, ready to be painted or kept."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

from crs_desktop.kernel.amounts import Mass, plain
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.readiness import words
from crs_desktop.readiness.board import Board, RowAnswer, SetAnswer, Verdict, WindowAnswer
from crs_desktop.readiness.chance_painting import chance_picture
from crs_desktop.readiness.fix_words import fix_kind, fix_text
from crs_desktop.readiness.model import DayFigures, Fix
from crs_desktop.readiness.picture import (
    BoardPicture,
    DayPicture,
    FixPicture,
    RowPicture,
    SetPicture,
    WindowPicture,
)
from crs_desktop.readiness.policy_painting import policy_line, rules_of

_WORST_FIRST = (Verdict.SHORT, Verdict.CANNOT_SAY, Verdict.READY_BUT)


def picture_of(board: Board, zone: ZoneInfo) -> BoardPicture:
    """The board as it is shown."""
    return BoardPicture(
        asked_at=board.asked_at.astimezone(zone).isoformat(),
        today=board.today.isoformat(),
        state=board.verdict.value if board.windows else "",  # nothing is owed: no green for nothing
        headline=words.headline(board),
        detail=words.detail(board),
        policy=words.policy_text(board),
        fixes=tuple(_fix(fix, board) for fix in board.fixes),
        way_out="" if board.way_out is None else words.sentence(fix_text(board.way_out, board)),
        days=tuple(_day(day, board) for day in board.days),
        rows=tuple(_row(row) for row in board.rows),
        windows=tuple(_window(answer) for answer in board.windows),
        fingerprint=board.fingerprint,
        conflict="" if board.conflict is None else say(board.conflict),
        too_late=tuple(say(finding) for finding in board.too_late),
        planned=tuple(say(finding) for one in board.planned if not one.met for finding in one.findings),
        deliveries=tuple(words.delivery_text(one, local_day(board.asked_at, zone)) for one in board.deliveries),
        rules=rules_of(board.policy),
        policy_line=policy_line(board.policy),
        chance=chance_picture(board.chances, board.today) if board.chances is not None and board.windows else None,
    )


def _day(day: DayFigures, board: Board) -> DayPicture:
    """Never green by default: a day is as good as the worst window that is open on it."""
    found = {answer.verdict for answer in board.windows if day.day in answer.window.days}
    worst = next((verdict for verdict in _WORST_FIRST if verdict in found), Verdict.READY)
    if day.covered < day.owed and worst is not Verdict.CANNOT_SAY:
        worst = Verdict.SHORT
    return DayPicture(day.day.isoformat(), day.owed, day.covered, day.expiring, day.arriving, worst.value)


def _fix(fix: Fix, board: Board) -> FixPicture:
    return FixPicture(fix_kind(fix), words.sentence(fix_text(fix, board)))


def _window(answer: WindowAnswer) -> WindowPicture:
    days = answer.window.days
    return WindowPicture(
        holder=answer.window.holder,
        patient_id=answer.patient.id,
        name=answer.patient.name,
        mrn=answer.patient.mrn,
        born=answer.patient.birth_date.isoformat(),
        days=f"{day_text(days.first)} to {day_text(days.last)}",
        owed=answer.owed,
        covered=len(answer.sets),
        dose=_mass(answer.dose),
        weight="" if answer.weighing is None else str(answer.weighing.weight),
        weight_age_days=answer.weight_age_days,
        state=answer.verdict.value,
        reasons=tuple(say(finding) for finding in answer.findings),
        sets=tuple(_set(answer, one) for one in answer.sets),
        relies=tuple(words.sentence(words.coming_text(taken)) for one in answer.sets for taken in one.coming),
    )


def _set(answer: WindowAnswer, one: SetAnswer) -> SetPicture:
    note = ""
    if one.earmark_id is not None and not one.promise_covers:
        note = say(no("set_promise_too_short"))
    planned = one.planned
    amounts = say(no("set_amounts", drawn=planned.drawn, opened=planned.opened, waste=planned.waste))
    text = f"{words.set_text(one)}. {amounts}"
    confirmed = one.earmark_id is not None and one.promise_covers
    return SetPicture(answer.window.holder, planned.set_no, text, confirmed, note, planned.vials, bool(one.coming))


def _row(row: RowAnswer) -> RowPicture:
    infusion, window = row.infusion, row.window
    decisive = row.overdue if window is None else next(iter(window.findings), None)
    return RowPicture(
        key=f"{infusion.course_id}/{infusion.dose.key}",
        day=infusion.day.isoformat(),
        day_text=day_text(infusion.day),
        time=infusion.clock_time,
        patient_id=row.patient.id,
        name=row.patient.name,
        mrn=row.patient.mrn,
        therapy=row.course.protocol.name,
        dose_label=infusion.dose.label,
        course_id=infusion.course_id,
        dose_key=infusion.dose.key,
        outcome=infusion.outcome.value,
        holder="" if window is None else window.window.holder,
        dose="" if window is None else _mass(window.dose),
        sets="" if window is None else f"{len(window.sets)} of {window.owed}",
        lots="" if window is None else _lots(window),
        weight=_weight(window)[0],
        weight_age=_weight(window)[1],
        state="" if window is None else window.verdict.value,
        state_text=say(no("row_no_window")) if window is None else words.state_text(window),
        reason="" if decisive is None else say(decisive),
        aside="" if window is None else words.aside_text(window),
    )


def _lots(window: WindowAnswer) -> str:
    """Every lot with all vials that the sets of the window take of it."""
    taken: Counter[tuple[str, str]] = Counter()
    for one in window.sets:
        for item in one.lots:
            taken[item.lot.number, plain(item.lot.strength.mg)] += item.vials
        for coming in one.coming:
            name = say(no("lot_of_order", order=coming.delivery.order_id))
            taken[name, plain(coming.delivery.strength.mg)] += coming.vials
    return ", ".join(f"{lot} {vials} x {mg}" for (lot, mg), vials in taken.items())


def _weight(window: WindowAnswer | None) -> tuple[str, str]:
    if window is None or window.weighing is None:
        return "", ""
    age = window.weight_age_days or 0
    return str(window.weighing.weight), say(no("weight_age_today" if age == 0 else "weight_age_days", days=age))


def _mass(dose: Mass | None) -> str:
    return "" if dose is None else str(dose)
