"""GTIN and NDC as numbers: check digits, and the one direction between them that loses nothing."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[0-9]+")
# The three ways to write ten digits: 4-4-2, 5-3-2, 5-4-1. Only the hyphens tell which; ten bare digits do not.
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{2}|[0-9]{5}-[0-9]{3}-[0-9]{2}|[0-9]{5}-[0-9]{4}-[0-9]")
_BILLING = re.compile(r"[0-9]{5}-[0-9]{4}-[0-9]{2}")


def all_digits(text: str) -> bool:
    """ASCII digits only: what looks like a digit in another script is none."""
    return bool(_DIGITS.fullmatch(text))


def check_digit(payload: str) -> str:
    """The check digit of GS1 behind these digits: weights 3, 1, 3 ... from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload)))
    return str(-total % 10)


def right_check_digit(number: str) -> bool:
    """True when the last digit is the check digit of the others."""
    return all_digits(number) and len(number) > 1 and check_digit(number[:-1]) == number[-1]


def gtin_of_ndc(ndc: str) -> str:
    """The GTIN-14 of a single pack: 0, 03, the ten digits without hyphens, check digit."""
    payload = "003" + ndc.replace("-", "")
    return payload + check_digit(payload)


def is_ndc(text: str) -> bool:
    """Ten digits with hyphens where an NDC has them."""
    return bool(_WRITTEN.fullmatch(text))


def is_billing_ndc(text: str) -> bool:
    """Eleven digits, bare or as 5-4-2."""
    return bool(_BILLING.fullmatch(text)) or (all_digits(text) and len(text) == 11)


def billing_form(ndc: str) -> str:
    """The eleven digits of an NDC whose hyphens are known; the way back is not one way, so there is none here."""
    labeler, product, package = ndc.split("-")
    return labeler.zfill(5) + product.zfill(4) + package.zfill(2)


def inside_of_case(gtin: str) -> str:
    """The single pack that a grouping with indicator 1 to 8 holds: the same number with indicator 0."""
    payload = "0" + gtin[1:13]
    return payload + check_digit(payload)
