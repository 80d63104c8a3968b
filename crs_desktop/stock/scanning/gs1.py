"""The only door to biip: which application identifier stands here, how long its value may be, what a message says.

The library never sees the clock through us: the days in a message are checked by our own rule, around a given today.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from crs_desktop.stock.scanning.model import Element

SEPARATOR = "\x1d"


@lru_cache(maxsize=4096)
def identifier(four: str) -> tuple[str, bool, re.Pattern[str]] | None:
    """The application identifier at the start of up to four characters: its digits, whether it ends only with a
    separator, and the form of identifier and value; None when there is none."""
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        known = GS1ApplicationIdentifier.extract(four)
    except ParseError:
        return None
    return known.ai, known.separator_required, re.compile(known.pattern.removeprefix("^").removesuffix("$"))


def warm_up() -> None:
    """Load the library before the first scan, off the window's thread: it takes longer than a window may wait."""
    identifier("01")


def title(ai: str) -> str:
    """What an application identifier stands for, in the words of GS1."""
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    return GS1ApplicationIdentifier.extract(ai).data_title


def message_of(elements: Sequence[Element]) -> str:
    """The elements as one message, every separator in its place."""
    parts = []
    for element in elements:
        found = identifier(element.ai)
        parts.append(element.ai + element.value + (SEPARATOR if found is not None and found[1] else ""))
    return "".join(parts).removesuffix(SEPARATOR)


def library_reads(message: str) -> tuple[Element, ...] | None:
    """What the library reads in a message, or None when it refuses it or finds a wrong check digit."""
    from biip import ParseConfig, ParseError
    from biip.gs1_messages import GS1Message

    try:
        found = GS1Message.parse(message, config=ParseConfig(gs1_element_strings_verify_date=False)).element_strings
    except ParseError:
        return None
    if any(item.gtin_error or item.sscc_error or item.gln_error for item in found):
        return None
    return tuple(Element(item.ai.ai, item.value) for item in found)
