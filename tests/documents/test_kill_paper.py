"""kill -9 while papers are filed and while old ones are taken in: no paper is lost, none is half there.

30 kills; CRS_LONG=1 makes them 400, at other moments each time (the seed is printed when it fails).
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

KILLS, SEED = (400, random.randrange(10**6)) if LONG else (30, 4711)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="not shown: no kill -9 and no fork here")
def test_that_no_paper_is_lost_or_half_written_by_kill_9(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.documents.kill_paper", str(tmp_path), str(KILLS), str(SEED)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert run.stderr == "", run.stderr
    told = json.loads(run.stdout)
    assert (told["lost"], told["half"], told["wrong"]) == ([], [], []), told
    assert told["filings"] == KILLS // 2 and told["takings"] >= KILLS - KILLS // 2
    assert told["acknowledged"] >= KILLS / 4 and told["stopped_between"] >= KILLS / 10, f"too little to show: {told}"
    print({name: value for name, value in told.items() if not isinstance(value, list)})
