"""Coming in at a store: who is let in, as whom, and who is not, whatever their slot says."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from crs_desktop.kernel.errors import EnvironmentFailure, NotPermitted
from crs_desktop.kernel.refusal import no
from crs_desktop.staff.commands import EnrolPerson
from crs_desktop.staff.door import entering
from crs_desktop.staff.door.looking import asked_as
from crs_desktop.staff.door.proving import prover_at
from crs_desktop.staff.door.standing import names
from crs_desktop.staff.model import Happened
from crs_desktop.store.driver import connect
from crs_desktop.store.keys import derivation
from crs_desktop.store.keys.derivation import Cost
from crs_desktop.store.keys.guessing import FREE_MISSES, LOCKED_AT, misses_path
from crs_desktop.store.keys.slots import SlotKind
from crs_desktop.store.keys.slots_file import read_slots, slots_path
from tests.staff.door.rooms import (
    ADA,
    FRESH,
    MO,
    MO_ID,
    OTHER,
    TOM,
    TOM_ID,
    Behind,
    again,
    ended,
    enrolled,
    got,
    misses,
    why,
)

FULL = EnvironmentFailure(no("slots_disk_full", "slots", "t.crs.slots"))


def fails(*_: object, **__: object) -> None:
    raise FULL


def has_slot(behind: Behind, sign_in: str) -> bool:
    return read_slots(behind.door.path).person(sign_in) is not None


def test_that_a_sign_in_is_written_with_the_misses_before_it(behind: Behind) -> None:
    assert [misses(behind.door, "tom"), misses(behind.door, "tom"), misses(behind.door, "nobody")] == [
        "sign_in_wrong"
    ] * 3
    signed = behind.signed("tom", TOM)
    assert (signed.person_id, signed.sign_in, signed.actor.role, signed.actor.desk) == (
        TOM_ID, "tom", "technician", "desk 1",
    )  # fmt: skip
    behind.door.record_lock(signed, "idle")
    with behind.keyring() as (_, staff, _):
        left, came = staff.events(TOM_ID)[:2]
    assert (came.kind, came.misses) == (Happened.SIGNED_IN, 3)
    assert (left.kind, left.reason) == (Happened.LOCKED, "idle")


def test_that_somebody_who_has_ended_is_refused_with_a_slot_and_without(behind: Behind) -> None:
    ended(behind, TOM_ID, with_slot=True)
    assert has_slot(behind, "tom")
    assert why(behind.door.sign_in("tom", TOM)) == ["staff_ended"]
    behind.signed("mo", MO)
    assert has_slot(behind, "tom")  # only an administrator's sign-in sweeps
    behind.signed()
    assert not has_slot(behind, "tom") and has_slot(behind, "mo") and has_slot(behind, "ada")
    assert misses(behind.door, "tom", TOM) == "sign_in_wrong"


def test_that_an_administrator_comes_in_also_when_sweeping_fails(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(behind, TOM_ID, with_slot=True)
    monkeypatch.setattr(entering, "swept", fails)
    assert behind.signed().person_id == 1


def test_that_an_older_slot_does_not_open_as_whoever_has_its_number_now(behind: Behind) -> None:
    """Gone back to before Tom was known; then Mo gets Tom's number."""
    path = behind.door.path
    assert sorted(names(path)) == ["ada", "mo", "tom"]
    with behind.keyring() as (_, staff, signed):
        store = staff._store
        assert signed.person_id == 1
    with closing(connect(path, store.keys.data)) as connection:
        wound_back(connection)
    nina = enrolled(behind, "nina", "Nina Newman", "administrator", OTHER)
    assert nina.id == TOM_ID
    assert why(behind.door.sign_in("tom", TOM)) == ["door_slot_of_nobody"]
    assert got(behind.door.sign_in("nina", OTHER)).person_id == TOM_ID
    opened = got(behind.door.unlock("tom", TOM))
    with pytest.raises(NotPermitted) as refused:
        asked_as(behind.door, opened, behind.door.guard_of(opened), "verify")
    assert refused.value.finding.code == "door_slot_of_nobody"
    tom = enrolled(behind, "tom", "Tom Tech", "technician", FRESH)
    assert got(behind.door.sign_in("tom", FRESH)).person_id == tom.id == MO_ID
    assert misses(behind.door, "tom", TOM) == "sign_in_wrong"


