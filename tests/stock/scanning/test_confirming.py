"""A product number counts only after a person typed what stands on the pack; the table it is compared with holds."""

from __future__ import annotations

import tomllib

import pytest

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.resources import resource
from crs_desktop.kernel.wording import say
from crs_desktop.stock.scanning.confirming import confirm_pack, known_packs
from crs_desktop.stock.scanning.model import ConfirmPack, KnownPack, PackConfirmed, Unconfirmed, Use
from crs_desktop.stock.scanning.table import read_table
from tests.stock.scanning.packs import ACTEMRA_400, EXPECTED, PACK, code_of, codes, only

ASKED = Unconfirmed(ACTEMRA_400, EXPECTED[ACTEMRA_400])
RIGHT = ConfirmPack(ACTEMRA_400, "infusion", "actemra", "400", "1")


def why_not(asked: Unconfirmed, typed: ConfirmPack) -> list[str]:
    """The reasons of a refused confirmation."""
    answer = confirm_pack(asked, typed)
    assert isinstance(answer, Refused) and all(say(finding) for finding in answer.findings)
    return [finding.code for finding in answer.findings]


def test_that_a_pack_that_was_confirmed_counts_from_then_on() -> None:
    answer = confirm_pack(ASKED, RIGHT)
    assert isinstance(answer, PackConfirmed) and answer.differs == () and answer.reason == ""
    assert answer.pack.confirmed and answer.pack.ndc == "50242-137-01"
    known = known_packs(EXPECTED, [answer.pack])
    assert only(f"{PACK}1728033110A", known).known == answer.pack
    assert codes(only(f"{PACK}1728033110A", dict(EXPECTED))) == {"scan_expected_only"}


def test_that_a_number_nobody_knew_is_confirmed_from_the_pack_alone() -> None:
    answer = confirm_pack(
        Unconfirmed("07032069804988"), ConfirmPack("07032069804988", "infusion", "Tyenne", "200", "4")
    )
    assert isinstance(answer, PackConfirmed)
    assert answer.pack == KnownPack("07032069804988", Use.INFUSION, "Tyenne", Mass.of_mg(200), 4, confirmed=True)


def test_that_a_pack_that_differs_from_the_table_needs_a_reason() -> None:
    typed = ConfirmPack(ACTEMRA_400, "infusion", "Avtozma", "80", "4")
    assert why_not(ASKED, typed) == ["scan_confirm_differs"] * 3
    answer = confirm_pack(ASKED, ConfirmPack(ACTEMRA_400, "infusion", "Avtozma", "80", "4", "table is wrong"))
    assert isinstance(answer, PackConfirmed)
    assert answer.differs == ("brand", "strength", "vials") and answer.reason == "table is wrong"
    assert why_not(ASKED, ConfirmPack(ACTEMRA_400, "subcutaneous")) == ["scan_confirm_differs"]


def test_that_what_is_no_stock_is_confirmed_as_that_and_refused_from_then_on() -> None:
    asked = Unconfirmed("07032069804988")
    assert why_not(asked, ConfirmPack(asked.gtin, "other")) == ["scan_confirm_name_needed"]
    for use, reason, code in (("other", "heparin", "scan_other_drug"), ("subcutaneous", "", "scan_subcutaneous")):
        answer = confirm_pack(asked, ConfirmPack(asked.gtin, use, reason=reason))
        assert isinstance(answer, PackConfirmed)
        assert code_of("01" + asked.gtin, known_packs(EXPECTED, [answer.pack])) == code


def test_that_every_fault_of_a_confirmation_is_told_at_once() -> None:
    assert why_not(ASKED, ConfirmPack("1", "", reason="a\x00")) == [
        "text_unprintable",
        "scan_confirm_other_number",
        "scan_confirm_use",
    ]
    assert why_not(ASKED, ConfirmPack(ACTEMRA_400, "infusion", "Aspirin", "500", "0")) == [
        "stock_brand",
        "stock_strength",
        "count_out_of_range",
    ]
    nothing = ConfirmPack(ACTEMRA_400, "infusion", "", "", "")
    assert why_not(ASKED, nothing) == ["stock_brand", "text_missing", "count_not_understood"]


def test_that_every_row_of_the_table_has_its_source_and_nothing_is_confirmed_by_it() -> None:
    data = tomllib.loads(resource("barcodes", "tocilizumab.toml").read_text("utf-8"))
    for row in data["packs"]:
        assert row["source"] and set(row["source"]) <= set(data["sources"])
        assert row["confidence"] in ("high", "medium") and row["read"]
        assert ("vials" in row) == (row["use"] == "infusion")
    assert not any(pack.confirmed for pack in EXPECTED.values())
    assert sorted(pack.ndc for pack in EXPECTED.values() if pack.use is Use.SUBCUTANEOUS) == [
        "65219-598-10",
        "72606-045-01",
        "72606-045-02",
        "72606-045-03",
    ]


@pytest.mark.parametrize(("old", "new"), [('"50242-135-01"', '"5024-2135-1"'), ("00350242135016", "00350242135017")])
def test_that_a_table_that_contradicts_itself_is_not_used(old: str, new: str) -> None:
    text = resource("barcodes", "tocilizumab.toml").read_text("utf-8")
    assert read_table(text) == dict(EXPECTED)
    with pytest.raises(ValueError, match="not an NDC"):
        read_table(text.replace(old, new, 1))
