"""What each table of the page of recalls shows, column by column."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.words import tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.days import day_text
from crs_desktop.stock.recalls.model import DoseReceived, NoticePicture, Promise, ToPull, WentOut, WindowChanged
from crs_desktop.stock.ui.recalls import words


def notice_columns(zone: ZoneInfo) -> list[Column[NoticePicture]]:
    """Notices, the running ones first."""
    return [
        Column(
            tr("Brand, notice"), lambda item: item.notice.brand, strong=True,
            below=lambda item: f"{item.notice.number}, {words.class_text(item.notice.recall_class)}",
        ),
        Column(tr("State"), words.standing_text, state=words.standing_state,
               below=lambda item: day_text(item.notice.noticed, year=True)),
        Column(tr("Vials on hand"), lambda item: str(item.vials), "right", lambda item: item.vials, strong=True),
        Column(
            tr("Lots of the notice"), lambda item: words.lots_of(item.notice), stretch=True,
            below=lambda item: words.end_text(item, zone), hint=lambda item: words.lots_of(item.notice),
        ),
    ]  # fmt: skip


def received_columns(zone: ZoneInfo) -> list[Column[DoseReceived]]:
    """Who received vials of the lots."""
    return [
        Column(
            tr("Patient"), lambda dose: dose.person.name, strong=True,
            below=lambda dose: words.identifiers(dose.person),
        ),
        Column(
            tr("Infusion started, dose"), lambda dose: words.when_text(dose, zone), sort_key=lambda dose: dose.at,
            below=words.dose_text,
        ),
        Column(
            tr("Vials of recalled lots"), lambda dose: words.vials_text(dose.vials), stretch=True,
            below=lambda dose: tr("prescribed by {name}").format(name=dose.prescriber),
            hint=lambda dose: words.vials_text(dose.vials),
        ),
    ]  # fmt: skip


def window_columns() -> list[Column[WindowChanged]]:
    """Who loses readiness, and what stands there instead."""
    return [
        Column(
            tr("Patient"), lambda item: item.person.name, strong=True,
            below=lambda item: words.identifiers(item.person),
        ),
        Column(
            tr("After the recall"), words.after_text, state=words.after_state,
            below=lambda item: tr("before: {word}").format(word=words.verdict_text(item.verdict_before)),
        ),
        Column(tr("Window"), words.days_text, sort_key=lambda item: item.days.first),
        Column(
            tr("Instead"), words.instead_text, stretch=True, below=words.reasons_text,
            hint=lambda item: f"{words.instead_text(item)}\n{words.reasons_text(item)}",
        ),
    ]  # fmt: skip


def pull_columns() -> list[Column[ToPull]]:
    """Vials to take off the shelves."""
    return [
        Column(tr("Place"), lambda line: line.place.name, strong=True, groups=True),
        Column(tr("Lot"), lambda line: line.lot.number, strong=True),
        Column(tr("Brand and strength"), lambda line: f"{line.lot.brand} {line.lot.strength}"),
        Column(tr("Vials"), lambda line: str(line.vials), "right", lambda line: line.vials, strong=True),
        Column(tr("State"), words.state_text, state=words.state_of, stretch=True),
    ]


def promise_columns() -> list[Column[Promise]]:
    """Recalled vials that are promised to somebody."""
    return [
        Column(
            tr("Promised to"), lambda item: words.person_text(item.person, item.holder), strong=True,
            below=lambda item: words.identifiers(item.person),
        ),
        Column(tr("Set, days"), words.held_text, sort_key=lambda item: item.held.first),
        Column(
            tr("Vials"), lambda item: words.vials_text(item.vials), stretch=True,
            below=lambda item: tr("promised by {name}").format(name=item.actor),
        ),
    ]  # fmt: skip


def out_columns(zone: ZoneInfo) -> list[Column[WentOut]]:
    """Vials that left otherwise than in a dose."""
    return [
        Column(
            tr("When"), lambda line: local_text(line.at, zone), sort_key=lambda line: line.at,
            below=lambda line: line.place.name,
        ),
        Column(tr("Lot"), lambda line: line.lot.number, strong=True),
        Column(tr("Vials"), lambda line: str(line.vials), "right", lambda line: line.vials, strong=True),
        Column(tr("How, to whom"), words.out_text, stretch=True, below=lambda line: line.to),
    ]  # fmt: skip
