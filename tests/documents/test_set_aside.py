"""Labels for vials set aside: what stands on them, and none for vials that must not be used or are not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crs_desktop.documents.filed import FiledSheet
from crs_desktop.documents.gather.set_aside import set_aside_facts
from crs_desktop.documents.pages import joined, page_sizes
from crs_desktop.documents.service import PaperShop
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import MarkInfusion
from tests.documents.reading import by_pdfium as words_of
from tests.readiness.board.site import ACTOR, CELLS, NOW, ZONE, Site, day, must, site_in


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = site_in(tmp_path)
    yield made
    made.store.close()


def shop(site: Site) -> PaperShop:
    return PaperShop(site.store, ZONE, site.readiness, site.doses)


def promised(site: Site, kg: str = "50") -> tuple[int, str]:
    """A patient with one of two sets promised; answers patient and holder."""
    site.receive("B7310", "400", 4, 60)
    patient = site.enrol("Adler", CELLS, 2, kg)
    must(site.confirm(patient))
    return patient, f"course:{site.course(patient)}"


def codes(answer: FiledSheet | Refused) -> list[str]:
    assert isinstance(answer, Refused)
    return [finding.code for finding in answer.findings]


def test_that_a_label_says_whose_what_until_when_and_which_promise(site: Site) -> None:
    patient, holder = promised(site)
    (promise,) = site.promises(patient)
    made = must(shop(site).set_aside(site.key(), holder, ACTOR))
    assert (made.kind, made.patient_id) == ("set-aside", patient)
    said = words_of(must(shop(site).content(made)))
    record = site.patients.record(patient)
    assert record is not None
    for words in (
        "Adler, Ruth", record.patient.mrn, "12 Mar 1961", "1 x 400 mg", "tocilizumab (Actemra)", "B7310",
        "HELD UNTIL Fri 18 Dec 2026", f"no. {promise.id}, set 1", "M. Okafor", made.code,
    ):  # fmt: skip
        assert words in said, words
    assert said.count("SET ASIDE, set") == 1  # the other set is only proposed


def test_that_one_promise_alone_can_have_its_label(site: Site) -> None:
    patient, holder = promised(site)
    must(site.confirm(patient, 2))
    first, second = site.promises(patient)
    both = words_of(must(shop(site).content(must(shop(site).set_aside(site.key(), holder, ACTOR)))))
    assert both.count("SET ASIDE, set") == 2
    one = words_of(must(shop(site).content(must(shop(site).set_aside(site.key(), holder, ACTOR, (second.id,))))))
    assert f"no. {second.id}, set 2" in one and f"no. {first.id}, set" not in one


@pytest.mark.parametrize("state", ["quarantined", "recalled", "excursion"])
def test_that_blocked_vials_get_no_label(site: Site, state: str) -> None:
    _, holder = promised(site)
    site.state("B7310", state)
    assert codes(shop(site).set_aside(site.key(), holder, ACTOR)) == ["label_lot_blocked"]


@pytest.mark.parametrize("gone", [3, 4])
def test_that_vials_that_are_gone_get_no_label(site: Site, gone: int) -> None:
    _, holder = promised(site, "80")
    site.waste("B7310", gone)
    assert codes(shop(site).set_aside(site.key(), holder, ACTOR)) == ["label_vials_gone"]


def test_that_vials_that_expire_before_the_promise_ends_get_no_label(site: Site) -> None:
    patient, _ = promised(site)
    record, (promise,) = site.patients.record(patient), site.promises(patient)
    assert record is not None
    (shelf,) = [line.on_hand for line in site.stock.picture().shelf]
    early = replace(shelf, lot=replace(shelf.lot, expires=promise.held.last - timedelta(days=1)))
    printed = ("M. Okafor", NOW)
    made = set_aside_facts(record.patient, record.courses[0], [promise], [early], "", ZONE, printed)
    assert isinstance(made, Refused) and [one.code for one in made.findings] == ["label_lot_expires"]
    made = set_aside_facts(record.patient, record.courses[0], [promise], [shelf], "", ZONE, printed)
    assert not isinstance(made, Refused)


def test_that_nothing_promised_is_said(site: Site) -> None:
    patient = site.enrol("Adler", CELLS, 2)
    assert codes(shop(site).set_aside(site.key(), f"course:{site.course(patient)}", ACTOR)) == ["label_no_promise"]
    assert codes(shop(site).set_aside(site.key(), "course:99", ACTOR)) == ["label_no_promise"]


def test_that_a_day_is_filed_infusion_by_infusion_and_printed_as_one(site: Site) -> None:
    site.receive("B7310", "400", 6, 60)
    patients = [site.enrol("Adler", CELLS, 2), site.enrol("Berg", CELLS, 2), site.enrol("Cohn", CELLS, 3)]
    gone = site.enrol("Dietz", CELLS, 2)
    record = site.patients.record(gone)
    assert record is not None
    must(
        site.patients.mark(
            MarkInfusion(site.key(), site.course(gone), record.infusions[0].dose.key, "not given", "", "fever"), ACTOR
        )
    )
    made = shop(site).day(site.key(), day(2), ACTOR)
    assert [sheet.patient_id for sheet in made.filed] == patients[:2] and made.refused == ()
    assert {sheet.day for sheet in made.filed} == {day(2)}
    contents = [must(shop(site).content(sheet)) for sheet in made.filed]
    whole = joined(contents)
    assert len(page_sizes(whole)) == sum(len(page_sizes(content)) for content in contents)
    assert "Adler, Ruth" in words_of(whole) and "Berg, Ruth" in words_of(whole)
    assert shop(site).day(site.key(), day(20), ACTOR).filed == ()
