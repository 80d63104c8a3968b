"""Printed codes: read however they are typed, and a wrong one is told from a mistyped one before anything is tried."""

from __future__ import annotations

import random

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.store.keys.codes import Code, new_code, read_code
from crs_desktop.store.keys.slots import SlotKind
from tests.store.keys.cheap import code_of

KINDS = (SlotKind.RECOVERY, SlotKind.EMERGENCY)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM = random.Random(4711)


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_code_is_read_as_it_is_printed(kind: SlotKind) -> None:
    codes = [new_code(kind) for _ in range(300)]
    assert [read_code(code.text, kind) for code in codes] == codes
    assert all([len(group) for group in code.text.split("-")] == [5] * 7 for code in codes)
    assert len({code.letters for code in codes}) == len({code.secret for code in codes}) == 300
    assert {letter for code in codes for letter in code.letters} == set(LETTERS)
    for at in range(30):  # 28 of 30 letters are free: 140 bits
        assert len({code.letters[at] for code in codes}) > 25


@pytest.mark.parametrize("kind", KINDS)
def test_that_small_letters_spaces_dashes_and_letters_taken_for_digits_are_well(kind: SlotKind) -> None:
    code = next(code for code in iter(lambda: new_code(kind), None) if {"0", "1"} <= set(code.letters))
    text = code.text
    first, rest = text[:6], text[6:]
    for typed in (
        text.lower(), text.replace("-", ""), text.replace("-", " "), f"  {text}\n", text.replace("-", " \u2013 "),
        first + rest.replace("0", "O"), first + rest.replace("0", "o"), first + rest.replace("1", "I"),
        first + rest.replace("1", "l"), first + rest.replace("1", "i"), text.replace("-", "\u2011"),
        "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in text), text.replace("-", "."),
        text.replace("-", "_"),
    ):  # fmt: skip
        assert read_code(typed, kind) == code, typed


@pytest.mark.parametrize("kind", KINDS)
def test_that_one_wrong_character_is_found_and_its_group_named(kind: SlotKind) -> None:
    for _ in range(20):
        code = new_code(kind)
        for at in range(30):
            letters = list(code.letters)
            letters[at] = RANDOM.choice([letter for letter in LETTERS if letter != letters[at]])
            answer = read_code(code.text[:5] + "".join(letters), kind)
            assert code_of(answer) == "code_group_wrong"
            assert isinstance(answer, Refused) and answer.findings[0].get("group") == str(at // 5 + 2)


@pytest.mark.parametrize("kind", KINDS)
def test_that_two_wrong_or_swapped_characters_are_always_noticed(kind: SlotKind) -> None:
    for _ in range(3000):
        letters = list(new_code(kind).letters)
        one, other = RANDOM.sample(range(30), 2)
        if RANDOM.random() < 0.5:
            letters[one] = RANDOM.choice([letter for letter in LETTERS if letter != letters[one]])
            letters[other] = RANDOM.choice([letter for letter in LETTERS if letter != letters[other]])
        elif letters[one] != letters[other]:
            letters[one], letters[other] = letters[other], letters[one]
        else:
            continue
        assert isinstance(read_code(first_of(kind) + "".join(letters), kind), Refused)


def test_that_swapped_neighbours_are_not_blamed_on_one_character() -> None:
    code = next(c for c in iter(lambda: new_code(SlotKind.RECOVERY), None) if c.letters[3] != c.letters[4])
    letters = code.letters[:3] + code.letters[4] + code.letters[3] + code.letters[5:]
    assert code_of(read_code("RECVR" + letters, SlotKind.RECOVERY)) == "code_not_right"


def test_that_one_code_typed_for_the_other_is_told() -> None:
    recovery, emergency = new_code(SlotKind.RECOVERY), new_code(SlotKind.EMERGENCY)
    assert code_of(read_code(emergency.text, SlotKind.RECOVERY)) == "code_is_emergency"
    assert code_of(read_code(recovery.text, SlotKind.EMERGENCY)) == "code_is_recovery"
    # With the first group of the other: its check characters do not fit, and it opens nothing either.
    assert isinstance(read_code("RECVR" + emergency.letters, SlotKind.RECOVERY), Refused)
    assert Code(SlotKind.RECOVERY, emergency.letters).secret != emergency.secret


def test_that_whatever_else_is_typed_is_told_kindly_and_without_the_code() -> None:
    code = new_code(SlotKind.RECOVERY)
    for typed, wanted in (
        ("", "code_empty"), (" - ", "code_empty"), (code.text[6:], "code_first_group"), ("RECVQ" + code.text[5:],
        "code_first_group"), (code.text[:-1], "code_length"), (code.text + "7", "code_length"), (code.text * 90,
        "code_length"), (code.text[:-6], "code_length"), (code.text[:12] + "U" + code.text[13:], "code_letter"),
        (code.text[:12] + "\u00e9" + code.text[13:], "code_letter"), ("RECVR", "code_length"),
    ):  # fmt: skip
        answer = read_code(typed, SlotKind.RECOVERY)
        assert code_of(answer) == wanted, typed
        assert isinstance(answer, Refused)
        said = say(answer.findings[0])
        assert said and code.letters not in said + repr(answer) and code.letters[5:10] not in said + repr(answer)


def test_that_a_code_does_not_show_itself() -> None:
    code = new_code(SlotKind.EMERGENCY)
    shown = repr(code) + str(code) + repr(code.secret) + f"{code}"
    assert code.letters not in shown and code.letters[:5] not in shown


def test_that_nothing_typed_makes_a_traceback() -> None:
    for _ in range(3000):
        typed = "".join(
            chr(RANDOM.choice((RANDOM.randrange(32, 127), RANDOM.randrange(0xFFFF))))
            for _ in range(RANDOM.randrange(60))
        )
        read_code(RANDOM.choice(("", "RECVR", "EMERG")) + typed, RANDOM.choice(KINDS))


def first_of(kind: SlotKind) -> str:
    return "RECVR" if kind is SlotKind.RECOVERY else "EMERG"
