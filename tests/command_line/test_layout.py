"""Columns count as a terminal counts them, and nothing that is printed can steer it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.command_line.text.layout import fit, one_line, pairs, table, visible, width, wrapped


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("山田", 4), ("é", 1), ("e\u0301", 1), ("a\u200db", 2), ("", 0)]
)
def test_that_wide_and_combining_letters_are_counted_rightly(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30), st.integers(4, 20))
def test_that_a_fitted_text_is_exactly_as_wide_as_asked(text: str, columns: int) -> None:
    assert width(fit(text, columns)) == columns


def test_that_a_cut_text_shows_that_it_was_cut() -> None:
    assert fit("Papadopoulou", 8) == "Papado.."
    assert fit("山田太郎", 5) == "山.. "


@given(st.lists(st.text("abc", min_size=1, max_size=9), max_size=30), st.integers(0, 5))
def test_that_wrapping_loses_no_word_and_keeps_the_width(words: list[str], indent: int) -> None:
    lines = wrapped(" ".join(words), indent, 20)
    assert " ".join(lines).split() == words
    assert all(width(line) <= 20 and line.startswith(" " * indent) for line in lines)


def test_that_a_table_aligns_numbers_right_and_wraps_its_last_column() -> None:
    lines = table(["N", "NAME", "TEXT"], [["1", "a", "x " * 60], ["22", "bb", ""]], right=(0,))
    assert lines[0] == " N  NAME  TEXT"
    assert lines[1].startswith(" 1  a     x x")
    assert lines[2].startswith("          x x")
    assert lines[-1] == "22  bb"


def test_that_empty_tables_and_pairs_are_nothing() -> None:
    assert table(["", ""], []) == []
    assert pairs([("a", "")]) == []


def test_that_steering_characters_are_written_out() -> None:
    assert visible("a\x1b[2J\nb\u202ec\x9b") == "a\\x1b[2J\nb\\u202ec\\x9b"
    assert one_line("a\nb\r\u2028") == "a\\nb\\r\\u2028"
