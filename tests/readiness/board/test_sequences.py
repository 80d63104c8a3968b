"""Forty short random days on a real store (1,000 in the long form): the board is what separate code says it is."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from crs_desktop.readiness.answer import answer
from crs_desktop.readiness.board import Board, Verdict
from crs_desktop.readiness.gather import gather
from crs_desktop.readiness.picture import BoardPicture, picture_from_json, picture_to_json
from tests.readiness.board.oracle import Need, Person, Rules, Shelf, best_coverage, is_set, needs_of, window_of
from tests.readiness.board.site import CELLS, STEPS, TODAY, ZONE, Site, site_in

KEYS = {True: ("D0",), False: ("SUD1", "SUD2", "FULL1")}


@dataclass
class Told:
    """The site as the separate code knows it, beside the real one."""

    site: Site
    chance: random.Random
    people: dict[int, Person] = field(default_factory=dict)
    shelves: dict[str, Shelf] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    hour: int = 0

    def enrol(self) -> None:
        cells = self.chance.random() < 0.4
        kg = self.chance.choice(["", "20", "29.9", "50", "52.5", "72.5", "110"])
        name = f"Patient {len(self.people)}"
        person = Person(name, cells, self.chance.randint(-6, 6), Fraction(kg) if kg else None)
        self.people[self.site.enrol(name, CELLS if cells else STEPS, person.start, kg)] = person

    def receive(self) -> None:
        lot = f"L{len(self.shelves)}"
        brand = self.chance.choice(["Actemra", "Actemra", "Avtozma"])
        mg, vials = self.chance.choice([80, 200, 400, 400]), self.chance.randint(1, 4)
        shelf = Shelf(brand, mg, vials, self.chance.randint(3, 40))
        far = self.chance.random() < 0.2
        shelf.counts = not far
        place = self.site.place("Depot", "300") if far else self.site.place()
        self.site.receive(lot, str(shelf.mg), shelf.vials, shelf.expires, brand, place)
        self.shelves[lot] = shelf

    def act(self) -> None:
        """One more thing that happens."""
        what = self.chance.choice(
            ["mark", "mark", "mark", "dose", "dose", "waste", "quarantine", "end", "weigh", "confirm", "confirm",
             "refresh", "rounding", "refill", "receive", "enrol"]
        )  # fmt: skip
        if what in ("receive", "enrol") and len(self.shelves if what == "receive" else self.people) >= 3:
            return
        getattr(self, what)()

    def mark(self) -> None:
        patient, person = self._someone()
        key = self.chance.choice(KEYS[person.cells])
        events = person.events.get(key, [])
        if person.end or (events and events[-1][0] == "given"):
            return
        what = self.chance.choice(["given", "held", "not", "moved"])
        ahead = self.chance.randint(-5, 0) if what == "given" else self.chance.randint(-2, 9)
        if what == "moved":
            self.site.move(patient, key, ahead)
        else:
            self.site.mark(patient, key, "not given" if what == "not" else what, ahead)
        person.events[key] = [*events, (what, ahead if what in ("given", "moved") else None)]

    def dose(self) -> None:
        patient, person = self._someone()
        lots = [lot for lot, shelf in self.shelves.items() if shelf.vials]
        self.hour += 1
        if not lots or self.hour > 8:
            return
        lot, ahead = self.chance.choice(lots), self.chance.randint(-3, 0)
        self.site.dose(patient, {lot: 1}, mg="80", at=f"{self.hour:02}:00", ahead=ahead)
        self.shelves[lot].vials -= 1
        person.rescues.append(ahead)

    def waste(self) -> None:
        for lot, shelf in self.shelves.items():
            if shelf.vials:
                self.site.waste(lot, 1)
                shelf.vials -= 1
                return

    def quarantine(self) -> None:
        near = [lot for lot, shelf in self.shelves.items() if shelf.counts]
        if near:
            self.site.state(near[0], "quarantined")
            self.shelves[near[0]].counts = False

    def end(self) -> None:
        patient, person = self._someone()
        if not person.end:
            person.end = self.chance.choice(["died", "withdrawn"])
            self.site.end(patient, person.end)

    def weigh(self) -> None:
        patient, person = self._someone()
        kg = self.chance.choice(["25", "47.5", "90"])
        self.site.weigh(patient, kg)
        person.kg = Fraction(kg)

    def confirm(self) -> None:
        self.site.confirm(self._someone()[0], self.chance.randint(1, 2))

    def refresh(self) -> None:
        self.site.readiness.refresh()

    def rounding(self) -> None:
        percent = self.chance.choice(["0", "5", "10"])
        self.site.policy("rounding", percent)
        self.rules.rounding = Fraction(percent)

    def refill(self) -> None:
        self.rules.refill = not self.rules.refill
        self.site.policy("after_rescue", "refill" if self.rules.refill else "lower")

    def _someone(self) -> tuple[int, Person]:
        return self.chance.choice(list(self.people.items()))


def told_by(folder: Path, seed: int) -> Told:
    """A small site and a few things that happened in it."""
    folder.mkdir()
    told = Told(site_in(folder), random.Random(seed))
    for _ in range(told.chance.randint(1, 3)):
        told.enrol()
    for _ in range(told.chance.randint(1, 3)):
        told.receive()
    if told.chance.random() < 0.6:
        for window in told.site.board().windows:
            for one in window.sets:
                told.site.confirm(window.patient.id, one.planned.set_no)
    for _ in range(told.chance.randint(2, 5)):
        told.act()
    return told


@pytest.mark.parametrize("tens", [*range(4), *(pytest.param(n, marks=pytest.mark.long) for n in range(4, 100))])
def test_that_the_board_is_what_separate_code_says(tmp_path: Path, tens: int) -> None:
    for seed in range(10 * tens, 10 * tens + 10):
        told = told_by(tmp_path / str(seed), seed)
        board = told.site.board()
        same_as_told(board, told)
        same_when_asked_anew(board, told.site, reopen=seed % 5 == 0)
        told.site.store.close()


def same_as_told(board: Board, told: Told) -> None:
    """Windows, sets owed, verdicts and coverage; and every planned set stands on its own."""
    windows = {told.people[one.patient.id].name: one for one in board.windows}
    expected = {person.name: days for person in told.people.values() if (days := looked_at(person, told.rules))}
    found = {
        name: ((one.window.days.first - TODAY).days, (one.window.days.last - TODAY).days)
        for name, one in windows.items()
    }
    assert found == expected
    needs = needs_of(list(told.people.values()), told.rules)
    weighed = {person.name for person in told.people.values() if person.kg is not None}
    owed = {name: one.owed for name, one in windows.items() if name in weighed and one.owed}
    assert owed == {need.name: need.sets for need in needs}
    for name, one in windows.items():
        if name not in weighed:
            assert one.verdict is Verdict.CANNOT_SAY and not one.sets
        else:
            assert one.verdict is Verdict.SHORT if one.missing else one.verdict.good
    reached: Counter[int] = Counter()
    for need in needs:
        reached[need.key] += len(windows[need.name].sets)
    helped = Counter(need.key for need in needs if windows[need.name].sets)
    got = [(key, helped[key], reached[key]) for key in sorted({need.key for need in needs})]
    assert got == best_coverage(needs, list(told.shelves.values()), told.rules)
    sets_stand(board, needs, told)


def looked_at(person: Person, rules: Rules) -> tuple[int, int] | None:
    days = window_of(person, rules)
    return days if days is not None and days[1] >= 0 and days[0] <= rules.horizon else None


def sets_stand(board: Board, needs: list[Need], told: Told) -> None:
    """One brand, enough content, usable through the window, never more held on a day than there are."""
    of = {need.name: need for need in needs}
    held: Counter[tuple[str, int]] = Counter()
    for window in board.windows:
        for one in window.sets:
            need = of[told.people[window.patient.id].name]
            used = [(told.shelves[taken.lot.number], taken) for taken in one.lots]
            assert all(shelf.counts and shelf.expires >= need.last for shelf, _ in used)
            mg = [shelf.mg for shelf, taken in used for _ in range(taken.vials)]
            assert is_set(mg, [shelf.brand for shelf, _ in used], need.dose, told.rules)
            for day in range(need.key, need.last + 1):
                for _, taken in used:
                    held[taken.lot.number, day] += taken.vials
    assert all(count <= told.shelves[lot].vials for (lot, _), count in held.items())
    promises = [one.earmark_id for window in board.windows for one in window.sets if one.earmark_id is not None]
    assert len(promises) == len(set(promises))


def same_when_asked_anew(board: Board, site: Site, reopen: bool) -> None:
    """The same facts: the same answer and the same name; without a memory of what was shown, as good a one."""
    if reopen:
        again = site.later(0)
        assert again.board() == board
        again.store.close()
    with site.store.read() as session:
        fresh = answer(gather(session, site.store.clock.now(), ZONE, False))
    assert worth(fresh) == worth(board)
    picture = site.readiness.refresh()
    assert picture_from_json(picture_to_json(picture)) == picture
    assert not [text for text in words_of(picture) if "course:" in text]


def worth(board: Board) -> dict[str, Any]:
    keys = Counter((max(one.window.days.first, TODAY), one.verdict.good, len(one.sets)) for one in board.windows)
    return {
        "covered": keys,
        "waste": sum(one.planned.waste.mcg for window in board.windows for one in window.sets),
        "kept": sum(one.earmark_id is not None for window in board.windows for one in window.sets),
        "headline": board.verdict,
    }


def words_of(picture: BoardPicture) -> Iterator[str]:
    """Every text of the picture that a person reads."""

    def texts(item: object, name: str = "") -> Iterator[str]:
        if isinstance(item, dict):
            for key, value in item.items():
                yield from texts(value, key)
        elif isinstance(item, list):
            for value in item:
                yield from texts(value, name)
        elif isinstance(item, str) and name != "holder":
            yield item

    yield from texts(json.loads(json.dumps(asdict(picture))))
