"""Which facts a dose rests on are unverified, and which are unknown. Answers are kept by the protocol fingerprint."""

from __future__ import annotations

from crs_desktop.therapies.model.protocol import Protocol

Paths = tuple[str, ...]
_MOST_KEPT = 64
# A gap about the label as a whole may lie in any of its rows, as one that names nothing may.
_WHOLE = "label_revision"
_kept: dict[str, Certainty] = {}


class Certainty:
    """Answers for one protocol version. It remembers them, since every dose of every patient asks the same few."""

    def __init__(self, protocol: Protocol) -> None:
        self._doubtful = tuple((fact.path, fact.unknown) for fact in protocol.unverified())
        self._gaps = tuple((f"unknowns.{unknown.id}", unknown.about) for unknown in protocol.unknowns)
        self._answers: dict[tuple[Paths, Paths, Paths], tuple[Paths, Paths]] = {}

    def of(self, rests_on: Paths, amount: Paths, branches: Paths) -> tuple[Paths, Paths]:
        """Paths of unverified facts, and of unknown ones with gaps said aloud. Branches not used do not count."""
        question = (rests_on, amount, branches)
        if question not in self._answers:
            self._answers[question] = self._answer(*question)
        return self._answers[question]

    def _answer(self, rests_on: Paths, amount: Paths, branches: Paths) -> tuple[Paths, Paths]:
        used = tuple(dict.fromkeys((*rests_on, *amount)))
        unused = tuple(path for path in branches if path not in used)
        facts = [
            (path, unknown)
            for top in used
            for path, unknown in self._doubtful
            if _below(path, (top,)) and not _below(path, unused)
        ]
        said = [gap for gap, about in self._gaps if _concerns(about, used, unused)]
        unverified = dict.fromkeys(path for path, unknown in facts if not unknown)
        unread = dict.fromkeys([*(path for path, unknown in facts if unknown), *said])
        return tuple(unverified), tuple(unread)


def certainty_of(protocol: Protocol) -> Certainty:
    """The answers for this protocol version, shared by all who ask."""
    found = _kept.get(protocol.fingerprint)
    if found is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        found = _kept[protocol.fingerprint] = Certainty(protocol)
    return found


def _concerns(about: Paths, used: Paths, unused: Paths) -> bool:
    """True for a gap about the whole, about a table that is used here, or about a value of one."""
    if not about or _WHOLE in about or any(_below(path, about) for path in used):
        return True
    return any(_below(path, used) and not _below(path, unused) for path in about)


def _below(path: str, tops: Paths) -> bool:
    return any(path == top or path.startswith(f"{top}.") for top in tops)
