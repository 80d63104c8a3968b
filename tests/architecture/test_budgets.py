"""Stay small: the size of files, functions and classes, and what every module must say."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.architecture.source import PACKAGE, ROOT, Module, house, read_module

FILE_LINES = 500
FUNCTION_LINES = 60
CLASS_LINES = 300
# Libraries that cost a cold start too much; loaded on first use, off the window's thread.
SLOW = {"sqlalchemy", "alembic", "sqlcipher3", "reportlab", "highspy", "numpy", "pypdfium2", "PySide6"}
SLOW |= {"cryptography", "zxcvbn", "biip", "holidays"}
# The composition root and what starts it may delay our rooms and any library, so that a bare window paints first.
MAY_DELAY_ROOMS = ("crs_desktop.__main__", "crs_desktop.bootstrap", "crs_desktop.command_line")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def everything() -> list[Module]:
    """The package, start.py, the tests and the benchmarks."""
    others = [ROOT / "start.py", *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]
    return house() + [read_module(path, ROOT) for path in others]


def lines_of(node: Function | ast.ClassDef) -> int:
    """From `def` or `class` to the last line."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def loads_slowly(name: str) -> bool:
    """True for a slow library, and for a module of ours that imports one at its top: it must wait as well."""
    if name.partition(".")[0] in SLOW:
        return True
    path = ROOT / (name.replace(".", "/") + ".py")
    if not name.startswith("crs_desktop.") or not path.exists():
        return False
    top = read_module(path, ROOT).tree.body
    return any(
        alias.partition(".")[0] in SLOW
        for node in top
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in ([a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    )


def hidden_imports(module: Module) -> list[str]:
    """Imports inside functions that are neither slow to load nor a room delayed by the composition root."""
    found = []
    for function in (node for node in ast.walk(module.tree) if isinstance(node, Function)):
        for node in ast.walk(function):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
            else:
                continue
            delayed = module.name.startswith(MAY_DELAY_ROOMS)
            found += [
                f"{module.where(node)} {name}"
                for name in names
                if not loads_slowly(name) and not (delayed and name.partition(".")[0] not in sys.stdlib_module_names)
            ]
    return found


def test_that_no_file_is_longer_than_500_lines() -> None:
    long = {str(m.path.relative_to(ROOT)): m.text.count("\n") for m in everything() if m.text.count("\n") > FILE_LINES}
    assert long == {}


def test_that_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{module.path.relative_to(ROOT)}:{node.lineno} {node.name} {lines_of(node)}"
        for module in everything()
        for node in ast.walk(module.tree)
        if isinstance(node, Function) and lines_of(node) > FUNCTION_LINES
    ]
    assert long == []


def test_that_no_class_is_longer_than_300_lines() -> None:
    long = [
        f"{module.path.relative_to(ROOT)}:{node.lineno} {node.name} {lines_of(node)}"
        for module in everything()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and lines_of(node) > CLASS_LINES
    ]
    assert long == []


def test_that_every_module_says_why_it_exists() -> None:
    assert [module.short for module in house() if not ast.get_docstring(module.tree)] == []


def test_that_an_init_file_is_a_docstring_and_nothing_more() -> None:
    more = []
    for module in house():
        if module.path.name != "__init__.py":
            continue
        rest = module.tree.body[1:]
        if module.path.parent == PACKAGE:
            rest = [node for node in rest if not ast.unparse(node).startswith("__version__ = ")]
        if rest:
            more.append(module.short)
    assert more == []


def test_that_every_folder_of_the_package_has_an_init_file() -> None:
    # Alembic loads the files of `migrations` by their path; they are no package.
    folders = {path.parent for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts}
    assert sorted(str(folder) for folder in folders if not (folder / "__init__.py").exists()) == []


def test_that_no_import_hides_inside_a_function() -> None:
    assert [found for module in house() for found in hidden_imports(module)] == []


@pytest.mark.parametrize(
    ("name", "text", "caught"),
    [
        ("crs_desktop.stock.service", "def f():\n    import json\n", True),
        ("crs_desktop.stock.service", "def f():\n    from crs_desktop.doses import rules\n", True),
        ("crs_desktop.stock.service", "def f():\n    import sqlalchemy.orm\n", False),
        ("crs_desktop.bootstrap", "def f():\n    from crs_desktop.doses import rules\n", False),
        ("crs_desktop.bootstrap", "def f():\n    import json\n", True),
    ],
)
def test_that_the_search_for_hidden_imports_bites(name: str, text: str, caught: bool) -> None:
    path = ROOT / (name.replace(".", "/") + ".py")
    assert bool(hidden_imports(Module(path, text, name))) is caught


def test_that_every_test_is_named_as_a_sentence() -> None:
    wrong = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, Function) and node.name.startswith("test") and not node.name.startswith("test_that_"):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert wrong == []
