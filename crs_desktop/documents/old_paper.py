"""Brings papers that an older version filed as plain files into the store, then removes the files.

Safe to be killed at any moment and to be called again: a file is removed only when the store, asked after the commit,
has given its bytes back. What does not fit is kept where it lies, and said.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from crs_desktop.documents import repository
from crs_desktop.documents.export import UNFINISHED
from crs_desktop.documents.filing import as_filed
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Finding, Refused, beware
from crs_desktop.store.store import PROGRAM, Request, Result, Store, Writing

# So much is read before it is written: a bound on memory and on how long another desk waits for the store.
BATCH_BYTES = 16_000_000
_NAMED = 3


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many papers came into the store, how many plain files went, and what there is to say about the rest."""

    papers: int = 0
    removed: int = 0
    findings: tuple[Finding, ...] = ()


def take_in_old_paper(store: Store, folder: Path) -> TakenIn:
    """Take in what lies in the folder of an older version; nothing to do when there is none.

    Raises nothing for what is wrong with the folder or the disk: the store opens all the same, and it is said.
    """
    if not folder.is_dir():
        return TakenIn()
    papers = removed = 0
    try:
        with store.read() as session:
            wanted = {name: sha256 for name, sha256 in repository.without_content(session).values()}
        for batch in _batches(folder, wanted):
            added = _keep(store, folder, batch)
            if isinstance(added, Refused):
                return TakenIn(papers, removed, added.findings)
            papers += added
        removed, findings = _clear(store, folder)
        with store.read() as session:
            missing = [name for name, _ in repository.without_content(session).values()]
    except EnvironmentFailure as failure:
        return TakenIn(papers, removed, (failure.finding,))
    except OSError as failure:
        unreadable = _say("old_paper_unreadable", folder, failure.strerror or type(failure).__name__)
        return TakenIn(papers, removed, (unreadable,))
    gone = [name for name in missing if not os.path.lexists(folder / name)]
    if gone:
        findings.append(_say("old_paper_missing", folder, _few(gone), count=len(gone)))
    return TakenIn(papers, removed, tuple(findings))


def _batches(folder: Path, wanted: Mapping[str, str]) -> Iterator[dict[str, bytes]]:
    """The bytes that belong to a sheet and are what was filed, by digest."""
    batch: dict[str, bytes] = {}
    for name in sorted(os.listdir(folder)):
        sha256 = wanted.get(name)
        content = None if sha256 is None else _read(folder / name)
        if sha256 is None or isinstance(as_filed(content, name, sha256), Refused) or content is None:
            continue
        batch[sha256] = content
        if sum(map(len, batch.values())) >= BATCH_BYTES:
            yield batch
            batch = {}
    if batch:
        yield batch


def _keep(store: Store, folder: Path, batch: Mapping[str, bytes]) -> int | Refused:
    def work(writing: Writing) -> Result:
        added = sum(repository.keep(writing.session, sha256, content) for sha256, content in batch.items())
        writing.log("paper", folder.name, "take in", after={"papers": added})
        return {"papers": added}

    request = Request(uuid4().hex, "take in old paper", {"papers": sorted(batch)})
    result = store.perform(request, PROGRAM, [], work)
    return result if isinstance(result, Refused) else int(result["papers"])


def _clear(store: Store, folder: Path) -> tuple[int, list[Finding]]:
    """Remove every file whose bytes the store gives back, then the folder if nothing is left in it."""
    removed, changed, strange, stuck = 0, [], [], []
    for name in sorted(os.listdir(folder)):
        path = folder / name
        if name.startswith(UNFINISHED) and _is_plain(path):  # what a killed older version left half written
            with contextlib.suppress(OSError):
                path.unlink()
            continue
        with store.read() as session:
            digests = repository.digests_of(session, name)
        if not digests:
            strange.append(name)
        elif not _is_in_store(store, path, digests):
            changed.append(name)
        else:
            try:
                path.unlink(missing_ok=True)
                removed += 1
            except OSError:
                stuck.append(name)
    with contextlib.suppress(OSError):
        folder.rmdir()
    said = (("old_paper_stays", stuck), ("old_paper_changed", changed), ("old_paper_strange", strange))
    return removed, [_say(code, folder, _few(names), count=len(names)) for code, names in said if names]


def _is_in_store(store: Store, path: Path, digests: frozenset[str]) -> bool:
    """True when the file holds what was filed under its name and the store gives back the very same bytes."""
    content = _read(path)
    for sha256 in digests:
        if not isinstance(as_filed(content, path.name, sha256), Refused):
            with store.read() as session:
                return repository.content(session, sha256) == content
    return False


def _read(path: Path) -> bytes | None:
    """The bytes of a plain file; None for a link, a folder, a pipe, and what cannot be read."""
    try:
        return path.read_bytes() if _is_plain(path) else None
    except OSError:
        return None


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _say(code: str, folder: Path, value: str, count: int = 1) -> Finding:
    return beware(code, folder.name, value, count=count)


def _few(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" +{more}" if more > 0 else "")
