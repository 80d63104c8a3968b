"""`verify` in words: what was looked at, and each thing that does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crs_desktop.command_line.text.dose import reasons
from crs_desktop.command_line.text.layout import pairs, term
from crs_desktop.kernel.amounts import grouped


def verified_text(document: Mapping[str, Any]) -> str:
    """The whole answer."""
    said = term("cl_verify_fits" if document["fits"] else "cl_verify_does_not_fit", len(document["findings"]))
    rows = [
        (term(f"cl_verify_label_{name}"), grouped(document[name]))
        for name in ("log_rows", "records", "balances", "heads")
    ]
    if document["head"]:
        rows.append((term("cl_verify_label_head"), document["head"]))
    return "\n".join([said, *reasons(document["findings"]), *pairs(rows)])
