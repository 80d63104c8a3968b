"""Where Qt lays a print job down for a moment: in memory where the system has such a place, never on a disk."""

from __future__ import annotations

import os
import sys
import tempfile


def spool_in_memory() -> None:
    """On Linux Qt hands a job to the spooler through a file of its own in the temporary folder, and removes it then.

    Let that be this user's folder in memory: what a killed program leaves there is no file on a disk. Everything else
    keeps the temporary folder that it has.
    """
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    if sys.platform == "linux" and os.path.isdir(own):
        tempfile.gettempdir()  # asked before, it stays what it was
        os.environ["TMPDIR"] = own
