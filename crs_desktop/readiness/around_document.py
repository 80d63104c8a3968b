"""What stands around the verdicts of a board, as a document: deliveries, planned doses, the last moment, the chance."""

from __future__ import annotations

from collections.abc import Iterable

from crs_desktop.kernel.amounts import Mass, plain
from crs_desktop.kernel.answers import finding_entries
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.board import Board, DeliveryTaken, LotTaken, OrderBy, PlannedAnswer
from crs_desktop.readiness.chance.model import ChanceAnswer
from crs_desktop.readiness.plan_document_answer import fix_entry
from crs_desktop.stock.ordering.deliveries import Delivery


def around(board: Board) -> dict[str, Json]:
    """The keys of the board's document that are not about one window or infusion."""
    return {
        "way_out": None if board.way_out is None else fix_entry(board.way_out),
        "conflict": None if board.conflict is None else say(board.conflict),
        "order_by": None if board.order_by is None else order_entry(board.order_by),
        "no_supplier_in_time": finding_entries(board.too_late),
        "planned_use": [_planned(one) for one in board.planned],
        "deliveries": [_delivery(one, board) for one in board.deliveries],
        "chance": None if board.chances is None else _chance(board.chances),
    }


def order_entry(last: OrderBy) -> dict[str, Json]:
    """An order placed by this moment arrives in time; an hour later this patient is short."""
    return {
        "by": last.moment.isoformat(),
        "supplier": last.supplier,
        "else_short": {"mrn": last.patient.mrn, "name": last.patient.name, "on": last.day.isoformat()},
        "vials": [{"mg": _size(one.strength), "n": one.count, "brand": one.brand} for one in last.vials],
    }


def lot_entries(taken: Iterable[LotTaken]) -> list[Json]:
    """Vials of the shelf."""
    return [
        {"lot": one.lot.number, "brand": one.lot.brand, "mg": _size(one.lot.strength), "vials": one.vials,
         "place": one.place.name}
        for one in taken
    ]  # fmt: skip


def coming_entries(taken: Iterable[DeliveryTaken]) -> list[Json]:
    """Vials that an order still owes."""
    return [
        {"supplier": one.delivery.supplier, "expected": one.delivery.day.isoformat(), "brand": one.delivery.brand,
         "mg": _size(one.delivery.strength), "vials": one.vials}
        for one in taken
    ]  # fmt: skip


def _planned(one: PlannedAnswer) -> Json:
    return {
        "patient": one.patient.mrn,
        "day": one.need.day.isoformat(),
        "dose_mg": None if one.dose is None else plain(one.dose.mg),
        "met": one.met,
        "reasons": finding_entries(one.findings),
        "vials": lot_entries(one.lots),
        "coming": coming_entries(one.coming),
    }


def _delivery(one: Delivery, board: Board) -> Json:
    return {
        "supplier": one.supplier,
        "expected": one.day.isoformat(),
        "time": None if one.minute is None else f"{one.minute // 60:02}:{one.minute % 60:02}",
        "brand": one.brand,
        "mg": _size(one.strength),
        "vials": one.vials,
        "good_until": None if one.good_until is None else one.good_until.isoformat(),
        "overdue": one.overdue(board.today),
    }


def _chance(answer: ChanceAnswer) -> Json:
    return {
        "standing": answer.standing.value,
        "at_most": any(day.at_most for day in answer.days),
        "by_day": [
            {"day": one.day, "p": None if one.chance is None else plain(one.chance)} for one in answer.days
        ],
        "reasons": [say(finding) for finding in answer.reasons],
        "assumes": [say(one.said) for one in answer.assumptions],
    }  # fmt: skip


def _size(mass: Mass) -> Json:
    return int(mass.mg) if mass.mcg % 1000 == 0 else plain(mass.mg)
