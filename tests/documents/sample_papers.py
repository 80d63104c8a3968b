"""Made-up facts for the tests of paper: one CAR-T infusion day, one step-up day, one tocilizumab dose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from crs_desktop.documents.model import State, Stated
from crs_desktop.documents.sheets.dosing_sheet import DosingFacts, IntervalFacts, LimitFacts, PreviousDoseFacts
from crs_desktop.documents.sheets.facts import (
    ContactFacts,
    DoseFacts,
    PatientFacts,
    ProtocolFacts,
    SetFacts,
    Stamp,
    VialFacts,
    WeightFacts,
)
from crs_desktop.documents.sheets.infusion_day import (
    InfusionDayFacts,
    InfusionFacts,
    LymphodepletionFacts,
    PremedicationFacts,
    ReadinessFacts,
)
from crs_desktop.kernel.amounts import BodyWeight, Mass, Volume
from crs_desktop.kernel.days import DayRange

ZONE = ZoneInfo("America/New_York")
STAMP = Stamp(
    "M. Okafor, pharmacist", datetime(2026, 12, 3, 11, 5, tzinfo=UTC), datetime(2026, 12, 4, 4, 59, tzinfo=UTC), ZONE
)
PATIENT = PatientFacts("Kowalska-Lindqvist, Zofia Maria", date(1961, 4, 23), "0048213", ("penicillin (rash)", "latex"))
WEIGHT = WeightFacts(BodyWeight.of_kg("72.5"), date(2026, 11, 30), "standing scale", 3, 7)
DOSE = DoseFacts(8, Mass.of_mg(580), Mass.of_mg(580), Mass.of_mg(580), Volume(29_000_000), 20, 100, 60)
SETS = (
    SetFacts(
        1,
        (
            VialFacts(
                "Actemra", "tocilizumab", 400, 1, "B3084C07", date(2027, 3, 31), "Main pharmacy, fridge 2, shelf A"
            ),
            VialFacts(
                "Actemra", "tocilizumab", 200, 1, "B2277A11", date(2027, 1, 31), "Main pharmacy, fridge 2, shelf A"
            ),
        ),
        Mass.of_mg(580),
        Mass.of_mg(20),
        confirmed=True,
    ),
    SetFacts(
        2,
        (VialFacts("Tyenne", "tocilizumab-aazg", 200, 3, "16UL4402", date(2027, 5, 31), "Ward 7 East, fridge 1"),),
        Mass.of_mg(580),
        Mass.of_mg(20),
    ),
)
PROTOCOL = ProtocolFacts("axicabtagene ciloleucel (Yescarta)", "2026-11", "9f2c41d07a55e8b3", date(2026, 11, 22))
POLICY = (
    "CAR-T 2 sets through day 14, weight at most 7 days old, rounding 0 %, "
    "valid from Sun 1 Nov 2026 (unverified default)"
)

CART = InfusionDayFacts(
    patient=PATIENT,
    weight=WEIGHT,
    infusion=InfusionFacts(
        "axicabtagene ciloleucel",
        "Yescarta",
        "large B-cell lymphoma, single infusion",
        "single infusion, day 0",
        Stated("2,000,000 CAR-positive viable T cells per kg, at most 200,000,000"),
        Stated("intravenous, whole bag within 30 minutes"),
        date(2026, 12, 3),
        datetime(2026, 12, 3, 15, 0, tzinfo=UTC),
        DayRange(date(2026, 12, 3), date(2026, 12, 4)),
        cells=True,
    ),
    readiness=ReadinessFacts(
        State.READY_BUT,
        "2 of 2 sets, all vials in reach.",
        (
            "Lot B2277A11 expires Sun 31 Jan 2027, 45 days after the window: inside no margin.",
            "The number of sets after June 2025 rests on an unverified protocol fact.",
        ),
    ),
    dose=DOSE,
    sets_owed=2,
    sets=SETS,
    premedication=(
        PremedicationFacts(
            "acetaminophen",
            Stated("650 mg"),
            "by mouth",
            "about 60 minutes before",
            datetime(2026, 12, 3, 14, tzinfo=UTC),
        ),
        PremedicationFacts(
            "diphenhydramine",
            Stated("12.5 mg"),
            "IV or by mouth",
            "about 60 minutes before",
            datetime(2026, 12, 3, 14, tzinfo=UTC),
        ),
    ),
    steroid_rule=Stated(
        "Only if the prescriber decides so: the label lets it be considered after weighing benefit and risk."
    ),
    seizure_rule=Stated("Consider levetiracetam or another drug that does not sedate.", unverified=True),
    lymphodepletion=LymphodepletionFacts(
        Stated("cyclophosphamide 500 mg/m2 and fludarabine 30 mg/m2, each day for 3 days"),
        Stated("days 5, 4 and 3 before the infusion"),
    ),
    hold_criteria=(
        Stated("unresolved serious reaction to the lymphodepletion, above all of lung, heart or blood pressure", True),
        Stated("active infection that is not under control", True),
    ),
    observation=(
        Stated("Daily for at least 7 days after the infusion; stay near the center for at least 2 weeks."),
        Stated("No driving for 2 weeks."),
    ),
    contacts=(ContactFacts("Pharmacy on call", "555-0142"), ContactFacts("ICU charge nurse")),
    adopted=True,
    adoption="Adopted by Dr R. Haddad, PharmD, Mon 9 Nov 2026.",
    unknowns=("travel time allowed from the center",),
    override_reason="",
    protocol=PROTOCOL,
    policy=POLICY,
    stamp=STAMP,
)

SHORT = replace(
    CART,
    readiness=ReadinessFacts(
        State.SHORT,
        "short 1 of 2 sets: order 2 x 400 mg by Wed 2 Dec 14:00.",
        ("Set 2: no whole-vial set of one brand is left after Tue 1 Dec.",),
    ),
    sets=(
        SETS[0],
        SetFacts(2, short="No whole-vial set of one brand for 580 mg is left: 1 vial of 200 mg (Tyenne) remains."),
    ),
    adopted=False,
    adoption="",
    override_reason="Second set arrives by courier at 13:00, agreed with Dr Brandt; infusion moved to 15:00.",
)

STEP_UP = replace(
    CART,
    weight=None,
    dose=None,
    sets=(),
    sets_owed=1,
    infusion=InfusionFacts(
        "teclistamab",
        "Tecvayli",
        "",
        "step-up dose 2",
        Stated("0.3 mg/kg", unverified=True),
        Stated("subcutaneously"),
        date(2026, 12, 3),
        None,
        DayRange(date(2026, 12, 3), date(2026, 12, 7)),
        cells=False,
    ),
    readiness=ReadinessFacts(State.CANNOT_SAY, "no weight is recorded.", ()),
    premedication=(),
    lymphodepletion=None,
    steroid_rule=None,
    seizure_rule=None,
    hold_criteria=(),
    observation=(),
    patient=replace(PATIENT, allergies=None),
    contacts=(),
)

DOSING = DosingFacts(
    patient=PATIENT,
    therapy="axicabtagene ciloleucel (Yescarta), day 3",
    location="7 East, bed 12",
    weight=replace(WEIGHT, age_days=6),
    dose=DOSE,
    vials=SETS[0],
    diluent=Stated("sodium chloride 0.9 %"),
    limits=LimitFacts(1, 3, 1, 4),
    interval=IntervalFacts(
        8,
        "START",
        Stated("House rule until the site decides; sources do not say from start or from end.", unverified=True),
        datetime(2026, 12, 6, 6, 10, tzinfo=UTC),
        datetime(2026, 12, 6, 16, 30, tzinfo=UTC),
    ),
    previous=(
        PreviousDoseFacts(
            "tocilizumab (Actemra)",
            "580 mg",
            datetime(2026, 12, 5, 22, 10, tzinfo=UTC),
            datetime(2026, 12, 5, 23, 10, tzinfo=UTC),
        ),
    ),
    grade="2 (ASTCT 2019)",
    findings=(),
    contacts=(ContactFacts("Pharmacy on call", "555-0142"), ContactFacts("ICU charge nurse")),
    override_reason="",
    protocol=ProtocolFacts("tocilizumab for CRS", "2026-11", "77ab01c94de2f530", date(2026, 11, 22)),
    policy=POLICY,
    stamp=STAMP,
)
