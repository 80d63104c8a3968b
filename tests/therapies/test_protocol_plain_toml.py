"""The fast reader of plain TOML gives what the whole grammar gives: the same values, the same mistakes."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crs_desktop.kernel.resources import resource
from crs_desktop.therapies.schema import plain_toml

HERE = Path(__file__).parent
FILES = [*sorted(HERE.rglob("*.toml")), *sorted(resource("therapies").glob("*.toml"))]
PIECES = r"""
a = 1
a = -1
a = 0
a = -0
a = 01
a = +1
a = 1_000
a = 0x1f
a = 99999999999999999999
a = 0.40
a = -0.5
a = .5
a = 1.
a = 1e3
a = nan
a = true
a = True
a = "x"
a = "x" # a remark
a = "x" "y"
a = "a \"b\" c"
a = "tab	in it"
a = "µ ≥ 38"
a = 'x'
a = x
a =
a = "open
a = [1, 60]
a = [1, -2]
a = [ "x", "y" ]
a = ["x", "y"]
a = ["x", 1]
a = ["a, b", "c = 1"]
a = []
a = [
]
a = [{ b = 1 }]
a = { value = 1, unknown = "why" }
a = { value = 1, value = 2 }
a = { value = [1, 2], source = ["X"] }
a = { value = "}", note = ", x = 1" }
a = { value = 1, }
a = { value = 1 } # a remark
a = { value = 1 }x
a = { b = { c = 1 } }
a = {}
a = 2026-11-22
a = 2026-13-22
a = 12:00:00
b = "y"
b.c = 1
"b" = 1
  b = 1
b  = 1
b =  1
# a remark
  # a remark
[[a]]
[[a]] # a remark
[[a.b]]
[[a.b.c]]
[[b]]
[a]
[a.b]
[[ a ]]
""".strip().split("\n")
ODD_PIECES = [
    "",
    " ",
    "\t",
    "# a\x07bell",
    'a = "\x07"',
    "a = 1\r",
    "a = 1\rb = 2",
    'a = """',
    '"""',
    "'''",
    "a = '''",
    "\ufeffa = 1",
    "a = 1\x0cb = 2",
    "a\u2028= 1",
]


def whole(text: str) -> str:
    try:
        return repr(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        return f"mistake: {error}"


def fast(text: str) -> str:
    try:
        return repr(plain_toml.loads(text))
    except tomllib.TOMLDecodeError as error:
        return f"mistake: {error}"


def test_that_every_file_of_ours_reads_the_same() -> None:
    assert len(FILES) > 100
    for path in FILES:
        text = path.read_text("utf-8")
        assert fast(text) == whole(text), path.name


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_that_every_pair_of_lines_reads_the_same(ending: str) -> None:
    lines = [*PIECES, *ODD_PIECES]
    for one in lines:
        for two in lines if ending == "\n" else lines[::7]:
            text = f"{one}{ending}{two}"
            assert fast(text) == whole(text), text


@settings(max_examples=300)
@given(st.lists(st.sampled_from([*PIECES, *ODD_PIECES]), max_size=8))
def test_that_any_lines_read_the_same(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert fast(text) == whole(text)


def test_that_the_shipped_files_are_plain_and_so_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    loads = tomllib.loads
    monkeypatch.setattr(
        tomllib, "loads", lambda text, parse_float: read.append(text) or loads(text, parse_float=Decimal)
    )
    files = [path for path in resource("therapies").glob("*.toml") if not path.name.endswith(".cases.toml")]
    for path in files:
        plain_toml.loads(path.read_text("utf-8"))
    assert max(text.count("\n") for text in read) == 0  # single lines, such as dates; never a whole file
    assert len(read) < 40 * len(files)
