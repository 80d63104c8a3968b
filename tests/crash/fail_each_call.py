"""Lets every call that writes, syncs, cuts or opens the store fail once, while a dose or a receipt is recorded.

One warm process forks a child for each failure; strace is tied to the child (`strace -p`) and told which call fails how
and when. The child opens the store, records, and says what it was told; then strace lets go, and the same request is
made again, by the program that is still running. For each call: k = 1, 2, 3 ... until nothing was made to fail.

    python3 -m tests.crash.fail_each_call FOLDER dose STEP      prints one JSON object
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.model import VialLine
from crs_desktop.store.driver import connect
from tests.crash.hooks import become
from tests.store.kill_many import HALF
from tests.store.made_up_keys import KEYS
from tests.store.old_stores import put_slots
from tests.store.pharmacy import WEBER, Pharmacy, dose, new_pharmacy, open_pharmacy

FAULTS = tuple((call, error) for call in ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "openat")
               for error in ("ENOSPC", "EIO"))  # fmt: skip
PR_SET_PTRACER, ANYBODY = 0x59616D61, ctypes.c_ulong(-1)
KEY = "the-act"
THERE = {
    "dose": ("SELECT count(*) FROM doses WHERE request_id = 'the-act'",
             "SELECT count(*) FROM movements m JOIN doses d ON d.id = m.dose_id WHERE d.request_id = 'the-act'",
             "SELECT count(*) FROM dose_vials v JOIN doses d ON d.id = v.dose_id WHERE d.request_id = 'the-act'"),
    "receipt": ("SELECT count(*) FROM lots WHERE number = 'B2'",
                "SELECT count(*) FROM movements m JOIN lots l ON l.id = m.lot_id WHERE l.number = 'B2'",
                "SELECT count(*) FROM balances b JOIN lots l ON l.id = b.lot_id WHERE l.number = 'B2' AND vials = 7"),
}  # fmt: skip
ALWAYS = ("SELECT count(*) FROM requests WHERE request_id = 'the-act'",
          "SELECT count(DISTINCT request_id) FROM change_log WHERE request_id = 'the-act'")  # fmt: skip


@dataclass
class Tally:
    """What all failures together have shown. Each list names the failure and what was found."""

    faults: int = 0
    acknowledged: int = 0
    refused: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    by_call: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)  # acknowledged and not there
    there_though_refused: list[str] = field(default_factory=list)
    after_restart_though_refused: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    not_in_words: list[str] = field(default_factory=list)
    needs_restart: list[str] = field(default_factory=list)  # the same request afterwards: refused until a new start
    not_once: list[str] = field(default_factory=list)  # the same request afterwards: failed, or is there twice


def act(what: str, pharmacy: Pharmacy, line: VialLine) -> object:
    """The request under test; the same each time."""
    if what == "dose":
        return pharmacy.doses.log_dose(dose(KEY, line), WEBER)
    return pharmacy.stock.receive(ReceiveLot(KEY, "Actemra", "400", "B2", "2027-03-31", "7", 1), WEBER)


def attempt(what: str, path: Path, line: VialLine, opened: list[Pharmacy]) -> dict[str, str]:
    """Open if not yet open, record, and tell how it went."""
    try:
        if not opened:
            opened.append(open_pharmacy(path))
        answer = act(what, opened[0], line)
    except EnvironmentFailure as failure:
        return {"code": failure.finding.code, "said": say(failure.finding)}
    except BaseException as error:
        return {"code": "not in words", "said": repr(error)[:300]}
    if isinstance(answer, Refused):
        return {"code": "refused", "said": answer.findings[0].code}
    return {"code": "", "said": ""}


def child(what: str, path: Path, line: VialLine, hear: int, tell: int) -> None:
    """Wait for strace, try, wait until strace has gone, try again."""
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
    opened: list[Pharmacy] = []
    os.write(tell, b"here\n")
    for _ in range(2):
        os.read(hear, 1)
        os.write(tell, json.dumps(attempt(what, path, line, opened)).encode() + b"\n")
    os.read(hear, 1)


class Child:
    """A forked child and the pipes to it."""

    def __init__(self, what: str, path: Path, line: VialLine) -> None:
        hear, self._tell = os.pipe()
        self._hear, tell = os.pipe()
        self.number = os.fork()
        if self.number == 0:
            try:
                child(what, path, line, hear, tell)
            finally:
                os._exit(0)
        os.close(hear)
        os.close(tell)
        self._answers = os.fdopen(self._hear)
        assert self._answers.readline() == "here\n"

    def go(self) -> dict[str, str]:
        """Let it try once."""
        os.write(self._tell, b"x")
        answer: dict[str, str] = json.loads(self._answers.readline())
        return answer

    def end(self) -> None:
        """kill -9, as the worst thing that can follow."""
        os.kill(self.number, signal.SIGKILL)
        os.waitpid(self.number, 0)
        os.close(self._tell)
        self._answers.close()


def with_fault(one: Child, path: Path, call: str, error: str, k: int) -> tuple[dict[str, str], bool]:
    """The first try, with the k-th such call on the store failing; was one made to fail?"""
    log = path.with_suffix(".strace")
    files = [str(path.parent), *(f"{path}{ending}" for ending in ("", "-wal", "-shm", "-journal"))]
    only = [part for name in files for part in ("-P", name)]
    command = ["strace", "-f", "-p", str(one.number), "-o", str(log), *only, "-e", f"trace={call}",
               "-e", f"inject={call}:error={error}:when={k}", "-e", "signal=none"]  # fmt: skip
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr
    said = tracer.stderr.readline()
    assert "attached" in said, said
    answer = one.go()
    tracer.send_signal(signal.SIGINT)
    tracer.communicate(timeout=20)
    return answer, "(INJECTED)" in log.read_text()


def from_a_new_start(what: str, path: Path, line: VialLine) -> dict[str, str]:
    """The same request, from a program that has just been started."""
    one = Child(what, path, line)
    try:
        return one.go()
    finally:
        one.end()


def counts(what: str, path: Path) -> tuple[list[int], list[str]]:
    """How often each part of the act is there, and whatever is wrong with the store."""
    connection = connect(path, KEYS.data)
    try:
        wrong = [f"{name}: {row[0]}" for name, query in HALF.items() for row in connection.execute(query)]
        wrong += [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return [connection.execute(query).fetchone()[0] for query in (*THERE[what], *ALWAYS)], wrong
    finally:
        connection.close()


def after_a_restart(what: str, path: Path) -> tuple[list[int], list[str]]:
    """The same for a copy that is opened as after a power cut: without the shared index."""
    copy = path.with_name("copy.crs")
    for ending in ("", "-wal"):
        if path.with_name(path.name + ending).exists():
            shutil.copyfile(f"{path}{ending}", f"{copy}{ending}")
    try:
        return counts(what, copy)
    finally:
        for ending in ("", "-wal", "-shm"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)


def one_fault(what: str, path: Path, line: VialLine, fault: tuple[str, str, int], tally: Tally) -> bool:
    """False when this call was not made that often."""
    one, name = Child(what, path, line), f"{fault[0]} {fault[1]} {fault[2]}"
    try:
        answer, failed = with_fault(one, path, *fault)
        if not failed:
            return False
        between, restarted = counts(what, path), after_a_restart(what, path)
        again = one.go()
    finally:
        one.end()
    if again["code"]:
        tally.needs_restart.append(f"{name}: {again['code']}")
        again = from_a_new_start(what, path, line)
    after = counts(what, path)
    note(tally, name, answer, between[0], restarted[0])
    tally.by_call[f"{fault[0]} {fault[1]}"] = tally.by_call.get(f"{fault[0]} {fault[1]}", 0) + 1
    for found, wrong in (between, restarted, after):
        tally.half += [f"{name}: {found} {wrong}"] if wrong or found not in ([0] * 5, [1] * 5) else []
    if again["code"] or after[0] != [1] * 5:
        tally.not_once.append(f"{name}: {again} {after[0]}")
    return True


def note(tally: Tally, name: str, answer: dict[str, str], between: list[int], restarted: list[int]) -> None:
    """What the first answer said, against what was there."""
    code, there = answer["code"], between == [1] * 5
    tally.faults += 1
    tally.codes[code] = tally.codes.get(code, 0) + 1
    if code:
        tally.refused += 1
        tally.there_though_refused += [f"{name}: {code}"] if there else []
        tally.after_restart_though_refused += [f"{name}: {code}"] if restarted == [1] * 5 and not there else []
        if code in ("refused", "not in words") or not plain_words(answer["said"]):
            tally.not_in_words.append(f"{name}: {answer}")
    else:
        tally.acknowledged += 1
        tally.lost += [] if there and restarted == [1] * 5 else [f"{name}: {between} {restarted}"]


def plain_words(said: str) -> bool:
    """A sentence, without folders, numbers of errors or words of the driver."""
    never = ("/tmp", "t.crs-", "errno", "sqlite", "enospc", "eio", "traceback", "select ", "insert ")
    return said.endswith((".", "?")) and not any(word in said.lower() for word in never)


def main(folder: Path, what: str, step: int, kind: str) -> dict[str, Any]:
    """Every call, every error, every k (of the many writes each `step`-th, beginning at the first)."""
    become(kind)
    template = folder / "template.crs"
    pharmacy = new_pharmacy(template)
    line = pharmacy.receive("B1", 3)
    pharmacy.doses.log_dose(dose("before", VialLine(line.lot_id, line.place_id, 1)), WEBER)
    pharmacy.doses.entries()
    pharmacy.close()
    kept, tally, never = template.read_bytes(), Tally(), Counter[str]()
    for call, error in FAULTS:
        k, met = 1, True
        while met:
            path = folder / "t.crs"
            for ending in ("-wal", "-shm", "-journal"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            path.write_bytes(kept)
            put_slots(path)
            met = one_fault(what, path, VialLine(line.lot_id, line.place_id, 1), (call, error, k), tally)
            never[f"{call} {error}"] += not met and k == 1
            k += step if call == "pwrite64" else 1
    return {"what": what, **vars(tally), "never_called": sorted(name for name, times in never.items() if times)}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), (sys.argv[4:] or ["encrypted"])[0])))
