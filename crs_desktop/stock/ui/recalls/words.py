"""Recalls in words, the same in table, form and notice."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.wording import say
from crs_desktop.stock.model import MovementKind
from crs_desktop.stock.recalls.model import (
    Alert,
    DoseReceived,
    Drill,
    Notice,
    NoticePicture,
    Person,
    Promise,
    ToPull,
    VialsOf,
    WentOut,
    WindowChanged,
)

_VERDICTS = {
    "ready": State.READY,
    "ready_but": State.READY_BUT,
    "short": State.SHORT,
    "cannot_say": State.CANNOT_SAY,
}


def counted(count: int, one: str, many: str) -> str:
    """'1 lot', '2 lots'."""
    return f"{count} {one if count == 1 else many}"


def class_text(named: str) -> str:
    """'class I', 'not classified'."""
    return tr("not classified") if named == "none" else tr("class {named}").format(named=named)


def lots_of(notice: Notice) -> str:
    """The lots that a notice names."""
    return tr("every lot") if notice.every_lot else ", ".join(notice.lots)


def standing_text(picture: NoticePicture) -> str:
    """'running', 'ended'."""
    return tr("running") if picture.notice.end is None else tr("ended")


def standing_state(picture: NoticePicture) -> State | None:
    """A running notice with vials on hand is the loudest."""
    if picture.notice.end is not None:
        return None
    return State.SHORT if picture.vials else State.READY_BUT


def end_text(picture: NoticePicture, zone: ZoneInfo) -> str:
    """When and by whom it was recorded, or why it ended."""
    notice = picture.notice
    if notice.end is not None:
        return f"{notice.end.reason} ({notice.end.actor})"
    when = local_text(notice.at, zone).partition(" (")[0]
    return tr("recorded {when}, {who}").format(when=when, who=notice.actor)


def person_text(person: Person | None, holder: str = "") -> str:
    """'Adler, Ruth'; a holder nobody knows stays what it is."""
    return person.name if person is not None else holder


def identifiers(person: Person | None) -> str:
    """'MRN 0041827, born 12 Mar 1961'."""
    if person is None:
        return ""
    born = day_text(person.born, year=True).partition(" ")[2]
    return tr("MRN {mrn}, born {born}").format(mrn=person.mrn, born=born)


def when_text(dose: DoseReceived, zone: ZoneInfo) -> str:
    """The start of the dose on the site's clock."""
    return local_text(dose.at, zone)


def dose_text(dose: DoseReceived) -> str:
    """'580 mg, to treat'."""
    purpose = tr("to treat") if dose.purpose == "rescue" else tr("planned ahead")
    return f"{dose.amount}, {purpose}"


def vials_text(vials: tuple[VialsOf, ...]) -> str:
    """'2 x 400 mg lot B7101 + …'; vials that stood on no ledger are told."""
    return " + ".join(
        f"{one.vials} x {one.lot.strength} {tr('lot')} {one.lot.number}"
        + (f" ({one.missing} {tr('not on the ledger')})" if one.missing else "")
        for one in vials
    )


def held_text(promise: Promise) -> str:
    """'set 1, Wed 2 Dec to Wed 16 Dec'."""
    held = promise.held
    return tr("set {number}, {first} to {last}").format(
        number=promise.set_no, first=day_text(held.first), last=day_text(held.last)
    )


def days_text(window: WindowChanged) -> str:
    """'Wed 2 Dec to Wed 16 Dec'."""
    return f"{day_text(window.days.first)} – {day_text(window.days.last)}"


def verdict_text(verdict: str) -> str:
    """The word of a verdict."""
    return {
        "ready": tr("ready"),
        "ready_but": tr("ready, but"),
        "short": tr("short"),
        "cannot_say": tr("cannot say"),
    }[verdict]


def after_text(window: WindowChanged) -> str:
    """'short: 1 of 2 sets'."""
    sets = tr("{have} of {owed} sets").format(have=len(window.sets_after), owed=window.owed)
    return f"{verdict_text(window.verdict_after)}: {sets}"


def after_state(window: WindowChanged) -> State:
    """Its shape."""
    return _VERDICTS[window.verdict_after]


def instead_text(window: WindowChanged) -> str:
    """What stands there after the recall, set by set."""
    return "; ".join(window.sets_after) or tr("nothing is left for it")


def reasons_text(window: WindowChanged) -> str:
    """Why, in sentences."""
    return " ".join(say(finding) for finding in window.reasons)


def out_text(line: WentOut) -> str:
    """How vials left."""
    kinds = {
        MovementKind.LOAN.value: tr("lent"),
        MovementKind.PREPARED.value: tr("prepared, not given"),
        MovementKind.WASTE.value: tr("wasted"),
        MovementKind.COUNT.value: tr("not found in a count"),
    }
    return kinds.get(line.kind, line.kind)


def state_text(line: ToPull) -> str:
    """The state of the vials in their place."""
    return {
        "available": tr("still in use"),
        "quarantined": tr("quarantined"),
        "recalled": tr("recalled"),
        "excursion": tr("under an excursion"),
    }[line.state.value]


def state_of(line: ToPull) -> State:
    """Vials that can still be used are the loudest."""
    return State.SHORT if line.state.value == "available" else State.CANNOT_SAY


def alert_text(alert: Alert) -> str:
    """A shipped alert as a sentence."""
    return phrase(
        "recall_ui_alert", brand=alert.brand, number=alert.number, recall_class=alert.recall_class,
        noticed=day_text(alert.noticed, year=True), source=alert.source,
    )  # fmt: skip


def head_text(drill: Drill) -> str:
    """What a notice comes to, in a sentence."""
    if not drill.named.lots:
        return phrase("recall_ui_no_lots", number=drill.number, brand=drill.brand)
    losing = len(drill.losing)
    return phrase(
        "recall_ui_head", number=drill.number, brand=drill.brand,
        lots=counted(len(drill.named.lots), tr("lot"), tr("lots")),
        vials=counted(drill.vials_to_pull, tr("vial"), tr("vials")),
        people=counted(len(drill.people), tr("person"), tr("people")),
        losing=counted(losing, tr("window loses"), tr("windows lose")),
    )  # fmt: skip


def notes_of(drill: Drill) -> list[tuple[State, str, str]]:
    """What has to be known beside the lists, and the smallest way out."""
    found = [(State.READY_BUT, tr("beware"), say(finding)) for finding in drill.notes]
    found += [(State.READY_BUT, tr("way out"), phrase("recall_ui_fix", fix=fix)) for fix in drill.fixes]
    return found
