"""A process that opens a store, writes one note, and says as JSON with which code it was stopped ("" when it was not).

With `--ordinary` root becomes an ordinary user first, because the rights of a file do not bind root.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.wording import say
from tests.store.pharmacy import note, open_pharmacy

NOBODY = 65534


def try_it(path: Path) -> dict[str, str]:
    """Open, write, close."""
    try:
        pharmacy = open_pharmacy(path)
        note(pharmacy.store, "a note")
        pharmacy.close()
    except EnvironmentFailure as failure:
        return {"code": failure.finding.code, "said": say(failure.finding)}
    return {"code": "", "said": ""}


def become_ordinary() -> None:
    """Load what is loaded late (root's Python may lie where nobody else reads), then give up root's rights for good."""
    with tempfile.TemporaryDirectory() as folder:
        assert try_it(Path(folder) / "t.crs")["code"] == ""
        assert try_it(Path(folder))["code"] == "store_is_a_folder"
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    assert os.geteuid() != 0


if __name__ == "__main__":
    if "--ordinary" in sys.argv:
        become_ordinary()
    print(json.dumps(try_it(Path(sys.argv[1]))))
