"""The chance of running out as the board says it: exact, at most or too few to say, with all that it rests on."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.chance.model import Assumption, ChanceAnswer, DayChance, Standing
from crs_desktop.readiness.chance.standing import judged
from crs_desktop.readiness.chance.words import LEAST, MOST, one_in, percent
from crs_desktop.readiness.picture import AssumptionPicture, ChanceDayPicture, ChancePicture

_MARKED = (Standing.MEMORY, Standing.TOO_FEW)


def chance_picture(answer: ChanceAnswer, today: date) -> ChancePicture:
    """Every word of it."""
    last = answer.days[-1]
    return ChancePicture(
        headline=say(
            no("chance_board_head", until=day_text(today + timedelta(days=last.day)), chance=chance_words(last))
        ),
        standing=say(no(f"chance_standing_{answer.standing.value}")),
        at_most=any(one.at_most and one.chance is not None for one in answer.days),
        reasons=tuple(dict.fromkeys(say(reason) for reason in answer.reasons)),
        days=tuple(_day(one, today) for one in answer.days),
        assumptions=tuple(_assumption(one) for one in answer.assumptions),
    )


def chance_words(one: DayChance) -> str:
    """'at most 12.4 %, about 1 in 8', '0.31 %, about 1 in 323', 'too few to say'."""
    if one.chance is None:
        return say(no("chance_too_few_to_say"))
    if not one.at_most:
        return percent(one.chance) + one_in(one.chance)
    if one.chance * 100 < LEAST:
        return percent(one.chance)  # nothing, or less than what is written at all: a bound as it stands
    bound = percent(Decimal(1)) if one.chance * 100 > MOST else percent(one.chance, upward=True)
    return say(no("chance_at_most", chance=bound))


def chance_signs(one: DayChance) -> str:
    """Whole percent in three signs at most: '0', '<1', '12', '>99'. At most is never rounded down."""
    if one.chance is None:
        return say(no("chance_too_few_to_say"))
    value = one.chance * 100
    if 0 < value < 1:
        return "<1"
    if 99 < value < 100:
        return ">99"
    return plain(value.quantize(Decimal(1), ROUND_CEILING if one.at_most else ROUND_HALF_EVEN))


def _day(one: DayChance, today: date) -> ChanceDayPicture:
    day = today + timedelta(days=one.day)
    return ChanceDayPicture(day.isoformat(), say(no("chance_board_day", chance=chance_words(one))), chance_signs(one))


def _assumption(one: Assumption) -> AssumptionPicture:
    standing = judged(one)
    basis = say(no(f"chance_standing_{standing.value}"))
    if one.basis.people is not None:
        basis = say(no("chance_basis_people", basis=basis, people=one.basis.people))
    mark = say(no(f"chance_mark_{standing.value}")) if standing in _MARKED else ""
    return AssumptionPicture(say(one.said), basis, mark, one.cautious)
