"""The policy book on a real store: rows by date, refusals beside their fields, one answer a request, append-only."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused
from crs_desktop.policy.model import PolicyRow
from crs_desktop.store.store import Request, Result, Writing
from tests.policy.conftest import TODAY, WEBER, ZONE, Site


def test_that_a_stated_value_holds_from_its_day_on(site: Site) -> None:
    answer = site.state("sets_car_t", "3", "2026-12-10")
    assert isinstance(answer, PolicyRow) and (answer.owner, answer.actor) == ("P&T committee", "A. Weber")
    assert [site.book.on(date(2026, 12, day)).value("sets_car_t") for day in (9, 10)] == ["2", "3"]
    assert site.book.rows() == [answer]
    assert [option.key for option in site.book.options()][:2] == ["sets_car_t", "sets_bispecific"]


def test_that_today_is_the_day_of_the_site(site: Site) -> None:
    site.state("sets_car_t", "3", "2026-12-03")
    picture = site.book.picture(ZONE)
    assert picture.policy.day == TODAY and picture.policy.value("sets_car_t") == "2"
    assert len(picture.rows) == 1


def test_that_listeners_hear_of_it_after_the_commit(site: Site) -> None:
    heard: list[frozenset[Topic]] = []
    site.feed.subscribe(heard.append)
    site.state("sets_car_t", "3", "2026-12-10")
    site.state("sets_car_t", "9", "2026-12-10")
    assert heard == [frozenset({Topic.POLICY, Topic.READINESS, Topic.PEOPLE})]


def test_that_every_mistake_is_named_by_its_field_and_nothing_is_saved(site: Site) -> None:
    answer = site.state("sets_car_t", "9", "2026-02-31", owner=" ", reason="", citation="x" * 2001)
    assert isinstance(answer, Refused)
    assert [(finding.field, finding.code) for finding in answer.findings] == [
        ("value", "count_out_of_range"),
        ("valid_from", "day_does_not_exist"),
        ("owner", "text_missing"),
        ("reason", "text_missing"),
        ("citation", "text_too_long"),
    ]
    assert site.book.rows() == []


def test_that_an_option_nobody_declared_cannot_be_stated(site: Site) -> None:
    answer = site.state("sets_gene_therapy", "1", "2026-12-02")
    assert isinstance(answer, Refused) and answer.findings[0].code == "policy_key"


def test_that_the_same_request_is_recorded_once(site: Site) -> None:
    first = site.state("sets_car_t", "3", "2026-12-02", request="twice")
    assert site.state("sets_car_t", "3", "2026-12-02", request="twice") == first
    assert isinstance(site.state("sets_car_t", "4", "2026-12-02", request="twice"), Refused)
    assert len(site.book.rows()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policy_rows SET value = '0'",
        "DELETE FROM policy_rows",
        "INSERT OR REPLACE INTO policy_rows SELECT * FROM policy_rows",
    ],
)
def test_that_a_stated_row_is_never_edited(site: Site, statement: str) -> None:
    site.state("sets_car_t", "3", "2026-12-02")

    def work(writing: Writing) -> Result:
        writing.session.execute(text(statement))
        raise AssertionError(f"the store took: {statement}")

    with pytest.raises(EnvironmentFailure) as caught:
        site.store.perform(Request("edit", "edit", {}), WEBER, [], work)
    assert "policy_rows is append-only" in str(caught.value.__cause__)
    assert [row.value for row in site.book.rows()] == ["3"]
