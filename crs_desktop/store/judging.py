"""Judging a backup before anything is done with it: opened in full, in a child, and held against what it says."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.store import bundle as form
from crs_desktop.store import opening
from crs_desktop.store.bundle import Manifest
from crs_desktop.store.driver import connect
from crs_desktop.store.inside import Objects, asked_apart, check_said, objects_of
from crs_desktop.store.keys.slots import SlotFile
from crs_desktop.store.keys.slots_file import read_slots, understood
from crs_desktop.store.sealing import LAST_PLAIN_SCHEMA, sealed_copy
from crs_desktop.store.upgrade import climbed
from crs_desktop.store.whole_files import draft_in, must_have_room

_SPARE = 1_000_000
_LEFT_ALONE = ("slots_newer", "slots_unreadable")


def judged(path: Path, draft: Path, key: bytes, of: str = "") -> Manifest:
    """The store of the bundle in the draft, opened in full and equal to what the manifest says.

    One of an old program, which did not encrypt, is encrypted in the draft, whose name begins with `of`.
    """
    manifest = form.read_manifest(path)
    if not manifest.checked:
        raise NotUnderstood(no("bundle_never_checked", "bundle", path.name))
    if not manifest.schema or manifest.schema > opening.CURRENT_SCHEMA:
        raise NotUnderstood(no("bundle_newer", "bundle", path.name, found=manifest.schema))
    plain = form.holds_plain_store(path)
    if plain and manifest.schema > LAST_PLAIN_SCHEMA:
        raise NotUnderstood(no("bundle_not_encrypted", "bundle", path.name))
    must_have_room(draft.parent, (2 if plain else 1) * manifest.member(form.STORE).size + _SPARE)
    form.check_members(path, manifest)
    form.take_out(path, manifest, form.STORE, draft)
    inside = asked_apart(draft, None if plain else key, _expected(manifest.schema, path))
    check_said(path, manifest, inside)
    if plain:
        _seal(path, draft, key, of)
    return manifest


def slots_in(path: Path) -> SlotFile:
    """The key slots that travel with a backup: what opens it where nothing else is left. Raises NotUnderstood."""
    manifest = form.read_manifest(path)
    if form.SLOTS not in [one.name for one in manifest.members]:
        raise NotUnderstood(no("bundle_without_slots", "bundle", path.name))
    with tempfile.TemporaryDirectory(prefix="crs-slots-") as folder, draft_in(Path(folder)) as draft:
        form.take_out(path, manifest, form.SLOTS, draft)
        return understood(draft.read_bytes(), path.name)


def slots_here(store: Path) -> SlotFile | None:
    """The slots beside a store; None when there are none, or damaged ones.

    Raises NotUnderstood for slots that only this program, or only now, cannot read: those make way for nobody.
    """
    try:
        return read_slots(store)
    except NotUnderstood as error:
        if error.findings[0].code in _LEFT_ALONE:
            raise
        return None


def slots_for(bundle: Path, store: Path) -> SlotFile:
    """Those beside this very store, which are never older; else those that travel with the backup."""
    here = slots_here(store)
    try:
        travelled = slots_in(bundle)
    except NotUnderstood as error:
        if here is None or error.findings[0].code != "bundle_without_slots":
            raise
        return here
    return here if here is not None and here.store_id == travelled.store_id else travelled


def _seal(path: Path, draft: Path, key: bytes, of: str) -> None:
    with draft_in(draft.parent, of) as sealed:
        with closing(driver.connect(str(draft), isolation_level=None)) as plain:
            sealed_copy(plain, sealed, key, path.name)
        os.replace(sealed, draft)


def _expected(schema: str, path: Path) -> Objects:
    """Tables and triggers as our own steps make them: a stranger's trigger would run with our rights later."""
    with tempfile.TemporaryDirectory(prefix="crs-schema-") as folder:
        made = Path(folder) / "expected.crs"
        try:
            climbed(made, schema)
        except EnvironmentFailure as error:
            raise NotUnderstood(no("bundle_not_one", "bundle", path.name)) from error
        with closing(connect(made, None, read_only=True)) as connection:
            return objects_of(connection)
