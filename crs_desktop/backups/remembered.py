"""What must outlive a return, and so cannot lie in the store: the pause of automatic backups, what was confirmed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crs_desktop.kernel.clock import from_milliseconds, to_milliseconds
from crs_desktop.kernel.fingerprint import canonical
from crs_desktop.store.whole_files import folder_failure, own_folder, write_whole

NAME = "state.json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """`paused_since`: somebody went back then and has not said yet that all is well; `confirmed_at`: when they said."""

    paused_since: datetime | None = None
    confirmed_at: datetime | None = None


def recall(folder: Path) -> Remembered:
    """What is remembered; nothing when the file is missing or cannot be read."""
    try:
        said = json.loads((folder / NAME).read_text("utf-8"))
        return Remembered(_instant(said.get("paused_since")), _instant(said.get("confirmed_at")))
    except (OSError, ValueError, AttributeError, TypeError, OverflowError):
        return Remembered()


def remember(folder: Path, what: Remembered) -> None:
    """Write it down. Raises EnvironmentFailure."""
    own_folder(folder)
    said = {
        name: None if instant is None else to_milliseconds(instant)
        for name, instant in (("paused_since", what.paused_since), ("confirmed_at", what.confirmed_at))
    }
    try:
        write_whole(folder / NAME, canonical(said))
    except OSError as error:
        raise folder_failure(error, folder) from error


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_milliseconds(milliseconds)
