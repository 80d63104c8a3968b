"""The power is cut at random moments: no acknowledged dose is lost or half there, and the tool is seen to see.

Short: 40 images plain, 40 encrypted, 20 of each weaker setting. CRS_LONG=1: 400 of each.
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

IMAGES, FEWER, DOSES = (400, 400, 150) if LONG else (40, 20, 40)
SEED = 11


def replayed(folder: Path, kind: str, images: int, figure: Callable[[str], None]) -> dict[str, Any]:
    if why_not():
        pytest.skip(why_not())
    command = [sys.executable, "-m", "tests.crash.crash_replay", str(folder), "--kind", kind, "--images", str(images),
               "--doses", str(DOSES), "--seed", str(SEED)]  # fmt: skip
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    assert told["images"] == images and told["ops"]["sync"] > 0 and told["ops"]["write"] > 500, told
    figure(
        f"power cut, {kind}: {images} images, {told['lost']} lost acknowledged doses (up to {told['worst']}), "
        f"{told['half']} half, {told['corrupt']} corrupt"
    )
    return told


@pytest.mark.parametrize("kind", ["plain", "encrypted"])
def test_that_no_acknowledged_dose_is_lost_or_half_there_after_a_power_cut(
    tmp_path: Path, kind: str, figure: Callable[[str], None]
) -> None:
    told = replayed(tmp_path, kind, IMAGES, figure)
    assert (told["lost"], told["half"], told["corrupt"]) == (0, 0, 0), told["bad"]
    assert told["plain_header"] is (kind == "plain"), "the encrypted run must be an encrypted one"
    assert told["acknowledged"] > IMAGES * DOSES / 5, "too few acknowledged doses to show anything"


def test_that_the_tool_sees_doses_lost_when_commits_are_not_synced(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    told = replayed(tmp_path, "normal", FEWER, figure)
    assert told["lost"] >= FEWER / 4 and told["corrupt"] == 0, told


@pytest.mark.parametrize("kind", ["off", "nojournal"])
def test_that_the_tool_sees_damage_when_nothing_is_synced_or_there_is_no_journal(
    tmp_path: Path, kind: str, figure: Callable[[str], None]
) -> None:
    told = replayed(tmp_path, kind, FEWER, figure)
    assert told["corrupt"] >= FEWER / 10, told
