"""Doses, times, vials and limits in words: text only, no widgets, so that table, panel and form say the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.desktop.words import phrase
from crs_desktop.doses.entry import ELSEWHERE, DoseEntry
from crs_desktop.doses.model import NextDose
from crs_desktop.doses.overview import PatientDoses
from crs_desktop.doses.service import ProposedDose, ProposedVials
from crs_desktop.episodes.model import Grade
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.clock import local_day, local_text
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.entry import read_local_instant
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Patient
from crs_desktop.stock.model import Lot, LotState, Place, ShelfLine

_HALF_A_DAY = timedelta(hours=12)


def identifiers(patient: Patient) -> tuple[str, str, str]:
    """Name, record number, birth date; the name in a direction of its own."""
    number, born = phrase("patients_record_number", mrn=patient.mrn), phrase("patients_born", born=patient.born_text)
    return f"\u2068{patient.name}\u2069", number, born


def when_text(instant: datetime, zone: ZoneInfo) -> str:
    """'Wed 2 Dec 11:10'; in a night when the clocks change, with the offset."""
    local = instant.astimezone(zone)
    around = {(instant + span).astimezone(zone).utcoffset() for span in (-_HALF_A_DAY, _HALF_A_DAY)}
    if len(around) > 1:
        return local_text(instant, zone)
    return f"{day_text(local.date())} {local:%H:%M}"


def entry_text(instant: datetime, zone: ZoneInfo) -> str:
    """As it is typed into a form: '2026-12-02 03:10'; in the repeated hour with the offset that tells it apart."""
    local = instant.astimezone(zone)
    typed = f"{local:%Y-%m-%d %H:%M}"
    twice = isinstance(read_local_instant(typed, zone, "start"), Finding)
    return typed + local.isoformat()[-6:] if twice else typed


def age_text(measured: datetime, today: date, zone: ZoneInfo) -> str:
    """'today', '1 day old', '12 days old'."""
    days = (today - local_day(measured, zone)).days
    if days <= 0:
        return phrase("doses_ui_today")
    return phrase("doses_ui_one_day") if days == 1 else phrase("doses_ui_days", days=days)


def next_text(found: NextDose, zone: ZoneInfo) -> str:
    """'now', 'from Wed 2 Dec 11:10', or that the episode is full."""
    if found.allowed:
        return phrase("doses_ui_now")
    return (
        phrase("doses_ui_full") if found.from_ is None else phrase("doses_ui_from", when=when_text(found.from_, zone))
    )


def left_text(found: NextDose) -> str:
    """How many doses are left."""
    return phrase("doses_ui_left", day=found.left_24h, episode=found.left_episode)


def latest_grade(line: PatientDoses) -> Grade | None:
    """The grade told last in the open episode."""
    grades = () if line.episode is None else line.episode.grades
    return max(grades, key=lambda grade: (grade.graded_at, grade.id), default=None)


def episode_text(line: PatientDoses) -> str:
    """'CRS grade 2', 'open, no grade told', 'none open'."""
    if line.episode is None:
        return phrase("doses_ui_episode_none")
    grade = latest_grade(line)
    if grade is None:
        return phrase("doses_ui_episode_open")
    return phrase("doses_ui_grade", kind=grade.kind, grade=grade.grade)


def episode_below(line: PatientDoses, zone: ZoneInfo) -> str:
    """Where the grade comes from, or since when the episode is open."""
    grade = latest_grade(line)
    if grade is not None:
        return phrase("doses_ui_grade_told", scale=grade.scale)
    return (
        "" if line.episode is None else phrase("doses_ui_episode_since", when=when_text(line.episode.opened_at, zone))
    )


def last_text(line: PatientDoses, zone: ZoneInfo) -> str:
    """When the last dose started."""
    return phrase("doses_ui_never") if line.last is None else when_text(line.last.started_at, zone)


def last_below(line: PatientDoses) -> str:
    """How much it was."""
    if line.last is None:
        return ""
    return phrase("doses_ui_last", amount=line.last.amount, purpose=line.last.purpose.value)


def vial_text(item: ProposedVials) -> str:
    """'1 × 400 mg   lot W4401'."""
    return phrase("doses_ui_vial_line", vials=item.vials, strength=item.lot.strength, lot=item.lot.number)


def vial_place_text(item: ProposedVials) -> str:
    """'Actemra, Ward 7 cabinet (5 min), expires Sun 20 Dec 2026'."""
    return phrase(
        "doses_ui_vial_place", brand=item.lot.brand, place=item.place.name,
        reach=item.place.reach // timedelta(minutes=1), day=day_text(item.lot.expires, year=True),
    )  # fmt: skip


def formula_text(proposed: ProposedDose) -> str:
    """'8 mg/kg × 72.5 kg = 580 mg', with the cap when it lowered the dose."""
    found = proposed.proposal
    if not found.capped:
        return phrase("doses_ui_formula", mg_per_kg=found.mg_per_kg, weight=found.weight, dose=found.calculated)
    uncapped = f"{plain(found.weight.kg * found.mg_per_kg)} mg"
    return phrase(
        "doses_ui_formula_capped", mg_per_kg=found.mg_per_kg, weight=found.weight, uncapped=uncapped,
        dose=found.calculated,
    )  # fmt: skip


def weight_text(proposed: ProposedDose, zone: ZoneInfo) -> str:
    """'72.5 kg, standing scale, 2 days old (Mon 30 Nov 07:45)'."""
    weighing = proposed.weighing
    return phrase(
        "doses_ui_weighed", weight=weighing.weight, method=weighing.method.value,
        age=weight_age(proposed, zone), when=when_text(weighing.measured_at, zone),
    )  # fmt: skip


def weight_age(proposed: ProposedDose, zone: ZoneInfo) -> str:
    """How old the weight is on the day of the proposal."""
    return age_text(proposed.weighing.measured_at, local_day(proposed.asked_at, zone), zone)


def shelf_text(line: ShelfLine) -> str:
    """A shelf as it is chosen in the form; what is wrong with the lot stands where its expiry would."""
    lot, place = line.on_hand.lot, line.on_hand.place
    values = {
        "strength": lot.strength, "lot": lot.number, "place": place.name, "vials": line.on_hand.vials,
        "brand": lot.brand,
    }  # fmt: skip
    expiry = day_text(lot.expires, year=True).partition(" ")[2]
    if line.on_hand.state is not LotState.AVAILABLE:
        return phrase("doses_ui_lot_choice_not", state=line.on_hand.state.value, **values)
    if line.days_left < 0:
        return phrase("doses_ui_lot_choice_not", state=phrase("doses_ui_expired", day=expiry), **values)
    return phrase("doses_ui_lot_choice", day=expiry, **values)


def count_text(vials: int) -> str:
    """'1 vial', '2 vials'."""
    return phrase("doses_ui_vials_one") if vials == 1 else phrase("doses_ui_vials_many", count=vials)


def log_vials(entry: DoseEntry, lots: Mapping[int, Lot]) -> str:
    """'1 × 400 mg B7101, 1 × 200 mg B7102', or that they came from elsewhere."""
    if entry.supply == ELSEWHERE:
        return phrase("doses_ui_log_elsewhere")
    return ", ".join(
        phrase(
            "doses_ui_log_vials", vials=spent.line.vials, strength=lots[spent.line.lot_id].strength,
            lot=lots[spent.line.lot_id].number,
        )
        for spent in entry.vials
    )  # fmt: skip


def missing_text(entry: DoseEntry) -> str:
    """'short 1 vial', '' when the ledger held them all."""
    missing = sum(spent.missing for spent in entry.vials)
    return phrase("doses_ui_log_missing", missing=count_text(missing)) if missing else ""


def deviations_text(entry: DoseEntry) -> str:
    """How many departures, and the first of them."""
    if not entry.deviations:
        return ""
    return phrase("doses_ui_log_deviations", count=len(entry.deviations), first=say(entry.deviations[0]))


def reason_text(entry: DoseEntry) -> str:
    """Why and who decided."""
    if not entry.deviations:
        return ""
    return phrase("doses_ui_log_reason", reason=entry.deviation_reason, name=entry.deviation_name)


def about_text(entry: DoseEntry, patient: Patient, zone: ZoneInfo) -> str:
    """Which record it is, for a form about it."""
    return phrase(
        "doses_ui_about_dose", amount=entry.amount, patient=f"\u2068{patient.name}\u2069",
        start=local_text(entry.started_at, zone), actor=entry.actor,
    )  # fmt: skip


def whole_text(entry: DoseEntry, patient: Patient, lots: Mapping[int, Lot], places: Mapping[int, Place],
               zone: ZoneInfo) -> str:  # fmt: skip
    """Everything a record says, one thing a line."""
    lines = [about_text(entry, patient, zone)]
    lines.append(phrase("doses_ui_about_people", prescriber=entry.prescriber, given_by=entry.given_by))
    lines += missing_lines(entry, lots, places)
    lines += [f"• {say(finding)}" for finding in entry.deviations]
    lines += [text for text in (reason_text(entry), entry.note) if text]
    if entry.reversed_because is not None:
        lines.append(phrase("doses_ui_log_back", reason=entry.reversed_because))
    return "\n".join(lines)


def missing_lines(entry: DoseEntry, lots: Mapping[int, Lot], places: Mapping[int, Place]) -> list[str]:
    """One sentence for each lot that the ledger held too few vials of."""
    return [
        phrase(
            "doses_ui_missing", missing=count_text(spent.missing), lot=lots[spent.line.lot_id].number,
            place=places[spent.line.place_id].name,
        )
        for spent in entry.vials
        if spent.missing
    ]  # fmt: skip
