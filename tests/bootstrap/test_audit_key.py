"""A window over a store whose audit key is gone: work goes on, and that nothing proves it is said at once."""

from __future__ import annotations

from pathlib import Path

from crs_desktop.store import audit
from tests.bootstrap.test_opening import opening, said
from tests.journeys.desk import wait_until


def test_that_a_missing_audit_key_is_said_in_the_window(story: Path) -> None:
    audit.key_path(story).unlink()
    with opening(story) as desk:
        wait_until(lambda: desk.board.live, "the live board")
        assert "The audit key is missing or is another one. Work goes on and is recorded" in said(desk)
        assert not audit.key_path(story).exists()


def test_that_nothing_is_said_while_the_key_is_there(story: Path) -> None:
    with opening(story) as desk:
        wait_until(lambda: desk.board.live, "the live board")
        assert said(desk) == ""
        page = desk.window.show_page("history")
        wait_until(lambda: len(page.table.model.records()) > 30, "the entries")  # type: ignore[attr-defined]
