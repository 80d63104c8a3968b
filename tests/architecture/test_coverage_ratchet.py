"""Rules, models and the kernel are covered to the last branch. The list only grows; comes last, in a whole run.

A file named in `fully_covered.txt` must have every line and branch run by the tests; one that gets there by itself must
be added to the list, so that it stays there: `CRS_TURN_RATCHET=1 python3 start.py test` does that (it only ever adds).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import coverage
import pytest

from tests.architecture.source import PACKAGE, ROOT

LIST = Path(__file__).with_name("fully_covered.txt")
PATTERNS = ("kernel/*.py", "*/rules*.py", "*/rules/*.py", "*/model*.py", "*/model/*.py")


def ratcheted_files() -> list[str]:
    """Every file the ratchet looks at, as written in the list."""
    found = {path for pattern in PATTERNS for path in PACKAGE.glob(pattern) if path.name != "__init__.py"}
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def listed_files() -> list[str]:
    """The list, without blank lines and remarks."""
    lines = (line.partition("#")[0].strip() for line in LIST.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def gaps_of(measured: coverage.Coverage, file: str) -> list[str]:
    """Lines never run and branches never taken."""
    path = str(ROOT / file)
    _, _, _, missing, _ = measured.analysis2(path)
    branches = {line: total - taken for line, (total, taken) in measured.branch_stats(path).items() if taken < total}
    return [f"line {line} not run" for line in missing] + [
        f"line {line}: {count} branch{'es' if count > 1 else ''} not taken"
        for line, count in branches.items()
        if line not in missing
    ]


def judge(listed: list[str], gaps: dict[str, list[str]]) -> list[str]:
    """What is wrong, in words."""
    gone = [f"{file}: is no longer there; take it off the list" for file in listed if file not in gaps]
    fallen = [f"{file}: {'; '.join(gaps[file])}" for file in listed if gaps.get(file)]
    full = [file for file, open_ends in gaps.items() if not open_ends]
    risen = [f"{file}: is fully covered now; add it to the list" for file in full if file not in listed]
    return gone + fallen + risen


def turn(full: set[str]) -> None:
    """Add to the list what is fully covered now."""
    remark = LIST.read_text("utf-8").splitlines()[0]
    LIST.write_text("\n".join([remark, *sorted(full | set(listed_files()))]) + "\n", "utf-8")


def is_whole_run(config: pytest.Config) -> bool:
    """Nothing was left out by name, mark, path or last failure."""
    chosen = config.option.keyword or config.option.markexpr != "not long" or config.option.deselect
    partly = getattr(config.option, "lf", False) or getattr(config.option, "ignore", None)
    everywhere = {Path(argument).resolve() for argument in config.args} <= {ROOT, ROOT / "tests"}
    return everywhere and not chosen and not partly


def test_that_rules_and_models_stay_covered_to_the_last_branch(request: pytest.FixtureRequest) -> None:
    measured = coverage.Coverage.current()
    if measured is None or not is_whole_run(request.config) or request.session.testsfailed:
        return  # part of the tests says nothing; failed tests speak for themselves
    gaps = {file: gaps_of(measured, file) for file in ratcheted_files()}
    if os.environ.get("CRS_TURN_RATCHET"):
        turn({file for file, open_ends in gaps.items() if not open_ends})
    assert judge(listed_files(), gaps) == []


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
        "from tests.architecture.test_coverage_ratchet import gaps_of\n"
        "measured = coverage.Coverage(data_file=None, branch=True, include=sys.argv[1:], config_file=False)\n"
        "measured.start()\nrunpy.run_path(sys.argv[1])\nmeasured.stop()\n"
        "print(*gaps_of(measured, sys.argv[1]), sep='|')\n"
    )
    # A process of its own: two measurements cannot run in one.
    run = subprocess.run(
        [sys.executable, "-c", script, str(file)], cwd=ROOT, text=True, capture_output=True, timeout=60
    )
    assert run.stdout.strip() == "line 2: 1 branch not taken", run.stderr
