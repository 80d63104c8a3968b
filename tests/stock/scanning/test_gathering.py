"""Packs scanned into one receipt: each once, of one lot; what a person typed is never changed by a scan."""

from __future__ import annotations

from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock.scanning.gathering import Gathered, about_vials, add_scan, filled
from crs_desktop.stock.scanning.model import ReceiptFields, Scan
from crs_desktop.stock.scanning.rules import read_scan
from crs_desktop.stock.scanning.telling import ToldScan, tell_reading
from tests.stock.scanning.packs import ACTEMRA_80_BY_4, ACTEMRA_200, GS, KNOWN, PACK, TODAY

NOTHING = {"brand": "", "strength_mg": "", "lot": "", "expires": "", "vials": "", "place": "1"}
FIELDS = ReceiptFields("Actemra", "400", "B1", "2028-03-31", "1")


def told(raw: str) -> ToldScan:
    """As the desk tells it, with an empty shelf."""
    scan = read_scan(raw, TODAY, KNOWN)
    if not isinstance(scan, Scan):
        return ToldScan(scan)
    return ToldScan(scan, tuple(tell_reading(one, [], [], lambda *_: False) for one in scan.readings))


def pack(serial: str, lot: str = "B1", number: str = PACK) -> ToldScan:
    return told(f"{number}21{serial}{GS}1728033110{lot}")


def added(so_far: Gathered | None, scan: ToldScan, typed: dict[str, str]) -> Gathered:
    answer = add_scan(so_far, scan, typed)
    assert isinstance(answer, Gathered), answer
    return answer


def why(so_far: Gathered | None, scan: ToldScan, typed: dict[str, str]) -> list[str]:
    answer = add_scan(so_far, scan, typed)
    assert isinstance(answer, Refused) and all(say(finding) for finding in answer.findings)
    return [finding.code for finding in answer.findings]


def test_that_packs_of_one_lot_add_up_and_each_serial_number_once() -> None:
    one = added(None, pack("S1"), NOTHING)
    assert one == Gathered(FIELDS, 1, 1, frozenset({"S1"}))
    form = {**NOTHING, **filled(None, one, NOTHING)}
    assert form == {"brand": "Actemra", "strength_mg": "400", "lot": "B1", "expires": "2028-03-31", "vials": "1",
                    "place": "1"}  # fmt: skip
    two = added(one, pack("S2"), form)
    assert (two.packs, two.vials) == (2, 2) and filled(one, two, form)["vials"] == "2"
    assert why(two, pack("S1"), form) == ["scan_form_same_pack"]


def test_that_a_carton_of_four_means_four_vials_each_time() -> None:
    carton = f"01{ACTEMRA_80_BY_4}"
    one = added(None, pack("S1", number=carton), NOTHING)
    form = {**NOTHING, **filled(None, one, NOTHING)}
    assert one.vials == 4 and form["vials"] == "4"
    two = added(one, pack("S2", number=carton), form)
    assert filled(one, two, form)["vials"] == "8"


def test_that_a_code_without_serial_number_counts_each_time() -> None:
    raw = f"{PACK}1728033110B1"
    one = added(None, told(raw), NOTHING)
    assert added(one, told(raw), {**NOTHING, **filled(None, one, NOTHING)}).vials == 2


def test_that_another_lot_or_product_does_not_come_into_the_same_receipt() -> None:
    one = added(None, pack("S1"), NOTHING)
    form = {**NOTHING, **filled(None, one, NOTHING)}
    assert why(one, pack("S2", lot="B2"), form) == ["scan_form_differs"]
    assert why(one, pack("S2", number=f"01{ACTEMRA_200}"), form) == ["scan_form_differs"]
    assert why(None, pack("S2"), {**NOTHING, "lot": "typed"}) == ["scan_form_differs"]


def test_that_a_number_of_vials_that_was_typed_stays_and_is_told() -> None:
    typed = {**NOTHING, "vials": "6"}
    one = added(None, pack("S1"), typed)
    assert "vials" not in filled(None, one, typed)
    beware = about_vials(one, "6")
    assert beware is not None and "vials in them: 1. 6 was typed" in say(beware.findings[0])
    assert about_vials(one, "1") is None


def test_that_what_must_not_be_received_fills_nothing() -> None:
    assert why(None, told("hello"), NOTHING) == ["scan_not_gs1"]
    assert why(None, told(f"{PACK}1728033110AB1221XYZ9"), NOTHING) == ["scan_form_several"]
    assert why(None, told(f"{PACK}1726010110B1"), NOTHING) == ["scan_expired"]


def test_that_what_the_code_lacks_is_left_to_be_typed() -> None:
    one = added(None, told(PACK), {**NOTHING, "lot": "B9"})
    assert filled(None, one, {**NOTHING, "lot": "B9"}) == {"brand": "Actemra", "strength_mg": "400", "vials": "1"}
