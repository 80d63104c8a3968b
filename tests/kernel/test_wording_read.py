"""The quick reading of our wording files gives exactly what the grammar of TOML gives."""

from __future__ import annotations

import tomllib

import pytest

from crs_desktop.kernel.resources import resource
from crs_desktop.kernel.wording import templates


@pytest.mark.parametrize("path", sorted(resource("wording").rglob("*.toml")), ids=lambda path: path.name)
def test_that_every_shipped_file_reads_the_same(path: object) -> None:
    text = path.read_text("utf-8")  # type: ignore[attr-defined]
    assert templates(text) == list(tomllib.loads(text).items())


@pytest.mark.parametrize(
    "text",
    ['a = "x"\n# note\n\nb = "y"', 'a = "x\\ny"', "a = 'x'", 'a = """\nx"""', 'a="x"', 'a = "x" # why', '"a" = "x"'],
)
def test_that_other_lines_are_left_to_the_grammar(text: str) -> None:
    assert templates(text) == list(tomllib.loads(text).items())


@pytest.mark.parametrize("text", ['a = "x', "a = x", 'a = "\\q"', 'a = "tab\tno"\x01'])
def test_that_a_broken_file_is_still_refused(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        templates(text)
