"""Go back to yesterday: a dose is recorded, then the store of the day before is brought back by keys; today is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt

from crs_desktop.desktop.forms import FormDialog
from crs_desktop.store.backup import Reason, folder_of, list_backups, make
from crs_desktop.store.returning import verify_backup
from tests.journeys.desk import NOW, Person, desk_over, take_picture, wait_until, words_of
from tests.journeys.test_a_dose import record_by_keys
from tests.store.made_up_keys import KEYS


def test_that_yesterday_is_brought_back_by_keys_and_today_is_kept(story: Path) -> None:
    make(story, folder_of(story), Reason.SESSION, NOW - timedelta(hours=20), KEYS.data)
    with desk_over(story) as desk:
        person, house = Person(desk), desk.house
        wait_until(lambda: desk.window.status.text("backup") == "backed up 20 hours ago", "the age of the backup")
        record_by_keys(person)
        person.key(Qt.Key.Key_Escape)
        person.go("backups")
        page = desk.window.page("backups")
        wait_until(lambda: len(page.table.model.records()) == 1, "the backup in the list")  # type: ignore[attr-defined]
        take_picture(desk, "backups")
        person.tab_to(page.back_button)  # type: ignore[attr-defined]
        person.key(Qt.Key.Key_Space)
        dialog = person.dialog(FormDialog)
        assert "1 dose" in words_of(dialog) and "Lindqvist, Karin" in words_of(dialog)
        take_picture(desk, "go-back", dialog)
        person.write(dialog.form.fields["word"].editor, "GO BACK")
        person.key(Qt.Key.Key_Return)
        wait_until(lambda: "paused" in desk.window.status.text("backup"), "the pause in the status line")
        take_picture(desk, "gone-back")
        assert house.doses.entries() == []
        answered = desk.board.picture
        person.go("board")
        wait_until(lambda: desk.board.picture is not answered, "the board of yesterday's store")
        former = list_backups(folder_of(story))[0]
        assert former.manifest is not None and former.manifest.reason == "return"
    assert verify_backup(former.path, KEYS.data).counts["doses"] == 1
    assert len(list_backups(folder_of(story))) == 2, "nothing is backed up by itself while paused"
