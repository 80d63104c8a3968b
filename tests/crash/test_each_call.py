"""Every call that writes fails once: acknowledged and there, or refused in words and not there; never half.

Short: all syncs, cuts and openings, each fifth write. CRS_LONG=1: every write too, and a plain store.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crash.trace import why_not
from tests.store.pharmacy import LONG, ROOT

STEP = 1 if LONG else 5
RUNS = [("dose", "encrypted"), ("receipt", "encrypted"), *([("dose", "plain"), ("receipt", "plain")] if LONG else [])]
# A connection that the system gave us for reading only stays in the pool: see docs/CRASHES.md, "what does not hold".
STUCK = ("openat ", ": store_read_only")


@pytest.fixture(scope="module", params=RUNS, ids=" ".join)
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, figure: Callable[[str], None]
) -> dict[str, Any]:
    """All failures of one act, on one kind of store."""
    if why_not():
        pytest.skip(why_not())
    what, kind = request.param
    answer = _all_faults(what, kind, tmp_path_factory.mktemp("faults"))
    figure(
        f"each call failed once, {what}, {kind}: {answer['faults']} failures, {answer['acknowledged']} acknowledged, "
        f"{answer['refused']} refused; {len(answer['lost'])} lost, {len(answer['half'])} half, "
        f"{len(answer['there_though_refused'])} there though refused, "
        f"{len(answer['after_restart_though_refused'])} there after a restart though refused, "
        f"{len(answer['needs_restart'])} refused again until a restart"
    )
    return answer


def _all_faults(what: str, kind: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.crash.fail_each_call", str(folder), what, str(STEP), kind]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert run.returncode == 0, run.stderr
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


def test_that_what_is_acknowledged_is_there_and_nothing_is_ever_half_there(told: dict[str, Any]) -> None:
    assert (told["lost"], told["half"]) == ([], [])
    assert told["refused"] > 20 and told["acknowledged"] > 0
    called = {name.split()[0] for name in told["by_call"]}
    assert called == {"pwrite64", "fsync", "ftruncate", "openat"}, "a call that was never made to fail shows nothing"


def test_that_a_refusal_is_in_plain_words_of_ours(told: dict[str, Any]) -> None:
    assert told["not_in_words"] == []


def test_that_the_same_request_afterwards_is_there_exactly_once(told: dict[str, Any]) -> None:
    assert told["not_once"] == []
    other = [name for name in told["needs_restart"] if not (name.startswith(STUCK[0]) and name.endswith(STUCK[1]))]
    assert other == [], "refused again by a program that goes on running"


def test_that_what_is_refused_is_not_there(told: dict[str, Any]) -> None:
    assert told["there_though_refused"] == []


def test_that_the_same_request_succeeds_without_a_new_start(told: dict[str, Any]) -> None:
    assert told["needs_restart"] == []
