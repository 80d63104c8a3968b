"""No picture of this program's memory on the disk: keys and patients stand in it in plain."""

from __future__ import annotations


def no_core_dumps() -> None:
    """From here on a crash leaves no core file. The limit of one byte is what also stops a dump that is piped away."""
    try:
        import resource  # not on Windows
    except ImportError:
        return
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    except (OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the limit was lower already: nothing is dumped
