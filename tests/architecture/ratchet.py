"""The coverage ratchet: what the whole run covered against the list of files that are covered to the last branch.

It is judged once, at the end of a whole run, from the data of all processes that ran tests.
"""

from __future__ import annotations

import os
from pathlib import Path

import coverage
import pytest

from tests.architecture.source import PACKAGE, ROOT

LIST = Path(__file__).with_name("fully_covered.txt")
PATTERNS = ("kernel/*.py", "**/rules*.py", "**/rules/*.py", "**/model*.py", "**/model/*.py")


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
    """Coverage is measured, and nothing was left out by name, mark, path or last failure."""
    if not getattr(config.option, "cov_source", None) or getattr(config.option, "no_cov", False):
        return False
    chosen = config.option.keyword or config.option.markexpr != "not long" or config.option.deselect
    partly = getattr(config.option, "lf", False) or getattr(config.option, "ignore", None)
    everywhere = {Path(argument).resolve() for argument in config.args} <= {ROOT, ROOT / "tests"}
    return everywhere and not chosen and not partly


def verdict_on(data_file: Path) -> list[str]:
    """What is wrong with the coverage of a whole run, in words; turns the list when asked to."""
    measured = coverage.Coverage(data_file=str(data_file), config_file=str(ROOT / "pyproject.toml"))
    measured.load()
    gaps = {file: gaps_of(measured, file) for file in ratcheted_files()}
    if os.environ.get("CRS_TURN_RATCHET"):
        turn({file for file, open_ends in gaps.items() if not open_ends})
    return judge(listed_files(), gaps)
