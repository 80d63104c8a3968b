"""A process of its own whose home, settings, temporary files, log and terminal all lie in one folder to be searched."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STORE = "pharmacy.crs"
# What each folder is to the system.
_FOLDERS = {"HOME": "home", "TMPDIR": "tmp", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data",
            "XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state", "XDG_RUNTIME_DIR": "run"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """One folder for all that a run leaves, and one beside it for what the user asked for."""

    left: Path
    asked: Path

    @property
    def store(self) -> Path:
        """The store."""
        return self.left / "store" / STORE

    def environment(self) -> dict[str, str]:
        """That of a process of this site."""
        folders = {name: str(self.left / folder) for name, folder in _FOLDERS.items()}
        return {
            **os.environ, **folders, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen",
            "PYTHONDONTWRITEBYTECODE": "1", "CRS_SITE_LEFT": str(self.left), "CRS_SITE_ASKED": str(self.asked),
        }  # fmt: skip

    def start(self, flow: str, *words: str) -> subprocess.Popen[str]:
        """A process that goes through one flow; what it prints is left with the rest, but for acknowledgements."""
        command = [sys.executable, "-m", f"tests.leaks.{flow}", *words]
        with (self.left / f"terminal-{flow}.txt").open("a") as terminal:
            return subprocess.Popen(
                command, cwd=self.left / "work", env=self.environment(), stdout=subprocess.PIPE, stderr=terminal,
                text=True,
            )  # fmt: skip


def new_site(folder: Path) -> Site:
    """Empty folders."""
    site = Site(folder / "left", folder / "asked")
    for name in (*_FOLDERS.values(), "store", "work"):
        (site.left / name).mkdir(parents=True, mode=0o700)
    site.asked.mkdir()
    return site


def this_site() -> Site:
    """Called by a process of a site: everything is logged, from the lowest level on."""
    site = Site(Path(os.environ["CRS_SITE_LEFT"]), Path(os.environ["CRS_SITE_ASKED"]))
    logging.basicConfig(level=logging.DEBUG, filename=site.left / "log.txt")
    return site
