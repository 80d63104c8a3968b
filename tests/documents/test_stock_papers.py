"""Recall letters and the count sheet: what stands on them, what never does, and that all letters are filed or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.documents.repository import content, sheets
from crs_desktop.documents.stock_paper import StockPaper
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.counting.commands import EnterCount, OpenCount
from crs_desktop.stock.counting.service import CountBook
from crs_desktop.stock.recalls.commands import EndRecall, RecordRecall
from crs_desktop.stock.recalls.service import RecallBook
from tests.documents.reading import pages
from tests.readiness.board.site import ACTOR, TODAY, ZONE, Site, must, site_in
from tests.stock.counting.counters import WEBER

NOTICE = RecordRecall("n1", "D-77-2026", "II", "Actemra", "B1\nB2", False, TODAY.isoformat(), "", "letter of the firm")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = site_in(tmp_path)
    made.receive("B1", "400", 9)
    made.receive("B2", "80", 7)
    made.receive("B3", "400", 8)
    yield made
    made.store.close()


def paper(site: Site) -> StockPaper:
    return StockPaper(site.store, ZONE, site.demo)


def text_of(site: Site, sha256: str) -> str:
    with site.store.read() as session:
        found = content(session, sha256)
    assert found is not None
    return " ".join(pages(found))


def recalled(site: Site) -> int:
    return must(RecallBook(site.store, ZONE).record(NOTICE, ACTOR)).id


def test_that_each_patient_who_received_gets_one_letter_with_every_dose(site: Site) -> None:
    one, other, third = site.enrol("Adler"), site.enrol("Brandt"), site.enrol("Costa")
    site.dose(one, {"B1": 1, "B2": 2}, "480", "02:10")
    site.dose(one, {"B1": 1}, "400", "10:30", ahead=-1)
    site.dose(other, {"B3": 1})
    site.dose(third, {"B2": 3}, "240")
    letters = must(paper(site).recall_letters("l1", recalled(site), ACTOR))
    assert [letter.patient_id for letter in letters] == [one, third]
    text = text_of(site, letters[0].sha256)
    for said in (
        "Adler, Ruth", "12 Mar 1961", "D-77-2026", "class II", "letter of the firm", "2 doses of tocilizumab",
        "Wed 2 Dec 2026 02:10", "Tue 1 Dec 2026 10:30", "480 mg", "B1, 400 mg", "B2, 80 mg", "A. Weiss", "N. Berg",
        "none is recorded here; read the notice", "It gives no advice",
    ):  # fmt: skip
        assert said in text, said
    assert "B3" not in text and "Costa" not in text
    assert {letter.kind for letter in letters} == {"recall-letter"} and "Adler" not in letters[0].file_name


def test_that_all_letters_are_filed_or_none(site: Site) -> None:
    site.dose(site.enrol("Adler"), {"B1": 1})
    site.dose(site.enrol("A\U0001f600"), {"B1": 1}, at="07:00")  # a sign that no font of ours has
    answer = paper(site).recall_letters("l1", recalled(site), ACTOR)
    assert isinstance(answer, Refused)
    with site.store.read() as session:
        assert sheets(session) == []


def test_that_there_is_no_letter_without_a_reason_for_one(site: Site) -> None:
    recall = recalled(site)
    shop = paper(site)
    nobody = shop.recall_letters("l1", recall, ACTOR)
    assert isinstance(nobody, Refused) and nobody.findings[0].code == "recall_nobody_received"
    unknown = shop.recall_letters("l2", 99, ACTOR)
    assert isinstance(unknown, Refused) and unknown.findings[0].code == "recall_unknown"
    must(RecallBook(site.store, ZONE).end(EndRecall("e1", recall, "withdrawn"), ACTOR))
    over = shop.recall_letters("l3", recall, ACTOR)
    assert isinstance(over, Refused) and over.findings[0].code == "recall_ended"


def test_that_the_same_request_files_letters_once(site: Site) -> None:
    site.dose(site.enrol("Adler"), {"B1": 1})
    recall = recalled(site)
    first = must(paper(site).recall_letters("l1", recall, ACTOR))
    assert must(paper(site).recall_letters("l1", recall, ACTOR)) == first


def test_that_a_count_sheet_holds_lots_and_no_number_of_vials(site: Site) -> None:
    book, shop = CountBook(site.store, ZONE), paper(site)
    count = must(book.open(OpenCount("c1", site.place().id), WEBER)).count.id
    first = text_of(site, must(shop.count_sheet("s1", count, ACTOR)).sha256)
    for lot in ("B1", "B2", "B3"):
        assert lot in first
    assert "Count sheet" in first and "Patient" not in first and "Protocol" not in first
    assert not re.search(r"\b[789]\b", re.sub(r"\d+ \w{3} \d{4}|\d\d:\d\d", "", first))
    lots = {lot.number: lot.id for lot in site.stock.lots()}
    found = ((lots["B1"], "9"), (lots["B2"], "5"), (lots["B3"], "8"))
    must(book.enter(EnterCount("e1", count, found), WEBER))
    again = text_of(site, must(shop.count_sheet("s2", count, ACTOR)).sha256)
    assert "Recount sheet" in again and "B2" in again and "B1" not in again and "B3" not in again
    assert not re.search(r"\b[57]\b", re.sub(r"\d+ \w{3} \d{4}|\d\d:\d\d", "", again))
    must(book.enter(EnterCount("e2", count, ((lots["B2"], "7"),)), ACTOR))
    done = shop.count_sheet("s3", count, ACTOR)
    assert isinstance(done, Refused) and done.findings[0].code == "count_nothing_to_count"
    gone = shop.count_sheet("s4", 99, ACTOR)
    assert isinstance(gone, Refused) and gone.findings[0].code == "count_unknown"
