"""The import contracts of pyproject.toml hold, and each was seen to fail on a violation planted in a copy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib

import pytest

from tests.architecture.source import PACKAGE, ROOT

# Contract -> violations: the files planted, each path inside the package.
VIOLATIONS: dict[str, list[dict[str, str]]] = {
    "floors": [
        {"stock/planted.py": "import crs_desktop.patients.planted", "patients/planted.py": ""},
        {"kernel/planted.py": "import crs_desktop.store.planted", "store/planted.py": ""},
        {"store/planted.py": "import crs_desktop.desktop.planted", "desktop/planted.py": ""},
        {"desktop/planted.py": "import crs_desktop.stock.planted", "stock/planted.py": ""},
        {"stock/planted.py": "def f():\n    import crs_desktop.doses.planted", "doses/planted.py": ""},
        {"attic/__init__.py": ""},
    ],
    "innocent": [
        {"kernel/planted.py": "import PySide6.QtCore"},
        {"stock/planted/rules.py": "import sqlalchemy", "stock/planted/__init__.py": ""},
        {
            "stock/planted/model.py": "import crs_desktop.stock.planted.helper",
            "stock/planted/helper.py": "from reportlab import platypus",
            "stock/planted/__init__.py": "",
        },
    ],
    "qt": [{"stock/planted.py": "from PySide6.QtCore import QObject"}],
    "desktop-no-sql": [
        {"desktop/planted.py": "import sqlalchemy"},
        {"desktop/planted.py": "import crs_desktop.kernel.planted", "kernel/planted.py": "import sqlalchemy.orm"},
    ],
    "ui-no-sql": [{"stock/planted/ui.py": "from sqlalchemy import select", "stock/planted/__init__.py": ""}],
    "paper": [{"documents/planted.py": "from reportlab.platypus import Paragraph"}],
    "rows-stay-home": [
        {
            "stock/planted/tables.py": "",
            "stock/planted/__init__.py": "",
            "stock/planted/service.py": "import crs_desktop.stock.planted.tables",
        }
    ],
    "pages-apart": [
        {
            **{"patients/ui/__init__.py": "", "policy/ui/__init__.py": "", "policy/ui/planted.py": ""},
            "patients/ui/planted.py": "import crs_desktop.policy.ui.planted",
        }
    ],
    "no-cycles": [
        {"stock/one.py": "import crs_desktop.stock.two", "stock/two.py": "import crs_desktop.stock.one"},
    ],
}

# Runs in a process of its own, in a copy of the package, so that the copy and not the real one is read.
JUDGE = """
import contextlib, importlib, io, json, pathlib, sys
from importlinter.application import use_cases
import importlinter.api

package = pathlib.Path("crs_desktop")

def kept(contract):
    importlib.invalidate_caches()
    with contextlib.redirect_stdout(io.StringIO()):
        return use_cases.lint_imports("pyproject.toml", (contract,), None, False, False, True, False)

def planted(contract, files):
    made = []
    for name, text in files.items():
        path = package / name
        for folder in reversed(path.parents):
            if not folder.exists():
                folder.mkdir()
                (folder / "__init__.py").touch()
                made += [folder, folder / "__init__.py"]
        if not path.exists():
            path.write_text(text)
            made.append(path)
    try:
        return kept(contract)
    finally:
        for path in reversed(made):
            if path.is_file():
                path.unlink()
        for path in reversed(made):
            if path.is_dir():
                path.rmdir()

cases = json.load(sys.stdin)
found = {c: [kept(c), [planted(c, files) for files in violations], kept(c)] for c, violations in cases.items()}
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bool, list[bool], bool]]:
    """For each contract: kept before, kept with each violation, kept after."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copytree(PACKAGE, copy / "crs_desktop", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    run = subprocess.run(
        [sys.executable, "-c", JUDGE],
        input=json.dumps(VIOLATIONS),
        cwd=copy,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)},
        text=True,
        capture_output=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, tuple[bool, list[bool], bool]] = json.loads(run.stdout)
    return found


def test_that_every_contract_has_a_planted_violation() -> None:
    law = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert {contract["id"] for contract in law["tool"]["importlinter"]["contracts"]} == set(VIOLATIONS)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_that_the_contract_is_kept(judged: dict[str, tuple[bool, list[bool], bool]], contract: str) -> None:
    before, _, after = judged[contract]
    assert before, "broken in the real package: run lint-imports"
    assert after, "the copy was not clean after the planting"


@pytest.mark.parametrize(
    ("contract", "number"), [(contract, n) for contract, planted in VIOLATIONS.items() for n in range(len(planted))]
)
def test_that_the_contract_bites(
    judged: dict[str, tuple[bool, list[bool], bool]], contract: str, number: int
) -> None:
    _, planted, _ = judged[contract]
    assert planted[number] is False, VIOLATIONS[contract][number]
