"""One way of cutting a message, judged: what is broken in it, what it says, what stands against receiving the pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.stock.scanning.dates import read_six
from crs_desktop.stock.scanning.gs1 import library_reads, message_of, title
from crs_desktop.stock.scanning.model import Element, KnownPack, Reading, Unconfirmed, Use
from crs_desktop.stock.scanning.numbers import check_digit, inside_of_case, right_check_digit

# A date this many years ahead is compared with the pack. Only a prompt of ours; no shelf life was looked up.
FARTHEST_YEARS = 5
_DATES = ("11", "12", "13", "15", "16", "17")
_NUMBERS_OF_PRODUCTS = ("01", "02", "03")
# Beside the number of a pack (01) these cannot stand: contents of a pallet, made to order, coupon, count of a pallet.
_NEVER_BESIDE_A_PACK = ("02", "03", "37", "255")


def broken(elements: Sequence[Element], today: date) -> list[Finding]:
    """What makes this way impossible: then nothing in it is believed."""
    found = [finding for element in elements for finding in _broken_element(element, today)]
    found += _twice(elements)
    values = {element.ai: element.value for element in elements}
    if "01" in values:
        others = [ai for ai in _NEVER_BESIDE_A_PACK if ai in values]
        others += ["235"] if {"21", "235"} <= set(values) else []
        found += [no("scan_elements_exclude", "scan", ai, title=title(ai)) for ai in others]
    elif "00" in values or "02" in values:
        found.append(no("scan_shipping_label", "scan", values.get("00", values.get("02", ""))))
    else:
        found.append(no("scan_no_gtin", "scan", "", lot=values.get("10", "—"), expiry=values.get("17", "—")))
    if not found and library_reads(message_of(elements)) != tuple(elements):
        found.append(no("scan_library_disagrees", "scan"))
    return found


def _broken_element(element: Element, today: date) -> list[Finding]:
    ai, value = element.ai, element.value
    if ai in _NUMBERS_OF_PRODUCTS:
        return broken_number(value)
    if ai == "00" and not right_check_digit(value):
        return [no("scan_check_digit", "scan", value, expected=check_digit(value[:-1]))]
    if ai in _DATES and read_six(value, today) is None:
        return [no("scan_date_impossible", "scan", value, title=title(ai))]
    if ai == "7003" and not _is_time(value, today):
        return [no("scan_date_impossible", "scan", value, title=title(ai))]
    return []


def broken_number(gtin: str) -> list[Finding]:
    """What is wrong with a product number."""
    if not right_check_digit(gtin):
        return [no("scan_check_digit", "gtin", gtin, expected=check_digit(gtin[:-1]))]
    if not gtin.strip("0"):
        return [no("scan_all_zeros", "gtin", gtin)]
    if len(gtin) == 14 and gtin[0] == "9":
        return [no("scan_variable_measure", "gtin", gtin)]
    return []


def _is_time(value: str, today: date) -> bool:
    return value[4:6] != "00" and read_six(value[:6], today) is not None and value[6:8] < "24" and value[8:] < "60"


def _twice(elements: Sequence[Element]) -> list[Finding]:
    first: dict[str, str] = {}
    found = []
    for element in elements:
        if element.ai not in first:
            first[element.ai] = element.value
            continue
        known = first[element.ai]
        if known == element.value:
            found.append(no("scan_repeated", "scan", known, title=title(element.ai)))
        elif element.ai == "01":
            found.append(no("scan_two_products", "gtin", element.value, other=known))
        else:
            found.append(no("scan_element_twice", "scan", element.value, other=known, title=title(element.ai)))
    return found


def reading_of(elements: Sequence[Element], today: date, known: Mapping[str, KnownPack]) -> Reading:
    """What an unbroken way says."""
    values = {element.ai: element.value for element in elements}
    lot, gtin = values.get("10", ""), values["01"]
    expires = read_six(values["17"], today) if "17" in values else None
    findings = [*_about_lot(lot), *about_expiry(values, expires, today)]
    pack = pack_behind(gtin, known)
    findings += [*about_pack(gtin, pack), *_like_a_syringe(gtin, pack, known)]
    if "30" in values:
        findings.append(beware("scan_variable_count", "scan", values["30"]))
    findings += _about_ndc(values.get("715", ""), pack)
    return Reading(tuple(elements), gtin, pack, lot, expires, values.get("21", ""), tuple(findings))


def _about_lot(lot: str) -> list[Finding]:
    if not lot:
        return [no("scan_no_lot", "lot")]
    return [beware("scan_lot_small_letters", "lot", lot)] if lot != lot.upper() else []


def about_expiry(values: Mapping[str, str], expires: date | None, today: date) -> list[Finding]:
    """What is to be known about the day of expiry, or that there is none."""
    if expires is None:
        if "7003" in values:
            return [no("scan_expiry_has_a_time", "expires", values["7003"])]
        best = read_six(values["15"], today) if "15" in values else None
        return [no("scan_best_before_only", "expires", best) if best else no("scan_no_expiry", "expires")]
    found = [beware("scan_day_zero", "expires", expires)] if values["17"].endswith("00") else []
    if expires < today:
        found.append(no("scan_expired", "expires", expires))
    elif expires == today:
        found.append(beware("scan_expires_today", "expires", expires))
    elif expires > _years_after(today):
        found.append(beware("scan_expiry_far", "expires", expires, years=FARTHEST_YEARS))
    made = read_six(values["11"], today) if "11" in values else None
    if made and made > expires:
        found.append(no("scan_made_after_expiry", "expires", expires, made=made))
    return found


def _years_after(today: date) -> date:
    leap = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year + FARTHEST_YEARS, day=28 if leap else today.day)


def pack_behind(gtin: str, known: Mapping[str, KnownPack]) -> KnownPack | Unconfirmed:
    """The pack that a person has confirmed, or what is expected behind the number."""
    pack = known.get(gtin)
    if pack is not None:
        return pack if pack.confirmed or pack.use is not Use.INFUSION else Unconfirmed(gtin, pack)
    inside = known.get(inside_of_case(gtin)) if "1" <= gtin[0] <= "8" else None
    return Unconfirmed(gtin, None, inside)


def about_pack(gtin: str, pack: KnownPack | Unconfirmed) -> list[Finding]:
    """Carton, case, number never seen."""
    if isinstance(pack, KnownPack):
        more = pack.vials is not None and pack.vials > 1
        return [beware("scan_carton", "vials", pack.vials, brand=pack.brand, strength=pack.strength)] if more else []
    if pack.expected is not None:
        expected = pack.expected
        return [
            beware(
                "scan_expected_only",
                "gtin",
                gtin,
                brand=expected.brand,
                strength=expected.strength,
                vials=expected.vials,
                ndc=expected.ndc,
            )
        ]
    if "1" <= gtin[0] <= "8":
        inside = f"{pack.inside.brand} {pack.inside.strength}" if pack.inside is not None else "—"
        return [beware("scan_case", "gtin", gtin, inside=inside)]
    return [beware("scan_never_seen", "gtin", gtin)]


def _like_a_syringe(gtin: str, pack: KnownPack | Unconfirmed, known: Mapping[str, KnownPack]) -> list[Finding]:
    """The table of syringes is not complete: a number that begins as one of them does is looked at twice."""
    if isinstance(pack, KnownPack) or pack.expected is not None:
        return []
    for other in known.values():
        product = other.ndc.rpartition("-")[0].replace("-", "")
        if other.use is Use.SUBCUTANEOUS and product and gtin[1:].startswith("03" + product):
            return [beware("scan_like_a_syringe", "gtin", gtin, brand=other.brand, ndc=other.ndc)]
    return []


def refused_pack(reading: Reading) -> Finding | None:
    """Why a pack that is known is no stock for CRS."""
    known = reading.known
    if known is None or known.use is Use.INFUSION:
        if isinstance(reading.pack, Unconfirmed) and reading.pack.inside is not None:
            return _not_stock(reading.pack.inside, reading.gtin)
        return None
    return _not_stock(known, reading.gtin)


def _not_stock(pack: KnownPack, gtin: str) -> Finding | None:
    if pack.use is Use.SUBCUTANEOUS:
        strength = pack.strength if pack.strength is not None else "—"
        return no("scan_subcutaneous", "gtin", gtin, brand=pack.brand or "—", strength=strength)
    return no("scan_other_drug", "gtin", gtin, name=pack.note or "—") if pack.use is Use.OTHER else None


def _about_ndc(printed: str, pack: KnownPack | Unconfirmed) -> list[Finding]:
    expected = pack.ndc if isinstance(pack, KnownPack) else (pack.expected.ndc if pack.expected is not None else "")
    if not printed or not expected or printed.replace("-", "") == expected.replace("-", ""):
        return []
    return [no("scan_ndc_differs", "gtin", printed, expected=expected)]
