"""Options, values and rows of policy in the words of the page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.days import date_text, day_text
from crs_desktop.policy.model import Decided, PolicyOption, PolicyPicture, PolicyRow
from crs_desktop.policy.rules import standing

_STANDING = {"in_force": State.READY, "to_come": State.READY_BUT}


def option_name(option: PolicyOption) -> str:
    """Two or three words for an option; its sentence stands beneath."""
    names = {
        "sets_car_t": tr("Sets owed, CAR-T"),
        "sets_bispecific": tr("Sets owed, bispecific"),
        "days_after_cells": tr("CAR-T window"),
        "days_after_full_dose": tr("Bispecific window"),
        "counted_reach": tr("Reach that counts"),
        "rounding": tr("Rounding to vials"),
        "weight_age": tr("Age of a weight"),
        "expiry_margin": tr("Expiry margin"),
        "horizon": tr("Days ahead"),
        "interval_from": tr("Interval counts from"),
        "after_rescue": tr("After a rescue dose"),
        "jurisdiction": tr("Jurisdiction"),
    }
    return names.get(option.key, option.key)


def value_text(option: PolicyOption, value: str) -> str:
    """'2 sets a window', '1 set a window', 'start of the last dose'."""
    first, _, rest = option.unit.partition(" ")
    if value == "1" and option.kind == "whole":
        first = first.removesuffix("s")
    return " ".join(filter(None, (value, first, rest)))


def read_text(option: PolicyOption) -> str:
    """When the source of the shipped default was read: '22 Nov 2026'."""
    return date_text(option.read)


def standing_text(decided: Decided) -> str:
    """Who decided: the site, or nobody."""
    return tr("unverified default") if decided.row is None else tr("stated by the site")


def standing_state(decided: Decided) -> State:
    """Its shape."""
    return State.READY_BUT if decided.row is None else State.READY


def origin_text(decided: Decided) -> str:
    """'since Wed 2 Dec 2026, P&T committee' or 'confidence low, read 22 Nov 2026'."""
    if decided.row is not None:
        since = day_text(decided.row.valid_from, year=True)
        return tr("since {since}, {owner}").format(since=since, owner=decided.row.owner)
    option = decided.option
    return tr("confidence {confidence}, read {read}").format(confidence=option.confidence, read=read_text(option))


def coming(picture: PolicyPicture, decided: Decided) -> PolicyRow | None:
    """The next row of an option that will hold, if any."""
    later = [
        row
        for row in picture.rows
        if row.key == decided.option.key and standing(row, picture.rows, picture.policy.day) == "to_come"
    ]
    return min(later, key=lambda row: row.valid_from, default=None)


def coming_text(picture: PolicyPicture, decided: Decided) -> str:
    """'from Fri 4 Dec 2026: 3', or nothing."""
    row = coming(picture, decided)
    if row is None:
        return ""
    return tr("from {day}: {value}").format(day=day_text(row.valid_from, year=True), value=row.value)


def row_text(picture: PolicyPicture, row: PolicyRow) -> str:
    """How a row stands today."""
    words = {"in_force": tr("in force"), "to_come": tr("to come"), "replaced": tr("replaced")}
    return words[standing(row, picture.rows, picture.policy.day)]


def row_state(picture: PolicyPicture, row: PolicyRow) -> State | None:
    """Its shape; a replaced row has none."""
    return _STANDING.get(standing(row, picture.rows, picture.policy.day))


def stated_text(row: PolicyRow, zone: ZoneInfo) -> str:
    """'A. Weber, Wed 2 Dec 2026 03:30 (UTC-05:00)'."""
    return f"{row.actor}, {local_text(row.at, zone)}"


def detail_lines(decided: Decided) -> list[str]:
    """Everything about an option: what holds and why, what is shipped and where that comes from, what is allowed."""
    option, row = decided.option, decided.row
    if row is None:
        lines = [phrase("policy_ui_default_in_force", value=value_text(option, decided.value))]
    else:
        lines = [
            phrase(
                "policy_ui_in_force", value=value_text(option, row.value), since=day_text(row.valid_from, year=True),
                owner=row.owner, actor=row.actor,
            ),
            phrase("policy_ui_reason", reason=row.reason, citation=row.citation or tr("none given")),
        ]  # fmt: skip
    lines.append(
        phrase(
            "policy_ui_default", value=value_text(option, option.default), source=option.source,
            read=read_text(option), confidence=option.confidence,
        )
    )  # fmt: skip
    if option.url:
        lines.append(option.url)
    lines.append(phrase("policy_ui_allowed", allowed=option.allowed))
    return lines
