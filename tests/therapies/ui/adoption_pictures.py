"""Takes the pictures of docs/ADOPTION.md: `python -m tests.therapies.ui.adoption_pictures [FOLDER [THEME]]`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.journeys.pictures import DOCS, Camera
from tests.therapies.ui.adoption_walk import AdoptionWalk


def main(arguments: Sequence[str]) -> int:
    """Walk once, with a camera."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(arguments[0]) if arguments else DOCS / "adoption"
    theme, percent = (arguments[1] if len(arguments) > 1 else "light"), int(arguments[2]) if len(arguments) > 2 else 100
    with tempfile.TemporaryDirectory() as place:
        AdoptionWalk(Path(place), Camera(folder), theme, percent).all()  # type: ignore[arg-type]
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
