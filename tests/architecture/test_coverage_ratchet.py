"""Rules, models and the kernel are covered to the last branch. The list only grows; judged after a whole run.

A file named in `fully_covered.txt` must have every line and branch run by the tests; one that gets there by itself must
be added to the list, so that it stays there: `CRS_TURN_RATCHET=1 python3 start.py test` does that (it only ever adds).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.ratchet import judge, listed_files, ratcheted_files
from tests.architecture.source import ROOT


@pytest.mark.parametrize(
    ("listed", "gaps", "wrong"),
    [
        (["a.py"], {"a.py": []}, 0),
        (["a.py"], {"a.py": ["line 3 not run"]}, 1),
        (["a.py"], {}, 1),
        ([], {"a.py": []}, 1),
        ([], {"a.py": ["line 3 not run"]}, 0),
    ],
)
def test_that_the_ratchet_turns_one_way(listed: list[str], gaps: dict[str, list[str]], wrong: int) -> None:
    assert len(judge(listed, gaps)) == wrong


def test_that_the_list_is_sorted_and_names_only_what_the_ratchet_looks_at() -> None:
    assert listed_files() == sorted(set(listed_files()))
    assert set(listed_files()) <= set(ratcheted_files())


def test_that_a_branch_never_taken_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text("def f(x):\n    if x:\n        x = 1\n    return x\nf(1)\n", "utf-8")
    script = (
        "import sys, runpy, coverage\n"
        "from tests.architecture.ratchet import gaps_of\n"
        "measured = coverage.Coverage(data_file=None, branch=True, include=sys.argv[1:], config_file=False)\n"
        "measured.start()\nrunpy.run_path(sys.argv[1])\nmeasured.stop()\n"
        "print(*gaps_of(measured, sys.argv[1]), sep='|')\n"
    )
    # A process of its own: two measurements cannot run in one.
    run = subprocess.run(
        [sys.executable, "-c", script, str(file)], cwd=ROOT, text=True, capture_output=True, timeout=60
    )
    assert run.stdout.strip() == "line 2: 1 branch not taken", run.stderr
