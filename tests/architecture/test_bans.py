"""Calls that are banned, each with its reason and the one place where it is allowed. Looks closer than ruff can."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.source import Module, house, modules_of

Find = Callable[[Module], Iterator[ast.AST]]


@dataclass(frozen=True)
class Ban:
    """What is looked for, why it is banned, and the path beginnings (inside the package) where it may stand."""

    reason: str
    find: Find
    allowed: tuple[str, ...] = ()
    only: Callable[[str], bool] = lambda short: True

    def broken_in(self, modules: list[Module]) -> list[str]:
        """File and line of every break."""
        return [
            module.where(node)
            for module in modules
            if self.only(module.short) and not module.short.startswith(self.allowed)
            for node in self.find(module)
        ]


def names(*banned: str) -> Find:
    """Any use of these dotted names, imports resolved, also without calling them."""

    def find(module: Module) -> Iterator[ast.AST]:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Name | ast.Attribute) and module.qualified(node) in banned:
                yield node

    return find


def methods(*banned: str) -> Find:
    """Any attribute of this name, whatever it is an attribute of."""

    def find(module: Module) -> Iterator[ast.AST]:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in banned:
                yield node

    return find


def imports(*banned: str) -> Find:
    """Importing one of these libraries at all."""

    def find(module: Module) -> Iterator[ast.AST]:
        for node in ast.walk(module.tree):
            found = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            found += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] in banned for name in found):
                yield node

    return find


def shell_true(module: Module) -> Iterator[ast.AST]:
    """`shell=` given as anything but False."""
    for call, _ in module.calls():
        for keyword in call.keywords:
            if keyword.arg == "shell" and ast.unparse(keyword.value) != "False":
                yield call


def paragraph_of_pasted_text(module: Module) -> Iterator[ast.AST]:
    """`Paragraph(f"...")`, and the same by +, % or .format: text becomes markup there."""
    for call, name in module.calls():
        if name.rpartition(".")[2] == "Paragraph" and call.args:
            text = call.args[0]
            formatted = isinstance(text, ast.Call) and module.qualified(text.func).endswith(".format")
            if isinstance(text, ast.JoinedStr | ast.BinOp) or formatted:
                yield call


def floats(module: Module) -> Iterator[ast.AST]:
    """The word float, and a literal with a point or an exponent; a time limit in seconds may be one."""
    seconds = {id(part) for node in ast.walk(module.tree) if is_time_limit(node) for part in ast.walk(node)}
    for node in ast.walk(module.tree):
        word = isinstance(node, ast.Name) and node.id == "float"
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if (word or literal) and id(node) not in seconds:
            yield node


def is_time_limit(node: ast.AST) -> bool:
    """An argument or a field called `deadline`, `seconds` or `..._s`."""
    name = ""
    if isinstance(node, ast.arg):
        name = node.arg
    elif isinstance(node, ast.AnnAssign):
        name = ast.unparse(node.target)
    return name in ("deadline", "seconds") or name.endswith("_s")


def is_innocent(short: str) -> bool:
    """Rules and models, also when they have become folders."""
    role = short.partition("/")[2]
    return role.startswith(("rules", "model"))


DOOR = "desktop.tasks.run is the only door off the window's thread"
BANS = {
    "clock": Ban(
        "ask the Clock; rules take now as an argument",
        names(
            *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
            *("time.time", "time.time_ns", "time.localtime", "time.gmtime"),
        ),
        ("kernel/clock.py",),
    ),
    "threads": Ban(
        DOOR,
        names(
            *("threading.Thread", "threading.Timer", "concurrent.futures.ThreadPoolExecutor"),
            *("PySide6.QtCore.QThread", "PySide6.QtCore.QRunnable", "PySide6.QtCore.QThreadPool"),
        ),
        ("desktop/tasks",),
    ),
    "other doors": Ban(DOOR, imports("asyncio", "multiprocessing"), ("desktop/tasks",)),
    "processEvents": Ban("a click would arrive amid our work", methods("processEvents"), ("desktop/tasks",)),
    "engine": Ban(
        "the store opens the engine in one place that fails closed",
        names("sqlalchemy.create_engine", "sqlalchemy.engine.create_engine", "sqlalchemy.engine_from_config"),
        ("store/",),
    ),
    "pickle": Ban("reading one runs its code", imports("pickle", "marshal", "shelve", "dill", "joblib")),
    "eval": Ban("data is never code", names("eval", "exec", "builtins.eval", "builtins.exec")),
    "shell": Ban("a name with a semicolon would be a command", shell_true),
    "system": Ban("a name with a semicolon would be a command", names("os.system", "os.popen", "subprocess.getoutput")),
    "yaml": Ban("our data is TOML; yaml.load makes objects", imports("yaml")),
    "paragraph": Ban("reportlab reads it as markup: use the escaping function of documents", paragraph_of_pasted_text),
    "label": Ban(
        "QLabel guesses markup and loads pictures from it; desktop/words.py makes plain ones",
        names("PySide6.QtWidgets.QLabel", "QtWidgets.QLabel"),
        ("desktop/words.py",),
    ),
    "floats": Ban(
        "a clinical number is exact",
        floats,
        # The solver's own arithmetic is binary; what comes back is rounded to whole vials and proved in integers.
        ("readiness/rules/solver.py",),
        only=lambda short: is_innocent(short) and short.startswith(("doses/", "readiness/", "therapies/", "stock/")),
    ),
    "float amounts": Ban("an amount is exact", floats, only=lambda short: short == "kernel/amounts.py"),
}

BREAKS = [
    ("clock", "stock/service.py", "from datetime import datetime as d\nnow = d.now()"),
    ("clock", "stock/service.py", "import datetime\nday = datetime.date.today()"),
    ("clock", "kernel/days.py", "from time import time\nt = time()"),
    ("threads", "stock/ui/page.py", "from PySide6.QtCore import QThread\nclass Mine(QThread):\n    pass"),
    ("threads", "store/store.py", "import threading\nthreading.Thread(target=print)"),
    ("other doors", "stock/ui/page.py", "import multiprocessing.pool"),
    ("processEvents", "stock/ui/page.py", "def f(app): app.processEvents()"),
    ("engine", "stock/repository.py", "import sqlalchemy as sa\nsa.create_engine('sqlite://')"),
    ("pickle", "stock/service.py", "from pickle import loads"),
    ("eval", "therapies/reading.py", "eval('1')"),
    ("eval", "therapies/reading.py", "exec('1')"),
    ("shell", "documents/printing.py", "import subprocess\nsubprocess.run('lp x', shell=True)"),
    ("system", "documents/printing.py", "import os\nos.system('lp x')"),
    ("yaml", "therapies/reading.py", "import yaml\nyaml.load('')"),
    ("paragraph", "documents/layout/page.py", "from reportlab.platypus import Paragraph\nParagraph(f'<b>{1}</b>')"),
    ("paragraph", "documents/layout/page.py", "from reportlab.platypus import Paragraph\nParagraph('<b>' + name)"),
    ("label", "stock/ui/page.py", "from PySide6.QtWidgets import QLabel\nQLabel('x')"),
    ("label", "stock/ui/page.py", "from PySide6 import QtWidgets\nQtWidgets.QLabel('x')"),
    ("label", "stock/ui/page.py", "import PySide6.QtWidgets\nclass L(PySide6.QtWidgets.QLabel):\n    pass"),
    ("floats", "doses/rules.py", "limit = 0.5"),
    ("floats", "doses/rules.py", "dose_mg: float = 1"),
    ("floats", "readiness/model/vials.py", "def f(x: float) -> None: ..."),
    ("float amounts", "kernel/amounts.py", "half = float('0.5')"),
]

ALLOWED = [
    ("clock", "kernel/clock.py", "from datetime import datetime\ndatetime.now()"),
    ("clock", "stock/service.py", "def f(clock): return clock.now()"),
    ("engine", "store/engine.py", "from sqlalchemy import create_engine\ncreate_engine('sqlite://')"),
    ("label", "desktop/words.py", "from PySide6.QtWidgets import QLabel\nQLabel('x')"),
    ("paragraph", "documents/layout/page.py", "from reportlab.platypus import Paragraph\nParagraph(escaped(name))"),
    ("shell", "documents/printing.py", "import subprocess\nsubprocess.run(['lp'], shell=False)"),
    ("threads", "kernel/changes.py", "import threading\nthreading.Lock()"),
    ("floats", "doses/ui/page.py", "opacity = 0.5"),
    ("floats", "readiness/rules/plan.py", "class Q:\n    time_limit_s: float = 5.0"),
    ("floats", "readiness/rules/plan.py", "def f(deadline: float) -> None: ..."),
]


@pytest.mark.parametrize("name", BANS)
def test_that_the_package_keeps_the_ban(name: str) -> None:
    assert BANS[name].broken_in(house()) == [], BANS[name].reason


@pytest.mark.parametrize(("name", "path", "text"), BREAKS)
def test_that_each_ban_bites(tmp_path: Path, name: str, path: str, text: str) -> None:
    assert BANS[name].broken_in(planted(tmp_path, path, text))


@pytest.mark.parametrize(("name", "path", "text"), ALLOWED)
def test_that_each_ban_leaves_the_right_way_open(tmp_path: Path, name: str, path: str, text: str) -> None:
    assert BANS[name].broken_in(planted(tmp_path, path, text)) == []


def test_that_every_ban_was_seen_to_bite() -> None:
    assert {name for name, _, _ in BREAKS} == set(BANS)


def planted(tmp_path: Path, path: str, text: str) -> list[Module]:
    """A package with this one file."""
    file = tmp_path / "crs_desktop" / path
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    return modules_of(tmp_path / "crs_desktop")
