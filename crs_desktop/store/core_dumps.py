"""No picture of our memory on the disk: keys and patients in it would outlive every lock.

Python cannot promise to wipe memory, and the system may still write memory to its swap or hibernation file: that is
what the encryption of the whole disk is for. `PRAGMA cipher_memory_security` stays off: it wipes and pins what the
driver allocates, not the copies that Python and Qt hold, and was measured to cost 11 ms for each connection instead of
0.8 ms and reading up to four times as long.
"""

from __future__ import annotations

import ctypes
import sys

if sys.platform != "win32":
    import resource

_PR_SET_DUMPABLE = 4


def forbid_core_dumps() -> bool:
    """From here on this process leaves no core dump; False where the system has no such switch. Never fails a start."""
    if sys.platform == "win32":
        return False
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        return False
    if sys.platform.startswith("linux"):
        # A limit of nothing does not hold for a crash reporter that gets the dump through a pipe; this does. It also
        # keeps other programs of the same user from reading our memory while we run.
        return int(ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)) == 0
    return True
