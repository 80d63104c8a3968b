"""The rules of people without any store: rights add up, the unknown is nobody's, somebody can always let people in."""

from __future__ import annotations

from itertools import combinations

import pytest

from crs_desktop.kernel.actors import Actor
from crs_desktop.staff.commands import key_of, read_person_name, read_roles, read_sign_in
from crs_desktop.staff.model import EMERGENCY, HOLDERS, Emergency, Person, Role
from crs_desktop.staff.repository import rights
from crs_desktop.staff.rules import (
    against_seeing,
    granted,
    holders_of,
    keeps_an_administrator,
    name_taken,
    read_rights,
    refusal,
)
from tests.staff.site import code
from tests.store.pharmacy import NOW

ADMINISTRATOR, PHARMACIST = frozenset({Role.ADMINISTRATOR}), frozenset({Role.PHARMACIST})


def person(number: int, roles: frozenset[Role], active: bool = True) -> Person:
    """Somebody."""
    return Person(number, f"p{number}", f"Person {number}", roles, active, NOW, None if active else NOW)


def one(**entry: object) -> dict[str, dict[str, dict[str, object]]]:
    """A table of one act."""
    return {"acts": {"log dose": {"may": ["pharmacist"], "why": "so", **entry}}, "reads": {}}


def test_that_the_shipped_table_says_why_for_each_line() -> None:
    assert len(rights()) > 45
    assert all(right.why.endswith(".") and right.may <= set(HOLDERS) for right in rights().values())


@pytest.mark.parametrize(
    "table",
    [
        one(may=["surgeon"]), one(may="pharmacist"), one(why=""), one(why=7),
        {"acts": {"x": {"may": [], "why": "a"}}, "reads": {"x": {"may": [], "why": "a"}}},
    ],
)  # fmt: skip
def test_that_a_table_that_is_not_understood_stops_the_program(table: dict[str, dict[str, dict[str, object]]]) -> None:
    with pytest.raises(ValueError, match=r"^the right '"):
        read_rights(table)


def test_that_rights_are_exactly_the_union_of_the_roles() -> None:
    for count in range(len(Role) + 1):
        for roles in combinations([role.value for role in Role], count):
            for operation in rights():
                alone = any(granted(rights(), [role], operation) for role in roles)
                assert granted(rights(), roles, operation) is alone
                assert (refusal(rights(), roles, operation) is None) is alone


def test_that_nobody_may_what_no_table_knows() -> None:
    assert not granted(rights(), HOLDERS, "open the vault")
    assert code(refusal(rights(), HOLDERS, "open the vault")) == "staff_right_unknown"


def test_that_a_refusal_says_who_may_and_whether_an_emergency_helps() -> None:
    found = refusal(rights(), {"technician"}, "log dose")
    assert found is not None and found.code == "staff_not_permitted_emergency"
    assert (found.value, found.get("own"), found.get("may")) == ("log dose", "technician", "pharmacist")
    assert code(refusal(rights(), {"technician"}, "state policy")) == "staff_not_permitted"
    assert code(refusal(rights(), {"technician"}, "state facts of the store")) == "staff_for_nobody"


def test_that_emergency_access_adds_to_the_own_roles() -> None:
    glass = Emergency(1, 1, "Person 1", "why", "desk", NOW, NOW, None)
    assert holders_of(person(1, ADMINISTRATOR), glass) == {"administrator", EMERGENCY}
    assert holders_of(person(1, ADMINISTRATOR), None) == {"administrator"}
    assert glass.over_at(NOW) == NOW and not glass.running(NOW)


def test_that_who_is_unknown_or_gone_sees_nothing() -> None:
    assert code(against_seeing(rights(), None, None, "verify")) == "staff_person_unknown"
    assert code(against_seeing(rights(), person(1, PHARMACIST, False), None, "verify")) == "staff_ended"
    assert against_seeing(rights(), person(1, PHARMACIST), None, "verify") is None


def test_that_somebody_is_left_to_let_people_in() -> None:
    last, other, gone = person(1, ADMINISTRATOR), person(2, PHARMACIST), person(3, ADMINISTRATOR, False)
    alone = [last, other, gone]
    assert code(keeps_an_administrator(alone, 1, frozenset())) == "staff_last_administrator"
    assert code(keeps_an_administrator(alone, 1, PHARMACIST)) == "staff_last_administrator"
    assert keeps_an_administrator(alone, 1, ADMINISTRATOR | PHARMACIST) is None
    assert keeps_an_administrator(alone, 2, frozenset()) is None
    assert keeps_an_administrator(alone, 3, frozenset()) is None
    assert keeps_an_administrator([*alone, person(4, ADMINISTRATOR)], 1, frozenset()) is None


def test_that_a_name_is_free_for_who_bore_it_and_for_nobody_else() -> None:
    names = {key_of("Anna Weber"): frozenset({1})}
    assert name_taken(names, "ANNA  weber", 1) is None
    assert code(name_taken(names, "anna weber", 2)) == code(name_taken(names, "Anna Weber")) == "staff_name_taken"
    assert name_taken(names, "Anna Webers") is None


@pytest.mark.parametrize("text", ["weber", "jo", "Ελένη", "王小明", "o.brien-2_x", "élise", "a" * 32])
def test_that_a_sign_in_is_short_and_of_any_script(text: str) -> None:
    assert read_sign_in(f" {text} ") == text


@pytest.mark.parametrize("text", ["", " ", "x", "a b", "a" * 33, "we@ber", "a/b", "tab\tb", "a\u202eb"])
def test_that_what_is_no_sign_in_is_refused(text: str) -> None:
    assert not isinstance(read_sign_in(text), str)


@pytest.mark.parametrize(
    "text",
    ["crs_desktop", "CRS_Desktop", "Recovery  Code", "Eva, by emergency code", "Eva, BY emergency  code", "\x07"],
)
def test_that_nobody_is_called_what_the_program_or_a_code_is(text: str) -> None:
    assert not isinstance(read_person_name(text), str)


def test_that_names_lose_doubled_spaces_and_keep_their_letters() -> None:
    assert read_person_name("  José   Ñandú ") == "José Ñandú"


def test_that_roles_are_read_in_any_case_and_order() -> None:
    assert read_roles((" Pharmacist", "", "AUDITOR")) == frozenset({Role.PHARMACIST, Role.AUDITOR})
    assert person(1, frozenset(Role)).role == "pharmacist+technician+administrator+auditor"
    assert Actor("x", person(1, PHARMACIST).role).role == "pharmacist"
