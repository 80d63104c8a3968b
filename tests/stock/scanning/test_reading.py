"""What a receive form is told of each kind of scan, each refusal with its reason and with what was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import biip
import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import ReadLot, ReceiveLot, read_receipt
from crs_desktop.stock.scanning import gs1
from crs_desktop.stock.scanning.dates import full_year, read_six
from crs_desktop.stock.scanning.hearing import may_be_code
from crs_desktop.stock.scanning.model import Element, KnownPack, ReceiptFields, Scan, Unconfirmed, Use
from crs_desktop.stock.scanning.rules import read_scan, receipt_fields
from tests.stock.scanning.packs import (
    ACTEMRA_80_BY_4,
    ACTEMRA_200,
    ACTEMRA_400,
    EXPECTED,
    GS,
    KNOWN,
    PACK,
    TODAY,
    TYENNE_SYRINGE,
    code_of,
    codes,
    only,
    refused,
    told,
    values,
)

FULL = f"{PACK}21482915530671{GS}1728033110B1234B05"
TRUE = (ACTEMRA_400, "B1234B05", date(2028, 3, 31), "482915530671")


@pytest.mark.parametrize("raw", [FULL, f"]d2{FULL}", f"]C1{FULL}", f"{GS}{FULL}\r\n", f"\t {FULL} "])
def test_that_a_whole_code_has_one_reading_and_nothing_to_beware_of(raw: str) -> None:
    scan = told(raw)
    assert values(only(raw)) == TRUE and codes(only(raw)) == set() and scan.findings == ()
    assert scan.raw == raw


def test_that_day_00_is_the_last_of_the_month_and_told() -> None:
    for six, day in (("280200", date(2028, 2, 29)), ("270200", date(2027, 2, 28)), ("271200", date(2027, 12, 31))):
        reading = only(f"{PACK}17{six}10A")
        assert reading.expires == day and "scan_day_zero" in codes(reading)


@pytest.mark.parametrize(
    ("digits", "today", "year"),
    [
        *[(26, 2026, 2026), (76, 2026, 2076), (77, 2026, 1977), (99, 2026, 1999), (0, 2026, 2000), (0, 2051, 2100)],
        *[(1, 2051, 2101), (2, 2051, 2002), (49, 2000, 2049), (51, 2000, 1951), (50, 2000, 2050), (49, 2099, 2149)],
    ],
)
def test_that_the_century_is_that_of_a_year_from_49_back_to_50_ahead(digits: int, today: int, year: int) -> None:
    assert full_year(digits, date(today, 6, 1)) == year


@pytest.mark.parametrize("text", ["", "26123", "2612311", "26123x", "260229", "261301", "260001"])
def test_that_no_day_is_read_from_what_is_none(text: str) -> None:
    assert read_six(text, TODAY) is None


def test_that_expiry_is_told_from_long_ago_to_far_ahead() -> None:
    def about(six: str, today: date = TODAY) -> set[str]:
        return codes(only(f"{PACK}17{six}10A", today=today))

    assert about("261121") == {"scan_expired"}
    assert about("261122") == {"scan_expires_today"}
    assert about("261123") == about("311122") == set()
    assert about("311123") == {"scan_expiry_far"}
    assert about("290228", date(2024, 2, 29)) == set() and about("290301", date(2024, 2, 29)) == {"scan_expiry_far"}
    assert about("280101", date(2027, 1, 1)) == set()
    assert codes(only(f"{PACK}112801011727010110A")) == {"scan_made_after_expiry"}
    assert codes(only(f"{PACK}112601011728010110A")) == set()


def test_that_what_is_missing_is_told_and_what_is_no_expiry_is_none() -> None:
    assert {finding.code for finding in only(PACK).stops} == codes(only(PACK)) == {"scan_no_lot", "scan_no_expiry"}
    assert codes(only(f"{PACK}1528063010A")) == {"scan_best_before_only"}
    timed = only(f"{PACK}70032806301200{GS}10A")
    assert codes(timed) == {"scan_expiry_has_a_time"} and timed.expires is None
    assert codes(only(f"{PACK}1728063010A{GS}304{GS}21S")) == {"scan_variable_count"}
    assert codes(only(f"{PACK}1728063010b1x")) == {"scan_lot_small_letters"}


def test_that_lost_separators_tell_every_reading_the_fullest_first() -> None:
    scan = told(f"{PACK}1728033110AB1221XYZ9")
    assert [(reading.lot, reading.serial) for reading in scan.readings] == [("AB12", "XYZ9"), ("AB1221XYZ9", "")]
    assert scan.certain is None and {finding.code for finding in scan.findings} == {"scan_several_readings"}
    assert ["scan_separator_missing" in codes(reading) for reading in scan.readings] == [True, False]


def test_that_a_lot_that_looks_like_an_element_stays_a_lot() -> None:
    assert only(f"{PACK}172803311010D9T{GS}21S1").lot == "10D9T"
    assert only(f"{PACK}1728033110" + "10D9T").lot == "10D9T"
    assert [reading.lot for reading in told(f"{PACK}10" + "17280331").readings] == ["17280331"]
    assert {reading.lot for reading in told(f"{PACK}10A17280331").readings} == {"A", "A17280331"}


def test_that_a_lot_number_typed_by_hand_is_not_taken_for_a_scan() -> None:
    answer = refused("10D9T")
    assert answer.findings[0].code == "scan_no_gtin" and answer.elements == (Element("10", "D9T"),)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "scan_empty"),
        (" \r\n", "scan_empty"),
        ("]d2" + GS, "scan_empty"),
        ("x" * 10_000, "scan_too_long"),
        ("\x00" * 513, "scan_too_long"),
        ("]D2" + FULL, "scan_case_damaged"),
        ("]c1" + FULL, "scan_case_damaged"),
        ("]L0" + FULL, "scan_symbol_not_read"),
        ("+d2" + FULL, "scan_mark_damaged"),
        ("Ud2" + FULL, "scan_mark_damaged"),
        ("\u00a8C1" + FULL, "scan_mark_damaged"),
        ("https://id.gs1.org/01/00350242137010", "scan_is_a_link"),
        (f"(01){ACTEMRA_400}(10)A", "scan_in_brackets"),
        ("+A123BJC5D6E71", "scan_is_hibc"),
        (f"{PACK}10A<GS>17280331", "scan_separator_spelt"),
        (f"{PACK}10A%1d17280331", "scan_separator_spelt"),
        (f"{PACK}10A\x1e17280331", "scan_control_character"),
        (f"{PACK}10A\x7f", "scan_control_character"),
        (f"{PACK}10A|17280331", "scan_foreign_character"),
        (f"{PACK}10A 17280331", "scan_foreign_character"),
        ("\u00e0&\u00e0\u00e0\u00e9", "scan_foreign_character"),
        ("01" + "\uff10" * 14, "scan_foreign_character"),
        ("hello", "scan_not_gs1"),
        (FULL[:12], "scan_check_digit"),
        (FULL[:17], "scan_cut_or_damaged"),
        (FULL[1:], "scan_cut_or_damaged"),
        (f"{PACK}17280331" + "10" + "A" * 21, "scan_cut_or_damaged"),
        (f"{PACK}17283131", "scan_date_impossible"),
        (f"{PACK}1727022910A", "scan_date_impossible"),
        (f"{PACK}11260230", "scan_date_impossible"),
        (f"{PACK}70032806001200", "scan_date_impossible"),
        (f"{PACK}70032806302400", "scan_date_impossible"),
        (f"{PACK}70032806301260", "scan_date_impossible"),
        ("0100350242137011" + "17280331", "scan_check_digit"),
        ("0100350242137011" + "17283131", "scan_date_impossible"),
        ("0100350242137011" + "17280331" + "1" * 20, "scan_check_digit"),
        ("]E00350242137011", "scan_check_digit"),
        ("]E012345", "scan_number_length"),
        ("]E0ABC", "scan_number_length"),
        ("00000000", "scan_all_zeros"),
        ("90350242137013", "scan_variable_measure"),
        ("17221231", "scan_no_gtin"),
        ("00003502420000000017", "scan_shipping_label"),
        ("00003502420000000018", "scan_check_digit"),
        (f"02{ACTEMRA_400}374", "scan_shipping_label"),
        (f"{PACK}374", "scan_elements_exclude"),
        (f"{PACK}21A{GS}235B", "scan_elements_exclude"),
        (f"{PACK}10A{GS}10B", "scan_element_twice"),
        (f"{PACK}10A{GS}10A", "scan_repeated"),
        (FULL + GS + FULL, "scan_repeated"),
        (FULL + FULL, "scan_repeated"),
        (f"{PACK}10LOT{PACK}17280331", "scan_repeated"),
        (f"{PACK}10LOT01{ACTEMRA_200}17280331", "scan_two_products"),
        (f"{PACK}01{ACTEMRA_200}", "scan_two_products"),
        (f"{PACK}0107032069804988", "scan_two_products"),
        ("21" * 40, "scan_cut_or_damaged"),
        (f"01{TYENNE_SYRINGE}1728033110A", "scan_subcutaneous"),
        (TYENNE_SYRINGE, "scan_subcutaneous"),
        ("10365219598104", "scan_subcutaneous"),
        ("72606-045-02", "scan_subcutaneous"),
    ],
)
def test_that_each_damage_has_its_reason(raw: str, code: str) -> None:
    assert code in {finding.code for finding in refused(raw).findings}


def test_that_a_lot_that_joins_the_product_number_is_not_taken_for_a_second_one() -> None:
    # The last 0 of the number, the identifier 10 and the lot read together as 01 and a number whose check digit holds.
    assert only(f"{PACK}100312345678906").lot == "0312345678906"


def test_that_too_many_ways_are_refused_and_not_cut_short() -> None:
    raw = f"{PACK}10" + "2171171271321130" * 6
    assert code_of(raw) == "scan_too_many_readings"


def test_that_a_refusal_keeps_what_was_read() -> None:
    answer = refused(f"]d2{PACK}17280331" + "10" + "A" * 21)
    assert answer.symbology == "]d2" and answer.rest == "10" + "A" * 21
    assert answer.elements == (Element("01", ACTEMRA_400), Element("17", "280331"))


def test_that_a_symbol_of_another_kind_and_two_separators_are_told() -> None:
    assert {finding.code for finding in told(f"]d1{FULL}").findings} == {"scan_not_marked_gs1"}
    assert {finding.code for finding in told(FULL.replace(GS, GS + GS)).findings} == {"scan_double_separator"}


@pytest.mark.parametrize(
    "raw", ["00350242137010", "0350242137010", "350242137010", "]E00350242137010", "]C000350242137010"]
)
def test_that_a_bare_number_is_the_product_and_nothing_more(raw: str) -> None:
    reading = only(raw)
    assert reading.gtin == ACTEMRA_400 and codes(reading) == {"scan_no_lot", "scan_no_expiry"}
    assert receipt_fields(reading) == ReceiptFields("Actemra", "400", "", "", "1")


def test_that_fourteen_digits_that_may_be_a_cut_message_are_told() -> None:
    assert {finding.code for finding in told("01003502421372").findings} == {"scan_may_be_cut"}
    assert "scan_never_seen" in codes(only("01003502421372"))


@pytest.mark.parametrize("raw", ["5024213701", "50242-137-01", "50242013701", "50242-0137-01"])
def test_that_an_ndc_is_looked_up(raw: str) -> None:
    assert only(raw).gtin == ACTEMRA_400
    assert {finding.code for finding in told(raw).findings} == {"scan_ndc_no_check_digit"}


def test_that_an_ndc_is_never_worked_out() -> None:
    assert code_of("5024-2137-01") == code_of("50242-1370-1") == "scan_ndc_hyphens"
    assert code_of("5024213901") == code_of("50242-139-01") == code_of("50242013901") == "scan_ndc_unknown"
    # Both would be written 50242-0137-01 in eleven digits.
    other = replace(KNOWN[ACTEMRA_400], gtin="00000000000017", ndc="50242-0137-1")
    assert code_of("50242013701", {**KNOWN, other.gtin: other}) == "scan_ndc_twice"


def test_that_a_product_number_is_only_expected_until_a_person_has_confirmed_it() -> None:
    reading = only(FULL, dict(EXPECTED))
    assert reading.pack == Unconfirmed(ACTEMRA_400, EXPECTED[ACTEMRA_400]) and reading.known is None
    assert codes(reading) == {"scan_expected_only"}
    answer = receipt_fields(reading)
    assert isinstance(answer, Refused) and answer.findings[0].code == "scan_pack_not_confirmed"
    assert codes(only("0107032069804988" + "1728033110A")) == {"scan_never_seen"}


def test_that_a_number_that_begins_like_a_syringe_is_pointed_out() -> None:
    assert codes(only("0100365219598015" + "1728033110A")) == {"scan_never_seen", "scan_like_a_syringe"}


def test_that_a_carton_says_its_vials_and_a_case_supposes_none() -> None:
    carton = only(f"01{ACTEMRA_80_BY_4}1728033110A")
    assert codes(carton) == {"scan_carton"}
    assert receipt_fields(carton, packs=3) == ReceiptFields("Actemra", "80", "A", "2028-03-31", "12")
    case = only("0130350242137011" + "1728033110A")
    assert case.pack == Unconfirmed("30350242137011", None, KNOWN[ACTEMRA_400]) and codes(case) == {"scan_case"}
    assert codes(only("0117032069804985" + "1728033110A")) == {"scan_case"}


def test_that_the_ndc_printed_in_the_code_is_compared() -> None:
    assert codes(only(f"{PACK}1728033110A{GS}21S{GS}7155024213701")) == set()
    assert codes(only(f"{PACK}1728033110A{GS}21S{GS}7155024213601")) == {"scan_ndc_differs"}
    expected = only(f"{PACK}1728033110A{GS}21S{GS}7155024213601", dict(EXPECTED))
    assert "scan_ndc_differs" in codes(expected)
    assert "scan_ndc_differs" not in codes(only(f"0107032069804988{GS}715X", {}))


def test_that_what_was_confirmed_as_something_else_is_refused_by_name() -> None:
    other = KnownPack("07032069804988", Use.OTHER, confirmed=True, note="heparin")
    answer = refused("0107032069804988", {other.gtin: other})
    assert answer.findings[0].code == "scan_other_drug" and answer.findings[0].get("name") == "heparin"


def test_that_a_scan_fills_the_receive_form_or_says_what_forbids_it() -> None:
    assert receipt_fields(only(FULL)) == ReceiptFields("Actemra", "400", "B1234B05", "2028-03-31", "1")
    answer = receipt_fields(only(f"{PACK}1726010110A"))
    assert isinstance(answer, Refused) and [finding.code for finding in answer.findings] == ["scan_expired"]


def test_that_without_lot_and_expiry_nothing_is_received_until_they_are_typed() -> None:
    def received(raw: str) -> ReadLot | Refused:
        fields = receipt_fields(only(raw))
        assert isinstance(fields, ReceiptFields)
        command = ReceiveLot("r", fields.brand, fields.strength_mg, fields.number, fields.expires, fields.vials, 1)
        return read_receipt(command, TODAY)

    assert isinstance(received(FULL), ReadLot)
    answer = received(PACK)
    assert isinstance(answer, Refused) and {finding.field for finding in answer.findings} == {"lot", "expires"}


def test_that_a_reading_the_library_does_not_share_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_order(*_: object, **__: object) -> None:
        raise biip.ParseError("out of order")

    monkeypatch.setattr("biip.gs1_messages.GS1Message.parse", out_of_order)
    assert code_of(FULL) == "scan_library_disagrees"


def test_that_the_library_refuses_wrong_check_digits_and_what_it_cannot_read() -> None:
    gs1.warm_up()
    assert gs1.library_reads("0100350242137011") is None and gs1.library_reads("04") is None
    assert gs1.library_reads(gs1.message_of([Element("10", "A"), Element("17", "280331")])) is not None


def test_that_a_scan_has_a_reading_and_the_known_packs_are_asked_at_any_size() -> None:
    with pytest.raises(ValueError, match="has a reading"):
        Scan("", "", ())
    assert isinstance(read_scan(FULL, TODAY, {}), Scan)


@pytest.mark.parametrize(
    "text", [FULL, f"]d2{FULL}", f"{GS}{FULL}", " 350242137010 ", "50242-137-01", "5024213701", "(01)0035"]
)
def test_that_a_search_box_offers_to_read_what_may_be_a_code(text: str) -> None:
    assert may_be_code(text)


@pytest.mark.parametrize("text", ["", "Lindqvist", "0041827", "B7101", "2026-12-01", "01 Dec", "]", "123456789012345"])
def test_that_it_offers_nothing_for_names_numbers_of_patients_and_lots(text: str) -> None:
    assert not may_be_code(text)
