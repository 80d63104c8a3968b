"""What a keyboard wedge typed, before it is read: the mark of the symbol and what the keyboard did to the signs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.stock.scanning.gs1 import SEPARATOR

LIMIT = 512
# What a wedge sends behind the code.
_AROUND = " \r\n\t"
# The 82 characters that an element may hold (GS1 General Specifications, figure 7.11-1).
_ALLOWED = frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
# Marks of ISO/IEC 15424: symbols that hold a GS1 message, symbols that hold a bare number, symbols that hold anything.
_MESSAGE = ("]C1", "]d2", "]e0", "]Q3", "]J1")
_NUMBER = ("]E0", "]E4", "]I0", "]I1")
_ANYTHING = ("]C0", "]d1", "]Q1", "]A0")
_MARK = re.compile(r"\][A-Za-z][0-9]")
_DAMAGED_MARK = re.compile(r"(?P<first>[^\]0-9])[A-Za-z][0-9](?=01[0-9]{14})")
_SPELT = re.compile(r"<GS>|\(GS\)|<FNC1>|\(FNC1\)|%1D|&#29;", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """Text that may be read: without its mark and without what the wedge adds around."""

    text: str
    symbology: str
    findings: tuple[Finding, ...] = ()

    @property
    def is_number(self) -> bool:
        """True for a symbol that can only hold a bare number."""
        return self.symbology in _NUMBER

    @property
    def is_message(self) -> bool:
        """True for a symbol that says of itself that it holds a GS1 message."""
        return self.symbology in _MESSAGE


_LIKE_A_CODE = re.compile(r"\][A-Za-z][0-9]|\(01\)|[0-9]{8,14}$|01[0-9]{14}|[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}$")


def may_be_code(text: str) -> bool:
    """True for text in a search box that is worth reading as a code; what it then says is told or refused."""
    return bool(_LIKE_A_CODE.match(text.strip(_AROUND + SEPARATOR)))


def hear(raw: str) -> Heard | Finding:
    """The text to be read, or why nobody should read it. What a keyboard exchanged is not turned back."""
    if len(raw) > LIMIT:
        return no("scan_too_long", "scan", f"{_shown(raw[:20])}…", length=len(raw), limit=LIMIT)
    text = raw.strip(_AROUND)
    mark = _MARK.match(text)
    symbology = mark[0] if mark else ""
    text = text.removeprefix(symbology)
    wrong = _wrong_mark(symbology) or _wrong_start(text, symbology) or _wrong_characters(text)
    if wrong is not None:
        return wrong
    findings = [beware("scan_not_marked_gs1", "scan", symbology)] if symbology in _ANYTHING else []
    if SEPARATOR * 2 in text:
        findings.append(beware("scan_double_separator", "scan"))
    # Some wedges also send the mark at the very start as a separator; one at the end is never needed.
    return Heard(text.strip(SEPARATOR), symbology, tuple(findings))


def _wrong_mark(symbology: str) -> Finding | None:
    if not symbology or symbology in _MESSAGE + _NUMBER + _ANYTHING:
        return None
    if symbology.swapcase() in _MESSAGE + _NUMBER:
        return no("scan_case_damaged", "scan", symbology)
    return no("scan_symbol_not_read", "scan", symbology)


def _wrong_start(text: str, symbology: str) -> Finding | None:
    if not text.strip(SEPARATOR):
        return no("scan_empty", "scan", symbology)
    damaged = _DAMAGED_MARK.match(text)
    if damaged:
        return no("scan_mark_damaged", "scan", damaged[0], first=_named(damaged["first"]))
    if text.lower().startswith(("http:", "https:")):
        return no("scan_is_a_link", "scan", _shown(text[:60]))
    if text.startswith("("):
        return no("scan_in_brackets", "scan", _shown(text[:60]))
    if text.startswith("+"):
        return no("scan_is_hibc", "scan", _shown(text[:60]))
    return None


def _wrong_characters(text: str) -> Finding | None:
    spelt = _SPELT.search(text)
    if spelt:
        return no("scan_separator_spelt", "scan", spelt[0])
    wrong = [(place, one) for place, one in enumerate(text, 1) if one not in _ALLOWED and one != SEPARATOR]
    if not wrong:
        return None
    place, first = wrong[0]
    code = "scan_control_character" if ord(first) < 32 or ord(first) == 127 else "scan_foreign_character"
    return no(code, "scan", _named(first), place=place, count=len(wrong))


def _named(character: str) -> str:
    shown = character if character.isprintable() and not character.isspace() else ""
    return f"{shown} (U+{ord(character):04X})".strip()


def _shown(text: str) -> str:
    return "".join(one if one.isprintable() else f"<U+{ord(one):04X}>" for one in text)
