"""Is this a scanner or a person? Decided by the time between keys, by the first sign and by how it ends; no Qt here.

A scanner types a code in one burst. Every sign is held back until the next one shows which it is: so nothing of a scan
reaches a field, and nothing that a person typed is lost, only late by `fast_ms` at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MARK = "]"  # the first sign of the mark that names the symbol (ISO/IEC 15424)
SEPARATOR = "\x1d"
SUBSTITUTE = "\x1a"  # stands for a key without a sign, so that whoever reads the code refuses it


@dataclass(frozen=True, slots=True)
class Timing:
    """A house choice, nobody's standard. Common scanners send a key in 1 to 20 ms; the fastest typists need 50 ms on
    average, and never eight keys in a row under 35. Once it is certain, a scanner on the air may pause longer."""

    fast_ms: int = 35
    steady_ms: int = 150
    least: int = 8  # the shortest product number


class Kind(Enum):
    """What a key is to a scan."""

    SIGN = "sign"  # a sign without Ctrl or Alt, or a separator
    COMMAND = "command"  # with Ctrl, Alt or Meta
    END = "end"  # Enter or Tab
    SILENT = "silent"  # Shift and its like: part of the sign that follows
    OTHER = "other"  # arrows, Esc, F keys; a key held down; a key whose time is not known


class Verdict(Enum):
    """What becomes of a key. `RELEASE`: what was held goes on its way first."""

    PASS = "pass"
    HOLD = "hold"
    RELEASE_AND_PASS = "release and pass"
    RELEASE_AND_HOLD = "release and hold"
    SCANNED = "scanned"
    SWALLOW = "swallow"


@dataclass(slots=True)
class Burst:
    """The keys of one burst so far; `text` is what they say."""

    timing: Timing = Timing()
    text: str = ""
    _last: int = 0
    _ended: int | None = None

    @property
    def holding(self) -> bool:
        """True while signs are held back."""
        return bool(self.text)

    @property
    def marked(self) -> bool:
        """It begins with the mark of a symbol, which nobody types so fast."""
        text = self.text.lstrip(SEPARATOR)
        return text.startswith(MARK) and len(text) > 2 and text[1].isalpha() and text[2].isdigit()

    @property
    def certain(self) -> bool:
        """No person types like this."""
        return self.marked or len(self.text) >= self.timing.least

    @property
    def patience_ms(self) -> int:
        """How long the next key is waited for."""
        return self.timing.steady_ms if self.certain else self.timing.fast_ms

    def goes_on(self, at: int) -> bool:
        """True when a key at this time belongs to what is held."""
        return self.holding and 0 <= at - self._last <= self.patience_ms

    def trails(self, kind: Kind, sign: str, at: int) -> bool:
        """True for the rest of an end: carriage return and line feed are two keys, and neither is Enter for a form."""
        if self._ended is None or not (kind is Kind.END or sign in ("\n", "\r")):
            return False
        return 0 <= at - self._ended <= self.timing.steady_ms

    def key(self, kind: Kind, sign: str, at: int) -> Verdict:
        """What becomes of the next key. After SCANNED the scan is in `text` until it is closed."""
        if self.trails(kind, sign, at):
            return Verdict.SWALLOW
        if self._ended is not None and kind is Kind.SILENT:
            return Verdict.PASS  # the Ctrl of a line feed ends nothing
        if self._ended is not None:
            self.forget()
        if self.goes_on(at):
            return self._next(kind, sign, at)
        released = self.holding
        self.forget()
        if not _begins(kind, sign):
            return Verdict.RELEASE_AND_PASS if released else Verdict.PASS
        self.text, self._last = sign, at
        return Verdict.RELEASE_AND_HOLD if released else Verdict.HOLD

    def pause(self) -> bool:
        """Nothing came for a while: True when what is held is a scan without an end, else it is to be released."""
        return self.marked

    def close(self) -> None:
        """The scan was taken."""
        self.text = ""
        if self._ended is None:
            self._ended = self._last + self.timing.steady_ms

    def forget(self) -> None:
        """Begin anew."""
        self.text, self._ended = "", None

    def _next(self, kind: Kind, sign: str, at: int) -> Verdict:
        if kind is Kind.END and self.certain:
            self._ended = at
            return Verdict.SCANNED
        if kind is Kind.END or (kind is Kind.OTHER and not self.certain):
            self.forget()
            return Verdict.RELEASE_AND_PASS
        if kind is not Kind.SILENT:
            self.text += sign if kind is not Kind.OTHER and sign else SUBSTITUTE
        self._last = at
        return Verdict.HOLD


def _begins(kind: Kind, sign: str) -> bool:
    """A blank begins no code: it presses buttons, and they shall not wait."""
    return (kind is Kind.SIGN and not sign.isspace()) or sign == SEPARATOR
