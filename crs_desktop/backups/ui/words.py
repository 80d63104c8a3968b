"""Backups in the words of page and status line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.backups.model import WORD, About, BackupPicture, Kept, Loss, Standing, Weight
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.wording import say
from crs_desktop.store.whole_files import megabytes

STATES = {
    Standing.FRESH: State.READY,
    Standing.OLD: State.READY_BUT,
    Standing.NONE: State.SHORT,
    Standing.PAUSED: State.READY_BUT,
}
_MOST_DOSES = 12


def age_text(then: datetime, now: datetime) -> str:
    """'just now', '14 minutes ago', '3 hours ago', '2 days ago'; 'in the future' when the clock was set back."""
    past = now - then
    if past < timedelta(0):
        return tr("in the future")
    minutes = int(past.total_seconds()) // 60
    for size, one, many in ((1440, tr("day"), tr("days")), (60, tr("hour"), tr("hours"))):
        if minutes >= size:
            return tr("{count} {unit} ago").format(count=minutes // size, unit=one if minutes // size == 1 else many)
    if minutes == 0:
        return tr("just now")
    return tr("{count} {unit} ago").format(count=minutes, unit=tr("minute") if minutes == 1 else tr("minutes"))


def when_text(then: datetime, zone: ZoneInfo) -> str:
    """'Fri 4 Dec 2026 03:10'."""
    local = then.astimezone(zone)
    return f"{day_text(local.date(), year=True)} {local:%H:%M}"


def day_of(then: datetime, zone: ZoneInfo) -> str:
    """'Fri 4 Dec 2026'."""
    return day_text(then.astimezone(zone).date(), year=True)


def reason_text(kept: Kept) -> str:
    """Why a backup was made."""
    return reason_of(kept.reason)


def reason_of(reason: str) -> str:
    """Why a backup was made, by its word."""
    return {
        "session": tr("window closed"),
        "timer": tr("every half hour"),
        "asked": tr("asked for"),
        "upgrade": tr("before an upgrade"),
        "return": tr("before going back"),
    }.get(reason, reason)


def status_text(picture: BackupPicture) -> str:
    """For the status line."""
    when = "" if picture.last is None else age_text(picture.last, picture.now)
    return phrase(f"backup_status_{picture.standing.value}", when=when)


def summary_text(picture: BackupPicture, zone: ZoneInfo) -> str:
    """For the top of the page."""
    when = picture.paused_since if picture.standing is Standing.PAUSED else picture.last
    return phrase(f"backup_summary_{picture.standing.value}", when="" if when is None else local_text(when, zone))


def state_text(kept: Kept) -> str:
    """Whether it was found whole."""
    return tr("verified") if kept.checked else tr("unreadable store")


def weight_text(weight: Weight) -> str:
    """How large the store is, and its papers."""
    if not weight.papers:
        return phrase("backup_weight_no_papers", store=megabytes(weight.store))
    return phrase(
        "backup_weight", store=megabytes(weight.store), papers=counted("filed_sheets", weight.papers),
        size=megabytes(weight.paper_bytes),
    )  # fmt: skip


def about_text(about: About, zone: ZoneInfo) -> str:
    """What opens a backup."""
    if not about.encrypted:
        return phrase("backup_about_plain")
    if about.slots_of is None or about.recovery_of is None:
        return phrase("backup_about_no_slots")
    return phrase(
        "backup_about", slots=day_of(about.slots_of, zone), recovery=day_of(about.recovery_of, zone),
        people=", ".join(about.people) or tr("nobody"),
    )  # fmt: skip


def detail_text(kept: Kept) -> str:
    """Everything else about one backup."""
    lines = [phrase("backup_detail", name=kept.name, size=megabytes(kept.size), schema=kept.schema or tr("unknown"))]
    lines += [f"{counts_text(kept.counts)}."] if kept.checked else []
    if kept.held:
        lines.append(phrase("backup_detail_held"))
    if not kept.checked:
        lines.append(phrase("backup_detail_unchecked"))
    return " ".join(lines)


def counted(table: str, number: int) -> str:
    """'3 doses', '1 patient'."""
    one, many = {
        "doses": (tr("dose"), tr("doses")),
        "movements": (tr("movement of vials"), tr("movements of vials")),
        "patients": (tr("patient"), tr("patients")),
        "weighings": (tr("weight"), tr("weights")),
        "earmarks": (tr("promised set"), tr("promised sets")),
        "grades": (tr("grade"), tr("grades")),
        "infusion_events": (tr("change of an infusion"), tr("changes of infusions")),
        "filed_sheets": (tr("filed paper"), tr("filed papers")),
    }.get(table, (table, table))
    return f"{number:,} {one if number == 1 else many}"


def counts_text(counts: Mapping[str, int]) -> str:
    """'1 patient, 3 doses, 4 movements of vials': what people count by, with nothing left out that is none."""
    said = (counted(table, counts.get(table, 0)) for table in ("patients", "doses", "movements"))
    return ", ".join(one.replace(" ", "\u00a0") for one in said)


def loss_text(loss: Loss, zone: ZoneInfo) -> str:
    """What going back loses, doses by name."""
    if not loss.counts:
        said = phrase("backup_loss_changes", count=loss.changes) if loss.changes else phrase("backup_loss_none")
        return "\n".join([said, *_end_text(loss)])
    lines = [phrase("backup_loss", counts=", ".join(counted(table, number) for table, number in loss.counts))]
    if loss.doses:
        lines.append(phrase("backup_loss_doses"))
        lines += [
            phrase("backup_loss_dose", when=local_text(one.started_at, zone), amount=one.amount, patient=one.patient)
            for one in loss.doses[:_MOST_DOSES]
        ]
        if len(loss.doses) > _MOST_DOSES:
            lines.append(phrase("backup_loss_more", count=len(loss.doses) - _MOST_DOSES))
    return "\n".join([*lines, *_end_text(loss)])


def _end_text(loss: Loss) -> list[str]:
    if loss.against is not None:
        return [say(loss.against)]
    return [phrase("backup_loss_kept"), phrase("backup_loss_people")]


def word_label() -> str:
    """What stands above the field for the word."""
    return phrase("backup_loss_type", word=WORD)
