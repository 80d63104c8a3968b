"""The program as a shell sees it, run in this process; every JSON answer is held against its schema on the way."""

from __future__ import annotations

import getpass
import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from crs_desktop.__main__ import main
from tests.command_line.people import PASSWORDS, Site, begin
from tests.command_line.shapes import validator
from tests.store.keys.cheap import costing_nothing

VERBS = (
    "demo", "readiness", "plan", "chance", "dose", "next-dose", "schedule", "therapies", "adopt", "print", "verify",
    "backup", "restore", "scan", "stock", "can-add",
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
def guesses_cost_nothing() -> Iterator[None]:
    """A sign-in costs next to nothing in this process. What it really costs: test_real_cost.py."""
    with costing_nothing():
        yield


@pytest.fixture(autouse=True)
def limits_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit on core dumps is lowered for good: the process of the tests keeps its own."""
    monkeypatch.setattr("crs_desktop.__main__.no_core_dumps", lambda: None)


@pytest.fixture(autouse=True)
def no_screen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No display, no terminal to ask on, and a user's data folder of the test's own."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))

    def nobody_there(_asked: str) -> str:
        raise getpass.GetPassWarning

    monkeypatch.setattr(getpass, "getpass", nobody_there)


@pytest.fixture(scope="session")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the password of everybody in a file of its own, named as they sign in."""
    folder = tmp_path_factory.mktemp("passwords")
    for sign_in, password in PASSWORDS.items():
        (folder / sign_in).touch(0o600)
        (folder / sign_in).write_text(f"{password}\n", "utf-8")
    return folder


@pytest.fixture
def bare(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run the program with these words and no others; `stdin` is what it reads from a dash."""

    def run(*words: object, stdin: str = "") -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        arguments = [str(word) for word in words]
        status = main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert [secret for secret in PASSWORDS.values() if secret in out + err] == []
        document = json.loads(out) if "--json" in arguments else None
        verb = next((word for word in arguments if word in VERBS), None)
        if document is not None and verb is not None:
            validator(verb).validate(document)
        if status in (2, 3):
            assert len(err.splitlines()) == 1, err
        return Said(status, out, err, document)

    return run


@pytest.fixture
def ask(bare: Ask, passwords: Path) -> Ask:
    """The same as somebody who can sign in; whoever it is reads their password from a file."""

    def run(*words: object, stdin: str = "", by: str = "weber") -> Said:
        return bare("--by", by, "--password-from", passwords / by, *words, stdin=stdin)

    return run


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A store in New York with people and nothing else in it, closed."""
    with costing_nothing():
        return begin(tmp_path_factory.mktemp("empty") / "empty.crs")


@pytest.fixture(scope="session")
def story_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The same with the people and lots of the demo on 1 Dec 2026, closed."""
    with costing_nothing():
        return begin(tmp_path_factory.mktemp("story") / "pharmacy.crs", story=True)


@pytest.fixture
def site(story_site: Site, tmp_path: Path) -> Site:
    """A copy of it for this test."""
    return moved(story_site, tmp_path / "pharmacy.crs")


@pytest.fixture
def store(site: Site) -> Path:
    """Where that copy lies."""
    return site.path


@pytest.fixture
def empty_store(empty_site: Site, tmp_path: Path) -> Path:
    """A copy of the store with nothing but people in it."""
    return moved(empty_site, tmp_path / "empty.crs").path


def moved(site: Site, path: Path) -> Site:
    """A copy of the site, with what lies beside its store."""
    for item in site.path.parent.glob(f"{site.path.name}*"):
        shutil.copyfile(item, path.with_name(item.name.replace(site.path.name, path.name)))
    return replace(site, path=path)
