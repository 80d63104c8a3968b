"""Where a store may lie, as a table: twelve kinds of places are refused, warned of, or allowed as specified."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.wording import say
from crs_desktop.store import backup, places
from crs_desktop.store.opening import open_store
from crs_desktop.store.places import Mount, judge, mount_of, read_mounts
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.pharmacy import NOW, Pharmacy

MOUNTS = read_mounts(
    "/dev/sda2 / ext4 rw 0 0\n"
    "server:/export /mnt/nfs nfs4 rw 0 0\n"
    "//server/share /mnt/smb cifs rw 0 0\n"
    "https://dav.example.org/ /mnt/dav fuse rw 0 0\n"
    "https://dav.example.org/x /mnt/dav2 davfs rw 0 0\n"
    "me@host: /home/u/far fuse.sshfs rw 0 0\n"
    "gvfsd-fuse /run/user/1000/gvfs fuse.gvfsd-fuse rw 0 0\n"
    "/dev/sdb1 /media/u/MY\\040STICK vfat rw 0 0\n"
    "/dev/sdc1 /mnt/ntfs fuseblk rw 0 0\n"
    "tmpfs /mnt/nfs/local tmpfs rw 0 0\n"
)
TABLE = [
    ("UNC", r"\\server\share\pharmacy.crs", "place_network"),
    ("UNC with slashes", "//server/share/pharmacy.crs", "place_network"),
    ("UNC, long form", r"\\?\UNC\server\share\pharmacy.crs", "place_network"),
    ("local, long form", r"\\?\C:\data\pharmacy.crs", ""),
    ("SMB", "/mnt/smb/pharmacy.crs", "place_network"),
    ("NFS", "/mnt/nfs/a/pharmacy.crs", "place_network"),
    ("WebDAV", "/mnt/dav/pharmacy.crs", "place_network"),
    ("WebDAV by kind", "/mnt/dav2/pharmacy.crs", "place_network"),
    ("SSH", "/home/u/far/pharmacy.crs", "place_network"),
    ("desktop's network folder", "/run/user/1000/gvfs/smb-share:server=x/p.crs", "place_network"),
    ("OneDrive", r"C:\Users\u\OneDrive\pharmacy.crs", "place_synced"),
    ("OneDrive of a firm", r"C:\Users\u\OneDrive - Hospital\pharmacy.crs", "place_synced"),
    ("Dropbox", "/home/u/Dropbox/pharmacy.crs", "place_synced"),
    ("Dropbox of a firm", "/home/u/Dropbox (Hospital)/pharmacy.crs", "place_synced"),
    ("iCloud", "/Users/u/Library/Mobile Documents/com~apple~CloudDocs/pharmacy.crs", "place_synced"),
    ("iCloud on Windows", r"C:\Users\u\iCloudDrive\pharmacy.crs", "place_synced"),
    ("Google Drive", "/home/u/Google Drive/pharmacy.crs", "place_synced"),
    ("Google Drive on a Mac", "/Users/u/Library/CloudStorage/GoogleDrive-u@x.org/My Drive/p.crs", "place_synced"),
    ("local beneath a network mount", "/mnt/nfs/local/pharmacy.crs", ""),
    ("name that begins like a mount", "/mnt/nfsx/pharmacy.crs", ""),
    ("NTFS disk", "/mnt/ntfs/pharmacy.crs", ""),
    ("non-ASCII", "/home/ü/Apotheke 薬/pharmacy.crs", ""),
    ("very long", "/home/" + "x" * 400 + "/pharmacy.crs", ""),
    ("a patient folder that only sounds like one", "/home/u/dropboxes/pharmacy.crs", ""),
    ("plain", "/home/u/.local/share/crs-desktop/pharmacy.crs", ""),
]


@pytest.mark.parametrize(("name", "path", "code"), TABLE, ids=[row[0] for row in TABLE])
def test_that_a_place_is_judged_as_specified(name: str, path: str, code: str) -> None:
    finding = judge(path, MOUNTS)
    assert (finding.code if finding else "") == code
    if finding is not None:
        assert path in say(finding)


def test_that_a_removable_disk_is_warned_of_and_not_refused() -> None:
    finding = judge("/media/u/MY STICK/p.crs", MOUNTS, removable=True)
    assert finding is not None
    assert (finding.code, finding.severity.value) == ("place_removable", "beware")
    assert judge("/mnt/smb/p.crs", MOUNTS, removable=True).code == "place_network"  # type: ignore[union-attr]


def test_that_the_longest_mount_wins_and_a_later_one_covers_an_earlier() -> None:
    found = mount_of("/media/u/MY STICK/p.crs", MOUNTS)
    assert found is not None and found.kind == "vfat"
    twice = [Mount("a", "/x", "ext4"), Mount("b", "/x", "nfs")]
    assert mount_of("/x/y", twice) == twice[1]
    assert mount_of("/x/y", []) is None


def test_that_a_link_into_a_synced_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "Dropbox")
    for path in (tmp_path / "here" / "t.crs", tmp_path / "Dropbox" / "t.crs"):
        with pytest.raises(EnvironmentFailure) as caught:
            open_store(path, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY)
        assert caught.value.finding.code == "place_synced"
    assert list((tmp_path / "Dropbox").iterdir()) == []


def test_that_no_backup_goes_into_a_synced_folder_or_onto_a_network_drive(
    pharmacy: Pharmacy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EnvironmentFailure) as caught:
        backup.make(pharmacy.store.path, tmp_path / "OneDrive", backup.Reason.ASKED, NOW, KEYS.data)
    assert caught.value.finding.code == "place_synced"
    assert not (tmp_path / "OneDrive").exists()
    monkeypatch.setattr(places, "_mounts_here", lambda: [Mount("server:/x", "/", "nfs4")])
    with pytest.raises(EnvironmentFailure) as caught:
        backup.make(pharmacy.store.path, tmp_path / "backups", backup.Reason.ASKED, NOW, KEYS.data)
    assert caught.value.finding.code == "place_network"
