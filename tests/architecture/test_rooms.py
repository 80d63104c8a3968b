"""What the import contracts cannot say: rows stay in their own room, pages ask services, the kernel needs nothing."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import Module, house, modules_of


def imported(module: Module) -> Iterator[tuple[str, str]]:
    """What a module imports, each with file and line; `from a import b` counts as a and as a.b."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, module.where(node)) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module.where(node)}: write imports in full"
            yield node.module or "", module.where(node)
            yield from ((f"{node.module}.{alias.name}", module.where(node)) for alias in node.names)


def strangers_at_the_tables(modules: list[Module]) -> list[str]:
    """Imports of a room's tables from anywhere but the repository (or the tables) of the same room."""
    return [
        f"{where} {name}"
        for module in modules
        for name, where in imported(module)
        if _role(name) == "tables"
        and not (_room(module.name) == _room(name) and _role(module.name) in ("repository", "tables"))
        and not _room(module.name) == _room(name) == "store"
    ]


def pages_at_the_shelves(modules: list[Module]) -> list[str]:
    """Pages that go past the service: a `ui` that imports a repository or tables."""
    return [
        f"{where} {name}"
        for module in modules
        if _role(module.name) == "ui"
        for name, where in imported(module)
        if _role(name) in ("repository", "tables")
    ]


def kernel_needs(modules: list[Module]) -> list[str]:
    """What the kernel imports beyond itself and the standard library."""
    return [
        f"{where} {name}"
        for module in modules
        if _room(module.name) == "kernel"
        for name, where in imported(module)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("crs_desktop.kernel")
    ]


def _room(name: str) -> str:
    parts = name.split(".")
    return parts[1] if parts[0] == "crs_desktop" and len(parts) > 1 else ""


def _role(name: str) -> str:
    parts = name.split(".")
    return parts[2] if parts[0] == "crs_desktop" and len(parts) > 2 else ""


def test_that_tables_are_read_by_the_repository_of_their_own_room_only() -> None:
    assert strangers_at_the_tables(house()) == []


def test_that_no_page_goes_past_its_service() -> None:
    assert pages_at_the_shelves(house()) == []


def test_that_the_kernel_needs_the_standard_library_only() -> None:
    assert kernel_needs(house()) == []


@pytest.mark.parametrize(
    ("check", "path", "text", "caught"),
    [
        (strangers_at_the_tables, "stock/service.py", "from crs_desktop.stock.tables import LotRow", True),
        (strangers_at_the_tables, "doses/repository.py", "from crs_desktop.stock import tables", True),
        (strangers_at_the_tables, "stock/repository.py", "from crs_desktop.stock.tables import LotRow", False),
        (strangers_at_the_tables, "stock/repository/lots.py", "import crs_desktop.stock.tables", False),
        (pages_at_the_shelves, "stock/ui/page.py", "from crs_desktop.stock import repository", True),
        (pages_at_the_shelves, "stock/ui/page.py", "from crs_desktop.stock.service import receive", False),
        (kernel_needs, "kernel/words.py", "import msgspec", True),
        (kernel_needs, "kernel/words.py", "import json\nfrom crs_desktop.kernel import days", False),
    ],
)
def test_that_each_rule_of_the_rooms_bites(tmp_path: Path, check: object, path: str, text: str, caught: bool) -> None:
    file = tmp_path / "crs_desktop" / path
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    assert callable(check)
    assert bool(check(modules_of(tmp_path / "crs_desktop"))) is caught
