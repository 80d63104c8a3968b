"""How facts are written on paper: one place for dates, formulas and fixed sentences, so that all sheets agree."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crs_desktop.documents.model import NOT_KNOWN, Blank, Fact, Footer, Identity, Stated, Unknown
from crs_desktop.documents.sheets.facts import (
    DoseFacts,
    PatientFacts,
    ProtocolFacts,
    Stamp,
    VialFacts,
    WeightFacts,
)
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.days import date_text, day_text
from crs_desktop.kernel.wording import sentences

# ISMP tall-man forms named in the practice reference; tocilizumab, siltuximab, anakinra and dexamethasone have none.
_TALL_MAN = {
    "diphenhydramine": "diphenhydrAMINE",
    "hydroxyzine": "hydrOXYzine",
    "levetiracetam": "levETIRAcetam",
    "methylprednisolone": "methylPREDNISolone",
    "prednisolone": "prednisoLONE",
    "prednisone": "predniSONE",
    "rituximab": "riTUXimab",
}


def sentence(code: str, **values: object) -> str:
    """A fixed sentence of the sheets. Raises KeyError for a code without a sentence: that is our defect."""
    return sentences()[code].format_map(values)


def tall_man(drug: str) -> str:
    """A drug name in its tall-man form where one is known; the rest of the text is left alone."""

    def taller(found: re.Match[str]) -> str:
        return _TALL_MAN.get(found[0].lower(), found[0])

    return re.sub(r"[A-Za-z]+", taller, drug)


def plain_day(value: date) -> str:
    """'31 Mar 2027': birth and expiry dates, where the weekday says nothing."""
    return date_text(value)


def day(value: date) -> str:
    """'Thu 3 Dec 2026': the year always, because paper outlives the week."""
    return day_text(value, year=True)


def instant(value: datetime, zone: ZoneInfo) -> str:
    """'Fri 4 Dec 2026 03:10 (UTC-05:00)'."""
    return local_text(value, zone)


def moment(value: datetime, zone: ZoneInfo) -> str:
    """'Fri 4 Dec 03:10 UTC-05:00': where space is dear and the year stands elsewhere on the sheet."""
    local = value.astimezone(zone)
    offset = f"{local:%z}"
    return f"{day_text(local.date())} {local:%H:%M} UTC{offset[:3]}:{offset[3:]}"


def clock_time(value: datetime, zone: ZoneInfo) -> str:
    """'09:00' in the site's zone."""
    return f"{value.astimezone(zone):%H:%M}"


def count(number: int, one: str, many: str) -> str:
    """'1 vial', '2 vials'."""
    return f"{number:,} {one if number == 1 else many}"


def formula(dose: DoseFacts, weight: WeightFacts) -> str:
    """'8 mg/kg x 72.5 kg = 580 mg', with the largest single dose where it bites."""
    worked = f"{dose.mg_per_kg} mg/kg x {weight.weight} = {dose.uncapped}"
    return f"{worked}, limited to {dose.calculated}" if dose.capped else worked


def weight_age(weight: WeightFacts) -> str:
    """'7 days old (site limit 7 days)'."""
    age = count(weight.age_days, "day", "days")
    return f"{age} old (site limit {count(weight.limit_days, 'day', 'days')})"


def allergies(patient: PatientFacts) -> str:
    """The allergies in words, or that none is known, or that nobody has asked."""
    if patient.allergies is None:
        return sentence("sheet_allergies_not_recorded")
    return "; ".join(patient.allergies) or sentence("sheet_allergies_none")


def identity(patient: PatientFacts) -> Identity:
    """The identifiers of every page."""
    return Identity(patient.name, patient.mrn, plain_day(patient.born), allergies(patient))


def drug_and_brand(vial: VialFacts) -> str:
    """'tocilizumab-aazg (Tyenne)': suffix and brand together, so that nobody takes two brands for two drugs."""
    return f"{vial.name} ({vial.brand})"


def footer(protocol: ProtocolFacts, policy: str, stamp: Stamp, code: str, adoption: str = "") -> Footer:
    """What every page says about its own age and origin."""
    dated = f"source read {plain_day(protocol.source_date)}" if protocol.source_date else "date of source not known"
    named = f"{protocol.name}, version {protocol.version or NOT_KNOWN}, fingerprint {protocol.fingerprint[:8]}, {dated}"
    return Footer(
        protocol=f"{named}; {adoption.rstrip('.')}" if adoption else named,
        policy=policy,
        printed_by=stamp.printed_by,
        printed_at=instant(stamp.printed_at, stamp.zone),
        valid_until=instant(stamp.valid_until, stamp.zone),
        code=code,
    )


def fact_or_unknown(label: str, stated: Stated | None, wide: bool = False, strong: bool = False) -> Fact | Unknown:
    """A stated fact with its standing, or 'not known'."""
    if stated is None or not stated.text:
        return Unknown(label, wide=wide)
    return Fact(label, stated.text, stated.unverified, strong, wide)


def text_or_blank(label: str, text: str, wide: bool = False) -> Fact | Blank:
    """A known text, or a line to write it."""
    return Fact(label, text, wide=wide) if text else Blank(label, wide=wide)
