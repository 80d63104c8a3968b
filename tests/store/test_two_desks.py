"""Two real processes want the last vials: nothing is promised or spent twice, and the loser is told plainly.

200 rounds of promises and 25 of doses; CRS_LONG=1 makes them 1,000 and 125.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crs_desktop.stock import repository
from crs_desktop.stock.model import VialLine
from crs_desktop.stock.rules import on_hand, over_promised
from tests.store.pharmacy import LONG, ROOT, WEBER, Pharmacy, note, open_pharmacy, rows

ROUNDS = 1000 if LONG else 200
NAMES = ("A. Weber", "M. Okafor")


class Desk:
    """The other end of a desk process."""

    def __init__(self, path: Path, name: str) -> None:
        command = [sys.executable, "-m", "tests.store.desk", str(path), name]
        self.name = name
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, **command: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def close(self) -> int:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        return self.process.returncode


@pytest.fixture
def desks(pharmacy: Pharmacy) -> Iterator[tuple[Desk, Desk]]:
    made = Desk(pharmacy.store.path, NAMES[0]), Desk(pharmacy.store.path, NAMES[1])
    assert [desk.hear() for desk in made] == ["ready", "ready"]
    yield made
    assert [desk.close() for desk in made] == [0, 0]


def both(desks: tuple[Desk, Desk], number: int, line: VialLine, act: str) -> list[dict[str, Any]]:
    """Both desks do the same at the same instant; their answers."""
    at = time.monotonic() + 0.002
    for which, desk in enumerate(desks):
        key = f"{act}-{number}-{which}"
        desk.tell(act=act, key=key, line=[line.lot_id, line.place_id, line.vials], holder=f"course:{key}", at=at)
    return [json.loads(desk.hear()) for desk in desks]


def test_that_the_last_vials_are_never_promised_twice_and_the_loser_is_told_who_has_them(
    pharmacy: Pharmacy, desks: tuple[Desk, Desk]
) -> None:
    wins = {name: 0 for name in NAMES}
    for number in range(ROUNDS):
        line = pharmacy.receive(f"L{number}", 2)
        answers = both(desks, number, line, "promise")
        won = [desk.name for desk, answer in zip(desks, answers, strict=True) if answer["code"] == ""]
        lost = [answer for answer in answers if answer["code"] != ""]
        assert len(won) == len(lost) == 1, (number, answers)
        assert (lost[0]["code"], lost[0]["by"]) == ("stock_promised_already", won[0]), (number, answers)
        assert won[0] in lost[0]["said"] and f"L{number}" in lost[0]["said"]
        wins[won[0]] += 1
        if number % 20 == 19:  # so that a round stays as quick as the first
            for earmark in pharmacy.stock.earmarks():
                pharmacy.stock.let_go(f"end-{earmark.id}", earmark.id, "the round is over", WEBER)
    with pharmacy.store.read() as session:
        assert over_promised(repository.earmarks(session), repository.balances(session)) == []
    twice = "SELECT lot_id FROM earmark_vials GROUP BY lot_id HAVING count(*) <> 1"
    assert rows(pharmacy.store, twice) == []
    assert rows(pharmacy.store, "SELECT count(*) FROM earmarks") == [(ROUNDS,)]
    assert min(wins.values()) > 0, f"no race took place: {wins}"


def test_that_two_doses_from_one_vial_spend_it_once_and_open_one_discrepancy(
    pharmacy: Pharmacy, desks: tuple[Desk, Desk]
) -> None:
    rounds = ROUNDS // 8
    for number in range(rounds):
        line = pharmacy.receive(f"L{number}", 1)
        answers = both(desks, number, line, "dose")
        assert [answer["code"] for answer in answers] == ["", ""], (number, answers)
        spent = rows(pharmacy.store, f"SELECT sum(vials) FROM movements WHERE lot_id = {line.lot_id} AND vials < 0")
        missing = rows(pharmacy.store, f"SELECT vials FROM discrepancies WHERE lot_id = {line.lot_id}")
        balance = rows(pharmacy.store, f"SELECT vials FROM balances WHERE lot_id = {line.lot_id}")
        assert (spent, missing, balance) == ([(-1,)], [(1,)], [(0,)]), number
    with pharmacy.store.read() as session:
        assert repository.balances(session) == on_hand(repository.movements(session))
        assert len(repository.discrepancies(session)) == rounds
    assert rows(pharmacy.store, "SELECT count(*) FROM doses") == [(2 * rounds,)]
    assert rows(pharmacy.store, "SELECT sum(missing), sum(vials) FROM dose_vials") == [(rounds, 2 * rounds)]


@pytest.mark.skipif(os.name == "nt", reason="not shown: no kill -9 on Windows")
def test_that_a_desk_that_closes_takes_nothing_from_a_desk_that_stays(pharmacy: Pharmacy) -> None:
    # Reading a file's header and closing it drops the locks of this process on it (POSIX); a desk that closes would
    # then believe itself the last, fold the side file and remove it under the other's hands.
    pharmacy.close()
    stays, goes = (Desk(pharmacy.store.path, name) for name in NAMES)
    assert [stays.hear(), goes.hear()] == ["ready", "ready"]
    third = open_pharmacy(pharmacy.store.path)
    line = third.receive("L1", 40)
    third.close()

    def give(desk: Desk, key: str) -> None:
        desk.tell(act="dose", key=key, line=[line.lot_id, line.place_id, 1], holder="", at=0)
        assert json.loads(desk.hear()) == {"code": ""}

    give(stays, "first")
    give(goes, "second")
    assert goes.close() == 0
    for number in range(10):
        give(stays, f"after-{number}")
    stays.process.send_signal(signal.SIGKILL)
    stays.process.wait(30)
    for pipe in (stays.process.stdin, stays.process.stdout):
        assert pipe is not None
        pipe.close()
    opened = open_pharmacy(pharmacy.store.path)
    assert rows(opened.store, "SELECT count(*) FROM doses") == [(12,)]
    assert rows(opened.store, "PRAGMA integrity_check") == [("ok",)]
    note(opened.store, "goes on")
    opened.close()


def test_that_two_desks_making_the_same_store_share_one(tmp_path: Path) -> None:
    for number in range(20 if LONG else 2):
        path = tmp_path / f"new{number}.crs"
        desks = Desk(path, NAMES[0]), Desk(path, NAMES[1])
        assert [desk.hear() for desk in desks] == ["ready", "ready"]
        opened = open_pharmacy(path)
        note(opened.store, "shared")
        opened.close()
        assert [desk.close() for desk in desks] == [0, 0]
        left = {item.name for item in tmp_path.iterdir() if item.name.startswith(path.name)}
        assert left <= {path.name, f"{path.name}.audit-key", f"{path.name}.heads"}
