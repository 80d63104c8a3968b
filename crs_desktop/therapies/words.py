"""What a row of a protocol says, in words that screen, paper and terminal share."""

from __future__ import annotations

from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.therapies.model.care import InfusionTime, LeadIn, Observation, Premedication

_WORST = 4


def grades_text(grades: tuple[int, ...]) -> str:
    """When a row holds that depends on CRS with the dose before; '' when it always holds."""
    if not grades:
        return ""
    least, most = min(grades), max(grades)
    if most == 0:
        return say(no("therapy_after_no_crs"))
    if len(grades) > 1 and grades == tuple(range(least, _WORST + 1)):
        return say(no("therapy_after_any_crs" if least == 1 else "therapy_after_crs_or_worse", grade=least))
    return say(no("therapy_after_crs_grades", grades=listed(grades)))


def listed(numbers: tuple[int, ...]) -> str:
    """'2', '2 or 3', '1, 2 or 3'."""
    said = [str(number) for number in numbers]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def minutes_text(minutes: tuple[int, int]) -> str:
    """'4 h', '4 to 5 h', '15 to 20 min', '90 min'."""
    least, most = minutes
    whole_hours = least % 60 == 0 and most % 60 == 0 and most > 0
    unit = "h" if whole_hours else "min"
    low, high = (least // 60, most // 60) if whole_hours else minutes
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def offset_text(item: Premedication) -> str:
    """'30 to 60 min before', 'after the infusion, over 4 to 5 h'; '' when the offset is not known."""
    if item.minutes_after is not None:
        if item.minutes_after[1] == 0:
            said = say(no("therapy_right_after"))
        else:
            said = say(no("therapy_after_infusion", minutes=minutes_text(item.minutes_after)))
    elif item.earliest_minutes is None or item.latest_minutes is None:
        said = ""
    else:
        said = say(no("therapy_minutes_before", minutes=minutes_text((item.latest_minutes, item.earliest_minutes))))
    over = say(no("therapy_over", minutes=minutes_text(item.over_minutes))) if item.over_minutes is not None else ""
    return ", ".join(filter(None, (said, over)))


def premedication_when(item: Premedication) -> str:
    """All that is said about when one medicine is given: offset or timing, condition, days after, stop rule."""
    days = say(no("therapy_following_days", days=_days(item.following_days))) if item.following_days else ""
    parts = (item.timing or offset_text(item), grades_text(item.after_grades), item.when, days, _until(item))
    return "; ".join(filter(None, parts))


def _until(item: Premedication) -> str:
    """The stop rule behind its word, which some files write and others do not."""
    return say(no("therapy_until", text=item.until.removeprefix("until "))) if item.until else ""


def infusion_time_text(item: InfusionTime) -> str:
    """'4 h', '4 to 8 h after CRS of any grade with the dose before'; '' when the time is not known."""
    if item.minutes is None:
        return ""
    return "; ".join(filter(None, (minutes_text(item.minutes), grades_text(item.after_grades), item.when)))


def observation_text(row: Observation) -> str:
    """'in hospital for 22 to 24 h from the start of the infusion; then ...; after CRS grade 2 or worse ...'.

    The time belongs to what is said first: 'daily checks for 7 days; after them ...'.
    """
    first, mark, rest = row.setting.partition(";")
    for_long = _for_long(row)
    counted = say(no(f"therapy_from_{row.counted_from}")) if row.counted_from else ""
    said = " ".join(filter(None, (first, for_long, counted if for_long else ""))) + mark + rest
    return "; ".join(filter(None, (said, row.then, grades_text(row.after_grades), row.when)))


def _for_long(row: Observation) -> str:
    if row.hours is not None:
        hours = str(row.hours) if row.most_hours in (None, row.hours) else f"{row.hours} to {row.most_hours}"
        return say(no("therapy_for_hours", hours=hours))
    if row.days is not None:
        return say(no("therapy_for_day" if row.days == 1 else "therapy_for_days", days=row.days))
    return ""


def lead_in_timing(row: LeadIn) -> str:
    """On which days a lead-in drug is given, as the label counts; '' when that is not known."""
    said = ""
    if row.ends_before is not None:
        least, most = row.ends_before
        before = str(least) if least == most else f"{least} to {most}"
        said = say(no("therapy_lead_in_ends", before=before))
    elif row.days:
        code = "therapy_lead_in_day" if len(row.days) == 1 else "therapy_lead_in_days"
        said = say(no(code, days=_days(row.days)))
    lasting = ""
    if row.lasting_days is not None:
        lasting = say(no("therapy_for_day" if row.lasting_days == 1 else "therapy_for_days", days=row.lasting_days))
    timing = ", ".join(filter(None, (lasting, said, _cycles(row))))
    return "; ".join(filter(None, (timing, row.when)))


def _cycles(row: LeadIn) -> str:
    if row.cycles is None:
        return ""
    first, last = row.cycles
    return say(no("therapy_in_cycle" if first == last else "therapy_in_cycles", first=first, last=last))


def _days(days: tuple[int, ...]) -> str:
    return ", ".join(str(day) for day in days)
