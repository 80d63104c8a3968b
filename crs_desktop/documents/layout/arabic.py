"""Arabic letters in their joined shapes, by the presentation forms that the Unicode tables list; vowel marks refused.

The font holds a glyph for each form, so plain text drawing needs no shaping engine. Names are letters and spaces; where
a mark or a letter without listed forms appears, the caller refuses to print instead of guessing.
"""

from __future__ import annotations

import unicodedata
from functools import cache

NON_JOINER = "\u200c"
_TATWEEL = "\u0640"
_LAM = "\u0644"
_FORMS = ("isolated", "final", "initial", "medial")


@cache
def _tables() -> tuple[dict[str, dict[str, str]], dict[tuple[str, str], dict[str, str]]]:
    letters: dict[str, dict[str, str]] = {}
    ligatures: dict[tuple[str, str], dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        tag, *bases = unicodedata.decomposition(chr(code)).split() or [""]
        form = tag.strip("<>")
        if form not in _FORMS:
            continue
        letter = "".join(chr(int(base, 16)) for base in bases)
        if len(letter) == 1:
            letters.setdefault(letter, {})[form] = chr(code)
        elif len(letter) == 2 and letter[0] == _LAM and form in ("isolated", "final"):
            ligatures.setdefault((letter[0], letter[1]), {})[form] = chr(code)
    return letters, ligatures


def knows(character: str) -> bool:
    """True when the letter has listed forms (or is the lengthening stroke)."""
    return character == _TATWEEL or character in _tables()[0]


def joined(text: str) -> str:
    """The text, still in reading order, with each Arabic letter in the form its neighbours ask for."""
    letters, ligatures = _tables()
    shaped: list[str] = []
    place = 0
    while place < len(text):
        character = text[place]
        pair = (character, text[place + 1]) if place + 1 < len(text) else ("", "")
        before = place > 0 and _reaches_on(text[place - 1])
        if pair in ligatures:
            shaped.append(ligatures[pair]["final" if before else "isolated"])
            place += 2
            continue
        if character in letters:
            before = before and "final" in letters[character]
            after = place + 1 < len(text) and _reaches_on(character) and _reaches_back(text[place + 1])
            shaped.append(letters[character][_form(before, after)])
        elif character != NON_JOINER:
            shaped.append(character)
        place += 1
    return "".join(shaped)


def _form(before: bool, after: bool) -> str:
    if before:
        return "medial" if after else "final"
    return "initial" if after else "isolated"


def _reaches_on(character: str) -> bool:
    return character == _TATWEEL or "initial" in _tables()[0].get(character, {})


def _reaches_back(character: str) -> bool:
    return character == _TATWEEL or "final" in _tables()[0].get(character, {})
