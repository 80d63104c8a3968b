"""No picture of this program's memory on the disk: keys and patients stand in it in plain."""

from __future__ import annotations

try:
    import resource
except ImportError:  # Windows knows no such limit
    resource = None  # type: ignore[assignment]


def no_core_dumps() -> None:
    """From here on a crash leaves no core file. The limit of one byte also stops a dump that would be piped away."""
    if resource is None:
        return
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    except (OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # lower already
