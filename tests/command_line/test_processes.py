"""The program as a process of its own: what it imports, where it writes, and how it ends when nobody listens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOW = {"sqlalchemy", "PySide6", "reportlab", "alembic", "highspy", "numpy", "pypdfium2"}


def run(*words: str, python: tuple[str, ...] = (), **more: str) -> subprocess.CompletedProcess[str]:
    """`python -m crs_desktop` with these words, without a display."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, *python, "-m", "crs_desktop", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**kept, **more}, capture_output=True, text=True, encoding="utf-8", timeout=120
    )


def imported(report: str) -> set[str]:
    """The top-level packages that `-X importtime` has seen."""
    lines = [line for line in report.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def test_that_the_demo_without_a_screen_prints_its_board_and_ends_well(tmp_path: Path) -> None:
    done = run("demo", TMPDIR=str(tmp_path), PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "No screen was found" in done.stdout
    assert "x short 1 set" in done.stdout
    assert "\\xc9lise" in done.stdout  # a terminal that knows no É still gets every line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("dose", "--weight-kg", "70"), 0),
        (("dose", "--weight-kg", "70 lb"), 2),
        (("next-dose", "--given", "2026-12-03T03:10-05:00", "--at", "2026-12-03T05:10-05:00"), 1),
        (("schedule", "teclistamab", "--start", "2026-12-01"), 0),
    ],
)
def test_that_a_small_question_imports_nothing_slow(words: tuple[str, ...], status: int) -> None:
    done = run(*words, python=("-X", "importtime"))
    assert done.returncode == status
    assert "argparse" in imported(done.stderr)
    assert imported(done.stderr) & SLOW == set()


def test_that_the_door_itself_imports_nothing_slow() -> None:
    code = "import crs_desktop.__main__, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert {name.partition(".")[0] for name in done.stdout.split()} & SLOW == set()


def test_that_a_reader_who_leaves_early_is_no_failure() -> None:
    command = [sys.executable, "-m", "crs_desktop", "therapies", "show", "teclistamab", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"{\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
def test_that_an_answer_that_cannot_be_written_is_no_success() -> None:
    command = [sys.executable, "-m", "crs_desktop", "dose", "--weight-kg", "70"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "could not be written" in done.stderr


def test_that_a_machine_with_a_strange_zone_still_answers() -> None:
    done = run("schedule", "teclistamab", "--start", "2026-12-01", TZ="Foo/Bar")
    assert (done.returncode, done.stderr) == (0, "")
