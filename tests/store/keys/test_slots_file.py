"""The file of slots: read with suspicion, written whole or not at all, changed by one desk at a time."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.store.keys.slots import SlotFile, SlotKind, removed
from crs_desktop.store.keys.slots_file import (
    MOST_BYTES,
    change_slots,
    read_slots,
    slots_path,
    spelled,
    understood,
    write_slots,
)
from tests.store.keys.cheap import STORE_ID, code_of, store_in, two_people
from tests.store.pharmacy import ROOT

pytestmark = pytest.mark.usefixtures("cheap")


def refused(content: bytes) -> str:
    """The code of the finding that these bytes meet, with a sentence."""
    with pytest.raises(NotUnderstood) as caught:
        understood(content, "t.crs.slots")
    assert all(say(finding) for finding in caught.value.findings)
    return caught.value.findings[0].code


def test_that_what_is_written_is_read_and_only_its_owner_may_look(tmp_path: Path) -> None:
    file, _, _ = two_people()
    store = store_in(tmp_path)
    write_slots(store, file)
    assert read_slots(store) == file
    if os.name == "posix":
        assert slots_path(store).stat().st_mode & 0o777 == 0o600
        old = os.umask(0)
        changed = change_slots(store, lambda before: removed(before, before.slots[0].id))
        os.umask(old)
        assert isinstance(changed, SlotFile) and slots_path(store).stat().st_mode & 0o777 == 0o600
    assert sorted(item.name for item in tmp_path.iterdir()) == [".t.crs.slots-lock", "t.crs.slots"]


def test_that_a_missing_file_an_unreadable_and_a_newer_one_are_told_apart(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    with pytest.raises(NotUnderstood, match="slots_missing"):
        read_slots(store)
    slots_path(store).mkdir()
    with pytest.raises(NotUnderstood, match="slots_unreadable"):
        read_slots(store)
    assert refused(b'{"format": 2, "anything": []}') == "slots_newer"


def changed(file: SlotFile, **changes: Any) -> bytes:
    """The file with the first slot's entries replaced; a value of `...` takes the entry away."""
    said = json.loads(spelled(file))
    said["slots"][0] = {name: value for name, value in {**said["slots"][0], **changes}.items() if value is not ...}
    return json.dumps(said).encode()


def test_that_whatever_is_odd_is_refused() -> None:
    file, _, _ = two_people()
    whole, said = spelled(file), json.loads(spelled(file))
    odd = [
        b"", b"\x00", b"null", b"[]", b"{}", b"\xff" + whole, whole[:-3], whole + b"x", b"[" * 200_000,
        whole + b" " * MOST_BYTES, b'{"format": 1, "format": 1, "store": "s", "slots": []}',
        b'{"format": true, "store": "s", "slots": []}', b'{"format": 1.0, "store": "s", "slots": []}',
        b'{"format": 0, "store": "s", "slots": []}', b'{"format": "1", "store": "s", "slots": []}',
        b'{"format": 1, "store": "", "slots": []}', b'{"format": 1, "store": "../s", "slots": []}',
        b'{"format": 1, "store": "s", "slots": {"a": 1}}', b'{"format": 1, "store": "s", "slots": [[]]}',
        b'{"format": 1, "store": "s", "slots": [], "more": 1}', b'{"format": 1, "store": NaN, "slots": []}',
        json.dumps({**said, "slots": said["slots"] * 2}).encode(),
        json.dumps({**said, "slots": [said["slots"][0] | {"id": f"{n}", "name": f"{n}"} for n in range(201)]}).encode(),
    ]  # fmt: skip
    values: dict[str, tuple[Any, ...]] = {
        "id": (..., None, "", 7, "a b", "x" * 65), "kind": (..., "", "owner", 1, "recovery"),
        "name": (..., "", " a", "a\x00", "x" * 65, 5, "\ud800", "OKAFOR"),
        "person": (..., None, 0, -1, 1.5, True, 1 << 60, "1"),
        "salt": (..., "", "zz", "AB" * 16, "ab" * 15, "ab" * 17, None, "ab " * 16), "nonce": (..., "", "ab" * 11, 3),
        "sealed": (..., "", "ab" * 79, "ab" * 81, []), "made_at": (..., -1, 1.5, True, 1 << 52, 1 << 70, "1", None),
        "cost": (..., None, {}, [64, 1, 1], {"memory_kib": 64, "passes": 1},
                 {"memory_kib": 64.0, "passes": 1, "lanes": 1}, {"memory_kib": "64", "passes": 1, "lanes": 1},
                 {"memory_kib": 64, "passes": 1, "lanes": 1, "more": 1}),
        "more": (1,),
    }  # fmt: skip
    odd += [changed(file, **{name: value}) for name, tried in values.items() for value in tried]
    assert {refused(content) for content in odd} == {"slots_not_understood"}


