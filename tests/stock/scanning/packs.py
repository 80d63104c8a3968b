"""Packs and messages of the tests of scanning: made-up lots and serial numbers on product numbers of the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crs_desktop.kernel.wording import say
from crs_desktop.stock.scanning.model import KnownPack, Reading, RefusedScan, Scan
from crs_desktop.stock.scanning.rules import read_scan
from crs_desktop.stock.scanning.table import shipped_packs

TODAY = date(2026, 11, 22)
GS = "\x1d"
ACTEMRA_400 = "00350242137010"
ACTEMRA_200 = "00350242136013"
ACTEMRA_80_BY_4 = "00350242135047"
TYENNE_SYRINGE = "00365219598107"
PACK = "01" + ACTEMRA_400
EXPECTED = shipped_packs()
KNOWN: dict[str, KnownPack] = {gtin: replace(pack, confirmed=True) for gtin, pack in EXPECTED.items()}


def told(raw: str, known: dict[str, KnownPack] | None = None, today: date = TODAY) -> Scan:
    """A scan that was understood."""
    scan = read_scan(raw, today, KNOWN if known is None else known)
    assert isinstance(scan, Scan), scan
    for finding in (*scan.findings, *(finding for reading in scan.readings for finding in reading.findings)):
        assert say(finding)
    return scan


def only(raw: str, known: dict[str, KnownPack] | None = None, today: date = TODAY) -> Reading:
    """The one reading of a scan."""
    reading = told(raw, known, today).certain
    assert reading is not None
    return reading


def refused(raw: str, known: dict[str, KnownPack] | None = None) -> RefusedScan:
    """A scan that counts for nothing; what came is still all there."""
    scan = read_scan(raw, TODAY, KNOWN if known is None else known)
    assert isinstance(scan, RefusedScan), scan
    assert scan.raw == raw and all(say(finding) for finding in scan.findings)
    return scan


def code_of(raw: str, known: dict[str, KnownPack] | None = None) -> str:
    """The first reason of a refused scan."""
    return refused(raw, known).findings[0].code


def codes(reading: Reading) -> set[str]:
    """What is to be known about a reading."""
    return {finding.code for finding in reading.findings}


def values(reading: Reading) -> tuple[str, str, date | None, str]:
    """Product, lot, expiry, serial number."""
    return reading.gtin, reading.lot, reading.expires, reading.serial
