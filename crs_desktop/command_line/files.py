"""Reading what a verb is pointed at: a file, or standard input for a dash."""

from __future__ import annotations

import sys
from pathlib import Path

from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import no

# Far more than any real document; a larger one is a mistake or an attack.
MOST_BYTES = 20_000_000
STANDARD_INPUT = "-"


def read_text_file(name: str, field: str) -> str:
    """The text of a file, UTF-8. Raises NotUnderstood when it cannot be read."""
    try:
        if name == STANDARD_INPUT:
            content = b"" if sys.stdin is None else sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        detail = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        raise NotUnderstood(no("cl_file_not_readable", field, name, detail=detail)) from error
    if len(content) > MOST_BYTES:
        raise NotUnderstood(no("cl_file_too_large", field, name, most=MOST_BYTES))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotUnderstood(no("cl_file_not_utf8", field, name)) from error
