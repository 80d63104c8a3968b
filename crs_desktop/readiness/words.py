"""The board in words: headline, fixes, sets and reasons, the same on screen, on paper and in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.policy.model import Policy
from crs_desktop.readiness.board import Board, DeliveryTaken, LotTaken, SetAnswer, Verdict, WindowAnswer
from crs_desktop.readiness.fix_words import fix_text
from crs_desktop.readiness.picture import BoardPicture, WindowPicture
from crs_desktop.stock.ordering.deliveries import Delivery


def set_text(one: SetAnswer) -> str:
    """'1 x 400 mg Actemra lot B7, Pharmacy + 1 x 80 mg Actemra of order 4, expected Fri 4 Dec'."""
    return " + ".join([*map(_lot_text, one.lots), *map(coming_text, one.coming)])


def _lot_text(taken: LotTaken) -> str:
    lot = taken.lot
    said = f"{taken.vials} x {plain(lot.strength.mg)} mg {lot.brand} lot {lot.number}, {taken.place.name}"
    return say(no("lot_far", lot=said)) if taken.far else said


def coming_text(taken: DeliveryTaken) -> str:
    """Vials of an order that are not here yet."""
    one = taken.delivery
    return say(
        no(
            "set_coming", vials=taken.vials, mg=plain(one.strength.mg), brand=one.brand, order=one.order_id,
            day=delivery_day(one),
        )
    )  # fmt: skip


def delivery_day(one: Delivery) -> str:
    """'Fri 4 Dec', 'Fri 4 Dec 10:30'."""
    hour = "" if one.minute is None else f" {one.minute // 60:02d}:{one.minute % 60:02d}"
    return f"{day_text(one.day)}{hour}"


def delivery_text(one: Delivery, today: date) -> str:
    """'2 x 400 mg Actemra from McKesson, order 4, expected Fri 4 Dec 10:30'; where it does not count, why not.

    `today` is that of the asking, whatever day was asked about.
    """
    return say(
        no(
            _delivery_code(one, today), here=one.here, vials=one.vials, mg=plain(one.strength.mg), brand=one.brand,
            supplier=one.supplier, order=one.order_id, day=delivery_day(one),
        )
    )  # fmt: skip


def _delivery_code(one: Delivery, today: date) -> str:
    if one.overdue(today):
        return "delivery_overdue" if one.dated else "delivery_undated"
    if one.barred:
        return "delivery_barred"
    if one.here:
        return "delivery_here"
    return "delivery_expected" if one.good_until is not None else "delivery_no_life"


def sets_text(count: int) -> str:
    """'1 set', '2 sets'."""
    return f"{count} set" if count == 1 else f"{count} sets"


def windows_text(count: int) -> str:
    """'the only window is', 'all 3 windows are'."""
    return say(no("windows_one" if count == 1 else "windows_many", windows=count))


def sentence(text: str) -> str:
    """A fragment as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}."


def headline(board: Board) -> str:
    """One sentence: through which day all is ready, and what comes first that is not."""
    first = board.first_not_ready
    if not board.windows:
        return say(no("headline_nothing", until=day_text(board.horizon.last)))
    if first is None:
        code = "headline_ready" if board.verdict is Verdict.READY else "headline_ready_but"
        return say(no(code, until=day_text(board.horizon.last), windows=windows_text(len(board.windows))))
    start = max(first.window.days.first, board.today)
    before = say(no("headline_until", until=day_text(start - timedelta(days=1)))) if start > board.today else ""
    when = say(no("headline_today")) if start == board.today else day_text(start)
    return " ".join(part for part in (before, _not_ready(first, when, board)) if part)


def _not_ready(first: WindowAnswer, when: str, board: Board) -> str:
    patient = first.patient.initials
    if first.verdict is Verdict.CANNOT_SAY:
        return say(no("headline_cannot_say", when=when, patient=patient, reason=say(first.findings[0])))
    said = say(no("headline_short", when=when, sets=sets_text(first.missing), patient=patient))
    if board.way_out is None:
        return said
    short = sum(1 for window in board.windows if window.verdict is Verdict.SHORT)
    whole = say(no("headline_for_all", number=short)) if short > 1 else ""
    return f"{said}: {fix_text(board.way_out, board, True)}{whole}."


def detail(board: Board) -> str:
    """The second line: how many windows are in which state, and what else is open."""
    counts = [
        (sum(1 for window in board.windows if window.verdict is verdict), say(no(f"verdict_{verdict.value}")))
        for verdict in (Verdict.SHORT, Verdict.CANNOT_SAY, Verdict.READY_BUT, Verdict.READY)
    ]
    parts = [f"{count} {word}" for count, word in counts if count]
    if board.discrepancies:
        parts.append(say(no("detail_discrepancies", number=board.discrepancies)))
    if board.unrecorded:
        parts.append(say(no("detail_unrecorded", number=board.unrecorded)))
    if board.unkept_promises:
        parts.append(say(no("detail_unkept_promises", number=board.unkept_promises)))
    if not board.proved_best:
        parts.append(say(no("detail_not_proved")))
    return " · ".join(parts)


def policy_text(board: Board) -> str:
    """The policy in force in a few words."""
    return policy_said(board.policy)


def policy_said(policy: Policy) -> str:
    """A policy in a few words."""
    return say(
        no(
            "policy_in_force", cells=policy.value("sets_car_t"), bispecific=policy.value("sets_bispecific"),
            rounding=policy.value("rounding"), unverified=len(policy.unverified), all=len(policy.decided),
        )
    )  # fmt: skip


def aside_text(answer: WindowAnswer) -> str:
    """How many of the sets a person has promised: 'confirmed', '1 confirmed, 1 proposed', 'proposed'."""
    firm = sum(1 for one in answer.sets if one.earmark_id is not None and one.promise_covers)
    if not answer.sets:
        return ""
    if firm == len(answer.sets):
        return say(no("aside_all"))
    return say(no("aside_some", firm=firm, rest=len(answer.sets) - firm)) if firm else say(no("aside_none"))


def state_text(answer: WindowAnswer) -> str:
    """The verdict's word, with the count when short."""
    if answer.verdict is Verdict.SHORT:
        return say(no("verdict_short_by", sets=sets_text(answer.missing)))
    return say(no(f"verdict_{answer.verdict.value}"))


def confirmed_text(answer: WindowAnswer, sets: Sequence[int]) -> str:
    """What a person has just promised, to whom and until when."""
    code = "confirmed_set" if len(sets) == 1 else "confirmed_sets"
    numbers = ", ".join(map(str, sorted(sets)))
    return say(no(code, numbers=numbers, patient=answer.patient.name, last=day_text(answer.window.days.last)))


def consequences_text(before: BoardPicture | None, after: BoardPicture) -> str:
    """Each window that is short with what of it is new, then the smallest fix; the headline when none is short."""
    old = {} if before is None else {window.holder: _missing(window) for window in before.windows}
    lines = []
    for window in (item for item in after.windows if item.state == "short"):
        code = "consequence_new" if _missing(window) > old.get(window.holder, 0) and before else "consequence_still"
        lines.append(
            say(no(code, patient=window.name, mrn=window.mrn, sets=sets_text(_missing(window)), days=window.days))
        )
    if not lines:
        return after.headline
    if after.way_out:
        lines.append(say(no("consequence_fix", fix=after.way_out)))
    return "\n".join(lines)


def _missing(window: WindowPicture) -> int:
    return window.owed - window.covered
