"""A store with a long past: lines of the ledger and past patients by the plain driver, every trigger in force.

The present is made by services, and the same whatever the past is: so that two boards differ by their past alone.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.store.driver import connect
from tests.readiness.board.site import CELLS, NOW, STEPS, TODAY, Site, site_in
from tests.store.made_up_keys import KEYS

YEARS = 3
_BEGIN = NOW - timedelta(days=365 * YEARS)
_OPEN_LOTS, _PLACES = 12, 3
_GIVEN = {CELLS: ["D0"], STEPS: ["SUD1", "SUD2", "FULL1"]}


def full_site(folder: Path, lines: int, past: int, patients: int = 20) -> Site:
    """A site with so many lines of the ledger and past patients, and these patients and vials today."""
    site = site_in(folder)
    site.place("Pharmacy"), site.place("Ward 4", "5"), site.place("Depot", "400")
    began = time.perf_counter()
    connection = connect(site.store.path, KEYS.data)
    connection.execute("BEGIN IMMEDIATE")
    _ledger(connection, lines)
    _people(connection, past)
    connection.execute("COMMIT")
    connection.close()
    print(f"  {lines:,} lines and {past:,} past patients in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    _present(site, patients)
    return site


def _present(site: Site, patients: int) -> None:
    """Vials on the shelf, and patients whose windows are open or to come."""
    for number in range(12):
        mg = ("400", "200", "80")[number % 3]
        site.receive(f"N{number}", mg, 6 + number, expires=30 + 9 * number, brand=("Actemra", "Tyenne")[number % 2])
    for number in range(patients):
        therapy, starts = (CELLS, STEPS)[number % 2], -4 + number * 3 % 28
        site.enrol(f"Now {number:02}", therapy, starts, str(52 + number * 7 % 45))


def _ledger(connection: Any, lines: int) -> None:
    """Lots that come and are used up, one line after the other over the years; nothing of them is left."""
    chance = random.Random(lines)
    step = int(timedelta(days=365 * YEARS) / timedelta(milliseconds=1)) // max(1, lines)
    at = to_milliseconds(_BEGIN)
    numbers = _movements(chance)
    first = connection.execute("SELECT coalesce(max(id), 0) FROM lots").fetchone()[0] + 1
    lots: set[int] = set()
    rows = []
    for number, (lot, place, vials) in enumerate(islice(numbers, lines)):
        lots.add(lot)
        rows.append((first + lot, 1 + place, vials, "receive" if vials > 0 else "dose", at + number * step))
    connection.executemany(
        "INSERT INTO lots (id, brand, strength, number, expires) VALUES (?, 'Actemra', 400000, ?, '2027-12-31')",
        [(first + lot, f"P{lot}") for lot in sorted(lots)],
    )
    left: dict[tuple[int, int], int] = {}
    for lot, place, vials, _, _ in rows:
        left[lot, place] = left.get((lot, place), 0) + vials
    rows += [(lot, place, -there, "waste", at + lines * step) for (lot, place), there in left.items() if there]
    connection.executemany(
        "INSERT INTO movements (lot_id, place_id, vials, kind, reason, at, actor) VALUES (?, ?, ?, ?, '', ?, 'W')", rows
    )


def _movements(chance: random.Random) -> Iterator[tuple[int, int, int]]:
    """Lot, place and vials: a lot of 20 to 40 comes to a place, and goes by ones and twos."""
    held: list[list[int]] = []
    lot = 0
    while True:
        if len(held) < _OPEN_LOTS:
            held.append([lot, chance.randrange(_PLACES), chance.randint(20, 40)])
            yield held[-1][0], held[-1][1], held[-1][2]
            lot += 1
            continue
        taken = chance.choice(held)
        vials = min(taken[2], chance.randint(1, 2))
        taken[2] -= vials
        yield taken[0], taken[1], -vials
        if not taken[2]:
            held.remove(taken)


def _people(connection: Any, past: int) -> None:
    """Patients of the years before: enrolled, weighed, given every dose, some with a rescue dose, some ended."""
    if not past:
        return
    kept = dict(connection.execute("SELECT therapy_id, fingerprint FROM protocol_versions").fetchall())
    lot = connection.execute("SELECT min(lot_id), min(place_id) FROM movements").fetchone()
    days = (365 * YEARS - 200) / past
    people, weighings, courses, events, ends = [], [], [], [], []
    episodes, closes, grades, doses, vials = [], [], [], [], []
    for number in range(1, past + 1):
        start = _BEGIN.date() + timedelta(days=int(number * days))
        at = to_milliseconds(_BEGIN + timedelta(days=int(number * days)))
        therapy = (CELLS, STEPS)[number % 2]
        people.append((number, f"9{number:06}", f"Past {number}", "Ann", "1950-01-01", at, "W"))
        weighings += [(number, 60_000 + number % 9_000, at + k * 86_400_000, "standing scale", at, "W") for k in (0, 3)]
        courses.append((number, number, kept[therapy], "single" if therapy == CELLS else "mono", str(start), at, "W"))
        for place, key in enumerate(_GIVEN[therapy]):
            day = start + timedelta(days=3 * place)
            given = at + place * 3 * 86_400_000
            events.append((number, key, "given", str(day), "09:00", given, "told", given, "W"))
        if therapy == STEPS:
            ends.append((number, "withdrawn", str(start + timedelta(days=9)), "progression", at + 9 * 86_400_000, "W"))
        if number % 4 == 0:
            episodes.append((number, number, at, at, "W"))
            closes.append((number, at + 86_400_000, "over", at + 86_400_000, "W"))
            grades.append((number, number, "crs", 2, "ASTCT 2019", "ward", at, at, "W"))
            doses.append((number, f"past {number}", number, number, number, "rescue", at, 480_000, "ours", "A", "N", "",
                          "[]", "", "", "", "", at, "W"))  # fmt: skip
            vials.append((number, *lot, 2, 0))
    many = connection.executemany
    many("INSERT INTO patients VALUES (?, ?, ?, ?, ?, ?, ?)", people)
    many("INSERT INTO weighings (patient_id, weight, measured_at, method, at, actor) "
         "VALUES (?, ?, ?, ?, ?, ?)", weighings)  # fmt: skip
    many("INSERT INTO courses (id, patient_id, fingerprint, regimen_id, start, at, actor) "
         "VALUES (?, ?, ?, ?, ?, ?, ?)", courses)  # fmt: skip
    many("INSERT INTO infusion_events (course_id, dose_key, kind, day, clock_time, given_at, reason, at, actor) "
         "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", events)  # fmt: skip
    many("INSERT INTO course_ends VALUES (?, ?, ?, ?, ?, ?)", ends)
    many("INSERT INTO episodes VALUES (?, ?, ?, ?, ?)", episodes)
    many("INSERT INTO episode_closes VALUES (?, ?, ?, ?, ?)", closes)
    many("INSERT INTO grades VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", grades)
    many("INSERT INTO doses (id, request_id, patient_id, episode_id, grade_id, purpose, started_at, amount, supply, "
         "prescriber, given_by, note, deviations, deviation_reason, deviation_name, policy_fingerprint, "
         "protocol_fingerprint, at, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
         doses)  # fmt: skip
    many("INSERT INTO dose_vials VALUES (?, ?, ?, ?, ?)", vials)


def first_of_days(days: int) -> date:
    """The first of so many days that end today."""
    return TODAY - timedelta(days=days - 1)
