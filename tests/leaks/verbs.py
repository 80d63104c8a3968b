"""Run as a process: the command line, where a guess costs next to nothing. Its answer is an export that was asked for.

With CRS_THEN_ABORT the process crashes afterwards, with everything it has read still in memory.
"""

from __future__ import annotations

import os
import sys

from crs_desktop.__main__ import main
from tests.leaks.site import this_site
from tests.store.keys.cheap import cheapen

if __name__ == "__main__":
    cheapen()
    this_site()
    status = main(sys.argv[1:])
    if os.environ.get("CRS_THEN_ABORT"):
        os.abort()
    sys.exit(status)
