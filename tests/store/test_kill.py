"""kill -9 while doses are recorded: no acknowledged dose is lost, none is half there, the store is whole.

30 kills; CRS_LONG=1 makes them 500, at other moments each time (the seed is printed when it fails).
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.pharmacy import LONG, ROOT

KILLS, SEED = (500, random.randrange(10**6)) if LONG else (30, 4711)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="not shown: no kill -9 and no fork here")
def test_that_no_acknowledged_dose_is_lost_and_none_is_half_written_by_kill_9(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.store.kill_many", str(tmp_path), str(KILLS), str(SEED)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert run.stderr == "", run.stderr
    told = json.loads(run.stdout)
    assert (told["lost"], told["half"], told["corrupt"]) == ([], [], []), told
    assert told["kills"] == KILLS and told["doses"] >= KILLS / 2, f"too few doses to show anything: {told}"
    print(f"{told['kills']} kills, {told['doses']} doses acknowledged, {told['unsaid']} committed but not yet said")
