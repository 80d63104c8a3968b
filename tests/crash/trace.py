"""What an unmodified program asked of the disk, in order, as strace saw it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.crash.disk import Op
from tests.store.pharmacy import ROOT

KNOWN = ("openat", "close", "pwrite64", "write", "ftruncate", "fsync", "fdatasync", "unlink", "unlinkat", "link",
         "linkat", "rename", "renameat", "renameat2", "dup", "dup2", "dup3", "fcntl")  # fmt: skip
# Ways to change a file that the model does not know: met on a file of ours, the run is void.
UNKNOWN = ("open", "creat", "pwritev", "pwritev2", "writev", "fallocate", "copy_file_range", "sendfile", "truncate",
           "sync_file_range", "msync", "mkdir", "mkdirat", "symlink", "symlinkat", "syncfs")  # fmt: skip
CALL = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


class BlindError(Exception):
    """The trace holds something that the model does not understand: its images would show nothing."""


@cache
def why_not() -> str:
    """Why nothing can be traced here; "" when it can."""
    if not shutil.which("strace"):
        return "not shown: no strace here"
    trial = subprocess.run(["strace", "-f", "-qq", "-o", os.devnull, sys.executable, "-c", ""], capture_output=True)
    return "not shown: this machine lets nobody trace a program (ptrace)" if trial.returncode else ""


def trace(folder: Path, module: str, *arguments: str) -> list[Op]:
    """Run the module on the folder and say what it did there."""
    log = folder.with_name(folder.name + ".trace")
    calls = ",".join(["?" + name for name in (*KNOWN, *UNKNOWN)])
    command = ["strace", "-f", "-qq", "-s", "4000000", "-xx", "-e", f"trace={calls}", "-e", "signal=none",
               "-o", str(log), sys.executable, "-m", module, str(folder), *arguments]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=250)
    if done.returncode or done.stderr:
        raise BlindError(f"the traced program ended with {done.returncode}: {done.stderr[-2000:]}")
    with log.open() as lines:
        ops = list(_Reader(folder).read(_joined(lines)))
    log.unlink()
    return ops


def _joined(lines: Iterator[str]) -> Iterator[str]:
    """Calls that another thread interrupted in the log, made whole."""
    begun: dict[str, str] = {}
    for line in lines:
        who = line.split(" ", 1)[0]
        if line.rstrip().endswith("<unfinished ...>"):
            begun[who] = line.rstrip().removesuffix("<unfinished ...>")
        elif found := re.match(r"^\d+ +<\.\.\. \w+ resumed>(.*)", line):
            yield begun.pop(who) + found[1]
        else:
            yield line


class _Reader:
    """Turns lines into ops; follows open files and names."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._names: dict[str, int] = {}
        self._open: dict[int, tuple[str, int, list[int]]] = {}  # name, file (0: the folder), position
        self._ends: dict[int, int] = {}  # where each file ends: a file opened for appending is written there
        self._files = 0

    def read(self, lines: Iterator[str]) -> Iterator[Op]:
        for line in lines:
            if (found := CALL.match(line)) and int(found[4]) >= 0:
                yield from self._call(found[2], found[3], int(found[4]))

    def _call(self, name: str, arguments: str, result: int) -> Iterator[Op]:
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in TEXT.findall(arguments)]
        if name == "openat":
            yield from self._opened(texts[0].decode(), arguments, result)
        elif "unlink" in name or "link" in name or name.startswith("rename"):
            yield from self._named(name, [text.decode() for text in texts])
        elif (first := arguments.split(",", 1)[0]).isdigit():
            yield from self._on_file(name, int(first), arguments, result, texts)
        elif name in UNKNOWN and any(text.decode("utf-8", "replace").startswith(self._folder) for text in texts):
            raise BlindError(f"{name} is not modelled")

    def _opened(self, path: str, arguments: str, number: int) -> Iterator[Op]:
        if path == self._folder:
            self._open[number] = ("", 0, [0])
        elif not self._ours(path):
            self._open.pop(number, None)
        else:
            name = self._short(path)
            if name not in self._names:
                yield self._make(name)
            file = self._names[name]
            if "O_TRUNC" in arguments:
                self._ends[file] = 0
                yield Op("cut", file, 0)
            self._open[number] = (name, file, [self._ends.get(file, 0) if "O_APPEND" in arguments else 0])

    def _make(self, name: str) -> Op:
        self._files += 1
        self._names[name] = self._files
        return Op("make", self._files, name=name)

    def _named(self, call: str, paths: list[str]) -> Iterator[Op]:
        if not any(map(self._ours, paths)):
            return
        short = [self._short(path) for path in paths]
        if call.startswith("unlink"):
            yield Op("remove", self._names.pop(short[0]), name=short[0])
        elif call.startswith("rename"):
            file = self._names[short[1]] = self._names.pop(short[0])
            yield Op("move", file, name=short[1], old=short[0])
        elif call in ("link", "linkat"):
            file = self._names[short[1]] = self._names[short[0]]
            yield Op("link", file, name=short[1])
        else:
            raise BlindError(f"{call} is not modelled")

    def _on_file(self, call: str, number: int, arguments: str, result: int, texts: list[bytes]) -> Iterator[Op]:
        if call == "write" and number == 1:
            yield from (Op("ack", at=int(told)) for told in re.findall(rb"ACK (\d+)", texts[0]))
        if number not in self._open:
            return
        name, file, position = self._open[number]
        if call == "close":
            del self._open[number]
        elif call in ("fsync", "fdatasync"):
            yield Op("sync", file) if file else Op("syncfolder")
        elif call == "ftruncate":
            self._ends[file] = int(arguments.split(",")[1])
            yield Op("cut", file, self._ends[file])
        elif call in ("write", "pwrite64"):
            at = int(arguments.rsplit(",", 1)[1]) if call == "pwrite64" else position[0]
            position[0] += result if call == "write" else 0
            self._ends[file] = max(self._ends.get(file, 0), at + result)
            yield Op("write", file, at, texts[0][:result])
        elif call in UNKNOWN or call.startswith("dup") or "F_DUPFD" in arguments:
            raise BlindError(f"{call} on {name or 'the folder'} is not modelled")

    def _ours(self, path: str) -> bool:
        return path.startswith(self._folder + "/") and not path.endswith("-shm")

    def _short(self, path: str) -> str:
        return path.removeprefix(self._folder + "/")