def wound_back(connection: Any) -> None:
    """Only the first person is known, as in a backup from that day."""
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    connection.execute("PRAGMA foreign_keys = 0")
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for table, column in (("person_events", "person_id"), ("people", "id")):
        connection.execute(f"DELETE FROM {table} WHERE {column} > 1")
    for _, text in triggers:
        connection.execute(text)


def test_that_a_temporary_password_is_only_good_for_choosing_one(behind: Behind) -> None:
    enrolled(behind, "nina", "Nina Newman", "pharmacist", OTHER)
    signed = got(behind.door.sign_in("nina", OTHER))
    assert signed.must_choose
    assert why(behind.door.choose(signed, OTHER)) == ["door_same_password"]
    with behind.door.opened(signed.keys, signed.guard) as staff:
        prover = prover_at(behind.door, staff, behind.door.clock)
        assert why(prover.prove("nina", OTHER)) == ["door_password_temporary"]  # Ada knows it too
    assert why(behind.door.choose(signed, "short")) == ["password_short"]
    assert why(behind.door.choose(signed, "nina newman nina newman")) != []
    chosen = got(behind.door.choose(signed, FRESH))
    assert not chosen.must_choose and chosen.person_id == signed.person_id
    assert misses(behind.door, "nina", OTHER) == "sign_in_wrong"
    assert not got(again(behind.door).sign_in("nina", FRESH)).must_choose


def test_that_the_recovery_code_frees_and_renews_an_administrator(behind: Behind) -> None:
    misses_path(behind.door.path).write_text(
        f'{{"format": 1, "everybody": 0, "misses": {{"person:ada": {LOCKED_AT}}}}}', "ascii"
    )
    door = again(behind.door)
    assert why(door.sign_in("ada", ADA)) == ["sign_in_locked"]
    recovered = got(door.recover(behind.recovery))
    assert recovered.people == (("ada", "Ada Byron"),)
    assert why(door.renew(recovered, "mo", FRESH)) == ["staff_person_unknown"]
    assert why(door.renew(recovered, "ada", "Ada Byron Ada Byron")) != []
    signed = got(door.renew(recovered, "ada", FRESH))
    assert (signed.person_id, signed.must_choose) == (1, False)
    assert misses(door, "ada", ADA) == "sign_in_wrong"
    with door.opened(signed.keys, signed.guard) as staff:
        (noted,) = [one for one in staff.events(1) if one.actor == "recovery code"]
    assert noted.kind is Happened.PASSWORD_SET


def test_that_a_recovery_code_is_held_against_its_slot(behind: Behind) -> None:
    assert why(behind.door.recover(behind.emergency)) == ["code_is_emergency"]
    assert why(behind.door.recover("")) == ["code_empty"]
    with behind.keyring() as (keyring, _, _):
        other = keyring.new_code(SlotKind.RECOVERY).code.text
    for _ in range(FREE_MISSES):
        assert why(behind.door.recover(other)) == ["code_wrong"]
    assert why(behind.door.recover(behind.recovery)) == ["sign_in_wait_seconds"]
    assert behind.door.code_wait_s() > 0 and behind.door.wait_s("ada") == 0


def test_that_the_emergency_code_opens_after_who_and_why(behind: Behind) -> None:
    door = behind.door
    before = misses_path(door.path).read_bytes()
    assert why(door.emergency(behind.recovery, " ", "")) == ["code_is_recovery", "text_missing", "text_missing"]
    assert why(door.emergency(behind.emergency, "Kim Night", "")) == ["text_missing"]
    assert misses_path(door.path).read_bytes() == before
    signed = got(door.emergency(behind.emergency, "Kim Night", "fever at night, nobody here"))
    assert (signed.person_id, signed.actor.name, signed.actor.role) == (
        None, "Kim Night, by emergency code", "emergency",
    )  # fmt: skip
    with door.opened(signed.keys, signed.guard) as staff:
        assert why(staff.enrol(EnrolPerson("x", "eve", "Eve Eve", ("administrator",)), signed.actor)) != []
        with pytest.raises(NotPermitted):
            staff.people()
    door.record_lock(signed, "asked")
    with behind.keyring() as (_, staff, _):
        (glass,) = staff.picture().emergencies
    assert (glass.name, glass.reason, glass.by_code, glass.ended is not None) == (
        "Kim Night, by emergency code", "fever at night, nobody here", True, True,
    )  # fmt: skip


