"""Which passwords are good enough to stand alone, and the one spelling in which they are compared.

NIST SP 800-63B-4: long, any character, no rules of composition, no forced change; but nothing that is guessed early.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.store.keys.derivation import Secret
from crs_desktop.store.keys.slots import folded

LEAST, MOST = 15, 128
# What an attacker with the stolen file must pay. One guess is 0.25 s of a core and 256 MiB at the very least, so 10^12
# guesses are 8,000 years of one core: with a thousand rented cores eight years, some 700,000 dollars. 10^10, which
# zxcvbn calls its best, would be a month. Three random common words are refused by it (10^9 to 10^11), four are good
# (measured: 10^12.6 the least of 300, 10^15.6 in the middle).
TENFOLDS = 12
# zxcvbn is asked about this many characters from each end: its time grows fast with them (signs that can stand for
# letters: 40 take half a second, 64 five), and 40 tell enough.
_PIECE = 40
# zxcvbn counts a space between words as if it had to be guessed like any character; everybody types it.
_BETWEEN = re.compile(r"[\s._,\-]+")
_SHORTEST_OWN_WORD = 3
_UNKNOWN_ELSEWHERE = ("Cc", "Cs", "Cn")
_WHY = {
    "repeat": "password_repeats",
    "sequence": "password_sequence",
    "spatial": "password_keyboard",
    "date": "password_date",
    "regex": "password_date",
}


def normal(typed: str) -> str:
    """One spelling for what looks the same, whatever keyboard it came from."""
    return unicodedata.normalize("NFKC", typed)


def secret_of(typed: str) -> Secret:
    """What a typed password opens slots with."""
    return Secret(b"password\x00" + normal(typed).encode("utf-8", "surrogatepass"))


def judge(typed: str, sign_in: str, own_words: Iterable[str] = ()) -> tuple[Finding, ...]:
    """What stands against this new password, nothing when it is good. `own_words`: name, site, what is near at hand."""
    password = normal(typed)
    # A single character may stand for a dozen in the one spelling; typing it was no more work than one.
    count = min(len(typed), len(password))
    if count < LEAST:
        return (no("password_short", "password", least=LEAST, count=count, missing=LEAST - count),)
    if len(password) > MOST:
        return (no("password_long", "password", most=MOST, count=len(password)),)
    if any(unicodedata.category(letter) in _UNKNOWN_ELSEWHERE for letter in password):
        return (no("password_untypable", "password"),)
    plain = password.casefold()
    if len(set(plain)) == 1:
        return (no("password_one_character", "password"),)
    name = folded(sign_in)
    if len(name) >= _SHORTEST_OWN_WORD and name in plain:
        return (no("password_holds_name", "password"),)
    return _guessable(password, _words(sign_in, *own_words))


def _guessable(password: str, own_words: list[str]) -> tuple[Finding, ...]:
    """Why it is guessed early, with or without what stands between its words; nothing when it is not."""
    for form in dict.fromkeys((password, _BETWEEN.sub("", password))):
        why = _early(form, own_words)
        if why:
            return (no(why, "password"),)
    return ()


def _early(form: str, own_words: list[str]) -> str:
    """Why its beginning is guessed early; "" when one end of it alone is guessed late enough."""
    from zxcvbn import matching, zxcvbn

    why = "" if form else "password_guessable"
    try:
        for piece in filter(None, dict.fromkeys((form[:_PIECE], form[-_PIECE:]))):
            asked = zxcvbn(piece, user_inputs=own_words, max_length=_PIECE)
            if asked["guesses"] >= 10**TENFOLDS:
                return ""
            why = why or _why(asked["sequence"])
        return why
    finally:
        matching.RANKED_DICTIONARIES.pop("user_inputs", None)  # it keeps them for the next one to ask


def _why(sequence: list[dict[str, Any]]) -> str:
    """The reason that covers most of the password."""
    covered: dict[str, int] = {}
    for match in sequence:
        code = _WHY.get(match["pattern"], "password_guessable")
        if match["pattern"] == "dictionary":
            own, known = match["dictionary_name"] == "user_inputs", match["dictionary_name"] == "passwords"
            code = "password_own_words" if own else "password_well_known" if known else "password_common_words"
        covered[code] = covered.get(code, 0) + len(match["token"])
    return max(covered, key=lambda code: covered[code])


def _words(*phrases: str) -> list[str]:
    """The phrases, their words, and the words run together."""
    found: dict[str, None] = {}
    for phrase in phrases:
        plain = folded(phrase)
        parts = re.findall(r"\w+", plain)
        for word in (plain, *parts, "".join(parts)):
            if len(word) >= _SHORTEST_OWN_WORD:
                found[word] = None
    return list(found)
