"""A disk that is really full: neither the row of a sheet nor its bytes, old files stay; with room all is done."""

from __future__ import annotations

from typing import Any

import pytest

from tests.store.pharmacy import LONG
from tests.store.test_full_disk import told_on_a_small_disk

# Pages left free: nothing; too little for the bytes of one sheet, of three; enough.
STEPS = range(0, 260, 4) if LONG else (0, 6, 12, 24, 48, 200)


@pytest.fixture(scope="module")
def happened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened on the small disk."""
    return told_on_a_small_disk(tmp_path_factory.mktemp("disk"), "4m", "tests.documents.fill_with_paper", STEPS)


def test_that_a_sheet_on_a_full_disk_is_refused_in_words_and_leaves_neither_row_nor_bytes(
    happened: dict[str, Any],
) -> None:
    for one in happened["sheets"]:
        code = one["first"]["code"]
        assert code in ("", "store_disk_full"), one
        assert one["between"] == ([0, 0, 0, 0] if code else [1, 1, 1, 1]), one
        assert (one["again"]["code"], one["after"], one["shown"]) == ("", [1, 1, 1, 1], True), one
        assert not code or ("disk" in one["first"]["said"] and "full" in one["first"]["said"]), one
    assert {one["first"]["code"] for one in happened["sheets"]} == {"", "store_disk_full"}


def test_that_old_papers_stay_plain_files_while_the_disk_is_full(happened: dict[str, Any]) -> None:
    for one in happened["old"]:
        assert one["codes"] in ([], ["store_disk_full"]) and one["whole"], one
        assert one["left"] == (3 if one["codes"] else 0), one
        assert (one["again"], one["held"]) == ([], True), one
    assert {tuple(one["codes"]) for one in happened["old"]} == {(), ("store_disk_full",)}
