"""The model of the disk and the reading of a trace: if these are wrong, the images show nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.crash.disk import MODES, Disk, Op
from tests.crash.trace import BlindError, _joined, _Reader


def after(ops: list[Op]) -> Disk:
    disk = Disk()
    for op in ops:
        disk.take(op)
    return disk


def images(ops: list[Op], mode: str) -> list[dict[str, bytes]]:
    return [after(ops).after_power_cut(mode, random.Random(seed)) for seed in range(200)]


def write(data: bytes, at: int = 0, file: int = 1) -> Op:
    return Op("write", file, at, data)


MADE = [Op("make", 1, name="a"), Op("sync", 1)]


@pytest.mark.parametrize("mode", MODES)
def test_that_what_was_synced_is_in_every_image(mode: str) -> None:
    assert all(image == {"a": b"one"} for image in images([*MADE, write(b"one"), Op("sync", 1)], mode))


def test_that_what_was_not_synced_may_be_kept_lost_or_overtaken_by_a_later_write() -> None:
    ops = [*MADE, write(b"one"), write(b"two", at=3)]
    assert images(ops, "drop")[0] == {"a": b""} and images(ops, "all")[0] == {"a": b"onetwo"}
    assert {image["a"] for image in images(ops, "some")} == {b"", b"one", b"\0\0\0two", b"onetwo"}


def test_that_a_sync_of_one_file_says_nothing_of_another() -> None:
    ops = [*MADE, Op("make", 2, name="b"), Op("syncfolder"), write(b"one"), write(b"two", file=2), Op("sync", 2)]
    assert images(ops, "drop")[0] == {"a": b"", "b": b"two"}


def test_that_a_torn_write_breaks_at_the_sectors_of_the_disk_and_only_there() -> None:
    found = {image["a"] for image in images([*MADE, write(b"x" * 1024, at=256)], "torn")}
    assert {len(data) for data in found} == {0, 512, 1024, 1280} and len(found) == 8
    for data in found:
        assert all(len(set(data[start:end])) <= 1 for start, end in ((256, 512), (512, 1024), (1024, 1280)))


def test_that_a_cut_which_was_not_synced_may_be_lost() -> None:
    ops = [*MADE, write(b"onetwo"), Op("sync", 1), Op("cut", 1, 3)]
    assert {image["a"] for image in images(ops, "some")} == {b"one", b"onetwo"}


def test_that_names_reach_the_disk_in_order_and_surely_only_when_the_folder_is_synced() -> None:
    ops = [*MADE, Op("link", 1, name="b"), Op("remove", 1, name="a")]
    assert {tuple(sorted(image)) for image in images(ops, "some")} == {("a",), ("a", "b"), ("b",)}
    assert {tuple(sorted(image)) for image in images([*ops, Op("syncfolder")], "some")} == {("b",)}


def test_that_a_lost_removal_brings_the_old_contents_back_under_the_name() -> None:
    ops = [*MADE, write(b"old"), Op("sync", 1), Op("remove", 1, name="a"), Op("make", 2, name="a")]
    ops.append(write(b"new", file=2))
    assert images(ops, "drop")[0] == {"a": b"old"} and images([*ops, Op("sync", 2)], "drop")[0] == {"a": b"new"}


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def test_that_a_trace_is_read_as_what_the_program_did() -> None:
    lines = [
        f'1 openat(AT_FDCWD, "{hexed("/elsewhere/x")}", O_RDONLY) = 3\n',
        f'1 openat(AT_FDCWD, "{hexed("/f/a")}", O_RDWR|O_CREAT, 0644) = 4\n',
        f'1 pwrite64(4, "{hexed("one")}", 3, 100) = 2\n',
        f'1 write(4, "{hexed("two")}", 3 <unfinished ...>\n',
        f'2 write(1, "{hexed("ACK 7")}", 5) = 5\n',
        "1 <... write resumed>) = 3\n",
        "1 fdatasync(4) = -1 EIO (Input/output error)\n",
        "1 ftruncate(4, 2) = 0\n",
        "1 fsync(4) = 0\n",
        f'1 openat(AT_FDCWD, "{hexed("/f")}", O_RDONLY) = 5\n',
        "1 fsync(5) = 0\n",
        f'1 unlink("{hexed("/f/a")}") = 0\n',
    ]
    assert list(_Reader(Path("/f")).read(_joined(iter(lines)))) == [
        Op("make", 1, name="a"), Op("write", 1, 100, b"on"), Op("ack", at=7), Op("write", 1, 0, b"two"),
        Op("cut", 1, 2), Op("sync", 1), Op("syncfolder"), Op("remove", 1, name="a"),
    ]  # fmt: skip


def test_that_a_call_the_model_does_not_know_makes_the_run_void() -> None:
    lines = [f'1 openat(AT_FDCWD, "{hexed("/f/a")}", O_RDWR|O_CREAT, 0644) = 4\n', "1 fallocate(4, 0, 0, 9) = 0\n"]
    with pytest.raises(BlindError, match="fallocate"):
        list(_Reader(Path("/f")).read(iter(lines)))
