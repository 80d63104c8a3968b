"""No verb opens the window with what was typed; a defect of ours ends in one line without what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_desktop.__main__ import TRACEBACK, main
from crs_desktop.command_line.start import INTERRUPTED, run
from crs_desktop.command_line.world import Doors, Window
from crs_desktop.kernel.actors import Actor
from tests.command_line.conftest import Ask


def doors(opened: list[Window], screen: bool = True) -> Doors:
    """A window that only remembers how it was opened; no store may be touched."""

    def never(*_: object) -> None:
        raise AssertionError("nothing but the window is opened")

    def remember(window: Window) -> int:
        opened.append(window)
        return 0

    def here() -> Actor:
        return Actor("machine")

    return Doors(never, never, remember, lambda: screen, lambda: Path("own.crs"), here)  # type: ignore[arg-type]


def test_that_no_verb_opens_the_window_on_the_own_store_or_a_named_one() -> None:
    opened: list[Window] = []
    assert run([], doors(opened)) == 0
    words = ["--store", "x.crs", "--by", "A B", "--theme", "dark", "--text-percent", "150", "--zone", "Asia/Tokyo"]
    assert run(words, doors(opened)) == 0
    plain, told = opened
    assert (plain.path, plain.theme, plain.text_percent) == (Path("own.crs"), "light", 100)
    assert (told.path, told.theme, told.text_percent, told.zone) == (Path("x.crs"), "dark", 150, "Asia/Tokyo")


def test_that_the_demo_opens_its_window_on_a_screen() -> None:
    opened: list[Window] = []
    assert run(["demo", "--seed", "5"], doors(opened)) == 0
    assert (opened[0].path, opened[0].seed) == (None, 5)


def test_that_without_a_screen_the_window_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    opened: list[Window] = []
    assert run([], doors(opened, screen=False)) == 3
    assert opened == []
    assert "No screen" in capsys.readouterr().err


def test_that_a_stop_by_the_user_is_quiet(monkeypatch: pytest.MonkeyPatch, ask: Ask) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("crs_desktop.command_line.dose.dose_answer", stop)
    said = ask("dose", "--weight-kg", "70")
    assert (said.status, said.out, said.err) == (INTERRUPTED, "", "")


def test_that_a_defect_is_one_line_without_what_was_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ask: Ask
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Moreau, Élise")

    monkeypatch.setattr("crs_desktop.command_line.dose.dose_answer", fail)
    said = ask("dose", "--weight-kg", "70")
    assert said.status == 3
    assert "RuntimeError at test_door.py" in said.err
    assert "Moreau" not in said.err
    monkeypatch.setenv(TRACEBACK, "1")
    assert main(["dose", "--weight-kg", "70"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_that_a_failing_machine_is_told_as_such(monkeypatch: pytest.MonkeyPatch, ask: Ask) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crs_desktop.command_line.dose.dose_answer", fail)
    said = ask("dose", "--weight-kg", "70", "--json")
    assert (said.status, said.codes) == (3, ["cl_system_failed"])
    assert "No space left" in said.err
