"""A model of one disk that honours a flush: what is surely on it, what may be, and what a power cut can leave.

Contents: a write or a cut of a file is sure once a sync of that file has returned; until then each may be kept, lost,
or torn into sectors of 512 bytes, independently of the others.
Names: making, linking, moving and removing reach the disk in their order (a journal), but when is open: they are sure
once the folder was synced, or the file they name, and with them all before them. A power cut keeps some first part.
Not modelled: a disk that lies about a flush, a sector torn inside, what is written through mapped memory (only the
side file `-shm` is, which is made again at each opening).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

SECTOR = 512
MODES = ("drop", "some", "torn", "all")


@dataclass(frozen=True, slots=True)
class Op:
    """One thing that the program asked of the disk, or (`ack`) told the world. A file is a number: names may change."""

    kind: str  # write cut sync | make link move remove syncfolder | ack
    file: int = 0
    at: int = 0  # offset, length or the number acknowledged
    data: bytes = b""
    name: str = ""
    old: str = ""


@dataclass
class Disk:
    """What is sure and what is still on its way."""

    names: dict[str, int] = field(default_factory=dict)
    contents: dict[int, bytearray] = field(default_factory=dict)
    late: list[Op] = field(default_factory=list)
    late_names: list[Op] = field(default_factory=list)
    acknowledged: int = -1

    def take(self, op: Op) -> None:
        """One more thing has happened."""
        if op.kind == "ack":
            self.acknowledged = op.at
        elif op.kind in ("write", "cut"):
            self.late.append(op)
        elif op.kind == "sync":
            self._sync(op.file)
        elif op.kind == "syncfolder":
            self._sync_names(len(self.late_names))
        else:
            self.late_names.append(op)

    def after_power_cut(self, mode: str, chance: random.Random) -> dict[str, bytes]:
        """One thing that may lie on the disk when the machine starts again: name and contents of each file."""
        names, contents = dict(self.names), {file: bytearray(data) for file, data in self.contents.items()}
        kept = {"drop": 0, "all": len(self.late_names)}.get(mode, chance.randint(0, len(self.late_names)))
        for op in self.late_names[:kept]:
            _name(names, op)
        for op in self.late:
            if mode == "all" or (mode != "drop" and chance.random() < 0.5):
                torn = chance if mode == "torn" and op.kind == "write" else None
                put(contents.setdefault(op.file, bytearray()), op, torn)
        return {name: bytes(contents.get(file, b"")) for name, file in names.items()}

    def _sync(self, file: int) -> None:
        for op in self.late:
            if op.file == file:
                put(self.contents.setdefault(file, bytearray()), op)
        self.late = [op for op in self.late if op.file != file]
        named = [index for index, op in enumerate(self.late_names) if op.file == file and op.kind != "remove"]
        self._sync_names(named[-1] + 1 if named else 0)

    def _sync_names(self, count: int) -> None:
        for op in self.late_names[:count]:
            _name(self.names, op)
        del self.late_names[:count]


def put(content: bytearray, op: Op, torn: random.Random | None = None) -> None:
    """Write or cut; with `torn` each sector gets there or does not."""
    if op.kind == "cut":
        del content[op.at :]
        content.extend(bytes(op.at - len(content)))
        return
    # Sectors are those of the disk, not those of the write.
    start, end = op.at, op.at + len(op.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        if torn is None or torn.random() < 0.5:
            content.extend(bytes(max(0, stop - len(content))))
            content[start:stop] = op.data[start - op.at : stop - op.at]
        start = stop


def _name(names: dict[str, int], op: Op) -> None:
    if op.kind in ("make", "link"):
        names[op.name] = op.file
    elif op.kind == "move":
        names.pop(op.old, None)
        names[op.name] = op.file
    elif op.kind == "remove":
        names.pop(op.name, None)
