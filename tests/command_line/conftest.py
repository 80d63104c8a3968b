"""The program as a shell sees it, run in this process; every JSON answer is held against its schema on the way."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.__main__ import main
from crs_desktop.bootstrap.services import open_house
from crs_desktop.demo.story import tell_story
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock, parse_instant
from tests.command_line.shapes import validator
from tests.store.made_up_keys import ANYBODY, KEYS

NOW = "2026-12-01T10:00:00-05:00"
SITE = ZoneInfo("America/New_York")
VERBS = (
    "demo", "readiness", "plan", "dose", "next-dose", "schedule", "therapies", "adopt", "print", "verify", "backup",
    "restore",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What came back: exit status, standard output, standard error, and the document when JSON was asked for."""

    status: int
    out: str
    err: str
    document: Any

    @property
    def codes(self) -> list[str]:
        """The codes of a refusal."""
        return [entry["code"] for entry in self.document["refused"]]


Ask = Callable[..., Said]


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No display, and a user's data folder of the test's own."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run the program with these words; `stdin` is what it reads from a dash."""

    def run(*words: object, stdin: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        arguments = [str(word) for word in words]
        status = main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        document = json.loads(out) if "--json" in arguments else None
        verb = next((word for word in arguments if word in VERBS), None)
        if document is not None and verb is not None:
            validator(verb).validate(document)
        if status in (2, 3):
            assert len(err.splitlines()) == 1, err
        return Said(status, out, err, document)

    return run


@pytest.fixture(scope="session")
def story_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pharmacy's store with the people and lots of the demo on 1 Dec 2026, closed."""
    path = tmp_path_factory.mktemp("story") / "pharmacy.crs"
    house = open_house(path, StatedClock(parse_instant(NOW)), ChangeFeed(), KEYS, ANYBODY, SITE)
    tell_story(house)
    house.close()
    return path


@pytest.fixture
def store(story_store: Path, tmp_path: Path) -> Path:
    """A copy of it for this test."""
    path = tmp_path / "pharmacy.crs"
    shutil.copyfile(story_store, path)
    return path


@pytest.fixture
def empty_store(tmp_path: Path) -> Path:
    """A store with nothing in it, in New York."""
    path = tmp_path / "empty.crs"
    open_house(path, StatedClock(parse_instant(NOW)), ChangeFeed(), KEYS, ANYBODY, SITE).close()
    return path
