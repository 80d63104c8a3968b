"""The dose rules as tables a pharmacist can read. Each row stands by itself; its source stands above the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.doses.model import DoseGiven, IntervalFrom, Purpose
from crs_desktop.doses.rules import arithmetic
from crs_desktop.doses.rules.interval import default_limits, next_dose
from crs_desktop.doses.rules.vial_set import best_vial_set, unlimited
from crs_desktop.kernel.amounts import BodyWeight, Mass, plain

# 12 mg/kg below 30 kg, 8 mg/kg from exactly 30 kg, at most 800 mg; 20 mg/mL; 50 mL bag below 30 kg, else 100 mL.
# Tocilizumab dosage page (cytokine-associated toxicity, 2019-07-10); Actemra label 2013-10, preparation.
#   weight    dose      volume   bag   capped
DOSES = """
    8 kg      96 mg     4.8 mL    50   no
    10 kg     120 mg    6 mL      50   no
    15.3 kg   183.6 mg  9.18 mL   50   no
    29.9 kg   358.8 mg  17.94 mL  50   no
    29.999 kg 359.988 mg 17.9994 mL 50 no
    30 kg     240 mg    12 mL    100   no
    30.1 kg   240.8 mg  12.04 mL 100   no
    72.5 kg   580 mg    29 mL    100   no
    99.9 kg   799.2 mg  39.96 mL 100   no
    100 kg    800 mg    40 mL    100   no
    100.1 kg  800 mg    40 mL    100   yes
    140 kg    800 mg    40 mL    100   yes
"""

# Unlimited vials, no rounding: least waste, then fewest vials. Table `vial_table` of the tocilizumab reference.
#   weight   dose mg  mL     400s 200s 80s  opened mg  waste mg
VIALS = """
    8        96       4.8    0    0    2    160        64
    10       120      6      0    0    2    160        40
    15       180      9      0    1    0    200        20
    20       240      12     0    0    3    240        0
    25       300      15     0    0    4    320        20
    29.9     358.8    17.94  0    1    2    360        1.2
    30       240      12     0    0    3    240        0
    40       320      16     0    0    4    320        0
    50       400      20     1    0    0    400        0
    55       440      22     0    1    3    440        0
    60       480      24     1    0    1    480        0
    65       520      26     0    1    4    520        0
    70       560      28     1    0    2    560        0
    75       600      30     1    1    0    600        0
    80       640      32     1    0    3    640        0
    85       680      34     1    1    1    680        0
    90       720      36     1    0    4    720        0
    95       760      38     1    1    2    760        0
    100      800      40     2    0    0    800        0
    140      800      40     2    0    0    800        0
"""

# Few vials on hand, and site policy may round to the whole content of the vials: by r percent at most, and never
# above 800 mg. Ten percent: HOPA position statement on dose rounding (2018-02), written for anticancer agents.
#   weight  r %   on hand               drawn  opened  waste  vials
ROUNDING = """
    72.5    10    400=2                 580    800     220    400x2
    72.5    0     400=2,200=2,80=9      580    600     20     400x1+200x1
    72.5    5     400=2,200=2,80=9      600    600     0      400x1+200x1
    72.5    2.5   400=2,200=2,80=9      580    600     20     400x1+200x1
    72.5    10    400=1,80=2            560    560     0      400x1+80x2
    72.5    10    400=1,80=1            -      -       -      none
    72.5    0     400=1,80=2            -      -       -      none
    110     10    400=2,80=1            800    800     0      400x2
    110     5     400=1,200=1,80=2      760    760     0      400x1+200x1+80x2
    110     5     400=2,200=1,80=2      800    800     0      400x2
    110     10    400=1,200=2,80=1      800    800     0      400x1+200x2
    98      10    400=1,200=2,80=1      800    800     0      400x1+200x2
    8       10    200=1,80=1            96     200     104    200x1
"""

# Interval at least 8 h, exactly 8 h allowed; at most 3 in 24 h; at most 4 in an episode; prophylactic (p) counts for
# the interval and for 24 h, not for the 4. Tocilizumab dosage page (interval, total of 4); ASCO 2021 (3 in 24 h).
# Times on 3 December in UTC; 27:00 is 03:00 of the next day; `/` gives the end.
#   doses given                    clock  asked   allowed  from    left 24 h  left episode
NEXT = """
    03:10                          start  11:09   no       11:10   2          3
    03:10                          start  11:10   yes      11:10   2          3
    03:10                          end    12:09   no       12:10   2          3
    03:10                          end    12:10   yes      12:10   2          3
    03:10/04:40                    end    12:39   no       12:40   2          3
    03:10/04:40                    end    12:40   yes      12:40   2          3
    03:10/04:40                    start  11:10   yes      11:10   2          3
    00:00,08:00                    start  16:00   yes      16:00   1          2
    00:00,08:00,16:00              start  23:59   no       24:00   0          1
    00:00,08:00,16:00              start  24:00   yes      24:00   1          1
    00:00,09:00,18:00              start  24:00   no       26:00   1          1
    00:00,09:00,18:00              start  26:00   yes      26:00   1          1
    18:00,00:00,09:00              start  26:00   yes      26:00   1          1
    00:00,08:00,16:00,24:00        start  90:00   no       never   3          0
    p00:00                         start  07:59   no       08:00   2          4
    p00:00                         start  08:00   yes      08:00   2          4
    p00:00,08:00,16:00             start  23:59   no       24:00   0          2
    p00:00,08:00,16:00,24:00       start  90:00   yes      32:00   3          1
    p00:00,08:00,16:00,24:00,32:00 start  90:00   no       never   3          0
    -                              start  10:00   yes      10:00   3          4
