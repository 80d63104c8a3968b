"""Which of the facts a dose rests on are unverified, and which are unknown."""

from __future__ import annotations

from crs_desktop.therapies.model import Fact, Protocol


class Certainty:
    """Remembers its answers by path, since many doses of a schedule rest on the same rows."""

    def __init__(self, protocol: Protocol) -> None:
        self._doubtful = protocol.unverified()
        self._gaps = tuple((unknown.id, about) for unknown in protocol.unknowns for about in unknown.about)
        self._by_path: dict[str, tuple[Fact, ...]] = {}

    def of(
        self, rests_on: tuple[str, ...], amount: tuple[str, ...], branches: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Paths of unverified facts, and of unknown ones with gaps said aloud. Branches not used do not count."""
        unused = tuple(path for path in branches if path not in amount and path not in rests_on)
        facts = [fact for path in (*rests_on, *amount) for fact in self._under(path) if not _below(fact.path, unused)]
        unverified = tuple(dict.fromkeys(fact.path for fact in facts if not fact.unknown))
        unknown = tuple(dict.fromkeys(fact.path for fact in facts if fact.unknown))
        said = [
            f"unknowns.{name}" for name, about in self._gaps
            if any(_below(path, (about,)) for path in (*rests_on, *amount))
        ]  # fmt: skip
        return unverified, unknown + tuple(dict.fromkeys(said))

    def _under(self, path: str) -> tuple[Fact, ...]:
        if path not in self._by_path:
            self._by_path[path] = tuple(fact for fact in self._doubtful if _below(fact.path, (path,)))
        return self._by_path[path]


def _below(path: str, tops: tuple[str, ...]) -> bool:
    return any(path == top or path.startswith(f"{top}.") for top in tops)
