"""No write of the program without a line in the table of rights, and no line without a write: read from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.documents.model import Kind
from crs_desktop.patients.model import EventKind
from crs_desktop.staff.repository import rights
from tests.architecture.source import Module, house, modules_of

REQUEST = "crs_desktop.store.store.Request"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def constants(modules: list[Module]) -> dict[str, str]:
    """Every text that a module gives a name: 'room.rules.LOCK' -> 'lock', also several in one line."""
    found: dict[str, str] = {}
    for module in modules:
        for node in module.tree.body:
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                for name, value in zip(names, values, strict=False):
                    if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                        found[f"{module.name}.{name.id}"] = value.value
    return found


def intents(modules: list[Module]) -> Iterator[tuple[str, str]]:
    """Each intent that the source hands to the store, as a pattern, with file and line; '' when it cannot be read."""
    known = constants(modules)
    for module in modules:
        for call, name in module.calls():
            if REQUEST in (name, f"{module.name}.{name}"):
                given = [word.value for word in call.keywords if word.arg == "intent"] or call.args[1:2]
                for pattern in texts(module, given[0], call, known) if given else [""]:
                    yield pattern, module.where(call)


def texts(module: Module, value: ast.expr, call: ast.Call, known: dict[str, str]) -> list[str]:
    """What an expression can be: a text, a text with gaps, a name for one, or what the callers of its function hand."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [re.escape(value.value)]
    if isinstance(value, ast.IfExp):
        return [text for branch in (value.body, value.orelse) for text in texts(module, branch, call, known)]
    if isinstance(value, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in value.values]
        return ["".join(parts)]
    if isinstance(value, ast.Attribute) and value.attr == "intent":
        return []  # of another request, which is read where it is made
    name = module.qualified(value)
    for full in (name, f"{module.name}.{name}"):
        if full in known:
            return [re.escape(known[full])]
    found: list[str] = []
    for function in (node for node in ast.walk(module.tree) if isinstance(node, Function)):
        names = [argument.arg for argument in function.args.args]
        if name in names and any(node is call for node in ast.walk(function)):
            place = names.index(name) - (names[0] == "self")
            for caller, called in module.calls():
                if called.rpartition(".")[2] == function.name:
                    handed = [word.value for word in caller.keywords if word.arg == name] or caller.args[place:][:1]
                    found += texts(module, handed[0], caller, known) if handed else [""]
    return found or [""]


def reads(modules: list[Module]) -> set[str]:
    """What the source demands to be allowed to see."""
    return {
        call.args[0].value
        for module in modules
        for call, name in module.calls()
        if name.rpartition(".")[2] == "demand" and call.args
        and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }  # fmt: skip


def test_that_every_write_of_the_program_is_in_the_table_of_rights() -> None:
    acts = [right.operation for right in rights().values() if right.act]
    missing = [
        f"{where} {pattern or 'an intent that cannot be read from the source'}"
        for pattern, where in intents(house())
        if not pattern or not any(re.fullmatch(pattern, act) for act in acts)
    ]
    assert missing == []


def test_that_every_act_of_the_table_is_a_write_of_the_program() -> None:
    patterns = {pattern for pattern, _ in intents(house())}
    acts = {right.operation for right in rights().values() if right.act}
    assert {act for act in acts if not any(re.fullmatch(pattern, act) for pattern in patterns)} == set()


def test_that_intents_with_a_gap_have_a_line_for_each_value() -> None:
    for beginning, kinds in (("infusion ", EventKind), ("print ", Kind)):
        assert {f"{beginning}{kind.value}" for kind in kinds} == {one for one in rights() if one.startswith(beginning)}


def test_that_every_read_that_is_demanded_is_in_the_table() -> None:
    known = {right.operation for right in rights().values() if not right.act}
    demanded = reads(house()) - {"go back", "enrol person"}  # acts, asked before they are tried
    assert demanded <= known
    assert known <= demanded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Request(k, 'eat', {})", ["eat"]),
        ("Request(k, f'print {kind}', {})", [r"print\ .+"]),
        ("Request(k, intent='eat', content={})", ["eat"]),
        ("EAT = 'eat'\nRequest(k, EAT, {})", ["eat"]),
        ("EAT, DRINK = 'eat', 'drink'\nRequest(k, DRINK, {})", ["drink"]),
        ("Request(k, 'eat' if a else 'drink', {})", ["eat", "drink"]),
        ("def do(what):\n    Request(k, what, {})\ndo('eat')\ndo(what='drink')", ["eat", "drink"]),
        ("class A:\n  def do(self, what):\n    Request(k, what, {})\n  def e(self):\n    self.do('eat')", ["eat"]),
        ("Request(k, earlier.intent, {})", []),
        ("Request(k, some.thing(), {})", [""]),
        ("def do(what):\n    Request(k, what, {})", [""]),
    ],
)  # fmt: skip
def test_that_the_reading_of_intents_sees_each_way_to_write_them(tmp_path: Path, text: str, found: list[str]) -> None:
    file = tmp_path / "crs_desktop" / "food" / "service.py"
    file.parent.mkdir(parents=True)
    file.write_text(f"from crs_desktop.store.store import Request\n{text}\n", "utf-8")
    assert [pattern for pattern, _ in intents(modules_of(tmp_path / "crs_desktop"))] == found