"""

# Eight elapsed hours through the nights when clocks change. Dose at 22:00 on the wall.
#   place                evening      next dose on the wall
NIGHTS = """
    America/New_York     2026-10-31   05:00
    America/New_York     2026-03-07   07:00
    Europe/Berlin        2026-10-24   05:00
    Europe/Berlin        2026-03-28   07:00
    Australia/Lord_Howe  2026-04-04   05:30
    Australia/Lord_Howe  2026-10-03   06:30
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(line.split()) for line in table.strip().splitlines()]


def moment(text: str) -> datetime:
    hours, minutes = text.split(":")
    return datetime(2026, 12, 3, tzinfo=UTC) + timedelta(hours=int(hours), minutes=int(minutes))


def dose(text: str) -> DoseGiven:
    purpose = Purpose.PROPHYLACTIC if text.startswith("p") else Purpose.RESCUE
    start, _, end = text.removeprefix("p").partition("/")
    return DoseGiven(moment(start), moment(end) if end else None, purpose)


@pytest.mark.parametrize(("kg", "_kg", "mg", "_mg", "ml", "_ml", "bag", "capped"), rows(DOSES))
def test_that_the_dose_is_the_table(
    kg: str, _kg: str, mg: str, _mg: str, ml: str, _ml: str, bag: str, capped: str
) -> None:
    weight = BodyWeight.of_kg(kg)
    found = arithmetic.calculated_dose(weight)
    assert (plain(found.mg), plain(arithmetic.volume_of(found).ml)) == (mg, ml)
    assert (arithmetic.bag_ml(weight), arithmetic.is_capped(weight)) == (int(bag), capped == "yes")


@pytest.mark.parametrize(("kg", "mg", "ml", "n400", "n200", "n80", "opened", "waste"), rows(VIALS))
def test_that_the_vials_are_the_reference_table(
    kg: str, mg: str, ml: str, n400: str, n200: str, n80: str, opened: str, waste: str
) -> None:
    calculated = arithmetic.calculated_dose(BodyWeight.of_kg(kg))
    vials = best_vial_set(calculated, unlimited())
    assert vials is not None
    assert (plain(calculated.mg), plain(arithmetic.volume_of(vials.drawn).ml)) == (mg, ml)
    counts = {plain(size.mg): str(count) for size, count in vials.vials}
    assert [counts.get(size, "0") for size in ("400", "200", "80")] == [n400, n200, n80]
    assert (plain(vials.opened.mg), plain(vials.waste.mg)) == (opened, waste)


@pytest.mark.parametrize(("kg", "percent", "on_hand", "drawn", "opened", "waste", "vials"), rows(ROUNDING))
def test_that_rounding_is_the_table(
    kg: str, percent: str, on_hand: str, drawn: str, opened: str, waste: str, vials: str
) -> None:
    stock = {Mass.of_mg(part.split("=")[0]): int(part.split("=")[1]) for part in on_hand.split(",")}
    found = best_vial_set(arithmetic.calculated_dose(BodyWeight.of_kg(kg)), stock, Decimal(percent))
    if found is None:
        assert vials == "none"
        return
    assert [plain(mass.mg) for mass in (found.drawn, found.opened, found.waste)] == [drawn, opened, waste]
    assert "+".join(f"{plain(size.mg)}x{count}" for size, count in found.vials) == vials


@pytest.mark.parametrize(("given", "clock", "asked", "allowed", "free", "left_24h", "left_episode"), rows(NEXT))
def test_that_the_next_dose_is_the_table(
    given: str, clock: str, asked: str, allowed: str, free: str, left_24h: str, left_episode: str
) -> None:
    doses = [] if given == "-" else [dose(text) for text in given.split(",")]
    answer = next_dose(doses, moment(asked), default_limits(IntervalFrom(clock)))
    assert answer.allowed is (allowed == "yes")
    assert answer.from_ == (None if free == "never" else moment(free))
    assert (answer.left_24h, answer.left_episode) == (int(left_24h), int(left_episode))


@pytest.mark.parametrize(("place", "evening", "wall"), rows(NIGHTS))
def test_that_the_night_of_a_changed_clock_is_the_table(place: str, evening: str, wall: str) -> None:
    zone = ZoneInfo(place)
    start = datetime.fromisoformat(f"{evening}T22:00").replace(tzinfo=zone)
    free = next_dose([DoseGiven(start)], start, default_limits()).from_
    assert free is not None
    assert f"{free.astimezone(zone):%H:%M}" == wall
