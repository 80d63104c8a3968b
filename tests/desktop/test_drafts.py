"""What was half typed before a lock comes back into the same form, once, and says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.drafts import Drafts, drafts
from crs_desktop.desktop.fields import Field
from crs_desktop.desktop.forms import Form, FormDialog


class Desk:
    """Opens the same kind of form again and again."""

    by_hint = False

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.parent = QWidget()
        qtbot.addWidget(self.parent)

    def open(self, subject: str = "lot 7", kind: str = "waste", lots: str = "AB", asked: list[str] | None = None) -> FormDialog:  # noqa: E501
        form = Form()
        form.text("reason", "&Reason")
        form.choice("place", "Place", [])  # before the field that decides what it offers
        form.choice("lot", "&Lot", [(one, f"lot {one}") for one in lots], ask=True)
        form.long_text("note", "Note")
        form.check("sure", "Sure")
        form.text("secret", "Secret")
        self.hide(form.fields["secret"])
        form.set_values({"note": "as opened"})

        def offer(name: str) -> None:
            if asked is not None:
                asked.append(name)
            if name == "lot":
                place = form.fields["place"]
                place.set_choices([(form.values()["lot"] + "1", "one")])  # type: ignore[attr-defined]

        form.changed.connect(offer)
        dialog = FormDialog("Waste vials", "&Waste", form, self.parent, kind=kind, subject=subject)
        dialog.open()
        self.qtbot.waitExposed(dialog)
        return dialog

    def hide(self, field: Field) -> None:
        assert isinstance(field.editor, QLineEdit)
        if self.by_hint:
            field.editor.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData)
        else:
            field.editor.setEchoMode(QLineEdit.EchoMode.Password)
            field.editor.setInputMethodHints(Qt.InputMethodHint.ImhNone)

    def half_type(self, dialog: FormDialog) -> None:
        self.qtbot.keyClicks(dialog.form.fields["reason"].editor, "drop")
        self.qtbot.keyClicks(dialog.form.fields["secret"].editor, "hunter2")
        lot = dialog.form.fields["lot"].editor
        lot.setFocus()
        self.qtbot.keyClick(lot, Qt.Key.Key_Down)
        self.qtbot.keyClick(lot, Qt.Key.Key_Down)
        dialog.form.fields["place"].set_value("B1")

    def lock(self) -> bytes:
        """Collect, let go, take everything apart."""
        blob = drafts().collect()
        drafts().forget()
        self.parent.close()
        self.parent = QWidget()
        self.qtbot.addWidget(self.parent)
        return blob


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    drafts().forget()
    yield Desk(qtbot)
    drafts().forget()


def test_that_everything_typed_comes_back_as_if_typed_and_says_so(desk: Desk) -> None:
    first = desk.open()
    desk.half_type(first)
    request = first.request_id
    blob = desk.lock()
    drafts().give_back(blob)
    assert drafts().waiting() == (("waste", "lot 7"),)
    asked: list[str] = []
    again = desk.open(asked=asked)
    assert again.form.values() == {
        "reason": "drop", "lot": "B", "place": "B1", "note": "as opened", "sure": "", "secret": "",
    }  # fmt: skip
    assert {"reason", "lot"} <= set(asked) and "note" not in asked
    assert again.panel.back_text() == "What you had typed before the lock is back: check it."
    assert again.request_id == request and drafts().waiting() == ()


def test_that_it_comes_back_once(desk: Desk) -> None:
    desk.half_type(desk.open())
    drafts().give_back(desk.lock())
    desk.open().reject()
    fresh = desk.open()
    assert fresh.form.values()["reason"] == "" and fresh.panel.back_text() == ""


@pytest.mark.parametrize(("kind", "subject"), [("waste", "lot 8"), ("receive", "lot 7")])
def test_that_it_never_comes_back_in_the_form_of_another(desk: Desk, kind: str, subject: str) -> None:
    desk.half_type(desk.open())
    drafts().give_back(desk.lock())
    other = desk.open(subject, kind)
    assert other.form.values()["reason"] == "" and drafts().waiting() == (("waste", "lot 7"),)


@pytest.mark.parametrize("by_hint", [False, True])
def test_that_a_secret_is_not_part_of_a_draft(desk: Desk, by_hint: bool) -> None:
    desk.by_hint = by_hint
    desk.half_type(desk.open())
    blob = desk.lock()
    assert b"drop" in blob and b"hunter2" not in blob and b"secret" not in blob


def test_that_an_untouched_a_closed_and_an_unnamed_form_leave_nothing(desk: Desk) -> None:
    desk.open()
    closed = desk.open("lot 9")
    desk.half_type(closed)
    closed.reject()
    desk.half_type(desk.open(kind=""))
    assert desk.lock() == b""


def test_that_what_is_no_longer_offered_is_named(desk: Desk) -> None:
    desk.half_type(desk.open())
    drafts().give_back(desk.lock())
    again = desk.open(lots="A")
    assert again.form.values()["lot"] == "" and again.form.values()["reason"] == "drop"
    assert again.panel.back_text().endswith("Not put back, because it is no longer offered here: Place, Lot.")


def test_that_a_second_lock_keeps_what_nobody_has_opened_yet_and_what_came_back(desk: Desk) -> None:
    desk.half_type(desk.open())
    desk.half_type(desk.open("lot 8"))
    drafts().give_back(desk.lock())
    desk.open("lot 8")
    drafts().give_back(desk.lock())
    assert set(drafts().waiting()) == {("waste", "lot 7"), ("waste", "lot 8")}


def test_that_a_form_that_was_being_saved_says_so_and_keeps_its_request(desk: Desk) -> None:
    first = desk.open()
    first.panel.set_running(True)
    request = first.request_id
    drafts().give_back(desk.lock())
    again = desk.open()
    assert again.request_id == request
    assert again.panel.back_text().startswith("This was being saved when the screen locked.")


def test_that_two_opened_forms_have_two_requests(desk: Desk) -> None:
    assert desk.open().request_id != desk.open("lot 8").request_id


@pytest.mark.parametrize("blob", [b"[]", b"{}", b'{"drafts": [1]}', b'{"drafts": [{}]}', b"\xff", b"nonsense"])
def test_that_only_its_own_blob_is_taken(desk: Desk, blob: bytes) -> None:
    with pytest.raises(ValueError):
        Drafts().give_back(blob)
    kept = Drafts()
    kept.give_back(b"")
    assert kept.waiting() == () and kept.collect() == b""
