"""A process that has a key in its memory leaves no core dump, and goes on working."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.pharmacy import ROOT

SCRIPT = """
import ctypes, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
from crs_desktop.store.core_dumps import forbid_core_dumps
from crs_desktop.store.places import look
look(Path('/tmp/t.crs'))  # an ordinary user may not be let at what Python would load later
if len(sys.argv) > 2: import os; os.setgid(65534); os.setuid(65534)
if sys.argv[1] == "forbid":
    assert forbid_core_dumps()
print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
assert look(Path("/tmp/t.crs")) is None and Path("/proc/self/mounts").read_text()
"""


def said(*words: str) -> str:
    run = subprocess.run([sys.executable, "-c", SCRIPT, *words], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="not shown: core dumps elsewhere than on Linux")
def test_that_a_core_dump_is_forbidden_also_to_a_crash_reporter() -> None:
    try:
        before = said("leave")
    except AssertionError:
        pytest.skip("not shown: this machine lets nobody have core dumps")
    assert before.split()[1] == "1" and before.split()[0] != "0"
    assert said("forbid") == "0 0"
    if os.geteuid() == 0 and os.access("/tmp", os.W_OK):
        readable = all(os.stat(part).st_mode & 0o005 == 0o005 for part in [ROOT, *Path(ROOT).parents])
        if readable:
            assert said("forbid", "ordinary") == "0 0"
