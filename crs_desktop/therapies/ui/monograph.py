"""A protocol as a monograph: sections in the order in which a reader asks, each line with the facts behind it.

Nothing of the file can fall out: what no section has told stands at the end under its own heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crs_desktop.desktop.words import tr
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.care import Duration, LeadIn, RestartRow
from crs_desktop.therapies.model.doses import DoseStep, Phase, Regimen
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.ui.lines import Lines, Row, keys_of, plain_words, spoken


@dataclass(frozen=True, slots=True)
class Monograph:
    """The rows of one version, and where each section begins."""

    rows: tuple[Row, ...]
    sections: tuple[tuple[str, int], ...]


def monograph_of(protocol: Protocol, adoption: Adoption | None) -> Monograph:
    """Every value of the protocol in the order of a reader."""
    lines = Lines(protocol, adoption)
    for tell in (
        _site, _schedule, _premedication, _observation, _delay, _times, _lead_in, _tocilizumab, _events, _guidance,
        _preparation, _risk, _rest, _unknown, _sources,
    ):  # fmt: skip
        tell(lines)
    return Monograph(tuple(lines.rows), tuple(lines.sections))


def _site(lines: Lines) -> None:
    rules = lines.protocol.site
    if not rules:
        return
    lines.section(tr("What this site does otherwise"))
    lines.heads("three", tr("Value"), tr("Here, instead of"), tr("Reason"))
    for rule in rules:
        fact = lines.fact(rule.path)
        before = lines.said(rule.shipped, fact.unit if fact else "")
        now = tr("{now}\ninstead of {before}").format(now=lines.text(rule.path), before=before)
        lines.row("three", (plain_words(rule.path),), (now, rule.path), (rule.reason,))


def _schedule(lines: Lines) -> None:
    lines.section(tr("Schedule"))
    for regimen in lines.protocol.regimens:
        lines.group(regimen.title, f"{regimen.path}.indication", f"{regimen.path}.day_origin")
        lines.known(
            (tr("Cycle"), f"{regimen.path}.cycle_days"),
            (tr("Free of symptoms before a dose"), f"{regimen.path}.symptom_free_hours"),
        )
        lines.heads("five", tr("Day"), tr("Dose"), tr("After the dose before"), tr("Route"), tr("Runs for"))
        for step in regimen.steps:
            _step(lines, regimen, step)
        for phase in regimen.phases:
            _phase(lines, regimen, phase)


def _step(lines: Lines, regimen: Regimen, step: DoseStep) -> None:
    day = lines.text(f"{step.path}.day", unit=False)
    said = tr("day {day}").format(day=day)
    if step.cycle:
        said = tr("cycle {cycle}, day {day}").format(cycle=step.cycle, day=day)
    lines.row(
        "five", (said, f"{step.path}.day"), _dose(lines, step.label, step.path), _gap(lines, step.path, step.gap.after),
        (lines.text(f"{step.path}.route"), f"{step.path}.route"), _runs(lines, step.path, regimen.id, [step.key]),
    )  # fmt: skip


def _dose(lines: Lines, label: str, path: str) -> tuple[str, ...]:
    """The name of a dose and its amount, by weight where the file has branches."""
    branches = [name.removesuffix(".dose") for name in lines.below(f"{path}.amounts") if name.endswith(".dose")]
    if not branches:
        return (f"{label}\n{_amount(lines, path)}", f"{path}.dose", f"{path}.cap")
    words = {"from_kg": tr("from"), "above_kg": tr("over"), "below_kg": tr("under"), "to_kg": tr("up to")}
    said, used = [label], []
    for row in branches:
        limits = [f"{word} {lines.text(f'{row}.{key}')}" for key, word in words.items() if lines.fact(f"{row}.{key}")]
        said.append(": ".join(filter(None, (" ".join(limits), _amount(lines, row)))))
        used += lines.below(row)
    return ("\n".join(said), *used)


def _amount(lines: Lines, path: str) -> str:
    """'2 to 5 mg', '15 mcg/m2/day, at most 28 mcg/day'."""
    said = lines.range(f"{path}.dose")
    return f"{said}, {tr('at most')} {lines.text(f'{path}.cap')}" if lines.fact(f"{path}.cap") else said


def _gap(lines: Lines, path: str, after: str) -> tuple[str, ...]:
    least, usual, most = (f"{path}.{key}" for key in ("min_gap_days", "usual_gap_days", "max_gap_days"))
    if lines.fact(least) is None and lines.fact(most) is None:
        return ("",)
    said = tr("{least} to {most} days").format(least=lines.text(least, unit=False), most=lines.text(most, unit=False))
    if not lines.is_known(least) and not lines.is_known(most):
        said = tr("unknown")
    if lines.is_known(usual):
        said += "\n" + tr("usually {usual} days").format(usual=lines.text(usual, unit=False).replace(", ", " to "))
    if after:
        said += "\n" + tr("after {dose}").format(dose=after)
    reason = f"{path}.extension_reason"
    if lines.fact(reason):
        said += "\n" + tr("longer for {reason}").format(reason=lines.text(reason))
    return (said, least, usual, most, reason)


def _runs(lines: Lines, path: str, regimen: str, keys: Sequence[str]) -> tuple[str, ...]:
    said, used = [], []
    if lines.fact(f"{path}.infusion_days"):
        said.append(lines.text(f"{path}.infusion_days"))
        used.append(f"{path}.infusion_days")
    for row in lines.protocol.infusion_times:
        if lines.holds(row.regimens, row.applies_to, regimen, keys):
            grades = f" {lines.after_grades(row.path)}" if lines.fact(f"{row.path}.after_grades") else ""
            when = f" ({lines.text(f'{row.path}.when')})" if lines.fact(f"{row.path}.when") else ""
            said.append(f"{lines.range(f'{row.path}.minutes')}{grades}{when}")
            used += lines.below(row.path)
    return ("\n".join(said), *used)


def _phase(lines: Lines, regimen: Regimen, phase: Phase) -> None:
    path = phase.path
    lines.row(
        "five", _phase_days(lines, phase), _dose(lines, _phase_label(phase), path),
        _gap(lines, path, phase.first_gap.after), (lines.text(f"{path}.route"), f"{path}.route"),
        _runs(lines, path, regimen.id, keys_of(phase)),
    )  # fmt: skip
    entry = [name for name in lines.below(path) if name.startswith(f"{path}.entry") or name.endswith("_week")]
    if entry:
        said = "; ".join(lines.text(name) if name.endswith(".entry") else lines.named(name) for name in entry)
        lines.row("text", (tr("{phase}: {rule}").format(phase=_phase_label(phase), rule=said), *entry))


def _phase_label(phase: Phase) -> str:
    """Its label without the number of a dose; its own name where the label is made of numbers only."""
    if "{c}" in phase.label or "{d}" in phase.label:
        return spoken(phase.id)
    return phase.label.replace(" {n}", "").replace("{n}", "").strip()


def _phase_days(lines: Lines, phase: Phase) -> tuple[str, ...]:
    """How often, from when, how many; or on which days of which cycles."""
    path = phase.path
    if phase.cycles is None:
        gap, first = (lines.text(f"{path}.{key}").replace("whole ", "") for key in ("interval_days", "first_gap_days"))
        said = [tr("every {interval}").format(interval=gap), tr("first after {days}").format(days=first)]
        said += [lines.text(f"{path}.doses")] if lines.fact(f"{path}.doses") else []
        return ("\n".join(said), f"{path}.interval_days", f"{path}.first_gap_days", f"{path}.doses")
    first_cycle, last = phase.cycles
    cycles = tr("cycles {first} to {last}").format(first=first_cycle, last=last)
    if last is None or last == first_cycle:
        open_end = tr("from cycle {first} on") if last is None else tr("cycle {first}")
        cycles = open_end.format(first=first_cycle)
    days = tr("days {days}").format(days=", ".join(str(day) for day in phase.days))
    return (f"{cycles}\n{days}", f"{path}.cycles", f"{path}.days")


def _premedication(lines: Lines) -> None:
    rows = lines.protocol.premedication
    if not rows:
        return
    lines.section(tr("Premedication"))
    lines.heads("four", tr("Medicine"), tr("Dose, route"), tr("When"), tr("Before which doses"))
    for row in rows:
        path = row.path
        drug = f"{row.drug} ({tr('or equivalent')})" if row.or_equivalent else row.drug
        notes = [tr("optional")] if row.optional else []
        notes += [tr("{who} only").format(who=spoken(row.population))] if row.population != "all" else []
        notes += [tr("one of: {group}").format(group=spoken(row.one_of))] if row.one_of else []
        dose = _amount(lines, path)
        when = ("minutes_before", "minutes_after", "over_minutes", "timing", "days", "following_days", "until", "when")
        other = [lines.named(f"{path}.{key}") for key in when[1:] if lines.fact(f"{path}.{key}")]
        before = [lines.minutes(f"{path}.minutes_before")] if lines.fact(f"{path}.minutes_before") else []
        where = [lines.doses(row.regimens, row.applies_to)]
        where += [lines.after_grades(path)] if lines.fact(f"{path}.after_grades") else []
        where += [lines.text(f"{path}.also_when")] if lines.fact(f"{path}.also_when") else []
        where += [tr("also before a dose repeated on a restart")] if row.on_restart else []
        lines.row(
            "four", ("\n".join([drug, *notes]),),
            (f"{dose}\n{lines.text(f'{path}.route')}", f"{path}.dose", f"{path}.cap", f"{path}.route"),
            ("\n".join([*before, *other]), *(f"{path}.{key}" for key in when)),
            ("\n".join(where), f"{path}.after_grades", f"{path}.also_when"),
        )  # fmt: skip


def _observation(lines: Lines) -> None:
    protocol = lines.protocol
    if not protocol.observation and not protocol.durations:
        return
    lines.section(tr("Observation and staying near"))
    if protocol.observation:
        lines.heads("three", tr("After which doses"), tr("Where"), tr("How long"))
    for row in protocol.observation:
        path = row.path
        where = [lines.doses(row.regimens, row.applies_to)]
        where += [lines.after_grades(path)] if lines.fact(f"{path}.after_grades") else []
        where += [tr("an alternative")] if row.alternative else []
        place = [lines.text(f"{path}.{key}") for key in ("setting", "when") if lines.fact(f"{path}.{key}")]
        long = [f"{path}.{key}" for key in ("hours", "most_hours", "days", "counted_from", "then")]
        lines.row(
            "three", ("\n".join(where), f"{path}.after_grades"), ("\n".join(place), f"{path}.setting", f"{path}.when"),
            ("\n".join(lines.named(name) for name in long if lines.fact(name)), *long),
        )  # fmt: skip
    for kind in dict.fromkeys(row.kind for row in protocol.durations):
        lines.group(spoken(kind))
        for one in protocol.durations:
            if one.kind == kind:
                _duration(lines, one)


def _duration(lines: Lines, row: Duration) -> None:
    text = f"{row.path}.text"
    said = "\n".join(filter(None, (lines.doses((), row.applies_to), _dates(row.valid_from, row.valid_to))))
    days = f"{row.path}.days"
    lines.row("three", (said,), (lines.text(text), text), (lines.text(days), days))


def _dates(first: str, last: str) -> str:
    """Between which days a rule holds; '' when the file does not say."""
    said = [tr("from {day}").format(day=first)] if first else []
    return " ".join([*said, *([tr("until {day}").format(day=last)] if last else [])])


def _delay(lines: Lines) -> None:
    rows = lines.protocol.restart
    if not rows:
        return
    lines.section(tr("After a delay"))
    for situation in dict.fromkeys(row.situation for row in rows):
        head = (
            tr("after {dose}").format(dose=spoken(situation.partition(":")[2]))
            if ":" in situation
            else spoken(situation)
        )
        lines.group(head)
        lines.heads("three", tr("Time since"), tr("What to do"), tr("With it"))
        for row in (one for one in rows if one.situation == situation):
            _delay_row(lines, row)


def _delay_row(lines: Lines, row: RestartRow) -> None:
    path = row.path
    least, most = f"{path}.least", f"{path}.most"
    if lines.fact(least) and lines.fact(most):
        time = f"{lines.text(least, unit=False)} {tr('to')} {lines.text(most)}"
    elif lines.fact(least):
        time = tr("{least} or more").format(least=lines.text(least))
    else:
        time = tr("up to {most}").format(most=lines.text(most)) if lines.fact(most) else ""
    if row.grades:
        time = "\n".join(filter(None, (time, f"{row.event} {tr('grade')} {', '.join(str(one) for one in row.grades)}")))
    if len(row.regimens) < len(lines.protocol.regimens):
        time = "\n".join(filter(None, (time, lines.regimen_titles(row.regimens))))
    do = [lines.text(f"{path}.action")]
    do += [tr("begin again with {dose}").format(dose=row.resume_at)] if row.resume_at not in ("", "continue") else []
    do += [_of_ladder(lines, step) for step in row.doses]
    do += [tr("then {phase}").format(phase=spoken(row.then))] if row.then else []
    steps = [name for step in row.doses for name in lines.below(step.path)]
    extra = [name for name in lines.below(path) if name not in (least, most, f"{path}.action", *steps)]
    lines.row(
        "three", (time, least, most), ("\n".join(do), f"{path}.action", *steps),
        ("\n".join(lines.named(name) for name in extra), *extra),
    )  # fmt: skip


def _of_ladder(lines: Lines, step: DoseStep) -> str:
    """One dose of a ladder of its own: its day, its name, its amount by weight and with its cap."""
    day = tr("day {day}").format(day=step.day)
    return f"{day}: {_dose(lines, step.label, step.path)[0]}".replace("\n", ": ", 1)


def _times(lines: Lines) -> None:
    """How long an infusion runs that is in no timetable, as of a dose that a restart repeats."""
    left = set(lines.untold())
    rows = [row for row in lines.protocol.infusion_times if left & set(lines.below(row.path))]
    if not rows:
        return
    lines.section(tr("Other infusion times"))
    for row in rows:
        names = lines.below(row.path)
        said = "\n".join(lines.named(name) for name in names)
        lines.row("two", (lines.doses(row.regimens, row.applies_to),), (said, *names))


def _lead_in(lines: Lines) -> None:
    rows = lines.protocol.lead_in
    if not rows:
        return
    kinds = {"lymphodepletion": tr("Lymphodepletion"), "pretreatment": tr("Pretreatment")}
    lines.section(", ".join(kinds.get(kind, tr("Companion drugs")) for kind in dict.fromkeys(row.kind for row in rows)))
    lines.heads("three", tr("Medicine"), tr("Dose, route"), tr("Days"))
    for row in rows:
        _lead_in_row(lines, row)


def _lead_in_row(lines: Lines, row: LeadIn) -> None:
    path = row.path
    drug = [row.drug, *([tr("an alternative")] if row.alternative else [])]
    if len(row.regimens) < len(lines.protocol.regimens):
        drug.append(lines.regimen_titles(row.regimens))
    told = (f"{path}.dose", f"{path}.route")
    others = [name for name in lines.below(path) if name not in told]
    said = [lines.named(name) for name in others]
    said += [tr("in cycles {first} to {last}").format(first=row.cycles[0], last=row.cycles[1])] if row.cycles else []
    dose = f"{lines.text(f'{path}.dose')}\n{lines.text(f'{path}.route')}"
    lines.row("three", ("\n".join(drug),), (dose, *told), ("\n".join(said), *others))


def _tocilizumab(lines: Lines) -> None:
    topic = [line for line in lines.protocol.lines if line.topic == "tocilizumab"]
    if not lines.protocol.tocilizumab and not topic:
        return
    lines.section(tr("Tocilizumab rule"))
    for row in lines.protocol.tocilizumab:
        extra = [name for name in lines.below(row.path) if not name.endswith(".text")]
        about = "\n".join(filter(None, (_dates(row.valid_from, row.valid_to), ", ".join(row.applies_to))))
        text = f"{row.path}.text"
        said = "\n".join(lines.named(name) for name in extra)
        lines.row("three", (about,), (said, *extra), (lines.text(text), text))
    for line in topic:
        lines.sentence(line)


def _events(lines: Lines) -> None:
    lines.topics(tr("CRS and ICANS"), ("crs", "icans"))


def _guidance(lines: Lines) -> None:
    known = dict.fromkeys(line.topic for line in lines.protocol.lines)
    lines.topics(tr("Guidance"), tuple(topic for topic in known if topic not in ("crs", "icans", "tocilizumab")))


def _preparation(lines: Lines) -> None:
    protocol = lines.protocol
    if not protocol.bands and not protocol.bag_changes:
        return
    lines.section(tr("Preparation"))
    if protocol.bands:
        lines.heads("three", tr("Body weight"), tr("Amounts"), tr("Regimens"))
    for band in protocol.bands:
        limits = (f"{band.path}.from_kg", f"{band.path}.to_kg")
        others = [name for name in lines.below(band.path) if name not in limits]
        said = "\n".join(lines.named(name) for name in others)
        weight = f"{lines.text(limits[0], unit=False)} {tr('to')} {lines.text(limits[1])}"
        lines.row("three", (weight, *limits), (said, *others), (lines.regimen_titles(band.regimens),))
    for bag in protocol.bag_changes:
        names = lines.below(bag.path)
        lines.row("text", (tr("Bags: {said}").format(said="; ".join(lines.named(name) for name in names)), *names))


def _risk(lines: Lines) -> None:
    if not lines.protocol.risk:
        return
    lines.section(tr("Risk figures with denominators"))
    for row in lines.protocol.risk:
        about = [name for name in (f"{row.path}.population", f"{row.path}.grading") if lines.fact(name)]
        lines.group(row.trial, *about)
        lines.heads("two", tr("What"), tr("How many, of whom"))
        for name in lines.below(row.path):
            if name not in about:
                figure = plain_words(name.removeprefix(f"{row.path}.")).removesuffix(" percent")
                lines.row("two", (figure,), (lines.range(name), name))


def _rest(lines: Lines) -> None:
    left = [path for path in lines.untold() if path != "label_revision"]
    if not left:
        return
    lines.section(tr("What else the file says"))
    for name in left:
        lines.row("two", (plain_words(name),), (lines.text(name), name))


def _unknown(lines: Lines) -> None:
    gaps = lines.protocol.unknowns
    facts = [fact for fact in lines.protocol.facts() if fact.unknown]
    if not gaps and not facts:
        return
    lines.section(tr("What is not known"))
    for gap in gaps:
        lines.gap(gap)
    for fact in facts:
        lines.row("two", (plain_words(fact.path),), (fact.note, fact.path))


def _sources(lines: Lines) -> None:
    lines.section(tr("Sources"))
    lines.row("two", (tr("Label of"),), (lines.text("label_revision"), "label_revision"))
    for source in lines.protocol.sources:
        said = "\n".join(filter(None, (source.title, source.url, source.note)))
        name = f"{source.id}\n{tr('from memory: nobody has read this')}" if source.memory else source.id
        lines.row("two", (name,), (said,))
