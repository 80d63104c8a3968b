"""A damaged protocol file is answered in words, or gives a protocol that works; never an exception."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.resources import resource
from crs_desktop.kernel.wording import say
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.schema.parse import parse_protocol

GOOD = (Path(__file__).parent / "good.toml").read_text("utf-8").splitlines()
SHIPPED = ("blinatumomab", "teclistamab")
LONG = [resource("therapies", f"{name}.toml").read_text("utf-8").splitlines() for name in SHIPPED]
SITE = """
[site]
based_on = "%s"

[[site.rules]]
path = "premedication.steroid.dose"
value = 12
reason = "Ours."
""" % ("a" * 64)
EVERY_KEY = ((Path(__file__).parent / "every_key.toml").read_text("utf-8") + SITE).splitlines()
VALUES = (
    """
1|-1|0.5|1e400|nan|inf|true|""|"x"|[]|[1]|[2, 1]|["x"]|[[1]]|{}
{ a = 1 }|{ value = "x" }|{ unknown = 1 }|{ unknown = "why" }
{ value = 1, source = 3, confidence = [] }|2026-01-01|2026-01-01T00:00:00Z
12:00:00|99999999999999999999|"{n}"|"{n}{n}"|[{}]
[{ id = 1 }]
""".strip()
    .replace("\n", "|")
    .split("|")
)


def judge(lines: list[str], dated: bool = True) -> None:
    answer = parse_protocol("\n".join(lines).encode(), "damaged.toml")
    if isinstance(answer, Protocol):
        for regimen in answer.regimens if dated else ():
            assert schedule(answer, regimen.id, date(2026, 12, 1), BodyWeight.of_kg("60"))
    else:
        assert answer
        for finding in answer:
            assert "damaged.toml" in say(finding)


def changed(lines: list[str], at: int, value: str) -> list[str]:
    key, equals, _ = lines[at].partition(" = ")
    return [*lines[:at], f"{key} = {value}" if equals else lines[at], *lines[at + 1 :]]


@settings(max_examples=300)
@given(at=st.sampled_from([at for at, line in enumerate(GOOD) if " = " in line]), value=st.sampled_from(VALUES))
def test_that_every_value_of_a_small_file_may_be_anything(at: int, value: str) -> None:
    judge(changed(GOOD, at, value))


def test_that_every_line_of_a_small_file_may_be_missing() -> None:
    for at in range(len(GOOD)):
        judge(GOOD[:at] + GOOD[at + 1 :])


@settings(max_examples=200)
@given(at=st.sampled_from([at for at, line in enumerate(EVERY_KEY) if " = " in line]), value=st.sampled_from(VALUES))
def test_that_every_value_of_a_file_with_every_key_may_be_anything(at: int, value: str) -> None:
    judge(changed(EVERY_KEY, at, value))


def test_that_every_line_of_a_file_with_every_key_may_be_missing() -> None:
    for at in range(len(EVERY_KEY)):
        judge(EVERY_KEY[:at] + EVERY_KEY[at + 1 :], dated=at % 8 == 0)


@settings(max_examples=40)
@given(
    which=st.sampled_from([0, 1]),
    damage=st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(VALUES)), min_size=1, max_size=6),
)
def test_that_a_shipped_file_damaged_in_several_places_is_answered(which: int, damage: list[tuple[int, str]]) -> None:
    lines = LONG[which]
    for at, value in damage:
        lines = changed(lines, at % len(lines), value)
    judge(lines)
