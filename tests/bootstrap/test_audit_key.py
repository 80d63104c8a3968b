"""A window over a store whose chain was begun with another key: work goes on, and that nothing proves it is said."""

from __future__ import annotations

from pathlib import Path

from tests.bootstrap.test_opening import opening, said
from tests.journeys.desk import wait_until
from tests.store.made_up_keys import OTHER_AUDIT


def test_that_another_audit_key_is_said_in_the_window(story: Path) -> None:
    with opening(story, OTHER_AUDIT) as desk:
        wait_until(lambda: desk.board.live, "the live board")
        assert "This log was begun with another audit key. Work goes on and is recorded" in said(desk)


def test_that_nothing_is_said_while_the_key_is_there(story: Path) -> None:
    with opening(story) as desk:
        wait_until(lambda: desk.board.live, "the live board")
        assert said(desk) == ""
        page = desk.window.show_page("history").page("log")  # type: ignore[attr-defined]
        wait_until(lambda: len(page.table.model.records()) > 30, "the entries")
