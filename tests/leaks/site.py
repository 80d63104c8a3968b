"""A process of its own whose home, settings, temporary files, log and terminal all lie in one folder to be searched."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

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


class Watch:
    """Keeps what is there only for a moment while a process runs: files that go again, and files without a name."""

    def __init__(self, site: Site, process: subprocess.Popen[str]) -> None:
        self._folders = [site.left / name for name in (*_FOLDERS.values(), "work", "store")]
        self._kept = site.left / "kept"
        self._kept.mkdir(exist_ok=True)
        self._process = process
        self._seen: set[str] = set()
        self._thread = Thread(target=self._run)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._thread.join()

    def _run(self) -> None:
        while self._process.poll() is None:
            for folder in self._folders:
                for place, _folders, files in os.walk(folder):  # a folder that goes meanwhile is passed over
                    for name in files:
                        self._keep(Path(place, name), f"{place}/{name}")
            held = Path(f"/proc/{self._process.pid}/fd")
            for one in _listed(held):
                with suppress(OSError):
                    target = os.readlink(one)
                    if target.startswith("/") and target.endswith(" (deleted)") and not target.startswith("/memfd:"):
                        self._keep(one, f"{target} {one.stat().st_ino}")
            time.sleep(0.005)

    def _keep(self, path: Path, name: str) -> None:
        """A copy at the first sight and one more whenever it has grown; the store itself is looked through later."""
        with suppress(OSError):
            if path.is_file():
                name = name if "/left/store/" in name else f"{name} {path.stat().st_size}"
                if name not in self._seen:
                    self._seen.add(name)
                    (self._kept / str(len(self._seen))).write_bytes(path.read_bytes())


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def this_site() -> Site:
    """Called by a process of a site: everything is logged, from the lowest level on."""
    site = Site(Path(os.environ["CRS_SITE_LEFT"]), Path(os.environ["CRS_SITE_ASKED"]))
    logging.basicConfig(level=logging.DEBUG, filename=site.left / "log.txt")
    return site
