"""Reading small JSON files that somebody may have changed: nothing is guessed, everything odd is a ValueError."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_MOST_WHOLE = 1 << 53


def strict_json(content: bytes) -> Any:
    """What the bytes say. Raises ValueError (RecursionError when nested for mischief)."""
    return json.loads(content.decode("utf-8"), object_pairs_hook=_no_key_twice)


def exactly(said: Any, names: set[str]) -> None:
    """These names and no others. Raises ValueError."""
    if not isinstance(said, Mapping) or set(said) != names:
        raise ValueError


def text(said: Any) -> str:
    """Raises ValueError for anything but text."""
    if not isinstance(said, str):
        raise ValueError
    return said


def whole(said: Any) -> int:
    """Raises ValueError for anything but a whole number from zero to 2^53."""
    if type(said) is not int or not 0 <= said < _MOST_WHOLE:
        raise ValueError
    return said


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)
