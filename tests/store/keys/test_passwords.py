"""Passwords that stand alone: long enough, not guessed early, and otherwise whatever a person likes."""

from __future__ import annotations

import random
import unicodedata

import pytest

from crs_desktop.kernel.wording import say
from crs_desktop.store.keys.passwords import LEAST, MOST, judge, normal, secret_of

OWN = ("A. Weber", "St Elsewhere Pharmacy")
GOOD = (
    "vial cabinet teacup moonlight", "copper-meadow-lantern-seventeen", "  spaces at both ends are kept  ",
    "Der Hund frisst 17 gr\u00fcne Hefte", "\u6c34\u66dc\u65e5\u306e\u5348\u5f8c\u306b\u7dd1\u8336\u3092\u98f2\u3080"
    "\u85ac\u5264\u5e2b", "\u0437\u0435\u043b\u0451\u043d\u044b\u0439 \u0447\u0430\u0439 \u043f\u043e \u0441\u0440"
    "\u0435\u0434\u0430\u043c", "gT4%wq0!Zp9&xM2", "\U0001f995\U0001f3ba\U0001f9c2 teapot in the rain",
    "harbour violin pepper gravel sunset drawer monday kettle walnut!",
)  # fmt: skip


def codes(password: str, sign_in: str = "aweber") -> list[str]:
    return [finding.code for finding in judge(password, sign_in, OWN)]


@pytest.mark.parametrize("password", GOOD)
def test_that_long_unguessable_passwords_of_any_characters_are_good(password: str) -> None:
    assert codes(password) == []


def test_that_the_length_is_counted_in_characters_not_in_bytes() -> None:
    base = "gT4%wq0!Zp9&xM2"
    assert (len(base), LEAST, MOST) == (15, 15, 128)
    assert codes(base[:-1]) == ["password_short"]
    short = "\u6c34\u66dc\u65e5\u306e\u5348\u5f8c\u306b\u7dd1\u8336\u3092\u98f2\u3080"
    assert len(short) == 12 and len(short.encode()) > 15 and codes(short) == ["password_short"]
    assert "12 characters" in say(judge(short, "x")[0]) and "3 more" in say(judge(short, "x")[0])
    chosen = random.Random(1)
    long = "".join(chosen.choice("abcdefghjkmnpqrstuvwxyz0123456789") for _ in range(129))
    assert (codes(long[:64]), codes(long[:128]), codes(long)) == ([], [], ["password_long"])


def test_that_one_typed_character_counts_once_whatever_it_stands_for() -> None:
    assert len(normal("\ufdfa")) == 18 and codes("\ufdfa") == ["password_short"]
    decomposed = unicodedata.normalize("NFD", "\u00e9\u00fc\u00f1\u00e5\u00f6\u00ee\u00e8")
    assert len(decomposed) == 14 and "7 characters" in say(judge(decomposed + "", "x")[0])
    assert codes("\ufdfa" * 20) == ["password_long"]


def test_that_one_spelling_is_compared() -> None:
    assert secret_of("Cafe\u0301 ①") == secret_of("Caf\u00e9 1") != secret_of("Cafe 1")
    assert secret_of("a ") != secret_of("a") and secret_of("A") != secret_of("a")
    assert secret_of("\ud800") != secret_of("")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("aaaaaaaaaaaaaaaaaa", "password_one_character"), ("aAaAaAaAaAaAaAaAaA", "password_one_character"),
        (" " * 20, "password_one_character"), ("\u6c34" * 20, "password_one_character"),
        ("vial cabinet AWeber teacup", "password_holds_name"), ("\uff41weber moonlight teacup", "password_holds_name"),
        ("passwordpassword", "password_repeats"), ("abcabcabcabcabcabc", "password_repeats"),
        ("password123456789", "password_well_known"), ("P@ssw0rdP@ssw0rd!", "password_repeats"),
        ("abcdefghijklmnopq", "password_sequence"), ("qwertyuiopasdfghjkl", "password_well_known"),
        ("sdfghjkl;lkjhgfds", "password_keyboard"), ("lamp river copper", "password_common_words"),
        ("St Elsewhere Pharmacy", "password_own_words"), ("31.12.1999 24.12.2001", "password_date"),
        ("line\nbreak moonlight teacup", "password_untypable"), ("nothing\x00here moonlight", "password_untypable"),
        ("moonlight teacup \ud800 violin", "password_untypable"),
    ],
)  # fmt: skip
def test_that_what_is_wrong_is_said_for_what_it_is(password: str, code: str) -> None:
    assert codes(password) == [code]
    said = say(judge(password, "aweber", OWN)[0])
    assert len(said) > 20 and normal(password) not in said and password not in repr(judge(password, "aweber", OWN))


def test_that_a_very_short_sign_in_name_may_happen_to_be_inside() -> None:
    assert judge("vial cabinet teacup moonlight", "ca") == () != judge("vial cabinet teacup moonlight", "cab")


def test_that_common_passwords_made_long_are_caught() -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    words = random.Random(7).sample(sorted(FREQUENCY_LISTS["passwords"]), 250)
    let_through = []
    for word in words:
        for tail in (word * 15, "1" * 15, "123456789012345", "!" * 15, "password2024password", "2024" * 4):
            long = word + tail[: max(LEAST - len(word), len(word) if tail.startswith(word) else 4)]
            if len(long) >= LEAST and not judge(long, "aweber", OWN):
                let_through.append(long)
    assert let_through == []


def test_that_strong_words_behind_a_weak_beginning_count() -> None:
    assert codes("a" * 70 + " vial cabinet teacup moonlight") == []
    assert codes("vial cabinet teacup moonlight " + "a" * 70) == []
    assert codes("abc" * 42) == ["password_repeats"]


def test_that_own_words_are_not_remembered_for_the_next_person() -> None:
    from zxcvbn import matching

    judge("vial cabinet teacup moonlight", "aweber", OWN)
    assert "user_inputs" not in matching.RANKED_DICTIONARIES


def test_that_nothing_typed_makes_a_traceback_or_takes_long() -> None:
    chosen = random.Random(3)
    for number in range(150):
        alphabet = (
            "4@8({[<369&#!1/|0$5+7%2 \u0130\u00df\ufb01\u0661" if number < 4 else "".join(map(chr, range(32, 0x600)))
        )
        judge("".join(chosen.choice(alphabet) for _ in range(chosen.randrange(130))), "\u0130stanbul", ("",))
