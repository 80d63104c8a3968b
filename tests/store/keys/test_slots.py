"""A slot opens with its secret, for its person, in its store, at its cost; with anything else it does not."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Refused
from crs_desktop.store.keys import derivation
from crs_desktop.store.keys.codes import new_code
from crs_desktop.store.keys.derivation import Cost, Secret, derive
from crs_desktop.store.keys.passwords import secret_of
from crs_desktop.store.keys.slots import (
    Slot,
    SlotFile,
    SlotKind,
    Unlocked,
    added,
    associated,
    first_file,
    removed,
    replaced,
)
from crs_desktop.store.keys.slots_file import spelled, understood
from crs_desktop.store.keys.wrapping import make_slot, refreshed, unlock, unlock_by_name
from tests.store.keys.cheap import (
    AT,
    CHEAP,
    OKAFOR,
    STORE_ID,
    WEBER,
    code_of,
    person,
    printed,
    two_people,
)
from tests.store.made_up_keys import KEYS, OTHER_KEYS
from tests.store.pharmacy import ROOT

RIGHT = secret_of(WEBER)


def the_file() -> SlotFile:
    return SlotFile(STORE_ID, (person("weber", 1, WEBER), printed(new_code(SlotKind.RECOVERY))))


@pytest.mark.usefixtures("cheap")
def test_that_a_slot_opens_with_its_secret_only() -> None:
    file, recovery, emergency = two_people()
    for slot, secret in zip(file.slots, (RIGHT, secret_of(OKAFOR), recovery.secret, emergency.secret), strict=True):
        assert unlock(file, slot, secret) == Unlocked(KEYS, slot)
        for other in (secret_of(WEBER + " "), secret_of(""), Secret(b""), Secret(secret.spelled + b"\x00")):
            wrong = "sign_in_wrong" if slot.kind is SlotKind.PERSON else "code_wrong"
            assert code_of(unlock(file, slot, other)) == wrong


@pytest.mark.usefixtures("cheap")
def test_that_a_password_opens_however_its_letters_were_typed() -> None:
    file = SlotFile(STORE_ID, (person("weber", 1, "Gr\u00fc\u00dfe aus dem Caf\u00e9 ①"),))
    typed = secret_of("Gru\u0308\u00dfe aus dem Cafe\u0301 1")
    assert isinstance(unlock_by_name(file, "weber", typed), Unlocked)
    assert isinstance(unlock_by_name(file, " WEBER ", typed), Unlocked)


CHANGES: dict[str, dict[str, Any]] = {
    "id": {"id": "another"},
    "name": {"name": "okafor"},
    "capitals of the name": {"name": "Weber"},
    "person": {"person_id": 2},
    "kind": {"kind": SlotKind.RECOVERY, "person_id": None},
    "memory": {"cost": Cost(72, 1, 1)},
    "passes": {"cost": Cost(64, 2, 1)},
    "lanes": {"cost": Cost(64, 1, 2)},
    "time": {"made_at": AT + timedelta(milliseconds=1)},
    "salt": {"salt": bytes(16)},
    "nonce": {"nonce": bytes(12)},
    "sealed": {"sealed": bytes(80)},
}


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("change", CHANGES)
def test_that_a_slot_with_anything_changed_does_not_open(change: str) -> None:
    file = the_file()
    changed = replace(file.slots[0], **CHANGES[change])
    assert isinstance(unlock(SlotFile(STORE_ID, (changed,)), changed, RIGHT), Refused)


@pytest.mark.usefixtures("cheap")
def test_that_a_slot_does_not_open_in_another_store() -> None:
    file = the_file()
    assert isinstance(unlock(SlotFile("s-4712", file.slots), file.slots[0], RIGHT), Refused)


def test_that_each_plain_word_is_sealed_for_itself_and_not_only_by_what_it_changes_elsewhere() -> None:
    def words(**changes: Any) -> bytes:
        plain = {
            "store_id": "s", "slot_id": "i", "kind": SlotKind.PERSON, "name": "n", "person_id": 1,
            "cost": Cost(64, 1, 1), "made_at": AT,
        }  # fmt: skip
        return associated(**{**plain, **changes})  # type: ignore[arg-type]

    others = [
        {"store_id": "t"}, {"slot_id": "j"}, {"kind": SlotKind.EMERGENCY}, {"name": "m"}, {"person_id": 2},
        {"person_id": None}, {"cost": Cost(65, 1, 1)}, {"cost": Cost(64, 2, 1)}, {"cost": Cost(64, 1, 2)},
        {"made_at": AT + timedelta(milliseconds=1)}, {"store_id": "si", "slot_id": ""}, {"name": 'n",1,"'},
    ]  # fmt: skip
    assert len({words(), *(words(**other) for other in others)}) == len(others) + 1


@pytest.mark.usefixtures("cheap")
def test_that_every_single_flipped_bit_of_the_file_is_refused_or_opens_what_it_did_not_touch() -> None:
    file = the_file()
    content, refused, closed = spelled(file), 0, 0
    for at in range(len(content) * 8):
        changed = bytearray(content)
        changed[at // 8] ^= 1 << at % 8
        try:
            read = understood(bytes(changed), "t")
        except NotUnderstood:
            refused += 1
            continue
        if read == file:
            continue  # between words: nothing said otherwise
        slot = read.slots[0]
        if slot == file.slots[0] and read.store_id == STORE_ID:
            continue  # the bit was in the other slot
        assert isinstance(unlock(read, slot, RIGHT), Refused), at
        assert isinstance(unlock_by_name(read, "weber", RIGHT), Refused), at
        closed += 1
    assert refused > 1000 and closed > 500


@pytest.mark.usefixtures("cheap")
def test_that_adding_replacing_and_removing_answer_a_new_file() -> None:
    file, _, _ = two_people()
    third = person("lee", 3, OKAFOR)
    more = added(file, third)
    assert isinstance(more, SlotFile) and more.slots == (*file.slots, third) and len(file.slots) == 4
    again = person("weber", 1, OKAFOR)
    other = replaced(more, file.slots[0].id, again)
    assert isinstance(other, SlotFile) and other.slots == (again, *file.slots[1:], third)
    assert unlock_by_name(other, "weber", secret_of(OKAFOR)) == Unlocked(KEYS, again)
    assert isinstance(unlock_by_name(other, "weber", RIGHT), Refused)
    less = removed(other, file.slots[1].id)
    assert isinstance(less, SlotFile) and less.person("okafor") is None
    assert (
        code_of(removed(less, file.slots[1].id)) == code_of(replaced(less, file.slots[1].id, again)) == "slot_missing"
    )


@pytest.mark.usefixtures("cheap")
def test_that_the_last_recovery_slot_is_never_taken_away() -> None:
    file, _, _ = two_people()
    old = file.of(SlotKind.RECOVERY)[0]
    assert code_of(removed(file, old.id)) == "slot_last_recovery"
    new = printed(new_code(SlotKind.RECOVERY), "second")
    both = added(file, new)
    assert isinstance(both, SlotFile)
    one = removed(both, old.id)
    assert isinstance(one, SlotFile) and one.of(SlotKind.RECOVERY) == (new,)
    with pytest.raises(ValueError, match="of its kind"):
        replaced(file, old.id, person("lee", 3, WEBER))
    with pytest.raises(ValueError, match="recovery"):
        first_file(STORE_ID, [person("lee", 3, WEBER)])


@pytest.mark.usefixtures("cheap")
def test_that_two_people_never_share_a_name_and_codes_may_bear_one() -> None:
    file, _, _ = two_people()
    assert code_of(added(file, person("WEBER", 3, OKAFOR))) == "slot_name_taken"
    assert code_of(added(file, person("\uff37eber", 3, OKAFOR))) == "slot_name_taken"
    assert code_of(replaced(file, file.slots[0].id, person("okafor", 1, WEBER))) == "slot_name_taken"
    assert isinstance(added(file, replace(file.slots[0], id="x", kind=SlotKind.EMERGENCY, person_id=None)), SlotFile)
    with pytest.raises(ValueError, match="of its own"):
        SlotFile(STORE_ID, (file.slots[0], file.slots[0]))
    full = SlotFile(STORE_ID, tuple(replace(file.slots[0], id=f"i{n}", name=f"n{n}") for n in range(200)))
    assert code_of(added(full, file.slots[0])) == "slots_too_many"


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize(
    "change",
    [{"id": ""}, {"id": "a/b"}, {"name": ""}, {"name": " a"}, {"name": "a\n"}, {"name": "x" * 65}, {"person_id": None},
     {"person_id": 0}, {"kind": SlotKind.RECOVERY}, {"salt": b""}, {"nonce": bytes(13)}, {"sealed": bytes(79)},
     {"made_at": AT.replace(year=1900)}],
)  # fmt: skip
def test_that_an_impossible_slot_cannot_be_made(change: dict[str, Any]) -> None:
    slot = the_file().slots[0]
    with pytest.raises(ValueError, match=r"a (slot|person)"):
        replace(slot, **change)


def test_that_a_cheaper_slot_is_sealed_anew_when_it_was_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivation, "LEAST", CHEAP)
    monkeypatch.setattr(derivation, "USUAL", Cost(128, 1, 1))
    file = SlotFile(STORE_ID, (person("weber", 1, WEBER, cost=CHEAP), printed(new_code(SlotKind.RECOVERY))))
    opened = unlock_by_name(file, "weber", RIGHT)
    assert isinstance(opened, Unlocked)
    after = refreshed(file, opened, RIGHT, AT + timedelta(days=1))
    slot = after.slots[0]
    assert slot.cost == Cost(128, 1, 1) and slot.salt != opened.slot.salt and slot.id == opened.slot.id
    assert unlock_by_name(after, "weber", RIGHT) == Unlocked(KEYS, slot)
    again = unlock_by_name(after, "weber", RIGHT)
    assert isinstance(again, Unlocked) and refreshed(after, again, RIGHT, AT) is after
    assert refreshed(SlotFile(STORE_ID, ()), opened, RIGHT, AT).slots == ()  # taken away meanwhile: stays away


def test_that_what_a_guess_costs_in_the_program_is_what_was_measured() -> None:
    assert [Cost(262_144, 3, 2), Cost(65_536, 4, 1)] == [derivation.USUAL, derivation.LEAST]
    assert Cost.usual() == derivation.USUAL and derivation.USUAL.bearable and not derivation.USUAL.out_of_date
    assert derivation.LEAST.bearable and derivation.LEAST.out_of_date
    start = time.perf_counter()
    derive(RIGHT, bytes(16), Cost.usual())
    assert time.perf_counter() - start >= 0.25, "an offline guess has become cheap: raise USUAL"


@pytest.mark.parametrize("cost", [CHEAP, Cost(65_535, 5, 1), Cost(65_536, 3, 1), Cost(65_536, 4, 0),
                                  Cost(65_536, 4, 17),
                                  Cost(1_048_577, 4, 4), Cost(1_048_576, 5, 4), Cost(65_536, 17, 4),
                                  Cost(262_144, 0, 2)])  # fmt: skip
def test_that_a_slot_of_an_unbearable_cost_is_neither_made_nor_read(cost: Cost) -> None:
    with pytest.raises(ValueError, match="cost something"):
        make_slot(SlotKind.PERSON, "weber", 1, RIGHT, KEYS, STORE_ID, AT, cost)
    slot = Slot("i", SlotKind.PERSON, "weber", 1, cost, bytes(16), bytes(12), bytes(80), AT)
    with pytest.raises(NotUnderstood, match="slots_cost"):
        understood(spelled(SlotFile(STORE_ID, (slot,))), "t")


def test_that_no_line_of_the_program_makes_a_guess_cheaper() -> None:
    for path in sorted((ROOT / "crs_desktop").rglob("*.py")):
        text = path.read_text("utf-8")
        if path.name != "derivation.py":
            assert not any(f"derivation.{name}" in text for name in ("USUAL", "LEAST", "MOST")), path
        if path.parent.name == "keys":
            assert "environ" not in text.replace("environment", "") and "getenv" not in text, path
            assert "Cost(" not in text or path.name in ("derivation.py", "slots_file.py"), path


def test_that_an_unknown_name_costs_as_much_time_as_a_wrong_password() -> None:
    file = SlotFile(STORE_ID, (person("weber", 1, WEBER),))
    times: dict[str, list[float]] = {"weber": [], "nobody": []}
    for _ in range(2):
        for name, taken in times.items():
            start = time.process_time()  # of all lanes; how busy the machine is does not count
            answer = unlock_by_name(file, name, secret_of(OKAFOR))
            taken.append(time.process_time() - start)
            assert code_of(answer) == "sign_in_wrong"
    assert 0.7 < min(times["nobody"]) / min(times["weber"]) < 1.4, times


@pytest.mark.usefixtures("cheap")
def test_that_an_unknown_name_answers_the_very_same_also_in_an_empty_file() -> None:
    file, _, _ = two_people()
    wrong = unlock_by_name(file, "weber", secret_of(OKAFOR))
    assert unlock_by_name(file, "nobody", RIGHT) == wrong == unlock_by_name(SlotFile(STORE_ID, ()), "\ud800", RIGHT)
    assert unlock_by_name(file, "", RIGHT) == wrong == unlock_by_name(file, "printed", RIGHT)


@pytest.mark.usefixtures("cheap")
def test_that_sealed_bytes_that_are_no_keys_do_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    class Same:
        data = bytes(32)
        audit = OTHER_KEYS.audit.__class__(bytes(32))

    slot = make_slot(SlotKind.PERSON, "weber", 1, RIGHT, Same(), STORE_ID, AT)  # type: ignore[arg-type]
    assert isinstance(unlock(SlotFile(STORE_ID, (slot,)), slot, RIGHT), Refused)


def test_that_slow_libraries_wait_for_the_first_use() -> None:
    script = (
        "import sys\n"
        "from crs_desktop.store.keys import entry, passwords, slots_file\n"
        "print([name for name in ('cryptography', 'zxcvbn') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (run.stdout.strip(), run.stderr) == ("[]", "")


@pytest.mark.skipif(sys.platform != "linux", reason="not shown: no limit on memory here")
def test_that_too_little_memory_is_said_in_words() -> None:
    script = (
        "import resource\n"
        "from cryptography.hazmat.primitives.kdf import argon2\n"
        "from crs_desktop.kernel.errors import EnvironmentFailure\n"
        "from crs_desktop.kernel.wording import say\n"
        "from crs_desktop.store.keys.derivation import Cost, Secret, derive\n"
        "resource.setrlimit(resource.RLIMIT_AS, (220 << 20, resource.RLIM_INFINITY))\n"
        "try: derive(Secret(b'x'), bytes(16), Cost.usual())\n"
        "except EnvironmentFailure as failure: print(say(failure.finding))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "256 MiB" in run.stdout and run.stderr == "", run
