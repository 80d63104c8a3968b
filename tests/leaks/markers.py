"""Forty things about patients that nobody could write by chance, each of them easy to look for."""

from __future__ import annotations

from dataclasses import dataclass

_SYLLABLES = ("bavu", "cedo", "fiki", "golu", "huma", "jeni", "kopa", "luse", "mivo", "nuga", "pire", "rosu")


def _word(number: int) -> str:
    """Letters only, because a name takes no digits; the end tells one word from another."""
    first, second = divmod(number, len(_SYLLABLES))
    return f"Zqxw{_SYLLABLES[first]}{_SYLLABLES[second]}kz"


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A patient whose every identifier is a marker. The second given name is no English one."""

    family: str
    given: str
    mrn: str
    born: str
    allergies: str


PATIENTS = tuple(
    MadeUp(_word(5 * at), _word(5 * at + 1) + ("ë" if at == 1 else ""), f"970{at}83915", f"19{at + 1}3-07-26",
           f"{_word(5 * at + 2)} rash")
    for at in range(4)
)  # fmt: skip
_TEXTS = (
    "reschedule", "held", "end course", "add course", "given by", "prescriber", "note", "deviation", "deviation name",
    "dose reversed", "waste", "lot state", "movement reversed", "let go", "told by", "episode closed", "explained",
    "search", "half family", "half note",
)  # fmt: skip
TEXTS = {name: _word(30 + at) for at, name in enumerate(_TEXTS)}
MARKERS = (
    *(value for one in PATIENTS for value in (one.family, one.given, one.mrn, one.born, one.allergies)),
    *TEXTS.values(),
)
