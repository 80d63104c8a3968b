"""Three kinds of error, each said where it helps; no value of a patient reaches log or report."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.banner import BannerArea
from crs_desktop.desktop.error_presenter import ErrorPresenter
from crs_desktop.desktop.theme import State
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import Finding, no, refuse

SECRET = "Lindqvist 0038820"


class Place:
    """Stands where a form stands."""

    def __init__(self) -> None:
        self.said: list[Finding] = []

    def show_findings(self, findings: Iterable[Finding]) -> None:
        self.said.extend(findings)


@pytest.fixture
def banners(qtbot: QtBot) -> BannerArea:
    made = BannerArea()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def presenter(banners: BannerArea, tmp_path: Path) -> Iterator[ErrorPresenter]:
    made = ErrorPresenter(banners, tmp_path / "reports", "0.1")
    yield made
    made.uninstall()


def broken(secret: str) -> None:
    raise ValueError(f"cannot handle {secret}")


def caught() -> BaseException:
    try:
        broken(SECRET)
    except ValueError as error:
        return error
    raise AssertionError


def test_that_the_users_mistake_is_said_where_it_was_made(presenter: ErrorPresenter, banners: BannerArea) -> None:
    place = Place()
    finding = no("weight_not_understood", "weight_kg", "70,5")
    presenter.present(NotUnderstood(finding), place=place)
    presenter.present_refusal(refuse(finding), place)
    assert place.said == [finding, finding] and banners.banners() == []


def test_that_a_mistake_without_a_place_is_said_in_the_banner(presenter: ErrorPresenter, banners: BannerArea) -> None:
    presenter.present(NotUnderstood(no("weight_not_understood", "weight_kg", "<b>70,5</b>")))
    assert "“<b>70,5</b>”" in banners.banners()[0].text


def test_that_the_environment_is_said_with_retry(qtbot: QtBot, presenter: ErrorPresenter, banners: BannerArea) -> None:
    again: list[int] = []
    presenter.present(EnvironmentFailure(no("desktop_failed")), lambda: again.append(1))
    retry = banners.banners()[0].retry_button
    assert retry is not None
    qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)
    assert again == [1] and banners.banners() == [] and banners.isHidden()


def test_that_a_defect_is_reported_without_any_value(
    presenter: ErrorPresenter, banners: BannerArea, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        presenter.present(caught())
    report = next((tmp_path / "reports").iterdir()).read_text("utf-8")
    assert "ValueError" in report and "test_error_presenter.py" in report and "in broken" in report
    for text in (report, caplog.text, banners.banners()[0].text):
        assert "Lindqvist" not in text and "0038820" not in text
    assert str(tmp_path) in banners.banners()[0].text


def test_that_an_unwritable_report_folder_does_not_hide_the_defect(
    banners: BannerArea, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("")
    ErrorPresenter(banners, tmp_path / "file").present(caught())
    assert "made a mistake" in banners.banners()[0].text


def test_that_at_most_twenty_reports_are_kept(presenter: ErrorPresenter, tmp_path: Path) -> None:
    for _ in range(25):
        presenter.present(caught())
    assert len(list((tmp_path / "reports").iterdir())) == 20


def test_that_the_same_sentence_stands_once_and_three_banners_are_the_most(banners: BannerArea) -> None:
    for text in ("a", "b", "a", "c", "d"):
        banners.show_message(State.SHORT, "not done", text)
    assert [one.text for one in banners.banners()] == ["d", "c", "a"]


def test_that_what_nobody_caught_is_presented_from_any_thread(
    qtbot: QtBot, presenter: ErrorPresenter, banners: BannerArea
) -> None:
    presenter.install()
    error = caught()
    sys.excepthook(type(error), error, error.__traceback__)
    assert len(banners.banners()) == 1
    banners.banners()[0].dismiss()
    thread = threading.Thread(target=broken, args=(SECRET,))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(banners.banners()) == 1)
    before = sys.excepthook
    presenter.uninstall()
    assert sys.excepthook is not before


def test_that_a_finding_without_a_sentence_is_still_said(presenter: ErrorPresenter, banners: BannerArea) -> None:
    presenter.present(EnvironmentFailure(no("never_written")))
    assert "never_written" in banners.banners()[0].text
