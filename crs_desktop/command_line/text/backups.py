"""`backup` and `restore` in words: which file, from when, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crs_desktop.command_line.text.dose import reasons
from crs_desktop.command_line.text.layout import pairs, term

_COUNTED = ("patients", "doses", "movements", "change_log")


def backup_text(document: Mapping[str, Any]) -> str:
    """The whole answer."""
    rows = [(term("cl_backup_file"), document["file"]), (term("cl_backup_from"), document["made_at"])]
    return "\n".join([term("cl_backup_made"), *pairs([*rows, (term("cl_backup_holds"), _counts(document))])])


def restore_text(document: Mapping[str, Any]) -> str:
    """The whole answer."""
    if "refused" in document:
        return "\n".join([term("cl_restore_not"), *reasons(document["refused"])])
    rows = [
        (term("cl_backup_file"), document["store"]),
        (term("cl_backup_from"), document["made_at"]),
        (term("cl_backup_holds"), _counts(document)),
        (term("cl_restore_former"), document["former_store"] or ""),
    ]
    return "\n".join([term("cl_restore_done"), *pairs(rows)])


def _counts(document: Mapping[str, Any]) -> str:
    counts = document["counts"]
    return ", ".join(f"{counts.get(name, 0):,} {term(f'cl_backup_{name}')}" for name in _COUNTED)
