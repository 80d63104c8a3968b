"""People and their slots changed together; a program that dies between the two lets nobody in without a row."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.staff.commands import EndPerson, EnrolPerson, TakeBackPerson
from crs_desktop.staff.door import keyring as module
from crs_desktop.staff.door.drafts import open_draft, seal_draft
from crs_desktop.staff.model import Happened
from crs_desktop.store.keys.guessing import LOCKED_AT, misses_path
from crs_desktop.store.keys.model import new_keys
from crs_desktop.store.keys.slots import SlotKind
from crs_desktop.store.keys.slots_file import read_slots, slots_path
from tests.staff.door.rooms import ADA, FRESH, MO, MO_ID, OTHER, TOM, TOM_ID, Behind, again, ended, got, misses, why
from tests.staff.door.test_coming_in import fails, has_slot

NINA = EnrolPerson("n", "nina", "Nina Newman", ("pharmacist",))


def test_that_who_is_no_administrator_changes_neither_people_nor_slots(behind: Behind) -> None:
    before = slots_path(behind.door.path).read_bytes()
    with behind.keyring("tom", TOM) as (keyring, staff, _):
        for answer in (
            keyring.enrol(NINA, OTHER), keyring.end(EndPerson("e", MO_ID, "why not")),
            keyring.give_password(MO_ID, OTHER), keyring.free(MO_ID),
            keyring.keep(keyring.new_code(SlotKind.RECOVERY)), keyring.keep(keyring.new_code(SlotKind.EMERGENCY)),
        ):  # fmt: skip
            assert why(answer) == ["staff_not_permitted"]
        assert staff.person("nina") is None
    assert slots_path(behind.door.path).read_bytes() == before
    assert behind.signed("mo", MO).person_id == MO_ID


def test_that_a_new_person_has_a_row_first_and_then_a_slot(behind: Behind, monkeypatch: pytest.MonkeyPatch) -> None:
    with behind.keyring() as (keyring, staff, _):
        assert why(keyring.enrol(NINA, "short")) == ["password_short"]
        assert why(keyring.enrol(NINA, "Nina Newman Nina Newman")) != []
        assert staff.person("nina") is None
        with pytest.MonkeyPatch.context() as patch, pytest.raises(EnvironmentFailure):
            patch.setattr(module, "put_password", fails)
            keyring.enrol(NINA, OTHER)
        known = staff.person("nina")
        assert known is not None and not has_slot(behind, "nina")
        assert misses(behind.door, "nina", OTHER) == "sign_in_wrong"
        got(keyring.give_password(known.id, FRESH))
    signed = got(behind.door.sign_in("nina", FRESH))
    assert (signed.person_id, signed.must_choose) == (known.id, True)


def test_that_somebody_who_ends_loses_row_and_slot_and_comes_back_with_a_new_password(behind: Behind) -> None:
    ended(behind, TOM_ID)
    assert not has_slot(behind, "tom")
    assert misses(behind.door, "tom", TOM) == "sign_in_wrong"
    with behind.keyring() as (keyring, staff, _):
        assert why(keyring.give_password(TOM_ID, OTHER)) == ["staff_ended"]
        assert not has_slot(behind, "tom")
        assert why(keyring.take_back(TakeBackPerson("b", TOM_ID, "is back"), "tom tech tom tech tom")) != []
        assert staff.person_of(TOM_ID) is not None
        got(keyring.take_back(TakeBackPerson("b", TOM_ID, "is back"), OTHER))
    assert got(behind.door.sign_in("tom", OTHER)).must_choose
    assert misses(behind.door, "tom", TOM) == "sign_in_wrong"


def test_that_the_last_administrator_ends_neither_row_nor_slot(behind: Behind) -> None:
    with behind.keyring() as (keyring, _, _):
        assert why(keyring.end(EndPerson(uuid4().hex, 1, "leaving"))) == ["staff_last_administrator"]
    assert behind.signed().person_id == 1


def test_that_the_own_password_is_changed_by_who_knows_it(behind: Behind) -> None:
    with behind.keyring("mo", MO) as (keyring, _, _):
        wrong = keyring.change_own(FRESH, OTHER)
        assert why(wrong) == ["sign_in_wrong"]
        assert [finding.field for finding in wrong.findings] == ["old"]  # type: ignore[union-attr]
        assert why(keyring.change_own(MO, "short")) == ["password_short"]
        assert why(keyring.change_own(MO, MO)) == ["door_same_password"]
        got(keyring.change_own(MO, FRESH))
    assert misses(behind.door, "mo", MO) == "sign_in_wrong"
    assert not behind.signed("mo", FRESH).must_choose


def test_that_a_password_given_by_somebody_else_must_be_changed(behind: Behind) -> None:
    with behind.keyring() as (keyring, staff, _):
        assert why(keyring.give_password(99, OTHER)) == ["staff_person_unknown"]
        got(keyring.give_password(MO_ID, OTHER))
        assert staff.events(MO_ID)[0].kind is Happened.TEMPORARY_PASSWORD_SET
    assert misses(behind.door, "mo", MO) == "sign_in_wrong"
    assert got(behind.door.sign_in("mo", OTHER)).must_choose


def test_that_too_many_misses_are_seen_and_freed(behind: Behind) -> None:
    misses_path(behind.door.path).write_text(
        f'{{"format": 1, "everybody": 0, "misses": {{"person:mo": {LOCKED_AT}}}}}', "ascii"
    )
    fresh = Behind(again(behind.door), behind.recovery, behind.emergency)
    assert why(fresh.door.sign_in("mo", MO)) == ["sign_in_locked"]
    with fresh.keyring() as (keyring, staff, _):
        assert keyring.locked_out() == frozenset({"mo"})
        assert why(keyring.free(99)) == ["staff_person_unknown"]
        got(keyring.free(MO_ID))
        assert keyring.locked_out() == frozenset()
        assert staff.events(MO_ID)[0].kind is Happened.FREED
    assert fresh.signed("mo", MO).person_id == MO_ID


@pytest.mark.parametrize("kind", [SlotKind.RECOVERY, SlotKind.EMERGENCY])
def test_that_an_old_code_opens_nothing_once_a_new_one_is_kept(behind: Behind, kind: SlotKind) -> None:
    old = behind.recovery if kind is SlotKind.RECOVERY else behind.emergency

    def opens(text: str) -> object:
        door = again(behind.door)
        return door.recover(text) if kind is SlotKind.RECOVERY else door.emergency(text, "Kim Night", "night")

    with behind.keyring() as (keyring, staff, _):
        made, other = keyring.new_code(kind), keyring.new_code(kind)
        assert made.code.text not in repr(made)
        assert why(keyring.try_code(made, other.code.text)) == ["code_wrong"]
        assert why(keyring.try_code(made, made.code.text[:-1])) == ["code_length"]
        assert keyring.try_code(made, made.code.text.lower()) is None
        got(opens(old))  # until the new one is kept
        assert keyring.keep(made) is None
        picture = staff.picture()
        assert (picture.recovery_made if kind is SlotKind.RECOVERY else picture.emergency_made) is not None
    assert why(opens(old)) == ["code_wrong"]
    got(opens(made.code.text))
    assert len(read_slots(behind.door.path).of(kind)) == 1


def test_that_a_new_code_that_could_not_be_kept_leaves_the_old_one(behind: Behind) -> None:
    with behind.keyring() as (keyring, _, _):
        made = keyring.new_code(SlotKind.RECOVERY)
        with pytest.MonkeyPatch.context() as patch, pytest.raises(EnvironmentFailure):
            patch.setattr(module, "change_slots", fails)
            keyring.keep(made)
    got(behind.door.recover(behind.recovery))


def test_that_what_was_half_typed_is_read_by_its_writer_only(behind: Behind) -> None:
    signed = behind.signed("mo", MO)
    typed = "Moreau, Élise 41.2 kg".encode()
    sealed = seal_draft(signed.keys, MO_ID, typed)
    assert open_draft(behind.signed("mo", MO).keys, MO_ID, sealed) == typed
    assert b"Moreau" not in sealed and seal_draft(signed.keys, MO_ID, typed) != sealed
    assert open_draft(signed.keys, TOM_ID, sealed) is None
    assert open_draft(new_keys(), MO_ID, sealed) is None
    assert open_draft(replace(signed.keys, audit=new_keys().audit), MO_ID, sealed) == typed
    for at in (0, 20, len(sealed) - 1):
        spoiled = bytearray(sealed)
        spoiled[at] ^= 1
        assert open_draft(signed.keys, MO_ID, bytes(spoiled)) is None
    assert open_draft(signed.keys, MO_ID, b"") is None


def test_that_nothing_secret_is_in_what_could_be_logged(behind: Behind) -> None:
    with behind.keyring() as (_, staff, signed):
        assert signed.keys.data.hex() not in repr(signed) and repr(signed.keys.data) not in repr(signed)
        with staff._store.read() as session:
            log = session.connection().exec_driver_sql("SELECT * FROM change_log").fetchall()
            asked = session.connection().exec_driver_sql("SELECT * FROM requests").fetchall()
    written = repr(log) + repr(asked) + slots_path(behind.door.path).read_text("ascii")
    assert [secret for secret in (ADA, TOM, MO, OTHER, behind.recovery, behind.emergency) if secret in written] == []
    assert signed.keys.data.hex() not in written and signed.keys.audit.secret.hex() not in written
