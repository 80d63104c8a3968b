"""Letting somebody in: counted before it is looked at, told afterwards; and no secret is ever shown."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.store.keys.codes import new_code, read_code
from crs_desktop.store.keys.derivation import derive
from crs_desktop.store.keys.entry import LetIn, let_in, let_in_by_code
from crs_desktop.store.keys.guessing import Guesses, key_of
from crs_desktop.store.keys.passwords import judge, secret_of
from crs_desktop.store.keys.slots import SlotFile, SlotKind
from crs_desktop.store.keys.slots_file import spelled, understood
from tests.store.keys.cheap import OKAFOR, STORE_ID, WEBER, code_of, printed, store_in, two_people
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import ROOT
from tests.store.test_full_disk import own_space

pytestmark = pytest.mark.usefixtures("cheap")
SMALL_DISK = 'mount -t tmpfs -o size=1m,mode=777 tmpfs "$0" && exec "$@"'


@pytest.fixture
def guesses(tmp_path: Path) -> Guesses:
    return Guesses(store_in(tmp_path), lambda: 7.0)


def test_that_a_person_is_let_in_and_earlier_misses_are_told(guesses: Guesses) -> None:
    file, _, _ = two_people()
    assert let_in(file, guesses, "weber", secret_of(WEBER)) == LetIn(unlocked_of(file), 0, 0)
    for name, password in (("weber", OKAFOR), ("Weber", ""), ("nobody", WEBER), ("", ""), ("none", "")):
        assert code_of(let_in(file, guesses, name, secret_of(password))) == "sign_in_wrong"
    assert code_of(let_in(file, guesses, "okafor", secret_of(WEBER))) == "sign_in_wrong"
    told = let_in(file, guesses, "WEBER", secret_of(WEBER))
    assert isinstance(told, LetIn) and (told.misses, told.unknown_misses, told.unlocked.keys) == (2, 3, KEYS)
    told = let_in(file, guesses, "okafor", secret_of(OKAFOR))
    assert isinstance(told, LetIn) and (told.misses, told.unknown_misses) == (1, 0)


def test_that_the_right_password_is_not_looked_at_while_waiting_or_locked(guesses: Guesses) -> None:
    file, _, _ = two_people()
    for _ in range(10):
        let_in(file, guesses, "weber", secret_of(OKAFOR))
    assert code_of(let_in(file, guesses, "weber", secret_of(WEBER))) == "sign_in_wait_seconds"
    assert isinstance(let_in(file, guesses, "okafor", secret_of(OKAFOR)), LetIn)
    guesses.free(key_of(file.person("weber")))
    assert isinstance(let_in(file, guesses, "weber", secret_of(WEBER)), LetIn)


def test_that_unknown_names_together_wait_as_well(guesses: Guesses) -> None:
    file, _, _ = two_people()
    for number in range(10):
        assert code_of(let_in(file, guesses, f"nobody{number}", secret_of(WEBER))) == "sign_in_wrong"
    assert code_of(let_in(file, guesses, "another", secret_of(WEBER))) == "sign_in_wait_seconds"


def test_that_printed_codes_let_in_within_the_same_limits(guesses: Guesses) -> None:
    file, recovery, emergency = two_people()
    for code in (recovery, emergency):
        told = let_in_by_code(file, guesses, code)
        assert isinstance(told, LetIn) and told.unlocked.slot.kind is code.kind and told.unlocked.keys == KEYS
        for _ in range(10):
            assert code_of(let_in_by_code(file, guesses, new_code(code.kind))) == "code_wrong"
        assert code_of(let_in_by_code(file, guesses, code)) == "sign_in_wait_seconds"
    assert code_of(let_in_by_code(SlotFile(STORE_ID, ()), guesses, recovery)) == "code_has_no_slot"


def test_that_the_second_of_two_recovery_codes_opens_as_well(guesses: Guesses) -> None:
    file, first, _ = two_people()
    second = new_code(SlotKind.RECOVERY)
    both = SlotFile(STORE_ID, (*file.slots, printed(second, "second")))
    for code in (first, second):
        assert isinstance(let_in_by_code(both, guesses, code), LetIn)


def unlocked_of(file: SlotFile) -> Any:
    from crs_desktop.store.keys.wrapping import unlock

    return unlock(file, file.slots[0], secret_of(WEBER))


def test_that_no_secret_is_shown_by_any_object_or_message(guesses: Guesses) -> None:
    file, recovery, _ = two_people()
    password = secret_of(WEBER)
    told = let_in(file, guesses, "weber", password)
    wrapping = derive(password, file.slots[0].salt, file.slots[0].cost)
    shown: list[object] = [
        password, recovery, recovery.secret, told, file, *file.slots, guesses, KEYS, KEYS.audit,
        let_in(file, guesses, "weber", secret_of(OKAFOR)), judge(WEBER, "weber"), judge(WEBER[:14], "weber"),
        read_code(recovery.text[:-1], SlotKind.RECOVERY), read_code(recovery.text, SlotKind.EMERGENCY),
    ]  # fmt: skip
    for act in (
        lambda: understood(spelled(file)[:-9], "t"),
        lambda: understood(spelled(file).replace(b'"passes": 1', b'"passes": 0'), "t"),
        lambda: SlotFile("", file.slots),
        lambda: KEYS.__class__(KEYS.data, KEYS.audit.__class__(KEYS.data)),
    ):
        with pytest.raises((NotUnderstood, ValueError)) as caught:
            act()
        error = caught.value
        shown += [error, error.args, error.__cause__, *getattr(error, "findings", ())]
    shown += [say(one) for item in shown if isinstance(item, Refused) for one in item.findings]
    text = "\n".join(f"{item!r} {item!s}" for item in shown)
    secrets = (KEYS.data, KEYS.audit.secret, wrapping, WEBER.encode(), recovery.letters.encode())
    for secret in secrets:
        whole = {secret.hex(), repr(secret)[2:-1], base64.b64encode(secret).decode(), str(list(secret))[1:-1]}
        assert not [form for form in whole if form in text or form.upper() in text]
    assert recovery.text not in text
    sealed = (getattr(slot, part) for slot in file.slots for part in ("sealed", "salt", "nonce"))
    assert not [part for part in sealed if part.hex() in text or repr(part) in text]


@pytest.fixture(scope="module")
def happened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened on a disk that was full and then could only be read."""
    if not own_space():
        pytest.skip("not shown: this machine lets us mount no small disk")
    disk = tmp_path_factory.mktemp("disk")
    command = [sys.executable, "-m", "tests.store.keys.on_a_small_disk", str(disk)]
    run = subprocess.run(
        [*own_space(), "sh", "-c", SMALL_DISK, str(disk), *command],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert run.stderr == "", run.stderr
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


@pytest.mark.parametrize(("way", "code"), [("full", "slots_disk_full"), ("read-only", "slots_not_written")])
def test_that_on_a_bad_disk_sign_in_works_misses_count_and_slots_stay(
    happened: dict[str, Any], way: str, code: str
) -> None:
    told = happened[way]
    assert told["change"] == code and told["said"] and told["same file"] and told["litter"] == []
    assert told["misses"] == 12 and told["kept"] is False and told["waits"] == "sign_in_wait_seconds"
    assert told["let in"] == 12 and told["after"] == 0


def test_that_what_the_full_disk_kept_out_is_written_when_there_is_room(happened: dict[str, Any]) -> None:
    assert happened["freed"] == {"kept": True, "in the file": 1, "change": ""}
