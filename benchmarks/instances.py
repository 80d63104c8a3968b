"""Made-up hospital boards for the plan, drawn from fixed seeds: the instances named hospital-* and full-* are these.

    .venv/bin/python -m benchmarks.instances [folder]

The rules of the draw and the seeds were written down before any of them was solved; none was left out or changed
afterwards. Full boards have planned use, two deliveries, one of them with its hour, and patients whose first infusion
has a time: full-20 and full-100 (seeds 1 to 3), and hospital-500 (seeds 1 to 3). Without a folder the shipped
instances are written again.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from math import ceil
from pathlib import Path

from crs_desktop.kernel.resources import resource

SEEDS = {20: range(1, 6), 100: range(1, 8)}
FULL_SEEDS = {20: range(1, 4), 100: range(1, 4), 500: range(1, 4)}
TODAY = date(2026, 12, 1)
FIRST_START, START_DAYS = -7, 30
BRANDS, SIZES = ("Actemra", "Tyenne"), (400, 200, 80)
SIZE_SHARES = (5, 3, 2)

Entry = dict[str, object]


@dataclass(slots=True)
class Patient:
    """One window: weight in tenths of a kilogram, days counted from today."""

    name: str
    tenths: int
    sets: int
    first: int
    last: int

    @property
    def dose(self) -> Fraction:
        """12 mg/kg below 30 kg, 8 mg/kg from 30 kg on, at most 800 mg."""
        return min(Fraction(self.tenths, 10) * (12 if self.tenths < 300 else 8), Fraction(800))


@dataclass(slots=True)
class Lot:
    """One lot; `there` is its first day when it is still to come, `free` what nobody was promised."""

    name: str
    brand: str
    mg: int
    vials: int
    expires: int
    there: int | None
    free: int


def board(size: int, seed: int) -> Entry:
    """The document of one instance."""
    pick = random.Random(f"hospital {size} {seed}")
    patients = _patients(pick, size)
    lots = _lots(pick, patients)
    rounding = pick.choice((0, 10))
    earmarks = _earmarks(pick, patients, lots)
    return {
        "today": TODAY.isoformat(),
        "rounding_percent": str(rounding),
        "lots": [_lot_entry(lot) for lot in lots],
        "patients": [_patient_entry(patient) for patient in patients],
        "earmarks": earmarks,
    }


def full_board(size: int, seed: int) -> Entry:
    """The same with planned use, deliveries and times of the day; one lot more for every 50 patients."""
    pick = random.Random(f"full {size} {seed}")
    patients = _patients(pick, size)
    lots = _lots(pick, patients, size // 50)
    for lot in pick.sample(lots, 2):
        lot.there = pick.randint(2, 12)
    rounding = pick.choice((0, 10))
    earmarks = _earmarks(pick, patients, lots)
    hours = pick.choice([lot for lot in lots if lot.there is not None])
    return {
        "today": TODAY.isoformat(),
        "rounding_percent": str(rounding),
        "lots": [{**_lot_entry(lot), **({"hour": "09:00"} if lot is hours else {})} for lot in lots],
        "patients": [
            _patient_entry(patient) | ({"first_time": pick.choice(("08:00", "11:30"))} if patient.first > 0 else {})
            for patient in patients
        ],
        "planned_use": [_use(pick, number) for number in range(max(1, size // 12))],
        "earmarks": earmarks,
    }


def _use(pick: random.Random, number: int) -> Entry:
    """A prophylactic dose for somebody of 45 to 110 kg within three weeks."""
    dose = min(Fraction(pick.randint(450, 1100), 10) * 8, Fraction(800))
    return {"patient": f"Q{number + 1:03}", "date": _day(pick.randrange(21)), "dose_mg": f"{float(dose):.1f}"}


def _patients(pick: random.Random, size: int) -> list[Patient]:
    """CAR-T: two sets for 15 days; bispecific: one set for 5 to 12 days. One in twelve is a child of 10 to 44.9 kg."""
    patients: list[Patient] = []
    while len(patients) < size:
        first = FIRST_START + pick.randrange(START_DAYS)
        sets, days = (2, 15) if pick.random() < 0.45 else (1, pick.randint(5, 12))
        tenths = pick.randint(100, 449) if pick.random() < 1 / 12 else pick.randint(450, 1100)
        if first + days > 0:
            patients.append(Patient(f"P{len(patients) + 1:03}", tenths, sets, first, first + days - 1))
    return patients


def _lots(pick: random.Random, patients: list[Patient], more: int = 0) -> list[Lot]:
    """6 to 20 lots that together hold 90 to 130 % of what the fullest day needs; every second board awaits one lot."""
    days = range(START_DAYS + 15)
    need = max(sum(p.dose * p.sets for p in patients if p.first <= day <= p.last) for day in days)
    goal = need * pick.randint(90, 130) / 100
    lots = []
    for number in range(pick.randint(6, 20) + more):
        brand = pick.choices(BRANDS, (2, 1))[0]
        mg = pick.choices(SIZES, SIZE_SHARES)[0]
        lots.append(Lot(f"{brand[0]}{mg}{number + 1:02}", brand, mg, 1, pick.randint(20, 730), None, 0))
    while (left := goal - sum(lot.mg * lot.vials for lot in lots)) > 0:
        lot = pick.choice(lots)
        lot.vials += max(1, min(pick.randint(1, 4), int(left // lot.mg)))
    if pick.random() < 0.5:
        lot = pick.choice(lots)
        lot.there = pick.randint(2, 10)
    for lot in lots:
        lot.free = lot.vials
    return lots


def _earmarks(pick: random.Random, patients: list[Patient], lots: list[Lot]) -> list[Entry]:
    """Of the windows open today four in ten hold a confirmed promise, three in ten a proposed one, by first expiry."""
    earmarks: list[Entry] = []
    for patient in patients:
        kind = pick.random()
        if patient.first > 0 or kind >= 0.7:
            continue
        for number in range(1, patient.sets + 1):
            taken = _promised(patient, lots)
            if taken is None:
                break
            earmark: Entry = {"patient": patient.name, "set": number, "vials": taken}
            earmarks.append({**earmark, "confirmed": True} if kind < 0.4 else earmark)
    return earmarks


def _promised(patient: Patient, lots: list[Lot]) -> list[Entry] | None:
    """The set a person would put aside: least waste, then fewest vials, each size from the lot that expires first."""
    best: tuple[Fraction, int, str, tuple[int, ...]] | None = None
    for brand in BRANDS:
        shelf = [_shelf(patient, lots, brand, mg) for mg in SIZES]
        most = [
            min(sum(lot.free for lot in some), ceil(patient.dose / mg)) for some, mg in zip(shelf, SIZES, strict=True)
        ]
        for counts in product(*(range(n + 1) for n in most)):
            content = sum(n * mg for n, mg in zip(counts, SIZES, strict=True))
            if content >= patient.dose and (best is None or (content - patient.dose, sum(counts)) < best[:2]):
                best = (content - patient.dose, sum(counts), brand, counts)
    if best is None:
        return None
    taken: list[Entry] = []
    for mg, count in zip(SIZES, best[3], strict=True):
        for lot in _shelf(patient, lots, best[2], mg):
            some = min(lot.free, count)
            if some:
                lot.free -= some
                count -= some
                taken.append({"lot": lot.name, "mg": mg, "vials": some})
    return taken


def _shelf(patient: Patient, lots: list[Lot], brand: str, mg: int) -> list[Lot]:
    found = [x for x in lots if (x.brand, x.mg) == (brand, mg) and x.there is None and x.expires >= patient.last]
    return sorted(found, key=lambda lot: lot.expires)


def _day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def _lot_entry(lot: Lot) -> Entry:
    entry: Entry = {
        "lot": lot.name, "brand": lot.brand, "mg": lot.mg, "vials": lot.vials, "expires": _day(lot.expires)
    }  # fmt: skip
    return entry if lot.there is None else {**entry, "available_from": _day(lot.there)}


def _patient_entry(patient: Patient) -> Entry:
    weight = f"{patient.tenths // 10}.{patient.tenths % 10}"
    return {
        "id": patient.name, "weight_kg": weight, "sets": patient.sets, "from": _day(patient.first),
        "until": _day(patient.last),
    }  # fmt: skip


def main() -> None:
    """Write every instance."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(resource("instances"))
    for size, seeds in SEEDS.items():
        for seed in seeds:
            text = json.dumps(board(size, seed), indent=1)
            (folder / f"hospital-{size}-{seed}.json").write_text(text + "\n", "utf-8")
    for size, seeds in FULL_SEEDS.items():
        for seed in seeds:
            text = json.dumps(full_board(size, seed), separators=(",", ":"))
            name = f"{'hospital' if size == 500 else 'full'}-{size}-{seed}.json"
            (folder / name).write_text(text.replace("},{", "},\n{") + "\n", "utf-8")


if __name__ == "__main__":
    main()
