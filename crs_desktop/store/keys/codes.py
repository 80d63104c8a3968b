"""The printed codes: 140 random bits in letters that are not mistaken for one another, with two check characters.

A first group of letters says which code it is. The check characters are those of a Reed-Solomon code over 32 symbols:
one or two wrong characters are always noticed, and for a single one the place follows, so its group can be named.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.store.keys.derivation import Secret
from crs_desktop.store.keys.slots import SlotKind

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_GROUP, _GROUPS = 5, 6
_SYMBOLS, _CHECKS = _GROUP * _GROUPS, 2
_FIRST_GROUPS = {SlotKind.RECOVERY: "RECVR", SlotKind.EMERGENCY: "EMERG"}
# What people read for a digit, and what they put between groups.
_READ_AS = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s._\-\u2010-\u2015\u2212]+")
_MOST_TYPED = 200


@dataclass(frozen=True, slots=True)
class Code:
    """A code that fits its check characters."""

    kind: SlotKind
    letters: str = field(repr=False)

    @property
    def text(self) -> str:
        """As printed: 'RECVR-7K2M9-...', seven groups of five."""
        parts = (self.letters[at : at + _GROUP] for at in range(0, _SYMBOLS, _GROUP))
        return "-".join((_FIRST_GROUPS[self.kind], *parts))

    @property
    def secret(self) -> Secret:
        """What it opens slots with."""
        return Secret(f"code\x00{self.kind.value}\x00{self.letters}".encode("ascii"))


def new_code(kind: SlotKind) -> Code:
    """A code nobody has had before."""
    free = [secrets.randbelow(32) for _ in range(_SYMBOLS - _CHECKS)]
    return Code(kind, "".join(_LETTERS[symbol] for symbol in (*_checks(free, kind), *free)))


def read_code(typed: str, kind: SlotKind) -> Code | Refused:
    """A code as it was typed: small letters, spaces, dashes, O for 0, I or L for 1 are well. No finding holds it."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed[:_MOST_TYPED])).upper().translate(_READ_AS)
    first, letters = plain[:_GROUP], plain[_GROUP:]
    if not plain:
        return refuse(no("code_empty", "code"))
    for other, group in _FIRST_GROUPS.items():
        if first == group and other is not kind:
            return refuse(no("code_is_emergency" if other is SlotKind.EMERGENCY else "code_is_recovery", "code"))
    if first != _FIRST_GROUPS[kind]:
        return refuse(no("code_first_group", "code", begins=_FIRST_GROUPS[kind]))
    for at, letter in enumerate(letters):
        if letter not in _LETTERS:
            return refuse(no("code_letter", "code", group=at // _GROUP + 2))
    if len(letters) != _SYMBOLS:
        return refuse(no("code_length", "code", count=len(plain), wanted=_SYMBOLS + _GROUP))
    wrong = _wrong(letters, kind)
    return refuse(wrong) if wrong else Code(kind, letters)


def _wrong(letters: str, kind: SlotKind) -> Finding | None:
    symbols = [_LETTERS.index(letter) for letter in letters]
    plain, weighed = _sums(symbols, kind)
    if not plain and not weighed:
        return None
    if plain and weighed:  # as from one wrong character: its place is the quotient
        at = (_LOG[weighed] - _LOG[plain]) % 31
        if at < _SYMBOLS:
            return no("code_group_wrong", "code", group=at // _GROUP + 2)
    return no("code_not_right", "code")


def _checks(free: Sequence[int], kind: SlotKind) -> tuple[int, int]:
    """The two symbols that make both sums nothing."""
    plain, weighed = _sums((0, 0, *free), kind)
    # first + second = plain and first + 2 second = weighed, in the field of 32, where 2 is the generator.
    second = _times(plain ^ weighed, _inverse(1 ^ _POWERS[1]))
    return plain ^ second, second


def _sums(symbols: Sequence[int], kind: SlotKind) -> tuple[int, int]:
    """The sum of all symbols, and the sum weighed by place; the kind takes the 31st place, which is not printed."""
    plain = weighed = 0
    for at, symbol in enumerate((*symbols, 1 + list(_FIRST_GROUPS).index(kind))):
        plain ^= symbol
        weighed ^= _times(symbol, _POWERS[at])
    return plain, weighed


def _powers() -> Iterator[int]:
    """1, 2, 4 ... in the field of 32 (x^5 + x^2 + 1)."""
    value = 1
    for _ in range(31):
        yield value
        value = value << 1 ^ (0b100101 if value & 16 else 0)


_POWERS = tuple(_powers())
_LOG = {value: power for power, value in enumerate(_POWERS)}


def _times(one: int, other: int) -> int:
    return _POWERS[(_LOG[one] + _LOG[other]) % 31] if one and other else 0


def _inverse(value: int) -> int:
    return _POWERS[-_LOG[value] % 31]
