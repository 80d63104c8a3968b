"""From what a scanner typed to every possible reading of it, or to a refusal that loses nothing of what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.refusal import Finding, Refused, beware, no, refuse
from crs_desktop.stock.scanning.gs1 import title
from crs_desktop.stock.scanning.hearing import Heard, hear
from crs_desktop.stock.scanning.judging import broken, broken_number, reading_of, refused_pack
from crs_desktop.stock.scanning.model import Element, KnownPack, Reading, ReceiptFields, RefusedScan, Scan
from crs_desktop.stock.scanning.numbers import (
    all_digits,
    billing_form,
    gtin_of_ndc,
    is_billing_ndc,
    is_ndc,
    right_check_digit,
)
from crs_desktop.stock.scanning.splitting import MOST_WAYS, Cut, all_cuts, as_it_stands

# What a pack of a prescription drug carries in the United States: product, lot, expiry, serial.
_ALL_FOUR = frozenset(("01", "10", "17", "21"))
_DRUG = "003"  # indicator 0 and the prefix 03 of drugs of the United States
_NUMBER_LENGTHS = (8, 12, 13, 14)
# Left empty in the form, which asks for them: the pack may still be received once a person has typed them.
_TO_BE_TYPED = ("scan_no_lot", "scan_no_expiry", "scan_best_before_only", "scan_expiry_has_a_time")
_DATE_IDENTIFIERS = ("11", "12", "13", "15", "16", "17")


def read_scan(raw: str, today: date, known: Mapping[str, KnownPack]) -> Scan | RefusedScan:
    """What the code says: one reading, several of which a person chooses one, or why it counts for nothing."""
    heard = hear(raw)
    if isinstance(heard, Finding):
        return RefusedScan((heard,), raw, rest=raw)
    text = heard.text
    if not heard.is_message and (is_ndc(text) or is_billing_ndc(text) or (all_digits(text) and len(text) == 10)):
        return _ndc(heard, raw, today, known)
    if heard.is_number or (not heard.is_message and all_digits(text) and len(text) in _NUMBER_LENGTHS):
        return _number(heard, raw, today, known)
    return _message(heard, raw, today, known)


def _message(heard: Heard, raw: str, today: date, known: Mapping[str, KnownPack]) -> Scan | RefusedScan:
    first, rest = as_it_stands(heard.text)
    cuts = all_cuts(heard.text)
    if not cuts.whole:
        finding = no("scan_too_many_readings", "scan", len(cuts.ways), most=MOST_WAYS)
        return RefusedScan((finding,), raw, heard.symbology, first, rest)
    ways = [first] if _stands_alone(first, rest, today) else list(cuts.ways)
    sound = [_told(way, first, today, known) for way in ways if not broken(way, today)]
    two = _two_packs(heard.text, known)
    if two is not None or not sound:
        findings = (two,) if two is not None else tuple(dict.fromkeys(_why_not(first, rest, today)))
        return RefusedScan(findings, raw, heard.symbology, first, rest)
    refused = [finding for finding in map(refused_pack, sound) if finding is not None]
    if refused:
        return RefusedScan(tuple(dict.fromkeys(refused)), raw, heard.symbology, first, rest)
    several = [beware("scan_several_readings", "scan", len(sound))] if len(sound) > 1 else []
    return Scan(raw, heard.symbology, tuple(sorted(sound, key=_most_complete_first)), (*heard.findings, *several))


def _told(way: Cut, first: Cut, today: date, known: Mapping[str, KnownPack]) -> Reading:
    reading = reading_of(way, today, known)
    if way == first:
        return reading
    return replace(reading, findings=(beware("scan_separator_missing", "scan"), *reading.findings))


def _stands_alone(first: Cut, rest: str, today: date) -> bool:
    """True when all four of a pack are there: lot and serial number both end, so at least one separator came through,
    and a scanner that sends one sends them all. Nothing can be hidden in a value but an element more."""
    identifiers = {element.ai for element in first}
    return not rest and identifiers >= _ALL_FOUR and not broken(first, today)


def _two_packs(text: str, known: Mapping[str, KnownPack]) -> Finding | None:
    """A second number of a drug behind the first, wherever it stands: two packs in one scan, never a part of a lot."""
    first, *others = _sound_numbers(text) or [""]
    others = [one for one in others if one.startswith(_DRUG) or one in known]
    if not others:
        return None
    if others[0] == first:
        return no("scan_repeated", "scan", first, title=title("01"))
    return no("scan_two_products", "gtin", others[0], other=first)


def _sound_numbers(text: str) -> list[str]:
    found = []
    at = 0
    while at + 16 <= len(text):
        sound = text.startswith("01", at) and right_check_digit(text[at + 2 : at + 16])
        found += [text[at + 2 : at + 16]] if sound else []
        at += 16 if sound else 1
    return found


def _why_not(first: Cut, rest: str, today: date) -> list[Finding]:
    if not rest:
        return broken(first, today)
    if not first and not any(rest.startswith(ai) for ai in ("00", "01", "02", "10", "17", "21")):
        return [no("scan_not_gs1", "scan", rest[:40])]
    ai = rest[:2]
    if ai in _DATE_IDENTIFIERS and len(rest) >= 8 and all_digits(rest[2:8]):
        return [no("scan_date_impossible", "scan", rest[2:8], title=title(ai))]
    found = [finding for finding in broken(first, today) if finding.code == "scan_check_digit"]
    return [*found, no("scan_cut_or_damaged", "scan", rest[:40], read=len(first))]


def _most_complete_first(reading: Reading) -> tuple[int, int]:
    identifiers = {element.ai for element in reading.elements}
    return -len(identifiers & _ALL_FOUR), len(reading.elements)


def _number(heard: Heard, raw: str, today: date, known: Mapping[str, KnownPack]) -> Scan | RefusedScan:
    text = heard.text
    if not all_digits(text) or len(text) not in _NUMBER_LENGTHS:
        return RefusedScan((no("scan_number_length", "gtin", text[:40]),), raw, heard.symbology, rest=text)
    gtin = text.zfill(14)
    wrong = broken_number(gtin)
    if wrong and wrong[0].code == "scan_check_digit" and not heard.is_number and not as_it_stands(text)[1]:
        return _message(heard, raw, today, known)  # digits that are elements: the message says better what they lack
    if wrong:
        return RefusedScan(tuple(wrong), raw, heard.symbology, rest=text)
    # A message cut after twelve digits of its number has this length as well.
    cut = [beware("scan_may_be_cut", "scan", text)] if len(text) == 14 and text.startswith("01") else []
    return _one((Element("01", gtin),), (*heard.findings, *cut), heard, raw, today, known)


def _ndc(heard: Heard, raw: str, today: date, known: Mapping[str, KnownPack]) -> Scan | RefusedScan:
    """Looked up, never worked out: hyphens are not put in, eleven digits are not cut down to ten."""
    text = heard.text
    digits = text.replace("-", "")
    packs = [pack for pack in known.values() if pack.ndc]
    if is_billing_ndc(text):
        found = [pack for pack in packs if billing_form(pack.ndc) == digits]
    else:
        found = [pack for pack in packs if pack.gtin == gtin_of_ndc(digits)]
    if len(found) != 1:
        code = "scan_ndc_twice" if found else "scan_ndc_unknown"
        return RefusedScan((no(code, "scan", text),), raw, heard.symbology, rest=text)
    if is_ndc(text) and text != found[0].ndc:
        wrong = no("scan_ndc_hyphens", "scan", text, expected=found[0].ndc)
        return RefusedScan((wrong,), raw, heard.symbology, rest=text)
    told = beware("scan_ndc_no_check_digit", "scan", text, ndc=found[0].ndc)
    return _one((Element("01", found[0].gtin),), (*heard.findings, told), heard, raw, today, known)


def _one(
    elements: tuple[Element, ...],
    findings: tuple[Finding, ...],
    heard: Heard,
    raw: str,
    today: date,
    known: Mapping[str, KnownPack],
) -> Scan | RefusedScan:
    reading = reading_of(elements, today, known)
    refused = refused_pack(reading)
    if refused is not None:
        return RefusedScan((refused,), raw, heard.symbology, elements)
    return Scan(raw, heard.symbology, (reading,), findings)


def receipt_fields(reading: Reading, packs: int = 1) -> ReceiptFields | Refused:
    """What a chosen reading fills into the form; what it lacks stays empty. Or everything that forbids receiving it."""
    pack = reading.known
    stops = [finding for finding in reading.stops if finding.code not in _TO_BE_TYPED]
    if pack is None:
        stops.append(no("scan_pack_not_confirmed", "gtin", reading.gtin))
    if stops:
        return refuse(*stops)
    assert pack is not None and pack.strength is not None and pack.vials is not None
    expires = reading.expires.isoformat() if reading.expires is not None else ""
    vials = str(pack.vials * packs)
    return ReceiptFields(pack.brand, plain(pack.strength.mg), reading.lot, expires, vials)
