"""What the next adoption begins with: the site's rules that still fit the shipped file, and what stayed as compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.therapies.adoption import Adoption, to_compare
from crs_desktop.therapies.model.facts import Fact, Source, Value
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.differences import same_value
from crs_desktop.therapies.site_rules import PATH, SiteEntry, entries_of, with_site_rules


@dataclass(frozen=True, slots=True)
class Misfit:
    """A rule of the site that cannot stand on the shipped file any more, and why."""

    entry: SiteEntry
    finding: Finding


@dataclass(frozen=True, slots=True)
class Moved:
    """A rule that still fits, though the shipped value it was set against has changed since."""

    path: str
    then: Value
    now: Value


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a form of adoption of `protocol`, the shipped file, is filled in with.

    `compared` are paths that the earlier signature compared with the label and that have not changed since: value, unit
    and source. They are offered as ticked, and said to be so.
    """

    protocol: Protocol
    earlier: Adoption | None = None
    rules: tuple[SiteEntry, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    moved: tuple[Moved, ...] = ()
    compared: tuple[str, ...] = ()


def propose(shipped: Protocol, adopted: Protocol | None, earlier: Adoption | None) -> Proposal:
    """From the version that the site uses now to the shipped one."""
    if adopted is None or earlier is None:
        return Proposal(shipped)
    rules, misfits = _that_fit(shipped, entries_of(adopted))
    now = {fact.path: fact.value for fact in shipped.facts()}
    fitting = {rule.path for rule in rules}
    moved = tuple(
        Moved(rule.path, rule.shipped, now[rule.path])
        for rule in adopted.site
        if rule.path in fitting and rule.shipped != now[rule.path]
    )
    return Proposal(shipped, earlier, rules, misfits, moved, compared_before(shipped, adopted, earlier))


def compared_before(shipped: Protocol, adopted: Protocol, earlier: Adoption) -> tuple[str, ...]:
    """Paths that the earlier signature compared and that are unchanged; what a site changes, nobody has compared."""
    return tuple(
        fact.path
        for fact in to_compare(shipped)
        if fact.path in earlier.checked
        and same_value(adopted.fact(fact.path), fact)
        and _read_in(adopted, adopted.fact(fact.path)) == _read_in(shipped, fact)
    )


def _read_in(protocol: Protocol, fact: Fact | None) -> tuple[Source, ...]:
    return tuple(source for source in protocol.sources if fact is not None and source.id in fact.sources)


def _that_fit(shipped: Protocol, rules: Sequence[SiteEntry]) -> tuple[tuple[SiteEntry, ...], tuple[Misfit, ...]]:
    """The largest part that stands together, found by leaving out what the file refuses."""
    rest, misfits = tuple(rules), []
    while rest:
        answer = with_site_rules(shipped, rest)
        if not isinstance(answer, Refused):
            break
        against = {rule.path: _against(rule, answer.findings) for rule in rest}
        if not any(against.values()):  # nobody can say which one it is
            against = {rule.path: answer.findings[0] for rule in rest}
        misfits += [Misfit(rule, found) for rule in rest if (found := against[rule.path]) is not None]
        rest = tuple(rule for rule in rest if against[rule.path] is None)
    return rest, tuple(misfits)


def _against(rule: SiteEntry, findings: Sequence[Finding]) -> Finding | None:
    """The finding about this rule, or about a value beside it in the same row."""
    row = rule.path.rpartition(".")[0]
    for finding in findings:
        place = finding.value if finding.field == PATH else finding.get("path") or finding.field
        if place == rule.path or (finding.field == place and place.rpartition(".")[0] == row):
            return finding
    return None
