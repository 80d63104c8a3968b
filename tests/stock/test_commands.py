"""What is typed for a receipt: every mistake at once, beside its field, and nothing is guessed."""

from __future__ import annotations

from datetime import date

import pytest

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock.commands import ReadLot, ReceiveLot, read_receipt, read_strength

TODAY = date(2026, 12, 2)
GOOD = {"brand": "Actemra", "strength_mg": "400", "number": "B7101", "expires": "2027-02-28", "vials": "4"}


def receipt(**changed: str) -> ReadLot | Refused:
    typed = {**GOOD, **changed}
    place = int(typed.pop("place", "1"))
    return read_receipt(ReceiveLot("r", place_id=place, **typed), TODAY)


def test_that_a_plain_receipt_is_understood() -> None:
    assert receipt() == ReadLot("Actemra", Mass.of_mg(400), "B7101", date(2027, 2, 28), 4)
    assert receipt(brand=" actemra ", vials=" 4 ") == receipt()
    assert receipt(expires="2026-12-02") == ReadLot("Actemra", Mass.of_mg(400), "B7101", TODAY, 4)


@pytest.mark.parametrize(
    ("field", "typed", "code", "spot"),
    [
        ("vials", "0", "count_out_of_range", "vials"),
        ("vials", "-1", "count_not_understood", "vials"),
        ("vials", "1.5", "count_not_understood", "vials"),
        ("vials", "1e2", "count_not_understood", "vials"),
        ("vials", "４", "count_not_understood", "vials"),
        ("vials", "10001", "count_out_of_range", "vials"),
        ("vials", "", "count_not_understood", "vials"),
        ("expires", "2026-12-01", "stock_expired_receipt", "expires"),
        ("expires", "2027-02-31", "day_does_not_exist", "expires"),
        ("expires", "28.02.2027", "day_not_understood", "expires"),
        ("expires", "02/2027", "day_not_understood", "expires"),
        ("brand", "Ozempic", "stock_brand", "brand"),
        ("brand", " ", "text_missing", "brand"),
        ("strength_mg", "162", "stock_strength", "strength_mg"),
        ("strength_mg", "400.0", "stock_strength", "strength_mg"),
        ("strength_mg", "", "text_missing", "strength_mg"),
        ("number", "  ", "text_missing", "lot"),
        ("number", "B\u202e17", "text_unprintable", "lot"),
        ("number", "x" * 201, "text_too_long", "lot"),
        ("place", "0", "text_missing", "place"),
    ],
)
def test_that_what_cannot_be_meant_is_refused_beside_its_field(field: str, typed: str, code: str, spot: str) -> None:
    answer = receipt(**{field: typed})
    assert isinstance(answer, Refused)
    (finding,) = answer.findings
    assert (finding.code, finding.field) == (code, spot)
    assert say(finding)


def test_that_every_mistake_is_said_at_once() -> None:
    answer = receipt(brand="", strength_mg="5", number="", expires="x", vials="0", place="0")
    assert isinstance(answer, Refused)
    assert {item.field for item in answer.findings} == {"brand", "strength_mg", "lot", "expires", "vials", "place"}


@pytest.mark.parametrize("number", ["<b>7</b> & Söhne", "شحنة ٧", "批号７", "Ле\u0301на", "00071"])
def test_that_a_lot_number_in_any_script_stays_as_typed(number: str) -> None:
    answer = receipt(number=number)
    assert isinstance(answer, ReadLot)
    assert answer.number == number or answer.number == "Ле́на"


def test_that_the_refusal_of_a_strength_names_what_there_is() -> None:
    finding = read_strength("100")
    assert isinstance(finding, Finding)
    assert "80, 200, 400 mg" in say(finding)
