"""`print` in words: which files, with code and end of validity, and what was not printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crs_desktop.command_line.text.dose import reasons
from crs_desktop.command_line.text.layout import table, term


def paper_text(document: Mapping[str, Any]) -> str:
    """The whole answer."""
    lines = []
    if document["printed"]:
        names = ("code", "until", "file")
        rows = [[one["code"], one["valid_until"], one["file"]] for one in document["printed"]]
        lines += table([term(f"cl_print_head_{name}") for name in names], rows)
    if document.get("refused"):
        lines += [term("cl_print_refused"), *reasons(document["refused"])]
    return "\n".join(lines)
