"""Pure rules of the drill: who received vials of the lots, and what the board loses when they are taken out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, beware
from crs_desktop.patients.model import Patient
from crs_desktop.readiness.board import Board, SetAnswer, WindowAnswer
from crs_desktop.stock.model import LotState, Movement, MovementKind, OnHand
from crs_desktop.stock.recalls.model import NamedLots, Person, ToPull, WentOut, WindowChanged

# Lines by which vials leave otherwise than in a dose.
_OUT = (MovementKind.LOAN, MovementKind.PREPARED, MovementKind.WASTE, MovementKind.COUNT)


def person_of(patient: Patient) -> Person:
    """A patient by name with the other identifiers."""
    return Person(patient.id, patient.name, patient.mrn, patient.birth_date)


def recalled(on_hand: Iterable[OnHand], lots: Collection[int]) -> tuple[OnHand, ...]:
    """The shelf as it is when these lots are recalled everywhere."""
    return with_states(on_hand, dict.fromkeys(lots, LotState.RECALLED))


def with_states(on_hand: Iterable[OnHand], states: dict[int, LotState]) -> tuple[OnHand, ...]:
    """The shelf with these lots in another state everywhere; what holds in one place only stays."""
    return tuple(
        replace(item, lot=replace(item.lot, state=states[item.lot.id])) if item.lot.id in states else item
        for item in on_hand
    )


def to_pull(on_hand: Iterable[OnHand], lots: Collection[int]) -> tuple[ToPull, ...]:
    """Vials of the lots by place, the order in which somebody walks."""
    lines = [ToPull(item.lot, item.place, item.vials, item.state) for item in on_hand if item.lot.id in lots]
    return tuple(sorted(lines, key=lambda line: (line.place.name, line.lot.brand, line.lot.number, line.lot.id)))


def went_out(movements: Iterable[Movement], partners: dict[int, str]) -> tuple[WentOut, ...]:
    """Vials of the lots that left otherwise than in a dose and have not been put back by a reversal."""
    lines = [
        WentOut(item.lot, item.place, -item.vials, item.kind.value, _to(item, partners), item.at)
        for item in movements
        if item.vials < 0 and item.reversed_by is None and item.kind in _OUT
    ]
    return tuple(sorted(lines, key=lambda line: (line.at, line.lot.number, line.place.name)))


def changed(before: Board, after: Board, lots: Collection[int]) -> tuple[WindowChanged, ...]:
    """Windows that lose sets or readiness, and those whose planned sets were made of the lots; the first to need first.

    A window is compared with itself: the holder's name is the same in both answers.
    """
    later = {answer.window.holder: answer for answer in after.windows}
    found = []
    for answer in before.windows:
        then = later[answer.window.holder]
        loses = loses_readiness(answer, then)
        used = any(taken.lot.id in lots for one in answer.sets for taken in one.lots)
        if loses or used:
            found.append(_window(answer, then, loses))
    return tuple(sorted(found, key=lambda item: (not item.loses, item.days.first, item.person.name, item.person.id)))


def loses_readiness(before: WindowAnswer, after: WindowAnswer) -> bool:
    """True when it has fewer sets, or was ready (also with a but) and is so no more."""
    return len(after.sets) < len(before.sets) or (before.verdict.good and not after.verdict.good)


def notes(named: NamedLots, before: Board, after: Board, unknown_doses: int) -> tuple[Finding, ...]:
    """What has to be known beside the lists: lots that look alike, doses of unknown lots, planned doses unmet."""
    found = [
        beware("recall_lot_alike", "lot", lot.number, number=number, expires=day_text(lot.expires, year=True))
        for lot, number in named.alike
    ]
    if unknown_doses:
        found.append(beware("recall_doses_of_unknown_lots", "doses", unknown_doses))
    had = {(one.patient.id, one.need) for one in before.planned if one.met}
    found += [
        beware("recall_planned_unmet", "patient", one.patient.name, mrn=one.patient.mrn, day=day_text(one.need.day))
        for one in after.planned
        if not one.met and (one.patient.id, one.need) in had
    ]
    if not (before.proved_best and after.proved_best):
        found.append(beware("recall_not_proved", "board"))
    return tuple(found)


def set_text(one: SetAnswer) -> str:
    """'1 x 400 mg Actemra lot B7, Pharmacy + 1 x 80 mg Actemra, delivery Thu 3 Dec'."""
    parts = [
        f"{taken.vials} x {plain(taken.lot.strength.mg)} mg {taken.lot.brand} lot {taken.lot.number}, "
        f"{taken.place.name}"
        for taken in one.lots
    ]
    parts += [
        f"{taken.vials} x {plain(taken.delivery.strength.mg)} mg {taken.delivery.brand}, delivery "
        f"{day_text(taken.delivery.day)}"
        for taken in one.coming
    ]
    return " + ".join(parts)


def _window(before: WindowAnswer, after: WindowAnswer, loses: bool) -> WindowChanged:
    return WindowChanged(
        person_of(before.patient), before.window.days, before.owed, before.verdict.value, after.verdict.value,
        _sets(before.sets), _sets(after.sets), after.findings, loses,
    )  # fmt: skip


def _sets(sets: Sequence[SetAnswer]) -> tuple[str, ...]:
    return tuple(set_text(one) for one in sets)


def _to(line: Movement, partners: dict[int, str]) -> str:
    if line.loan is not None and line.loan in partners:
        return partners[line.loan]
    return line.reason
