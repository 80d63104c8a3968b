"""What the documents name must be there: the test behind each control, the rights that the program asks, each link."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.staff.rights_page import PAGE, page_of

CONTROLS = ROOT / "docs" / "CONTROLS.md"
# `store/keys/test_slots.py :: a slot does not open in another store`
_NAMED = re.compile(r"`([\w/]+\.py) :: ([a-z0-9_ ]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_FEWEST = 150


@cache
def functions_of(path: Path) -> frozenset[str]:
    """The names of the tests of a file; none when there is no such file."""
    if not path.is_file():
        return frozenset()
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test"))


def named(text: str) -> list[tuple[str, str]]:
    """Each test that the text names, as file and function."""
    return [(file, f"test_that_{sentence.replace(' ', '_')}") for file, sentence in _NAMED.findall(text)]


def missing(text: str) -> list[str]:
    """The tests that are named and do not exist."""
    return [f"{file} {name}" for file, name in named(text) if name not in functions_of(ROOT / "tests" / file)]


def controls_without_a_test(text: str) -> list[str]:
    """Lines of a table of controls that name no test, or something that is not read as one."""
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| control"))]
    return [row for row in rows if not _NAMED.search(row) or row.count(" :: ") != len(_NAMED.findall(row))]


def dead_links(page: Path, text: str) -> list[str]:
    """Links to files that are not there."""
    local = [link for link in _LINK.findall(text) if "://" not in link and not link.startswith("mailto:")]
    return [f"{page.name}: {link}" for link in local if not (page.parent / link).exists()]


def pages() -> list[Path]:
    """Every page for people."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "tests" / "store" / "README.md"])


def test_that_every_test_named_beside_a_control_exists() -> None:
    assert missing(CONTROLS.read_text("utf-8")) == []
    assert len(named(CONTROLS.read_text("utf-8"))) >= _FEWEST


def test_that_every_control_names_its_test() -> None:
    assert controls_without_a_test(CONTROLS.read_text("utf-8")) == []


def test_that_the_page_of_people_shows_the_rights_that_the_program_asks() -> None:
    assert PAGE.read_text("utf-8") == page_of(PAGE.read_text("utf-8")), "python -m tests.staff.rights_page"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_that_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    assert dead_links(page, page.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("row", "gone", "bare"),
    [
        ("| a | `store/keys/test_slots.py :: a slot does not open in another store` |", 0, 0),
        ("| a | `store/keys/test_slots.py :: a slot opens in every store` |", 1, 0),
        ("| a | `store/keys/test_slot.py :: a slot does not open in another store` |", 1, 0),
        ("| a | test_slots :: a slot does not open |", 0, 1),
        ("| a | b |", 0, 1),
    ],
)
def test_that_a_wrong_name_is_seen(row: str, gone: int, bare: int) -> None:
    assert (len(missing(row)), len(controls_without_a_test(row))) == (gone, bare)


def test_that_a_right_taken_from_the_page_and_a_dead_link_are_seen() -> None:
    text = PAGE.read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("| log dose "))
    assert page_of(text.replace(line, line.replace("x", ".", 1))) == text
    assert dead_links(PAGE, "[a](NOWHERE.md) [b](PEOPLE.md#roles) [c](https://a.b)") == ["PEOPLE.md: NOWHERE.md"]
