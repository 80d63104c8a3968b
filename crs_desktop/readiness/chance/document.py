"""`chance FILE`: the plain document read strictly, every fault told at once, and the answer as a document."""

from __future__ import annotations

import re
from fractions import Fraction

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entries
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.readiness.chance.doses import weighing
from crs_desktop.readiness.chance.model import MOST_DOSES, Delivery, Patient, Question
from crs_desktop.readiness.chance.rules import DIGITS, running_out, written
from crs_desktop.readiness.chance.size import too_large
from crs_desktop.readiness.plan_document_fields import Entry, Reader, strict_json

MOST_UNITS, MOST_A_DOSE, MOST_DAYS, MOST_PATIENTS = 10_000, 100, 366, 500
_TOP = ("stock", "horizon", "delivery", "patients")
_DELIVERY = ("day", "vials")
_PATIENT = ("p", "doses", "units", "day", "onset", "gap")
_CHANCE = re.compile(r"[0-9](\.[0-9]{1,18})?")


def read_question(text: str) -> Question:
    """The question of the document. Raises NotUnderstood with every finding."""
    reader = Reader()
    top = reader.entry(strict_json(text), "document", _TOP, ("stock", "horizon", "patients"))
    if top is None:
        raise NotUnderstood(*reader.findings)
    stock = reader.count(top, "stock", "", 0, MOST_UNITS)
    horizon = reader.count(top, "horizon", "", 0, MOST_DAYS)
    delivery = _delivery(reader, top)
    many = reader.entries(top.get("patients"), "patients")
    if len(many) > MOST_PATIENTS:
        reader.note("plan_file_too_many_entries", "patients", len(many), most=MOST_PATIENTS)
        many = []
    patients = [_patient(reader, one, f"patients[{n}]") for n, one in enumerate(many)]
    if reader.findings or stock is None or horizon is None:
        raise NotUnderstood(*reader.findings)
    question = Question(stock, horizon, delivery, tuple(one for one in patients if one is not None))
    size = too_large(weighing(question))
    if size is not None:
        raise NotUnderstood(size)
    return question


def chance_answer(question: Question) -> Answer:
    """The chance by day as the document; `findings` when not every printed digit is sure."""
    found = running_out(question)
    days: list[Json] = [
        {"day": day, "p": plain(written(value, DIGITS))} for day, value in enumerate(found.by_day)
    ]
    document: dict[str, Json] = {"total": plain(written(found.by_day[-1], DIGITS)), "by_day": days}
    if found.error:
        error = plain(written(found.error, 2, upward=True))
        document["findings"] = finding_entries([beware("chance_file_within", "by_day", error)])
    return Answer(document, ExitStatus.YES)


def _delivery(reader: Reader, top: Entry) -> Delivery | None:
    if top.get("delivery") is None:
        return None
    entry = reader.entry(top["delivery"], "delivery", _DELIVERY, _DELIVERY)
    if entry is None:
        return None
    day = reader.count(entry, "day", "delivery", 0, 10 * MOST_DAYS)
    vials = reader.count(entry, "vials", "delivery", 0, MOST_UNITS)
    return None if day is None or vials is None else Delivery(day, vials)


def _patient(reader: Reader, one: object, field: str) -> Patient | None:
    entry = reader.entry(one, field, _PATIENT, ("p", "doses", "units", "day"))
    if entry is None:
        return None
    need = reader.typed(entry, "p", field, _chance)
    doses = _distribution(reader, entry, "doses", field, MOST_DOSES)
    onset = (Fraction(1),) if entry.get("onset") is None else _distribution(reader, entry, "onset", field, MOST_DAYS)
    units = reader.count(entry, "units", field, 1, MOST_A_DOSE)
    day = reader.count(entry, "day", field, 0, 10 * MOST_DAYS)
    gap = reader.count(entry, "gap", field, 0, MOST_DAYS)
    if entry.get("gap") is None and (doses is None or len(doses) > 1):
        reader.note("plan_file_key_missing", f"{field}.gap")
    if need is None or doses is None or onset is None or units is None or day is None:
        return None
    return Patient(need, doses, units, day, onset, gap or 0)


def _distribution(reader: Reader, entry: Entry, key: str, field: str, most: int) -> tuple[Fraction, ...] | None:
    name, value = f"{field}.{key}", entry.get(key)
    if value is None:
        return None  # told as missing
    many = reader.entries(value, name)
    if not isinstance(value, list):
        return None
    if not 1 <= len(many) <= most:
        reader.note("chance_file_wrong_number", name, len(many), most=most)
        return None
    before = len(reader.findings)
    for n, one in enumerate(many):
        if one is None:
            reader.note("plan_file_key_missing", f"{name}[{n}]")
    chances = [reader.typed({f"{key}[{n}]": one}, f"{key}[{n}]", field, _chance) for n, one in enumerate(many)]
    if len(reader.findings) > before:
        return None
    known = tuple(chance for chance in chances if chance is not None)
    if sum(known) != 1:
        reader.note("chance_file_not_one", name, plain(written(sum(known, Fraction(0)), 30)))
        return None
    return known


def _chance(text: str, field: str) -> Fraction | Finding:
    typed = text.strip()
    if not _CHANCE.fullmatch(typed):
        return no("chance_file_not_understood", field, text[:60])
    if not 0 <= Fraction(typed) <= 1:
        return no("chance_file_out_of_range", field, text[:60])
    return Fraction(typed)
