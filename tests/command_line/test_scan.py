"""`scan`, `stock receive --scan`, `stock confirm-pack`: what a code says in a terminal, and what it brings in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line.conftest import Ask
from tests.command_line.people import NOW

GS = "\x1d"
ACTEMRA = "00350242137010"
PACK = f"]d201{ACTEMRA}21S1{GS}1728033110K7301"
CARTON = "00350242135047"
SYRINGE = "00365219598107"


def confirm(ask: Ask, store: Path, gtin: str = ACTEMRA, mg: str = "400", vials: str = "1") -> None:
    words = ("stock", "confirm-pack", gtin, "--use", "infusion", "--brand", "Actemra", "--mg", mg, "--vials", vials)
    assert ask(*words, "--store", store, "--now", NOW).status == 0


def test_that_a_whole_code_is_told_without_a_store_and_nothing_counts_as_confirmed(ask: Ask) -> None:
    said = ask("scan", PACK, "--now", NOW, "--json")
    assert said.status == 0 and said.document["certain"] and said.document["symbol"] == "]d2"
    (reading,) = said.document["readings"]
    assert {name: reading[name] for name in ("gtin", "lot", "expires", "serial", "receive", "shelf")} == {
        "gtin": ACTEMRA, "lot": "K7301", "expires": "2028-03-31", "serial": "S1", "receive": None, "shelf": [],
    }  # fmt: skip
    assert reading["product"] == {"brand": "Actemra", "strength_mg": "400", "vials": 1, "ndc": "50242-137-01",
                                  "confirmed": False}  # fmt: skip
    assert [entry["code"] for entry in reading["against"]] == ["scan_pack_not_confirmed"]
    assert said.document["scan"] == PACK
    words = ask("scan", PACK, "--now", NOW)
    assert words.out.startswith("! Actemra 400 mg, expected only") and "Fri 31 Mar 2028" in words.out


def test_that_a_separator_survives_on_standard_input(ask: Ask) -> None:
    said = ask("scan", "-", "--now", NOW, "--json", stdin=PACK + "\n")
    assert said.status == 0 and said.document["readings"][0]["lot"] == "K7301"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (f"01{SYRINGE}1728033110A", "scan_subcutaneous"),
        ("0100350242137011", "scan_check_digit"),
        (f"01{ACTEMRA}17280231", "scan_date_impossible"),
        ("hello", "scan_not_gs1"),
        ("", "scan_empty"),
        (f"01{ACTEMRA}10A\x1e", "scan_control_character"),
    ],
)
def test_that_a_refusal_is_an_answer_with_its_reason(ask: Ask, raw: str, code: str) -> None:
    said = ask("scan", raw, "--now", NOW, "--json")
    assert said.status == 1 and code in said.codes
    words = ask("scan", raw, "--now", NOW)
    assert words.status == 1 and words.out.startswith("x counts for nothing\n")


def test_that_several_readings_are_told_and_none_is_chosen(ask: Ask) -> None:
    said = ask("scan", f"01{ACTEMRA}1728033110AB1221XYZ9", "--now", NOW, "--json")
    assert said.status == 1 and not said.document["certain"]
    assert [one["lot"] for one in said.document["readings"]] == ["AB12", "AB1221XYZ9"]
    assert ask("scan", f"01{ACTEMRA}1728033110AB1221XYZ9").out.startswith("? 2 readings")


def test_that_day_00_is_the_last_of_the_month_and_an_expired_pack_a_no(ask: Ask) -> None:
    told = ask("scan", f"01{ACTEMRA}21S1{GS}1728020010A", "--now", NOW, "--json")
    assert told.document["readings"][0]["expires"] == "2028-02-29" and told.status == 0
    gone = ask("scan", f"01{ACTEMRA}21S1{GS}1726110110A", "--now", NOW, "--json")
    assert gone.status == 1
    assert "scan_expired" in [entry["code"] for entry in gone.document["readings"][0]["against"]]
    assert ask("scan", f"01{ACTEMRA}21S1{GS}1726110110A", "--now", NOW).out.startswith("x not to be received")


def test_that_an_unknown_number_is_told_as_unknown(ask: Ask) -> None:
    said = ask("scan", f"010703206980498821S1{GS}1728033110A", "--now", NOW, "--json")
    assert said.document["readings"][0]["product"] is None
    assert ask("scan", "0107032069804988", "--now", NOW).out.startswith("! unknown product number")


def test_that_a_confirmed_pack_is_received_by_scanning_it_and_then_found_on_the_shelf(ask: Ask, store: Path) -> None:
    at = ("--store", store, "--now", NOW, "--json")
    receive = ("stock", "receive", "--scan", PACK, "--place", "Main pharmacy fridge")
    early = ask(*receive, *at)
    assert early.status == 1 and early.codes == ["scan_pack_not_confirmed"]
    confirm(ask, store)
    again = ask("stock", "confirm-pack", ACTEMRA, "--use", "infusion", "--brand", "Actemra", "--mg", "400", "--vials",
                "1", *at)  # fmt: skip
    assert again.status == 1 and again.codes == ["scan_confirmed_already"]
    done = ask(*receive, "--scan", PACK.replace("21S1", "21S2"), *at)
    assert done.status == 0 and [(one["lot"], one["vials"]) for one in done.document["lines"]] == [("K7301", 2)]
    told = ask("scan", PACK, *at)
    shelf = told.document["readings"][0]["shelf"]
    assert shelf == [{"place": "Main pharmacy fridge", "vials": 2, "state": "available"}]
    assert told.document["readings"][0]["receive"]["vials"] == 1
    assert "Main pharmacy fridge: 2, available" in ask("scan", PACK, "--store", store, "--now", NOW).out


def test_that_a_carton_of_four_is_four_vials_and_the_same_one_counts_once(ask: Ask, store: Path) -> None:
    confirm(ask, store, CARTON, "80", "4")
    at = ("--store", store, "--now", NOW, "--json", "--place", "Main pharmacy fridge")
    one = f"01{CARTON}21C1{GS}1728033110K8001"
    twice = ask("stock", "receive", "--scan", one, "--scan", one, *at)
    assert twice.status == 1 and twice.codes == ["scan_form_same_pack"]
    done = ask("stock", "receive", "--scan", one, "--scan", one.replace("C1", "C2"), *at)
    assert [line["vials"] for line in done.document["lines"]] == [8]


def test_that_what_a_code_lacks_is_typed_beside_it_and_never_over_it(ask: Ask, store: Path) -> None:
    confirm(ask, store)
    at = ("--store", store, "--now", NOW, "--json", "--place", "Main pharmacy fridge")
    bare = ask("stock", "receive", "--scan", ACTEMRA, *at)
    assert bare.status == 1 and {entry["field"] for entry in bare.document["refused"]} == {"lot", "expires"}
    typed = ("--lot", "K9", "--expires", "2028-01-31")
    assert ask("stock", "receive", "--scan", ACTEMRA, *typed, *at).status == 0
    over = ask("stock", "receive", "--scan", PACK, *typed, *at)
    assert over.status == 1 and set(over.codes) == {"scan_form_differs"}
    both = ask("stock", "receive", "--scan", PACK, "--vials", "5", *at)
    assert both.status == 2 and both.codes == ["cl_stock_scan_and_vials"]


def test_that_vials_are_received_typed_as_well(ask: Ask, store: Path) -> None:
    at = ("--store", store, "--now", NOW, "--json", "--place", "Main pharmacy fridge")
    typed = ("--brand", "Actemra", "--mg", "200", "--lot", "T1", "--expires", "2028-01-31", "--vials", "3")
    done = ask("stock", "receive", *typed, *at, by="tech")
    assert done.status == 0 and done.document["lines"][0]["by"] == "Tom Tech"
    nothing = ask("stock", "receive", *at)
    assert nothing.status == 1 and len(nothing.document["refused"]) == 5


def test_that_only_a_pharmacist_says_what_a_product_number_is(ask: Ask, store: Path) -> None:
    words = ("stock", "confirm-pack", "07032069804988", "--use", "other", "--reason", "heparin", "--store", store)
    assert ask(*words, "--json", by="tech").status == 1
    assert "no stock for CRS" in ask(*words).out
    assert ask("scan", "0107032069804988", "--store", store).out.endswith(
        "confirmed here as something else: heparin.\n"
    )
