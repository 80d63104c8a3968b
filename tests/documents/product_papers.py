"""The checklist of any dose of any shipped product, without a store: one made-up patient, one board with one row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from crs_desktop.documents.gather.infusion_day import infusion_day_facts
from crs_desktop.documents.sheets.infusion_day import InfusionDayFacts
from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.days import DayRange
from crs_desktop.patients.model import Course, Infusion, Outcome, Patient, Weighing, WeighingMethod
from crs_desktop.policy import repository
from crs_desktop.policy.rules import in_force
from crs_desktop.readiness.board import Board, RowAnswer
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.dated import Circumstances
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.schedule import schedule
from tests.documents.sample_papers import ZONE

LIBRARY = load_catalogue()
NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
PERSON = Patient(1, "0048213", "Kowalska-Lindqvist", "Zofia Maria", date(1961, 4, 23), "penicillin (rash)")


def checklist_facts(
    product: str | Protocol, key: str, regimen: str = "", weight: str = "72.5", adoption: Adoption | None = None,
    time: str = "10:00", start: str = "2026-12-01", **about: Any,
) -> InfusionDayFacts:  # fmt: skip
    """The facts of the dose of this key; `about` are Circumstances."""
    protocol = LIBRARY.protocol(product) if isinstance(product, str) else product
    regimen_id = regimen or protocol.regimens[0].id
    kg = BodyWeight.of_kg(weight)
    doses = schedule(protocol, regimen_id, date.fromisoformat(start), kg, circumstances=Circumstances(**about))
    dose = next(one for one in doses if one.key == key)
    course = Course(1, 1, protocol, regimen_id, date.fromisoformat(start), None)
    infusion = Infusion(1, dose, dose.planned, time, Outcome.PLANNED, None)
    weighing = Weighing(1, 1, kg, NOW, WeighingMethod.STANDING_SCALE)
    row = RowAnswer(PERSON, course, infusion, None, weighing)
    policy = in_force(repository.options(), [], NOW.date())
    horizon = DayRange(NOW.date(), NOW.date() + timedelta(days=30))
    board = Board(NOW, NOW.date(), horizon, policy, (), (row,), (), (), True, 0, 0, "f")
    return infusion_day_facts(board, row, adoption, ZONE, ("A. Weber", NOW))
