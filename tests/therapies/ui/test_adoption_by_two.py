"""A protocol is adopted by two who have both read its facts: at the service, and at the window by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.signing.model import Outcome, SecondSignature
from crs_desktop.staff.signing.service import SecondCheckBook
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Store
from crs_desktop.therapies.adoption import Adoption, asked_about, label_date, to_compare
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.service import AdoptTherapy, TherapyLibrary
from crs_desktop.therapies.ui.page import TherapiesPage
from tests.staff.signing.made_up import second
from tests.staff.signing.step import asking, enter, everything_to_be_read, no_step, open_step, sign, who
from tests.store.made_up_keys import ANYBODY, KEYS

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 2, 8, 30, tzinfo=UTC)
WEBER = Actor("A. Weber")
BLI = "blinatumomab"


@dataclass
class Library:
    """The library under test."""

    store: Store
    library: TherapyLibrary

    @property
    def command(self) -> AdoptTherapy:
        protocol = self.library.catalogue.protocol(BLI)
        return AdoptTherapy("r1", BLI, protocol.fingerprint, "A. Weber", True, ())

    @property
    def unverified(self) -> int:
        return len(to_compare(self.library.catalogue.protocol(BLI)))

    def adopt(self, signature: SecondSignature | None = None, **entered: str) -> Adoption | Refused:
        signed = signature or second(self.library.asked(self.command), NOW, **entered)
        return self.library.adopt(self.command, WEBER, signed)

    def checks(self) -> list[Outcome]:
        return [one.outcome for one in SecondCheckBook(self.store, ZONE).checks("adoption", BLI)]

    def adopted(self) -> bool:
        return any(entry.adoption is not None for entry in self.library.entries())


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Library]:
    store = open_store(tmp_path / "t.crs", StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY)
    yield Library(store, TherapyLibrary(store, load_catalogue()))
    store.close()


def why(answer: object) -> list[tuple[str, str]]:
    assert isinstance(answer, Refused), answer
    return [(one.code, one.field) for one in answer.findings]


# --- the service ---


def test_that_nobody_adopts_alone_whatever_the_hour(made: Library) -> None:
    assert why(made.library.adopt(made.command, WEBER, None)) == [("adoption_second_needed", "second")]
    alone = SecondSignature(None, alone_reason="nobody else is here")
    assert why(made.adopt(alone)) == [("second_check_never_alone", "second")]
    assert not made.adopted()


def test_that_two_adopt_and_both_are_known(made: Library) -> None:
    assert isinstance(made.adopt(), Adoption)
    (check,) = SecondCheckBook(made.store, ZONE).checks("adoption", BLI)
    assert (check.first, check.second, check.outcome) == ("A. Weber", "S. Lindgren", Outcome.AGREED)
    assert check.entered["read"] == "yes"


def test_that_neither_login_nor_named_pharmacist_is_the_second(made: Library) -> None:
    asked = made.library.asked(made.command)
    other_login = Actor("T. Okafor")
    assert why(made.adopt(second(asked, NOW, "a. weber"))) == [("adoption_second_is_first", "second")]
    named = replace(made.command, pharmacist="M. Okafor")
    assert why(made.library.adopt(named, WEBER, second(asked, NOW, "A. Weber"))) == [("second_check_same", "second")]
    answer = made.library.adopt(made.command, other_login, second(asked, NOW, "A. Weber"))
    assert why(answer) == [("adoption_second_is_first", "second")]
    assert not made.adopted() and made.checks() == []


def test_that_somebody_without_the_right_does_not_sign(made: Library) -> None:
    agreed = second(made.library.asked(made.command), NOW)
    assert agreed.by is not None
    signature = replace(agreed, by=replace(agreed.by, roles=frozenset({"administrator"})))
    assert why(made.adopt(signature)) == [("second_check_role", "second")]


def test_that_who_has_not_read_signs_nothing_and_that_is_no_difference(made: Library) -> None:
    assert why(made.adopt(read="")) == [("text_missing", "read")]
    assert made.checks() == [] and not made.adopted()


@pytest.mark.parametrize(
    ("field", "typed"), [("label_revision", "2020-01-01"), ("unverified", "1"), ("site_rules", "1")]
)
def test_that_another_label_or_another_count_stops_it(made: Library, field: str, typed: str) -> None:
    answer = made.adopt(**{field: typed})
    assert why(answer) == [("second_check_differs", field), ("second_check_explain", "explanation")]
    assert made.checks() == [Outcome.DIFFERS] and not made.adopted()


@pytest.mark.parametrize("typed", ["2024-12-19", " 2024-12-19 ", "copy of 2024-12-19"])
def test_that_only_the_date_of_the_label_is_compared(made: Library, typed: str) -> None:
    assert isinstance(made.adopt(label_revision=typed), Adoption)


def test_that_a_label_without_a_date_is_answered_with_nothing() -> None:
    catalogue = load_catalogue()
    assert label_date(catalogue.protocol(BLI).label_revision) == "2024-12-19"
    assert (label_date("undated"), label_date("undated", without="")) == ("undated", "")
    for protocol in catalogue.protocols:
        asked = next(field for field in asked_about(protocol).fields if field.name == "label_revision")
        assert asked.truth == "" or asked.truth[:4].isdigit(), protocol.id


def test_that_what_the_first_left_out_is_said_before_a_second_is_asked(made: Library) -> None:
    asked = made.library.asked(replace(made.command, has_read=False, pharmacist=""))
    assert why(asked) == [("text_missing", "pharmacist"), ("adoption_not_read", "has_read")]


# --- the window ---


@pytest.fixture
def page(qtbot: QtBot, made: Library) -> Iterator[TherapiesPage]:
    make_application([])
    tasks = Tasks(inline=True)
    step = asking(tasks, made.store, SecondCheckBook(made.store, ZONE))
    shown = TherapiesPage(tasks, made.library, ZONE, lambda: WEBER, step)
    shown.resize(1100, 700)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    shown.protocols.choose(BLI)
    yield shown


def first_form(qtbot: QtBot, page: TherapiesPage) -> FormDialog:
    page.open_adopt()
    form = next(one for one in page.findChildren(FormDialog) if one.isVisible())
    qtbot.keyClicks(form.form.fields["pharmacist"].editor, "A. Weber")
    qtbot.keyClick(form.form.fields["has_read"].editor, Qt.Key.Key_Space)
    qtbot.keyClick(form.form.fields["checked"].editor, Qt.Key.Key_Space)
    qtbot.keyClicks(form.form.fields["note"].editor, "Label of July")
    qtbot.keyClick(form.panel, Qt.Key.Key_Return)
    return form


def test_that_the_second_reads_the_facts_and_not_what_the_first_ticked(
    qtbot: QtBot, page: TherapiesPage, made: Library
) -> None:
    first_form(qtbot, page)
    step = open_step(qtbot)
    (facts,) = step.findChildren(QListWidget)
    protocol = made.library.catalogue.protocol(BLI)
    texts = [facts.item(row).text() for row in range(facts.count())]
    assert len(texts) == len(protocol.facts())
    assert texts[made.unverified - 1].startswith(f"{made.unverified}. unverified: ")
    assert not any("unverified: " in text for text in texts[made.unverified :])
    said = everything_to_be_read()
    for entered in ("✓", "compared: ", "Label of July", "A. Weber"):
        assert entered not in said
    assert f" {made.unverified} " not in said, "the count is found by reading to the end, not told"


def test_that_the_second_signs_by_keyboard_only_after_having_read(
    qtbot: QtBot, page: TherapiesPage, made: Library
) -> None:
    first_form(qtbot, page)
    step = open_step(qtbot)
    who(qtbot, step)
    enter(qtbot, step, label_revision="2024-12-19", unverified=str(made.unverified), site_rules="0")
    sign(qtbot, step)
    assert step.form.error_of("read") and not made.adopted()
    qtbot.keyClick(step.form.fields["read"].editor, Qt.Key.Key_Space)
    sign(qtbot, step)
    qtbot.waitUntil(no_step)
    assert made.adopted() and made.checks() == [Outcome.AGREED]
