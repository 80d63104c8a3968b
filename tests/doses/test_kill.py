"""A dose that was acknowledged is in the store, also when the process is killed in the next moment."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT
from tests.doses.made_up import pharmacy

CHILD = """
import os, signal, sys
from pathlib import Path
from tests.doses.made_up import ACTOR, dose, must, stocked
made, patient = stocked(Path(sys.argv[1]))
print("ready", flush=True)
logged = must(made.doses.log_dose(dose(patient, (made.line("B7101", 1), made.line("C2201", 1))), ACTOR))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_that_an_acknowledged_dose_survives_kill_9(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL and done.stdout == "ready\n", done.stderr
    made = pharmacy(tmp_path)
    (entry,) = made.doses.entries()
    assert str(entry.amount) == "580 mg" and made.on_hand() == {"B7101": 2, "C2201": 1}
    assert made.doses.next_for(entry.patient_id).left_episode == 3
    made.store.close()
