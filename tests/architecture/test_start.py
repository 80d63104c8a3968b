"""start.py: what it tells people and children, and that a broken law fails the whole although the tests pass."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.source import ROOT


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """start.py, loaded anew, in a folder of its own."""
    spec = importlib.util.spec_from_file_location("start_py", ROOT / "start.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, place in {"ROOT": ".", "VENV": ".venv", "PRIVATE": ".venv-libs"}.items():
        monkeypatch.setattr(module, name, tmp_path / place)
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "stamp")
    monkeypatch.setattr(module, "UNFINISHED", tmp_path / ".venv" / "unfinished")
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    return module


def test_that_it_needs_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "start.py").read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_that_no_index_of_packages_is_named() -> None:
    text = (ROOT / "start.py").read_text("utf-8") + (ROOT / ".ci" / "run").read_text("utf-8")
    assert not any(word in text for word in ("index-url", "pypi", "trusted-host", "find-links"))


@pytest.mark.parametrize(("law", "tests", "status"), [(0, 0, 0), (1, 0, 1), (0, 5, 5), (1, 5, 5), (0, 134, 134)])
def test_that_a_broken_law_fails_the_whole(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, law: int, tests: int, status: int
) -> None:
    asked: list[dict[str, str]] = []

    def run(command: list[str], env: dict[str, str], quiet: bool = False) -> int:
        asked.append(env)
        return tests if "pytest" in command else law if "ruff" in command else 0

    monkeypatch.setattr(start, "run", run)
    assert start.run_tests([], {}) == status
    assert asked[-1]["CRS_BROKEN_LAW"] == ("ruff" if law else "")


def test_that_a_child_killed_by_a_signal_fails(start: ModuleType) -> None:
    assert start.run([sys.executable, "-c", "import os; os.abort()"], {}, quiet=True) == 134
    assert start.run([sys.executable, "-c", "raise SystemExit(7)"], {}) == 7


def test_that_ci_fails_with_the_tests() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert script.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith('exec python3 start.py test "$@"')
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


@pytest.mark.parametrize(
    ("display", "wayland", "testing", "offscreen"),
    [("", "", False, True), (":0", "", False, False), ("", "wayland-0", False, False), (":0", "", True, True)],
)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_that_qt_draws_off_screen_for_tests_and_without_a_display(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, display: str, wayland: str, testing: bool, offscreen: bool
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setenv("WAYLAND_DISPLAY", wayland)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    env = start.environment_for_children(testing)
    assert (env.get("QT_QPA_PLATFORM") == "offscreen") is offscreen
    assert "PYTHONHOME" not in env


def test_that_a_missing_library_is_told_by_its_package(start: ModuleType) -> None:
    assert start.missing_libraries({"libnot-there.so.9": "libnot-there9"}) == {"libnot-there.so.9": "libnot-there9"}
    assert start.sudo_line(["libgl1"]).endswith("apt-get install -y --no-install-recommends libgl1")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="system libraries are brought on Linux only")
def test_that_with_a_screen_the_one_command_is_printed(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(start, "QT_ON_X11", {"libnot-there.so.9": "libnot-there9"})
    monkeypatch.setattr(start, "QT_ALWAYS", {})
    monkeypatch.setattr(start, "is_root", lambda: False)
    monkeypatch.setattr(start.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(start.CannotGoOnError, match=r"sudo apt-get .* libnot-there9"):
        start.bring_system_libraries({})


@pytest.mark.parametrize(
    ("marks", "whole", "pip", "made_anew", "installed"),
    [
        (["stamp"], True, True, False, False),
        (["stamp", "unfinished"], True, True, True, True),
        (["unfinished"], True, True, True, True),
        (["stamp"], False, True, True, True),
        (["old stamp"], True, True, False, True),
        ([], False, True, False, True),
        ([], False, False, True, True),
    ],
    ids=["whole", "broken off", "begun", "moved or damaged", "outdated", "made by hand", "not there"],
)
def test_that_an_environment_is_kept_completed_or_made_anew(
    start: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    marks: list[str],
    whole: bool,
    pip: bool,
    made_anew: bool,
    installed: bool,
) -> None:
    start.VENV.mkdir()
    (start.VENV.parent / "pyproject.toml").write_text("law", "utf-8")
    if "unfinished" in marks:
        start.UNFINISHED.touch()
    if "stamp" in marks or "old stamp" in marks:
        start.STAMP.write_text(hashlib.sha256(b"old" if "old stamp" in marks else b"law").hexdigest(), "utf-8")
    done: list[str] = []
    monkeypatch.setattr(start, "holds_the_program", lambda env: whole or "install" in done)
    monkeypatch.setattr(start, "can_install", lambda env: pip)
    monkeypatch.setattr(start, "make_empty_environment", lambda env: done.append("make"))
    monkeypatch.setattr(start, "install_requirements", lambda env: done.append("install"))
    start.bring_virtual_environment({})
    assert done == ["make"] * made_anew + ["install"] * installed
    assert not start.UNFINISHED.exists()
    assert start.STAMP.read_text("utf-8") == hashlib.sha256(b"law").hexdigest()


def test_that_a_set_up_broken_off_leaves_its_mark(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    start.VENV.mkdir()
    (start.VENV.parent / "pyproject.toml").write_text("law", "utf-8")

    def unplugged(env: dict[str, str]) -> None:
        raise start.CannotGoOnError("no connection")

    monkeypatch.setattr(start, "can_install", lambda env: True)
    monkeypatch.setattr(start, "install_requirements", unplugged)
    with pytest.raises(start.CannotGoOnError):
        start.bring_virtual_environment({})
    assert start.UNFINISHED.exists()
    assert not start.STAMP.exists()


def test_that_the_program_of_another_folder_is_not_ours(start: ModuleType) -> None:
    assert not start.holds_the_program({})


def test_that_an_old_python_is_told_which_one_is_needed() -> None:
    script = (
        "import sys, shutil; sys.version_info = (3, 9, 2); shutil.which = lambda name: None; sys.argv = ['start.py']; "
        f"import runpy; runpy.run_path({str(ROOT / 'start.py')!r}, run_name='__main__')"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert run.returncode == 3
    assert "Python 3.11 or newer is needed" in run.stderr
    assert "Traceback" not in run.stderr
