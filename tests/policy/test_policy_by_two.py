"""A row of policy takes two: at the service, and at the window by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.refusal import Refused
from crs_desktop.policy.commands import StatePolicy
from crs_desktop.policy.ui.page import PolicyPage
from crs_desktop.staff.signing.commands import StateNightRule, read_night_rule
from crs_desktop.staff.signing.model import Asked, Outcome, SecondSignature
from crs_desktop.staff.signing.service import SecondCheckBook
from tests.policy.conftest import NOW, WEBER, ZONE, Site
from tests.staff.signing.made_up import second
from tests.staff.signing.step import (
    asking,
    enter,
    everything_to_be_read,
    no_step,
    open_step,
    sign,
    who,
)

REACH = StatePolicy("r1", "counted_reach", "47", "2027-03-09", "P&T committee", "Far depot", "Minutes 3")


def checks(site: Site) -> list[Outcome]:
    return [one.outcome for one in SecondCheckBook(site.store, ZONE).checks("policy", REACH.key)]


def why(answer: object) -> list[tuple[str, str]]:
    assert isinstance(answer, Refused), answer
    return [(one.code, one.field) for one in answer.findings]


def state(site: Site, command: StatePolicy = REACH, signature: SecondSignature | None = None, **entered: str) -> object:
    return site.book.state(command, WEBER, signature or second(site.book.asked(command), NOW, **entered))


# --- the service ---


def test_that_nobody_states_policy_alone_by_day_or_by_night(site: Site) -> None:
    assert why(site.book.state(REACH, WEBER, None)) == [("policy_second_needed", "second")]
    night = StateNightRule("n", "2026-12-02", "20:00", "08:00", "One pharmacist at night")
    read = read_night_rule(night)
    assert not isinstance(read, Refused)
    book = SecondCheckBook(site.store, ZONE)
    assert not isinstance(book.state_night_rule(night, WEBER, second(read.asked(), NOW)), Refused)
    assert not isinstance(book.alone_now(), Refused)
    alone = SecondSignature(None, alone_reason="nobody else is here")
    assert why(state(site, signature=alone)) == [("second_check_never_alone", "second")]
    assert site.book.rows() == [] and checks(site) == []


def test_that_the_one_who_states_it_does_not_sign_as_the_second(site: Site) -> None:
    signature = second(site.book.asked(REACH), NOW, WEBER.name.upper())
    assert why(state(site, signature=signature)) == [("second_check_same", "second")]
    assert site.book.rows() == []


def test_that_somebody_without_the_right_does_not_sign(site: Site) -> None:
    signature = second(site.book.asked(REACH), NOW)
    assert signature.by is not None
    signature = replace(signature, by=replace(signature.by, roles=frozenset({"technician", "administrator"})))
    assert why(state(site, signature=signature)) == [("second_check_role", "second")]
    assert site.book.rows() == []


def test_that_the_signature_stands_beside_the_row_and_both_names_are_known(site: Site) -> None:
    row = state(site)
    assert not isinstance(row, Refused)
    (check,) = SecondCheckBook(site.store, ZONE).checks("policy", REACH.key)
    assert (check.first, check.second, check.outcome) == ("A. Weber", "S. Lindgren", Outcome.AGREED)
    assert check.entered == {"value": "47", "valid_from": "2027-03-09"}
    assert state(site) == row and checks(site) == [Outcome.AGREED], "sent twice, it is done once"


@pytest.mark.parametrize(
    ("field", "typed", "first"), [("value", "74", "47"), ("valid_from", "2027-09-03", "2027-03-09")]
)
def test_that_what_differs_is_refused_shown_and_counted(site: Site, field: str, typed: str, first: str) -> None:
    answer = state(site, **{field: typed})
    assert why(answer) == [("second_check_differs", field), ("second_check_explain", "explanation")]
    assert isinstance(answer, Refused)
    assert (answer.findings[0].get("first"), answer.findings[0].value) == (first, typed)
    assert site.book.rows() == [] and checks(site) == [Outcome.DIFFERS]
    assert SecondCheckBook(site.store, ZONE).counts().differed == 1


def test_that_another_form_does_not_make_a_difference_forgotten(site: Site) -> None:
    state(site, value="74")
    again = replace(REACH, request_id="r2")
    assert why(state(site, again))[-1] == ("second_check_explain", "explanation")
    assert site.book.rows() == []
    signature = replace(second(site.book.asked(again), NOW), explanation="I read the digits the wrong way round")
    assert not isinstance(state(site, again, signature), Refused)
    assert checks(site)[0] is Outcome.DIFFERS and checks(site)[-1] is Outcome.EXPLAINED


def test_that_what_the_first_person_puts_right_counts_as_corrected(site: Site) -> None:
    state(site, value="74")
    right = replace(REACH, request_id="r2", value="74")
    assert not isinstance(state(site, right), Refused)
    assert checks(site) == [Outcome.DIFFERS, Outcome.CORRECTED]
    assert [row.value for row in site.book.rows()] == ["74"]


@pytest.mark.parametrize(
    ("key", "value", "typed"),
    [("rounding", "7.5", " 7.50 "), ("interval_from", "start", "start"), ("horizon", "21", "021")],
)
def test_that_one_value_in_two_forms_is_no_difference(site: Site, key: str, value: str, typed: str) -> None:
    command = replace(REACH, key=key, value=value)
    assert not isinstance(state(site, command, value=typed), Refused)
    assert [row.value for row in site.book.rows()] == [value]


@pytest.mark.parametrize(
    ("value", "code"), [("", "text_missing"), ("900", "count_out_of_range"), ("4x", "count_not_understood")]
)
def test_that_what_cannot_be_a_value_is_no_difference_but_asked_again(site: Site, value: str, code: str) -> None:
    command = replace(REACH, key="sets_car_t", value="3")
    assert why(state(site, command, value=value)) == [(code, "value")]
    assert checks(site) == []


def test_that_nothing_is_asked_of_a_second_person_before_the_first_has_typed_it_right(site: Site) -> None:
    assert isinstance(site.book.asked(REACH), Asked)
    assert why(site.book.asked(replace(REACH, value="x", owner=""))) == [
        ("count_not_understood", "value"), ("text_missing", "owner"),
    ]  # fmt: skip


# --- the window ---


@pytest.fixture
def page(qtbot: QtBot, site: Site) -> Iterator[PolicyPage]:
    make_application([])
    tasks = Tasks(inline=True)
    step = asking(tasks, site.store, SecondCheckBook(site.store, ZONE))
    made = PolicyPage(tasks, site.book, ZONE, lambda: WEBER, step)
    made.resize(1100, 700)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made


def first_form(qtbot: QtBot, page: PolicyPage) -> FormDialog:
    """The first person has typed and pressed Enter."""
    page.options.choose(REACH.key)
    page.open_state()
    form = next(one for one in page.findChildren(FormDialog) if one.isVisible())
    for name in ("value", "valid_from", "owner", "reason", "citation"):
        editor = form.form.fields[name].editor
        qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(editor, getattr(REACH, name))
    qtbot.keyClick(form.panel, Qt.Key.Key_Return)
    return form


def test_that_nothing_the_first_person_entered_can_be_read_in_any_window(qtbot: QtBot, page: PolicyPage) -> None:
    assert "the default this program ships" in page.detail.text()
    form = first_form(qtbot, page)
    step = open_step(qtbot)
    said = everything_to_be_read()
    assert "A second person is at the keyboard" in said and "Reach that counts" in said  # what is there is found
    for entered in ("47", "2027", "9 Mar", "P&T", "Far depot", "Minutes 3"):
        assert entered not in said
    assert not form.isVisible() and page.isVisible() and not page.options.isVisible()
    assert step.form.values() == {"second": "", "password": "", "value": "", "valid_from": ""}


def test_that_a_second_person_signs_by_keyboard(qtbot: QtBot, page: PolicyPage, site: Site) -> None:
    first_form(qtbot, page)
    step = open_step(qtbot)
    assert QApplication.focusWidget() is step.form.fields["second"].editor
    who(qtbot, step)
    enter(qtbot, step, value="47", valid_from="2027-03-09")
    sign(qtbot, step)
    qtbot.waitUntil(no_step)
    assert [row.value for row in site.book.rows()] == ["47"] and checks(site) == [Outcome.AGREED]
    assert not any(one.isVisible() for one in page.findChildren(FormDialog)) and page.options.isVisible()


def test_that_a_difference_shows_both_and_the_password_is_asked_again(
    qtbot: QtBot, page: PolicyPage, site: Site
) -> None:
    first_form(qtbot, page)
    step = open_step(qtbot)
    who(qtbot, step)
    enter(qtbot, step, value="74", valid_from="2027-03-09")
    sign(qtbot, step)
    assert step.form.error_of("value") == "Recorded: 47. The second person entered: 74."
    assert step.form.error_of("valid_from") == ""
    assert checks(site) == [Outcome.DIFFERS] and site.book.rows() == []
    assert step.form.values()["password"] == ""
    enter(qtbot, step, explanation="The minutes say 47, I read 74")
    sign(qtbot, step)
    assert step.form.error_of("password") == "Type the password."
    assert site.book.rows() == []
    enter(qtbot, step, password="four loose words")
    sign(qtbot, step)
    assert step.form.error_of("password") and site.book.rows() == []
    enter(qtbot, step, password="four loose words here")
    sign(qtbot, step)
    qtbot.waitUntil(no_step)
    assert checks(site)[-1] is Outcome.EXPLAINED and len(site.book.rows()) == 1


def test_that_what_is_missing_is_said_without_using_the_password_up(qtbot: QtBot, page: PolicyPage) -> None:
    first_form(qtbot, page)
    step = open_step(qtbot)
    sign(qtbot, step)
    assert [step.form.error_of(name) != "" for name in step.form.fields] == [True] * 4
    who(qtbot, step)
    enter(qtbot, step, value="4 7", valid_from="9 March")
    sign(qtbot, step)
    assert step.form.error_of("value") and step.form.error_of("valid_from")
    assert step.form.values()["password"] != ""


def test_that_the_first_person_cannot_be_the_second_and_is_told_so(qtbot: QtBot, page: PolicyPage, site: Site) -> None:
    first_form(qtbot, page)
    step = open_step(qtbot)
    who(qtbot, step, "weber")
    enter(qtbot, step, value="47", valid_from="2027-03-09")
    sign(qtbot, step)
    assert "are the same person" in step.form.error_of("second")
    assert site.book.rows() == [] and checks(site) == []


def test_that_going_back_brings_the_first_form_back_as_it_was(qtbot: QtBot, page: PolicyPage, site: Site) -> None:
    form = first_form(qtbot, page)
    typed = form.form.values()
    qtbot.keyClick(open_step(qtbot).panel, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: form.isVisible())
    assert form.form.values() == typed and typed["value"] == "47" and form.panel.accept_button.isEnabled()
    assert no_step() and page.options.isVisible() and site.book.rows() == []


def test_that_a_step_hidden_by_a_lock_leaves_no_cover_behind(qtbot: QtBot, page: PolicyPage) -> None:
    form = first_form(qtbot, page)
    open_step(qtbot).hide()
    said = everything_to_be_read()
    assert "A second person" not in said and "47" not in said
    assert not form.isVisible() and not page.options.isVisible(), "what the lock shows is not ours to say"


def test_that_where_nobody_can_be_asked_the_form_says_who_has_to_sign(qtbot: QtBot, page: PolicyPage) -> None:
    page._second = None
    form = first_form(qtbot, page)
    assert no_step() and form.isVisible()
    assert "a second pharmacist signs with their own name and password" in everything_to_be_read()
