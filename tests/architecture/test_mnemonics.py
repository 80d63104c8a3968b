"""Within one form every Alt key leads to one place: two that share a letter only move the focus, and press nothing."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import crs_desktop

ROOT = Path(crs_desktop.__file__).parent
FORMS = {"FormDialog", "ReceiveForm"}


def forms(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each function that makes a form, with the labels in it and in the functions of the same file that it calls."""
    tree = ast.parse(path.read_text("utf-8"))
    known = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}

    def labels(node: ast.FunctionDef, seen: frozenset[str]) -> Iterator[str]:
        for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
            name = called(call)
            if name == "tr" and call.args and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value)
            elif isinstance(call.func, ast.Name) and name in known and name not in seen:
                yield from labels(known[name], seen | {name})

    for name, node in known.items():
        if any(isinstance(one, ast.Call) and called(one) in FORMS for one in ast.walk(node)):
            yield name, sorted(set(labels(node, frozenset({name}))))


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def shared(labels: list[str]) -> list[str]:
    """Those that share their letter with another."""
    letters = {label: found[1].lower() for label in labels if (found := re.search(r"&(\w)", label))}
    count = Counter(letters.values())
    return [label for label, letter in letters.items() if count[letter] > 1]


def test_that_no_two_labels_of_a_form_share_their_letter() -> None:
    found = [
        (str(path.relative_to(ROOT)), name, clash) for path in sorted(ROOT.rglob("ui/**/*.py"))
        for name, labels in forms(path) if (clash := shared(labels))
    ]  # fmt: skip
    assert found == []


def test_that_two_labels_with_one_letter_are_noticed() -> None:
    assert shared(["&Lot", "Last &day", "&Look", "plain"]) == ["&Lot", "&Look"]
