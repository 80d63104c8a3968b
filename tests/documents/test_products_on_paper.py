"""The checklist of real products: each kind of row on paper, marked where it is doubtful, in two pages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from crs_desktop.documents.model import Sheet
from crs_desktop.documents.sheets.infusion_day import InfusionDayFacts, build_infusion_day
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.protocol import Protocol
from tests.documents.product_papers import LIBRARY, checklist_facts
from tests.documents.reading import pages, printed, whole
from tests.documents.sample_papers import CART, SETS
from tests.documents.test_abbreviations import faults
from tests.patients.how_sure import of_site, signed
from tests.patients.other_versions import TEC, edited

REGIMENS = [(protocol.id, regimen.id) for protocol in LIBRARY.protocols for regimen in protocol.regimens]


def text_of(product: str | Protocol, key: str, **words: Any) -> str:
    return whole(printed(build_infusion_day(checklist_facts(product, key, **words))))


def as_owed(facts: InfusionDayFacts) -> Sheet:
    """With the sets and the reasons of a real board."""
    owed = 2 if facts.infusion.cells else 1
    more = replace(facts, readiness=CART.readiness, sets=SETS[:owed], sets_owed=owed)
    return build_infusion_day(replace(more, stock_rules=()) if facts.infusion.cells else more)


@pytest.mark.parametrize(("product", "regimen"), REGIMENS)
def test_that_the_first_doses_of_each_regimen_are_two_pages_without_forbidden_forms(product: str, regimen: str) -> None:
    found = LIBRARY.protocol(product).regimen(regimen)
    assert found is not None
    for step in (found.steps[0], found.steps[-1]):
        sheet = as_owed(checklist_facts(product, step.key, regimen))
        content = printed(sheet)
        text = whole(content).replace(sheet.footer.code, "")
        assert (step.key, len(pages(content)), faults(text)) == (step.key, 2, [])
        assert re.findall(r"[a-z]\w*\.\w+\.\w+", text) == []
        assert "version , " not in text


def test_that_text_of_another_country_says_so_beside_the_mark() -> None:
    text = text_of("linvoseltamab", "SUD2")
    assert "40 mg [EU text] ‡ unverified" in text
    assert "in the text of another country" in text
    assert "[EU text]" not in text_of("tarlatamab", "SUD1")


def test_that_a_rule_of_another_country_stays_so_when_it_was_checked() -> None:
    protocol = LIBRARY.protocol("linvoseltamab")
    every = tuple(fact.path for fact in protocol.facts() if not fact.unknown)
    adoption = Adoption(1, protocol.id, protocol.fingerprint, "A", every, "", datetime(2026, 11, 1, tzinfo=UTC))
    text = text_of("linvoseltamab", "SUD2", adoption=adoption)
    assert "40 mg [EU text] IV" in text
    assert "40 mg [EU text] ‡" not in text


def test_that_a_step_up_dose_says_infusion_time_and_what_hangs_on_the_dose_before() -> None:
    open_grade = text_of("glofitamab", "C1D15")
    assert "Infuse over 4 h; or 4 to 8 h; only after CRS of any grade with the dose before" in open_grade
    assert "only after CRS of any grade with the dose before [CH text] ‡ unverified" in open_grade
    calm = text_of("glofitamab", "C1D15", grades={"C1D8": 0})
    assert "only after CRS" not in calm
    assert "Infuse over 4 h Planned" in calm


def test_that_pretreatment_symptoms_and_stock_rule_stand_on_the_sheet() -> None:
    text = text_of("glofitamab", "C1D8")
    assert "Pretreatment Drug obinutuzumab 1,000 mg Timing in the protocol on day 1, in cycle 1" in text
    assert "Protocol: Fewer than 72 h without symptoms since CRS with the dose before" in text
    assert re.search(r"Protocol, tocilizumab at hand: before each dose .* \[EU text\] ‡ unverified", text)


def test_that_a_stock_rule_is_left_out_where_the_sets_owed_cover_it() -> None:
    assert "Protocol, tocilizumab at hand: at least 2 doses" in text_of("axicabtagene_ciloleucel", "D0")
    assert "tocilizumab at hand" not in text_of("tarlatamab", "SUD1")


def test_that_medicines_of_the_days_after_are_dated() -> None:
    assert text_of("epcoritamab", "FULL1").count("again on Wed 16 Dec, Thu 17 Dec, Fri 18 Dec") == 2


def test_that_a_span_of_clock_times_stands_in_the_column_of_the_plan() -> None:
    item = checklist_facts("epcoritamab", "FULL1").premedication[0]
    assert item.at is not None and item.at_most is not None
    assert item.at_most - item.at == timedelta(minutes=90)
    assert "08:00 to 09:30" in text_of("epcoritamab", "FULL1")
    alone = checklist_facts("glofitamab", "C1D8").premedication[0]
    assert (alone.at is not None, alone.at_most) == (True, None)


def test_that_clock_times_are_elapsed_time_across_a_change_of_the_clocks() -> None:
    """New York goes from 02:00 to 03:00 on 14 Mar 2027: an hour before 03:30 is 01:30."""
    item = checklist_facts("glofitamab", "C1D8", time="03:30", start="2027-03-14").premedication[0]
    assert item.at is not None
    assert f"{item.at:%H:%M}" == "01:30"


def test_that_observation_counts_from_where_it_says_and_fluid_follows_the_infusion() -> None:
    text = text_of("tarlatamab", "SUD1")
    assert "for 22 to 24 h from the start of the infusion" in text
    assert "1,000 mL IV 0.9 percent, right after the infusion, over 4 to 5 hours" in text


def test_that_a_product_never_to_be_exchanged_is_loud_beneath_its_name() -> None:
    for product, other in (("mosunetuzumab_iv", "Velo"), ("mosunetuzumab_sc", "Lunsumio")):
        text = text_of(product, "C1D1")
        assert re.search(rf"Product mosunetuzumab\S* .*? Never in exchange never .*{other}", text)
    assert "Never in exchange" not in text_of("glofitamab", "C1D8")


def test_that_a_dose_by_body_surface_is_computed_and_shows_its_rule() -> None:
    with_height = text_of("blinatumomab", "C1D1", weight="40", surface_m2=Decimal("1.33"))
    assert "Amount 6.65 mcg/day (5 mcg/m2/day, at most 9 mcg/day)" in with_height
    assert "Amount 5 mcg/m2/day, at most 9 mcg/day" in text_of("blinatumomab", "C1D1", weight="40")


def test_that_the_second_of_a_choice_begins_with_or() -> None:
    text = text_of("idecabtagene_vicleucel", "D0")
    assert "diphenhydrAMINE or equivalent 12.5 mg IV" in text
    assert "or diphenhydrAMINE or equivalent 25 to 50 mg by mouth" in text


def test_that_a_medicine_nobody_has_read_is_not_known_in_every_column() -> None:
    text = text_of("tisagenlecleucel", "D0")
    assert "acetaminophen not known not known 30 to 60 minutes before" in text
    assert "version not known, fingerprint" in text


def test_that_an_amount_is_doubtful_by_its_own_facts_only() -> None:
    """The gaps of this dose are unverified or unknown; its amount was read."""
    amount = checklist_facts("linvoseltamab", "SUD2").infusion.amount
    assert amount is not None and not amount.unverified
    later = checklist_facts("teclistamab", "W1").infusion.amount
    assert later is not None and later.text


def test_that_what_this_site_does_otherwise_says_so_on_paper() -> None:
    own = of_site("linvoseltamab", ("premedication.dexamethasone.dose", "20"))
    text = text_of(own, "SUD2", adoption=signed(own))
    assert re.search(r"dexamethasone 20 mg \[EU text\] \[this site’s own\] ‡", text)
    assert "this site’s own" not in text_of("linvoseltamab", "SUD2")


def test_that_allowed_days_carry_the_mark_until_they_are_compared() -> None:
    unsure = edited(TEC, (r"(?s)(?<=min_gap_days = )2(?=\n)", '{ value = 2, confidence = "low" }'))
    days = "Allowed window Thu 3 Dec to Tue 8 Dec 2026"
    assert f"{days} ‡ unverified" in text_of(unsure, "SUD2", adoption=signed(unsure))
    compared = signed(unsure, ["regimens.mono.steps.SUD2.min_gap_days"])
    text = text_of(unsure, "SUD2", adoption=compared)
    assert days in text and f"{days} ‡" not in text


def test_that_a_version_nobody_has_signed_says_so_on_paper_and_a_signed_one_who_did() -> None:
    assert "This protocol has not been adopted" in text_of("teclistamab", "SUD2")
    assert "This protocol has not been adopted" not in text_of("teclistamab", "SUD2", adoption=signed(TEC))