def test_that_whoever_fell_over_under_emergency_access_comes_in_again(behind: Behind) -> None:
    """At three in the morning the program is killed: nobody has locked, and the same name is typed again."""
    first = got(behind.door.emergency(behind.emergency, "Kim Night", "fever"))
    later = again(behind.door)
    second = got(later.emergency(behind.emergency, " Kim  Night ", "the program had stopped"))
    assert second.actor == first.actor
    later.record_lock(second, "asked")
    with behind.keyring() as (_, staff, _):
        glasses = staff.picture().emergencies
    assert sorted(one.reason for one in glasses) == ["fever", "the program had stopped"]
    assert [one.name for one in glasses if one.ended is None] == []


def test_that_a_slot_of_an_older_cost_is_sealed_anew_and_never_keeps_anybody_out(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    dearer = Cost(128, 1, 1)
    monkeypatch.setattr(derivation, "USUAL", dearer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entering, "change_slots", fails)
        assert behind.signed().person_id == 1
    slots = read_slots(behind.door.path)
    assert {slot.cost.memory_kib for slot in slots.of(SlotKind.PERSON)} == {64}
    behind.signed()
    ada = read_slots(behind.door.path).person("ada")
    assert ada is not None and ada.cost == dearer
    assert behind.signed().person_id == 1


def test_that_a_sign_in_never_makes_a_store(behind: Behind) -> None:
    behind.door.path.unlink()
    for left in behind.door.path.parent.glob("t.crs-*"):
        left.unlink()
    for try_it in (lambda: behind.door.sign_in("ada", ADA), lambda: behind.door.recover(behind.recovery)):
        with pytest.raises(EnvironmentFailure) as failure:
            try_it()
        assert failure.value.finding.code == "store_missing"
    assert not behind.door.path.exists() and slots_path(behind.door.path).exists()


# --- the keys alone ------------------------------------------------------------------------------------------------


def asked(behind: Behind, sign_in: str, password: str, operation: str) -> str | None:
    """As whom; None when the store could not say."""
    opened = got(behind.door.unlock(sign_in, password))
    actor = asked_as(behind.door, opened, behind.door.guard_of(opened), operation)
    return None if actor is None else actor.name


def test_that_unlocking_writes_nothing_and_asks_the_store(behind: Behind) -> None:
    before = behind.door.path.read_bytes()
    assert asked(behind, "mo", MO, "verify") == "Mo Okafor"
    with pytest.raises(NotPermitted):
        asked(behind, "tom", TOM, "verify")
    with pytest.raises(NotPermitted):
        asked(behind, "mo", MO, "go back")
    assert behind.door.path.read_bytes() == before
    assert why(behind.door.unlock("mo", FRESH)) == ["sign_in_wrong"]
    opened = got(behind.door.unlock_by_recovery(behind.recovery))
    with pytest.raises(NotPermitted):
        asked_as(behind.door, opened, behind.door.guard_of(opened), "go back")
    assert why(behind.door.unlock_by_recovery(behind.emergency)) == ["code_is_emergency"]


def test_that_somebody_who_has_ended_is_not_let_look(behind: Behind) -> None:
    ended(behind, MO_ID, with_slot=True)
    with pytest.raises(NotPermitted) as refused:
        asked(behind, "mo", MO, "verify")
    assert refused.value.finding.code == "staff_ended"


def test_that_a_store_that_cannot_say_is_looked_at(behind: Behind) -> None:
    path, keys = behind.door.path, behind.signed().keys
    with closing(connect(path, keys.data)) as connection:
        connection.execute("ALTER TABLE people RENAME TO folk")  # as before there were any
    assert asked(behind, "tom", TOM, "verify") is None
    path.write_bytes(b"\x07" * len(path.read_bytes()))
    assert asked(behind, "tom", TOM, "verify") is None


def test_that_unlocking_counts_misses_with_the_others(behind: Behind) -> None:
    for number in range(FREE_MISSES):
        assert why(behind.door.unlock("mo", FRESH) if number % 2 else behind.door.sign_in("mo", FRESH)) == [
            "sign_in_wrong"
        ]
    assert why(behind.door.unlock("mo", MO)) == ["sign_in_wait_seconds"]
    assert why(again(behind.door).sign_in("mo", MO)) == ["sign_in_wait_seconds"]


def test_that_slots_of_a_backup_are_opened_by_the_password_of_that_time(behind: Behind) -> None:
    then = read_slots(behind.door.path)
    with behind.keyring("mo", MO) as (keyring, _, _):
        got(keyring.change_own(MO, FRESH))
    assert why(behind.door.unlock("mo", MO)) == ["sign_in_wrong"]
    assert got(behind.door.unlock("mo", MO, then)).slot.person_id == MO_ID

