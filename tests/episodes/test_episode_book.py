"""An episode opens with the first grade, keeps grades as told, and closes by a named act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crs_desktop.episodes.model import Episode, Grade
from crs_desktop.episodes.service import EpisodeBook, GradeTyped
from crs_desktop.kernel.refusal import Refused
from crs_desktop.store.store import Store
from tests.patients.made_up import ACTOR, ZONE, at, enrolment, new_store, register_of

TOLD = GradeTyped("CRS", "2", "ASTCT 2019", "N. Berg", "2026-12-02 03:10")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path)
    register_of(opened).enrol(enrolment(), ACTOR)
    yield opened
    opened.close()


def codes(answer: object) -> set[tuple[str, str]]:
    assert isinstance(answer, Refused)
    return {(finding.code, finding.field) for finding in answer.findings}


def test_that_the_first_grade_opens_an_episode_and_the_next_joins_it(store: Store) -> None:
    book = EpisodeBook(store, ZONE)
    book.tell("g1", 1, TOLD, ACTOR)
    book.tell("g2", 1, replace(TOLD, kind="ICANS", grade="1"), ACTOR)
    (episode,) = book.all()
    assert episode == book.of(1)[0]
    assert episode.open and episode.opened_at == datetime(2026, 12, 2, 8, 10, tzinfo=UTC)
    assert [grade.text for grade in episode.grades] == [
        "CRS grade 2 (ASTCT 2019), as told by N. Berg, not derived",
        "ICANS grade 1 (ASTCT 2019), as told by N. Berg, not derived",
    ]


def test_that_a_closed_episode_stays_and_the_next_grade_opens_another(store: Store) -> None:
    book = EpisodeBook(store, ZONE)
    book.tell("g1", 1, TOLD, ACTOR)
    book.close("c1", 1, "afebrile 48 h", ACTOR)
    assert not book.of(1)[0].open
    assert codes(book.close("c2", 1, "again", ACTOR)) == {("episode_none_open", "patient")}
    book.tell("g2", 1, TOLD, ACTOR)
    assert [episode.open for episode in book.of(1)] == [False, True]


def test_that_the_same_request_is_one_grade_and_other_content_is_refused(store: Store) -> None:
    book = EpisodeBook(store, ZONE)
    first = book.tell("g1", 1, TOLD, ACTOR)
    assert book.tell("g1", 1, TOLD, ACTOR) == first
    assert codes(book.tell("g1", 1, replace(TOLD, grade="3"), ACTOR)) == {("request_with_other_content", "request")}
    assert len(book.of(1)[0].grades) == 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (GradeTyped("", "", "", "", ""), {
            ("text_missing", "kind"), ("text_missing", "grade"), ("text_missing", "scale"),
            ("text_missing", "told_by"), ("instant_not_understood", "graded_at"),
        }),
        (replace(TOLD, kind="fever"), {("grade_kind", "kind")}),
        (replace(TOLD, scale="mine"), {("grade_scale", "scale")}),
        (replace(TOLD, grade="6"), {("count_out_of_range", "grade")}),
        (replace(TOLD, grade="2.5"), {("count_not_understood", "grade")}),
        (replace(TOLD, graded_at="2026-12-02 09:01"), {("time_in_the_future", "graded_at")}),
    ],
)  # fmt: skip
def test_that_a_grade_that_cannot_be_is_refused_with_every_reason_and_nothing_is_written(
    store: Store, typed: GradeTyped, expected: set[tuple[str, str]]
) -> None:
    book = EpisodeBook(store, ZONE)
    assert codes(book.tell("g1", 1, typed, ACTOR)) == expected
    assert book.all() == []


def test_that_a_grade_in_the_repeated_hour_asks_for_the_offset(store: Store) -> None:
    later = at(store, datetime(2027, 11, 8, 12, tzinfo=UTC))
    book = EpisodeBook(later, ZONE)
    assert codes(book.tell("g1", 1, replace(TOLD, graded_at="2027-11-07 01:30"), ACTOR)) == {
        ("instant_is_twice", "graded_at")
    }
    assert not isinstance(book.tell("g2", 1, replace(TOLD, graded_at="2027-11-07 01:30-05:00"), ACTOR), Refused)
    assert book.of(1)[0].opened_at == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
    later.close()


def test_that_nobody_can_be_graded_who_is_not_here_and_no_episode_closes_without_a_reason(store: Store) -> None:
    book = EpisodeBook(store, ZONE)
    assert codes(book.tell("g1", 99, TOLD, ACTOR)) == {("patient_unknown", "patient")}
    book.tell("g2", 1, TOLD, ACTOR)
    assert codes(book.close("c1", 1, "  ", ACTOR)) == {("text_missing", "reason")}
    assert book.of(1)[0].open


def test_that_an_episode_is_open_until_it_is_closed() -> None:
    now = datetime(2026, 12, 2, tzinfo=UTC)
    grade = Grade(1, 1, "CRS", 1, "Penn", "N. Berg", now, "M. Okafor")
    assert Episode(1, 1, now, None, (grade,)).open
    assert not Episode(1, 1, now, now, (grade,)).open
