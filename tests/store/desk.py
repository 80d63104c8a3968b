"""A process that is one desk: opens the store with the real services and does, at a stated instant, what it is told.

One JSON command a line on standard input, one JSON answer a line on standard output.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock.model import VialLine
from tests.store.pharmacy import Pharmacy, dose, open_pharmacy, promise


def act(pharmacy: Pharmacy, actor: Actor, command: dict[str, Any]) -> dict[str, Any]:
    """Promise or give the vials."""
    line = VialLine(*command["line"])
    while time.monotonic() < command["at"]:
        pass
    if command["act"] == "promise":
        answer: object = pharmacy.stock.confirm(promise(command["key"], line, command["holder"]), actor)
    else:
        answer = pharmacy.doses.log_dose(dose(command["key"], line, line.vials), actor)
    if isinstance(answer, Refused):
        finding = answer.findings[0]
        return {"code": finding.code, "by": finding.get("by"), "said": say(finding)}
    return {"code": ""}


def main(path: Path, name: str) -> None:
    """Answer every line until there is no more."""
    pharmacy = open_pharmacy(path)
    pharmacy.stock.places()
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(act(pharmacy, Actor(name), json.loads(line))), flush=True)
    pharmacy.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
