"""`adopt` takes a second pharmacist with a password of their own."""

from __future__ import annotations

import getpass
import io
import sys
from pathlib import Path

import pytest

from crs_desktop.bootstrap.services import open_house
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.proving import prover_at
from crs_desktop.staff.signing.model import Outcome, ProvenPerson, SecondCheck
from crs_desktop.staff.signing.service import SecondCheckBook
from crs_desktop.therapies.adoption import to_compare
from crs_desktop.therapies.catalogue import load_catalogue
from tests.command_line.conftest import Ask
from tests.command_line.people import CLOCK, NOW, PASSWORDS, SITE, Site
from tests.store.made_up_keys import ANYBODY

UNVERIFIED = len(to_compare(load_catalogue().protocol("blinatumomab")))
SIGN = ("adopt", "blinatumomab", "--pharmacist", "A. Weber", "--i-have-read-the-facts", "--now", NOW, "--json")
FOUND = ("--second-enters", "label_revision=2024-12-19", f"unverified={UNVERIFIED}", "site_rules=0", "read=yes")


class Terminal(io.StringIO):
    """Somebody sits there and types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def adopt(ask: Ask, site: Site, passwords: Path) -> Ask:
    def run(*words: object, second: str = "okafor", **said: str) -> object:
        proof = ("--second", second, "--second-password-from", passwords / second)
        return ask(*SIGN, "--store", site.path, *proof, *words, **said)

    return run


def checks(site: Site) -> tuple[SecondCheck, ...]:
    house = open_house(site.path, CLOCK, ChangeFeed(), site.keys, ANYBODY)
    found = SecondCheckBook(house.store, SITE).checks("adoption", "blinatumomab")
    adopted = {entry.protocol.id for entry in house.library.entries() if entry.adoption is not None}
    house.close()
    signed = [one for one in found if one.outcome is not Outcome.DIFFERS]
    assert ("blinatumomab" in adopted) is bool(signed), "adopted and signed, or neither"
    return found


def test_that_without_a_second_person_it_is_said_who_has_to_sign(ask: Ask, site: Site) -> None:
    said = ask(*SIGN, "--store", site.path)
    assert (said.status, said.codes) == (1, ["adoption_second_needed"])
    assert said.document["facts"] and checks(site) == ()


RULE = ("--site-rule", "premedication.mrd_paediatric.dose=4", "--reason", "Our paediatric oncologists, 3 Nov")
OWN = (*FOUND[:3], "site_rules=1", "read=yes")


def test_that_a_site_rule_is_signed_by_two_and_answered_beside_the_shipped_value(adopt: Ask, site: Site) -> None:
    assert adopt(*RULE, *FOUND).codes == ["second_check_differs", "second_check_explain"]
    said = adopt(*RULE, *OWN, "--explanation", "I had not read that far")
    assert said.status == 0
    (rule,) = said.document["site_rules"]
    assert rule == {
        "path": "premedication.mrd_paediatric.dose", "value": "4", "shipped": "5",
        "reason": "Our paediatric oncologists, 3 Nov",
    }  # fmt: skip
    assert said.document["fingerprint"] != said.document["based_on"]
    assert len(checks(site)) == 2


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (RULE[:2], 2, "cl_site_rule_reasons"),
        (("--site-rule", "premedication", "--reason", "x"), 2, "cl_site_rule_form"),
        (("--site-rule", "premedication.nobody.dose=4", "--reason", "x"), 1, "site_rule_no_fact"),
        ((*RULE[:2], "--reason", " "), 1, "text_missing"),
    ],
)
def test_that_a_site_rule_needs_a_path_a_value_and_a_reason(
    adopt: Ask, site: Site, words: tuple[str, ...], status: int, code: str
) -> None:
    said = adopt(*words, *OWN)
    assert (said.status, said.codes) == (status, [code])
    assert checks(site) == ()


def test_that_two_adopt(adopt: Ask, site: Site) -> None:
    said = adopt(*FOUND)
    assert (said.status, said.document["adopted"]) == (0, "blinatumomab")
    (check,) = checks(site)
    assert (check.first, check.second, check.outcome) == ("A. Weber", "M. Okafor", Outcome.AGREED)


def test_that_what_differs_is_refused_counted_and_can_be_explained(adopt: Ask, site: Site) -> None:
    wrong = (*FOUND[:2], "unverified=7", "site_rules=0", "read=yes")
    assert adopt(*wrong).codes == ["second_check_differs", "second_check_explain"]
    assert [one.outcome for one in checks(site)] == [Outcome.DIFFERS]
    assert adopt(*FOUND).codes[-1] == "second_check_explain"
    assert adopt(*FOUND, "--explanation", "I had counted one section only").status == 0


@pytest.mark.parametrize(
    ("second", "code"),
    [("weber", "adoption_second_is_first"), ("tech", "second_check_role"), ("gone", "sign_in_wrong")],
)
def test_that_not_everybody_is_a_second_person(adopt: Ask, site: Site, second: str, code: str) -> None:
    said = adopt(*FOUND, second=second)
    assert (said.status, said.codes) == (1, [code])
    assert checks(site) == ()


def test_that_a_wrong_password_proves_nobody(ask: Ask, site: Site, passwords: Path) -> None:
    proof = ("--second", "okafor", "--second-password-from", passwords / "weber")
    said = ask(*SIGN, "--store", site.path, *proof, *FOUND)
    assert said.status == 1 and checks(site) == ()


def test_that_a_slot_that_was_left_behind_proves_nobody(site: Site) -> None:
    door = Door(site.path, CLOCK, "desk 1")
    with door.opened(site.keys, ANYBODY) as staff:
        prove = prover_at(door, staff, CLOCK).prove
        gone, there, wrong = (
            prove("gone", PASSWORDS["gone"]), prove("OKAFOR", PASSWORDS["okafor"]), prove("okafor", PASSWORDS["tech"])
        )  # fmt: skip
    assert isinstance(gone, Refused) and [one.code for one in gone.findings] == ["door_slot_of_nobody"]
    assert isinstance(there, ProvenPerson) and (there.name, there.roles) == ("M. Okafor", frozenset({"pharmacist"}))
    assert there.at == CLOCK.now() and there.person_id > 0
    assert isinstance(wrong, Refused) and [one.field for one in wrong.findings] == ["password"]


def test_that_a_password_among_the_arguments_is_refused_and_not_repeated(ask: Ask, site: Site) -> None:
    said = ask(*SIGN, "--store", site.path, "--second", "okafor", "--second-password", PASSWORDS["okafor"])
    assert (said.status, said.codes) == (2, ["cl_secret_as_argument"])


def test_that_without_a_terminal_every_entry_has_to_be_said(adopt: Ask, site: Site) -> None:
    assert adopt(*FOUND[:4]).codes == ["cl_second_enters_missing"]
    assert adopt(*FOUND, "colour=red").codes == ["cl_second_enters_unknown"]
    assert adopt(*FOUND[:4], "read=no").codes == ["second_check_choice"]
    assert checks(site) == ()


def test_that_at_a_terminal_password_and_entries_are_asked_for(
    site: Site, passwords: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from crs_desktop.__main__ import main

    monkeypatch.setattr(sys, "stdin", Terminal(f"2024-12-19\n{UNVERIFIED}\n0\nyes\n"))
    monkeypatch.setattr(getpass, "getpass", lambda _asked: PASSWORDS["okafor"])
    first = ("--by", "weber", "--password-from", str(passwords / "weber"))
    assert main([*first, *SIGN, "--store", str(site.path), "--second", "okafor"]) == 0
    asked = capsys.readouterr().err
    assert "label_revision" in asked and "unverified" in asked and str(UNVERIFIED) not in asked
    assert [one.outcome for one in checks(site)] == [Outcome.AGREED]
