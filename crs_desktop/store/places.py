"""Where a store or its backups may not lie: a network drive or a synced folder damages a file that is written in place.

The judgement is pure; what it needs to know of the machine is asked at the end of this file.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Finding, Severity, beware, no

if sys.platform == "win32":
    import ctypes

_NETWORK = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "fuse.smbnetfs", "afpfs", "ncpfs", "afs", "ceph",
        "lustre", "glusterfs", "fuse.glusterfs", "webdav", "davfs", "davfs2", "fuse.davfs", "fuse.davfs2",
        "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.curlftpfs", "fuse.google-drive-ocamlfuse",
    }
)  # fmt: skip
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|//|\\\\")
_SYNCED = re.compile(
    r"(onedrive|dropbox|google ?drive|googlefs|icloud ?drive|com~apple~clouddocs|nextcloud|owncloud|pcloud ?drive|"
    r"box sync|creative cloud files)($|[ (\-_].*)",
    re.IGNORECASE,
)
_LONG_WINDOWS_NAME = "\\\\?\\"
_ESCAPED = re.compile(r"\\([0-7]{3})")
# What Windows answers to GetDriveTypeW.
_DRIVE_REMOVABLE, _DRIVE_REMOTE = 2, 4


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system and where it is attached."""

    source: str
    point: str
    kind: str


def judge(path: str, mounts: Sequence[Mount] = (), removable: bool = False) -> Finding | None:
    """What is wrong with a place: a network drive and a synced folder are refused, a removable disk is warned of."""
    if _is_network_name(path):
        return no("place_network", "place", path, kind="network name")
    mount = mount_of(path, mounts)
    if mount is not None and (mount.kind in _NETWORK or (mount.kind != "fuseblk" and _ADDRESS.match(mount.source))):
        return no("place_network", "place", path, kind=mount.kind)
    for part in re.split(r"[\\/]", path):
        if _SYNCED.fullmatch(part):
            return no("place_synced", "place", path, folder=part)
    return beware("place_removable", "place", path) if removable else None


def mount_of(path: str, mounts: Sequence[Mount]) -> Mount | None:
    """The file system that holds a path; of two on one point the later covers the earlier."""
    holding = [one for one in mounts if one.point == "/" or path == one.point or path.startswith(one.point + "/")]
    longest = max((len(one.point) for one in holding), default=0)
    return next((one for one in reversed(holding) if len(one.point) == longest), None)


def read_mounts(text: str) -> list[Mount]:
    """The lines of /proc/mounts; spaces in names are written there as octal numbers."""
    rows = [line.split(" ") for line in text.splitlines()]
    return [Mount(_plain(row[0]), _plain(row[1]), row[2]) for row in rows if len(row) >= 3]


def look(path: Path) -> Finding | None:
    """The judgement on a place of this machine, links followed."""
    if _is_network_name(str(path)):
        return judge(str(path))
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):
        return None  # a name that no file can bear: whoever opens it says so
    if sys.platform == "win32":
        kind = ctypes.windll.kernel32.GetDriveTypeW(os.path.splitdrive(real)[0] + "\\")
        drive = [Mount(real, "/", "nfs")] if kind == _DRIVE_REMOTE else []
        return judge(real, drive, kind == _DRIVE_REMOVABLE)
    return judge(real, _mounts_here(), _is_removable(real))


def must_be_good(path: Path) -> Finding | None:
    """Raises EnvironmentFailure for a place that is refused; answers a warning, if there is one."""
    finding = look(path)
    if finding is not None and finding.severity is Severity.NO:
        raise EnvironmentFailure(finding)
    return finding


def _is_network_name(path: str) -> bool:
    upper = path.upper().replace("/", "\\")
    if upper.startswith(_LONG_WINDOWS_NAME):
        return upper.startswith(_LONG_WINDOWS_NAME + "UNC\\")
    return upper.startswith("\\\\")


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), text)


def _mounts_here() -> list[Mount]:
    try:
        return read_mounts(Path("/proc/self/mounts").read_text("utf-8", "replace"))
    except OSError:
        return []


def _is_removable(real: str) -> bool:
    """Linux says it of the disk beneath a file system, or of the disk beneath its partition."""
    there = Path(real)
    while not os.path.exists(there) and there != there.parent:  # never raises, unlike Path.exists
        there = there.parent
    try:
        number = os.stat(there).st_dev
        disk = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}").resolve()
        flags = [one / "removable" for one in (disk, disk.parent)]
        return any(flag.is_file() and flag.read_text("ascii").strip() == "1" for flag in flags)
    except (OSError, ValueError, AttributeError):
        return False
