"""A standby rule as two people type it: the first all of it, the second sets, scope and day without seeing them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from crs_desktop.kernel.entry import read_count, read_day, read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.policy.standby.kinds import standby_kind, standby_kinds
from crs_desktop.policy.standby.model import (
    CLASS,
    CLASSES,
    JURISDICTIONS,
    LOCAL,
    MOST_EXTRA_DAYS,
    MOST_SETS,
    PRODUCT,
    StandbyRule,
)
from crs_desktop.staff.signing.model import Asked, AskedField, Kind

STANDBY = "standby"


@dataclass(frozen=True, slots=True)
class StateStandby:
    """What a form sends, as typed. `scope` is a class or the id of a product; sets and further only for `local`."""

    request_id: str
    jurisdiction: str
    scope: str
    kind: str
    sets: str
    further: str
    extra_days: str
    valid_from: str
    valid_to: str
    owner: str
    reason: str
    citation: str


def read_standby(command: StateStandby, products: Collection[str]) -> StandbyRule | Refused:
    """Understand what the first person typed, or every reason why not. A rule needs a citation."""
    findings: list[Finding] = []
    jurisdiction = command.jurisdiction.strip()
    if jurisdiction and jurisdiction not in JURISDICTIONS:
        findings.append(no("standby_jurisdiction", "jurisdiction", jurisdiction, known=", ".join(JURISDICTIONS)))
    scope = command.scope.strip()
    if scope not in CLASSES and scope not in products:
        findings.append(no("standby_scope", "scope", scope) if scope else no("text_missing", "scope"))
    sets, further = _numbers(command, findings)
    extra = read_count(command.extra_days.strip() or "0", "extra_days", 0, MOST_EXTRA_DAYS)
    first = read_day(command.valid_from, "valid_from")
    last = read_day(command.valid_to, "valid_to") if command.valid_to.strip() else None
    owner, reason = read_name(command.owner, "owner"), read_text(command.reason, "reason")
    citation = read_text(command.citation, "citation")
    findings += [item for item in (extra, first, last, owner, reason, citation) if isinstance(item, Finding)]
    if isinstance(first, date) and isinstance(last, date) and last < first:
        findings.append(no("standby_ends_before", "valid_to", last, first=first.isoformat()))
    if findings:
        return refuse(*findings)
    assert isinstance(extra, int) and isinstance(first, date) and not isinstance(last, Finding)
    assert isinstance(owner, str) and isinstance(reason, str) and isinstance(citation, str)
    scope_kind = CLASS if scope in CLASSES else PRODUCT
    return StandbyRule(
        0, jurisdiction, scope_kind, scope, command.kind, sets, further, extra, first, last, owner, reason, citation
    )


def _numbers(command: StateStandby, findings: list[Finding]) -> tuple[int, int]:
    """Sets and further sets: those of the kind, or for a local rule what was typed."""
    kind = standby_kind(command.kind)
    if kind is None:
        known = ", ".join(one.key for one in standby_kinds())
        findings.append(no("standby_kind", "kind", command.kind, known=known))
        return 0, 0
    if kind.key != LOCAL:
        return kind.sets, kind.further
    sets = read_count(command.sets, "sets", 0, MOST_SETS)
    if isinstance(sets, Finding):
        findings.append(sets)
        return 0, 0
    further = read_count(command.further.strip() or "0", "further", 0, sets)
    if isinstance(further, Finding):
        findings.append(further)
        return sets, 0
    return sets, further


def asked_about(rule: StandbyRule) -> Asked:
    """What the second person types. Never alone: another rule can wait until two are there.

    The scope is the thing that is checked, not the form: a difference is not forgotten by opening another form.
    """
    fields = (
        AskedField("sets", Kind.COUNT, str(rule.sets)),
        AskedField("further", Kind.COUNT, str(rule.further)),
        AskedField("extra_days", Kind.COUNT, str(rule.extra_days)),
        AskedField("valid_from", Kind.DAY, rule.valid_from.isoformat()),
    )
    return Asked(STANDBY, f"{rule.jurisdiction or 'any'} {rule.scope}", fields, alone=False)
