"""A document as short readable lines, for verbs without a picture of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crs_desktop.kernel.fingerprint import Json


def lines(document: Mapping[str, Json] | Mapping[str, Any], indent: int = 0) -> str:
    """'name: value' lines; nested things are indented, lists become one line an item."""
    pad = "  " * indent
    said: list[str] = []
    for name, value in document.items():
        label = name.replace("_", " ")
        if isinstance(value, Mapping):
            said += [f"{pad}{label}:", lines(value, indent + 1)]
        elif isinstance(value, Sequence) and not isinstance(value, str):
            said += _list(label, value, indent)
        else:
            said.append(f"{pad}{label}: {word(value)}")
    return "\n".join(line for line in said if line)


def word(value: object) -> str:
    """A value as a word."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _list(label: str, values: Sequence[Any], indent: int) -> list[str]:
    pad = "  " * indent
    if not values:
        return [f"{pad}{label}: none"]
    if all(not isinstance(value, Mapping) for value in values):
        return [f"{pad}{label}: {', '.join(word(value) for value in values)}"]
    said = [f"{pad}{label}:"]
    for value in values:
        inner = lines(value, indent + 2) if isinstance(value, Mapping) else "  " * (indent + 2) + word(value)
        said.append(f"{pad}  -{inner[len(pad) + 3 :]}")
    return said
