"""Standby rules in the words of their page."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.days import date_text, day_text
from crs_desktop.policy.standby.kinds import standby_kind
from crs_desktop.policy.standby.model import StandbyKind, StandbyRule
from crs_desktop.policy.standby.rules import standing


def kind_name(key: str) -> str:
    """Two or three words for a kind."""
    names = {
        "two": tr("two doses"),
        "one_shortage": tr("one, in a shortage"),
        "one_and_access": tr("one, and one within 8 h"),
        "none": tr("none"),
        "local": tr("local number"),
    }
    return names.get(key, key)


def scope_name(scope: str) -> str:
    """A class in words, a product by its name."""
    names = {"car_t": tr("CAR-T, every product"), "bispecific": tr("bispecific, every product")}
    return names.get(scope, scope.replace("_", " "))


def where_text(rule: StandbyRule) -> str:
    """Where it holds."""
    return rule.jurisdiction or tr("everywhere")


def sets_text(rule: StandbyRule) -> str:
    """'2: 1 on site, 1 within 8 h' or '2 on site'."""
    near = rule.sets - rule.further
    if rule.further:
        return tr("{all}: {near} on site, {far} within 8 h").format(all=rule.sets, near=near, far=rule.further)
    return tr("{near} on site").format(near=near)


def extra_text(rule: StandbyRule) -> str:
    """'window 3 days longer', or nothing."""
    return tr("window {days} days longer").format(days=rule.extra_days) if rule.extra_days else ""


def days_text(rule: StandbyRule) -> str:
    """'from Wed 2 Dec 2026', and until when if that is known."""
    first = tr("from {day}").format(day=day_text(rule.valid_from, year=True))
    if rule.valid_to is None:
        return first
    return first + " " + tr("until {day}").format(day=day_text(rule.valid_to, year=True))


def standing_text(rule: StandbyRule, today: date) -> str:
    """How a rule stands today, by its own days."""
    words = {"in_force": tr("in force"), "to_come": tr("to come"), "over": tr("over")}
    return words[standing(rule, today)]


def standing_state(rule: StandbyRule, today: date) -> State | None:
    """Its shape; a rule that is over has none."""
    return {"in_force": State.READY, "to_come": State.READY_BUT}.get(standing(rule, today))


def stated_text(rule: StandbyRule, zone: ZoneInfo) -> str:
    """'A. Weber, Wed 2 Dec 2026 03:30 (UTC-05:00)'."""
    return rule.actor if rule.at is None else f"{rule.actor}, {local_text(rule.at, zone)}"


def kind_text(kind: StandbyKind | None) -> str:
    """What a kind asks for, and where that comes from."""
    if kind is None:
        return phrase("standby_ui_choose")
    return phrase(
        "standby_ui_kind", sentence=kind.sentence, source=kind.source, read=date_text(kind.read),
        confidence=kind.confidence,
    )  # fmt: skip


def detail_text(rule: StandbyRule | None) -> str:
    """Reason, citation and the kind's own source."""
    if rule is None:
        return ""
    kind = kind_text(standby_kind(rule.kind))
    return phrase("standby_ui_detail", reason=rule.reason, citation=rule.citation, kind=kind)
