"""A short code that names the facts on a sheet: the same facts, the same code; an old one can be asked "still true?".

The code says nothing about the patient. It has nine letters of the fingerprint and one check letter, from an alphabet
without vowels and without look-alikes, so that it can be read out over a telephone.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from zoneinfo import ZoneInfo

from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.kernel.fingerprint import Json, fingerprint
from crs_desktop.kernel.refusal import Finding, no

_LETTERS = "346789CDFGHJKMNPQRTVWXY"
_PAYLOAD = 9


def facts_fingerprint(kind: str, facts: object, leave_out: frozenset[str] = frozenset({"stamp"})) -> str:
    """The fingerprint of gathered facts without the stamp (who printed and when): what the sheet claims."""
    return fingerprint([kind, _plain(facts, leave_out)])


def code_of(content_fingerprint: str) -> str:
    """Ten letters, written XXXXX-XXXXX, from a hexadecimal fingerprint."""
    number = int(content_fingerprint, 16) % len(_LETTERS) ** _PAYLOAD
    letters = ""
    for _ in range(_PAYLOAD):
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    whole = letters + _check_letter(letters)
    return f"{whole[:5]}-{whole[5:]}"


def read_code(text: str) -> str | Finding:
    """A typed or scanned code in its written form, or why it is not one. Catches one wrong letter, or two swapped."""
    typed = "".join(text.upper().replace("-", " ").split())
    if len(typed) != _PAYLOAD + 1 or any(letter not in _LETTERS for letter in typed):
        return no("paper_code_not_understood", "code", text)
    if _check_letter(typed[:-1]) != typed[-1]:
        return no("paper_code_mistyped", "code", text)
    return f"{typed[:5]}-{typed[5:]}"


def _check_letter(letters: str) -> str:
    total = sum(place * _LETTERS.index(letter) for place, letter in enumerate(letters, start=1))
    return _LETTERS[total % len(_LETTERS)]


def _plain(value: object, leave_out: frozenset[str] = frozenset()) -> Json:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, datetime):
        return ["instant", to_milliseconds(value)]
    if isinstance(value, date):
        return ["day", value.isoformat()]
    if isinstance(value, Decimal):
        return ["decimal", format(value.normalize(), "f")]
    if isinstance(value, ZoneInfo):
        return ["zone", value.key]
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        named = {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name not in leave_out}
        return {"of": type(value).__name__, **named}
    raise TypeError(f"{type(value).__name__} has no place in the facts of a sheet")
