"""A short, stable name for a content: the same content has the same fingerprint on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def canonical(content: Json) -> bytes:
    """One byte form per content: sorted keys, no spaces, UTF-8, no floats (raises TypeError for one)."""
    _refuse_floats(content)
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def fingerprint(content: Json) -> str:
    """SHA-256 of the canonical form, in hexadecimal (64 characters)."""
    return hashlib.sha256(canonical(content)).hexdigest()


def _refuse_floats(content: object) -> None:
    if isinstance(content, float):
        raise TypeError("a float has no exact form")
    if isinstance(content, Mapping):
        for value in content.values():
            _refuse_floats(value)
    elif isinstance(content, Sequence) and not isinstance(content, str | bytes):
        for value in content:
            _refuse_floats(value)