def test_that_costs_that_hang_or_eat_memory_are_refused_before_anything_is_tried() -> None:
    file, _, _ = two_people()
    for memory, passes, lanes in (
        (1 << 50, 1, 1),
        (64, 1 << 40, 1),
        (64, 1, 1 << 40),
        (63, 1, 1),
        (64, 0, 1),
        (0, 0, 0),
    ):
        cost = {"memory_kib": memory, "passes": passes, "lanes": lanes}
        assert refused(changed(file, cost=cost)) == "slots_cost"


def test_that_two_thousand_mangled_files_are_refused_or_read_never_more() -> None:
    chosen = random.Random(4711)
    content = spelled(two_people()[0])
    read = 0
    for _ in range(2000):
        mangled = bytearray(content)
        for _ in range(chosen.randrange(1, 6)):
            at, much = chosen.randrange(len(mangled) + 1), chosen.randrange(12)
            way = chosen.randrange(4)
            if way == 0:
                del mangled[at : at + much]
            elif way == 1:
                mangled[at:at] = bytes(chosen.randrange(256) for _ in range(much))
            elif way == 2:
                mangled[at : at + much] = bytes(chosen.choice(b'0123456789abcdef{}[]",:-.eE\\u') for _ in range(much))
            else:
                start = chosen.randrange(len(content))
                mangled[at:at] = content[start : start + chosen.randrange(300)]
        try:
            understood(bytes(mangled), "t")
            read += 1
        except NotUnderstood:
            continue
    assert read < 400


def test_that_the_last_recovery_slot_stays_whatever_a_change_answers(tmp_path: Path) -> None:
    file, _, _ = two_people()
    store = store_in(tmp_path)
    write_slots(store, file)
    people = SlotFile(STORE_ID, file.of(SlotKind.PERSON))
    assert code_of(change_slots(store, lambda before: people)) == "slot_last_recovery"
    assert read_slots(store) == file
    with pytest.raises(ValueError, match="recovery"):
        write_slots(store, people)
    with pytest.raises(ValueError, match="another store"):
        change_slots(store, lambda before: SlotFile("other", before.slots))
    assert read_slots(store) == file
    # One that was found without is not locked: people sign in, and make a new code.
    slots_path(store).write_bytes(spelled(people))
    assert not read_slots(store).recoverable
    assert isinstance(change_slots(store, lambda before: removed(before, before.slots[0].id)), SlotFile)


def test_that_a_refused_change_and_one_that_changes_nothing_write_nothing(tmp_path: Path) -> None:
    file, _, _ = two_people()
    store = store_in(tmp_path)
    write_slots(store, file)
    before = slots_path(store).stat()
    assert isinstance(change_slots(store, lambda now: removed(now, "nobody")), Refused)
    assert change_slots(store, lambda now: now) == file
    after = slots_path(store).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_that_changes_of_several_desks_at_once_are_all_kept(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    write_slots(store, two_people()[0])
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from dataclasses import replace\n"
        "from crs_desktop.store.keys.slots import SlotFile, added\n"
        "from crs_desktop.store.keys.slots_file import change_slots\n"
        "from tests.store.keys.cheap import cheapen\n"
        "cheapen()\n"
        "for n in range(8):\n"
        "    who = f'{sys.argv[2]}-{n}'\n"
        "    one = lambda file: added(file, replace(file.slots[0], id=who, name=who))\n"
        "    made = change_slots(Path(sys.argv[1]), one)\n"
        "    assert isinstance(made, SlotFile)\n"
    )
    desks = [subprocess.Popen([sys.executable, "-c", script, str(store), name], cwd=ROOT) for name in ("a", "b", "c")]
    assert [desk.wait(60) for desk in desks] == [0, 0, 0]
    assert len(read_slots(store).slots) == 4 + 3 * 8


@pytest.mark.skipif(not hasattr(os, "fork"), reason="not shown: no kill -9 and no fork here")
def test_that_kill_9_amid_writing_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    file, _, _ = two_people()
    store = store_in(tmp_path)
    write_slots(store, file)
    chosen, seen, left = random.Random(4711), set(), 0
    other = SlotFile(STORE_ID, (replace(file.slots[0], sealed=bytes(80)), *file.slots[1:]))
    for _ in range(40):
        child = os.fork()
        if child == 0:  # pragma: no cover
            while True:
                change_slots(store, lambda now: other if now == file else file)
        time.sleep(chosen.uniform(0.002, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = read_slots(store)
        assert found in (file, other)
        seen.add(found)
        left += any("slots-" in item.name and item.name != ".t.crs.slots-lock" for item in tmp_path.iterdir())
    assert seen == {file, other} and left, "the kills must have met a write"
    change_slots(store, lambda now: other if now == file else file)
    assert sorted(item.name for item in tmp_path.iterdir()) == [".t.crs.slots-lock", "t.crs.slots"]
