"""The package's own source as syntax trees, read once, for the tests that judge how it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "crs_desktop"


@dataclass(frozen=True)
class Module:
    """One file of source."""

    path: Path
    text: str
    name: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, str(self.path))

    @cached_property
    def aliases(self) -> dict[str, str]:
        """What each imported name stands for: `from datetime import datetime as d` gives d -> datetime.datetime."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return found

    def qualified(self, node: ast.expr) -> str:
        """The dotted name of an expression with imports resolved; '' for anything that is not a plain dotted name."""
        if isinstance(node, ast.Name):
            return self.aliases.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            left = self.qualified(node.value)
            return f"{left}.{node.attr}" if left else f".{node.attr}"
        return ""

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with the qualified name of what is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, self.qualified(node.func)

    def where(self, node: ast.AST) -> str:
        """For messages: file and line."""
        return f"{self.path.relative_to(self.base).as_posix()}:{getattr(node, 'lineno', 1)}"

    @property
    def base(self) -> Path:
        """The folder that holds the package."""
        return self.path.parents[self.name.count(".") + (self.path.name == "__init__.py")]

    @property
    def short(self) -> str:
        """The path inside the package, with forward slashes: 'doses/rules.py'."""
        return self.path.relative_to(self.base).as_posix().partition("/")[2]


def read_module(path: Path, base: Path) -> Module:
    """One file below `base`."""
    parts = path.relative_to(base).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(path, path.read_text("utf-8"), name)


def modules_of(package: Path) -> list[Module]:
    """Every module of a package folder, in order of path."""
    return [read_module(path, package.parent) for path in sorted(package.rglob("*.py"))]


@cache
def house() -> list[Module]:
    """Every module of crs_desktop, read once."""
    return modules_of(PACKAGE)
