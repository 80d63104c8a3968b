"""A crash leaves no core file, whatever the limits were."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("before", "after"), [("0, 0", (0, 0)), ("1, 1", (1, 1)), ("0, hard", (1, 1))])
def test_that_the_limit_is_lowered_for_good(before: str, after: tuple[int, int]) -> None:
    if "hard" in before and resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("not shown: nothing is dumped here anyway")
    code = (
        "import resource as r; hard = r.getrlimit(r.RLIMIT_CORE)[1];"
        f"r.setrlimit(r.RLIMIT_CORE, ({before}));"
        "from crs_desktop.kernel.dumps import no_core_dumps; no_core_dumps(); print(*r.getrlimit(r.RLIMIT_CORE))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert tuple(map(int, done.stdout.split())) == after
