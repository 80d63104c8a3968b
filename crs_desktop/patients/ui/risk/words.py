"""What figures and scores of risk say, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.amounts import grouped
from crs_desktop.patients.risk.rules import converted, rounded
from crs_desktop.patients.risk.service import WorkedOut
from crs_desktop.therapies.model.care import RiskRow
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.demand import COUNTED, MULTIPLIED, OF_ALL, DemandFact, DemandFacts

_PERCENT = "percent of "


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure of one trial as a row of the table."""

    key: str
    trial: str
    figure: str
    value: str
    of_whom: str
    sure: str
    state: State | None


@dataclass(frozen=True, slots=True)
class Expected:
    """One sentence of what is to be expected, with its standing."""

    text: str
    state: State | None
    sure: str


def figure_lines(protocol: Protocol, regimen_id: str) -> tuple[FigureLine, ...]:
    """Every figure on file for the regimen, trial by trial in the order of the file."""
    rows = [row for row in protocol.risk if not row.regimens or regimen_id in row.regimens]
    return tuple(line for row in rows for line in _row_lines(protocol, row))


def _row_lines(protocol: Protocol, row: RiskRow) -> Iterator[FigureLine]:
    trial = trial_text(row.trial, row.patients)
    for name, _ in row.figures:
        fact = protocol.fact(f"{row.path}.{name}")
        if fact is not None:
            yield _line(row, trial, phrase(f"risk_figure_{name.lower()}"), fact)
    for item in row.by_dose:
        fact = protocol.fact(f"{item.path}.percent")
        if fact is not None:
            yield _line(row, trial, phrase("risk_after_dose", dose=item.dose), fact)


def _line(row: RiskRow, trial: str, figure: str, fact: Fact) -> FigureLine:
    state, sure = standing(fact)
    whom = "" if fact.unknown else of_whom_text(fact.unit, row.patients)
    return FigureLine(fact.path, trial, figure, value_text(fact), whom, sure, state)


def trial_text(trial: str, patients: int | None) -> str:
    """'ZUMA-2, 82 patients'."""
    if patients is None:
        return phrase("risk_trial_unknown", trial=trial)
    return phrase("risk_trial", trial=trial, patients=grouped(patients))


def value_text(fact: Fact) -> str:
    """'43 %', '2 days', '1 to 12 days', 'unknown'."""
    if fact.unknown:
        return tr("unknown")
    numbers = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return _with_unit(" to ".join(grouped(one) for one in numbers if isinstance(one, Decimal | int)), fact.unit)


def _with_unit(said: str, unit: str) -> str:
    return f"{said} %" if unit.startswith(_PERCENT) else f"{said} {unit}"


def of_whom_text(unit: str, patients: int | None) -> str:
    """Whom a percentage counts: 'all 108 patients', 'patients with CRS'; '' for what is no percentage."""
    if not unit.startswith(_PERCENT):
        return ""
    if unit == OF_ALL and patients is not None:
        return phrase("risk_of_all", patients=grouped(patients))
    return unit.removeprefix(_PERCENT)


def standing(fact: Fact) -> tuple[State | None, str]:
    """How sure a fact is, as shape and words."""
    if fact.unknown:
        return State.CANNOT_SAY, tr("unknown")
    if fact.by_site:
        return None, tr("set by this site")
    if fact.foreign:
        return State.READY_BUT, phrase("risk_foreign", jurisdiction=fact.jurisdiction)
    if fact.from_memory:
        return State.READY_BUT, tr("unverified: from memory")
    if fact.unverified:
        return State.READY_BUT, tr("unverified")
    return None, tr("read, {confidence} confidence").format(confidence=fact.confidence)


def demand_standing(fact: DemandFact) -> tuple[State | None, str]:
    """How sure a chosen figure is."""
    if fact.jurisdictions:
        return State.READY_BUT, phrase("risk_foreign", jurisdiction=", ".join(fact.jurisdictions))
    if fact.unverified:
        return State.READY_BUT, tr("unverified")
    return None, tr("read, {confidence} confidence").format(confidence=fact.confidence)


def number_text(value: Fraction) -> str:
    """A figure for people: exact to one decimal, else rounded half up to it."""
    return grouped(rounded(value, 1))


def demand_value(fact: DemandFact) -> str:
    """'43 %', '1 to 12 days'."""
    said = number_text(fact.value) if fact.most is None else f"{number_text(fact.value)} to {number_text(fact.most)}"
    return _with_unit(said, fact.unit)


def demand_text(fact: DemandFact) -> str:
    """'43 % of all 108 patients (ZUMA-1)', and how it was worked out when it is not stated so."""
    value, whom = demand_value(fact), of_whom_text(fact.unit, fact.patients)
    how = {COUNTED: phrase("risk_counted"), MULTIPLIED: phrase("risk_multiplied")}.get(fact.how, "")
    if whom:
        return phrase("risk_share", value=value, whom=whom, trial="; ".join(filter(None, (fact.trial, how))))
    return phrase("risk_measure", value=value, trial=trial_text(fact.trial, fact.patients))


def expectations(demand: DemandFacts) -> tuple[Expected, ...]:
    """What a planner asks first: tocilizumab, how many doses, CRS, onset. What is not on file is said."""
    heads = (
        (phrase("risk_figure_tocilizumab_pct_of_all"), demand.tocilizumab),
        (phrase("risk_figure_tocilizumab_pct_of_crs"), demand.tocilizumab_of_crs),
        (phrase("risk_figure_crs_any_pct"), demand.crs_any),
        (phrase("risk_figure_crs_grade3plus_pct"), demand.crs_grade3plus),
        (phrase("risk_figure_onset_days_median"), demand.onset),
    )
    said = [_expected(head, fact) for head, fact in heads]
    said.insert(2, _doses(demand))
    return tuple(said)


def _expected(head: str, fact: DemandFact | None) -> Expected:
    if fact is None:
        return Expected(phrase("risk_not_on_file", figure=head), State.CANNOT_SAY, State.CANNOT_SAY.word)
    text = phrase("risk_expected", figure=head, said=demand_text(fact))
    others = dict.fromkeys(_other(other) for other in fact.others)
    if others:
        text += " " + phrase("risk_others", others="; ".join(others))
    state, sure = demand_standing(fact)
    return Expected(text, state, sure)


def _other(fact: DemandFact) -> str:
    code = "risk_other_unverified" if fact.unverified else "risk_other"
    return phrase(code, value=demand_value(fact), trial=fact.trial)


def _doses(demand: DemandFacts) -> Expected:
    if not demand.doses_given:
        return Expected(phrase("risk_doses_not_on_file"), State.CANNOT_SAY, State.CANNOT_SAY.word)
    first = demand.doses_given[0].fact
    said = "; ".join(
        phrase("risk_doses_one", doses=item.doses, value=demand_value(item.fact)) for item in demand.doses_given
    )
    worst = max((item.fact for item in demand.doses_given), key=lambda fact: fact.unverified)
    state, sure = demand_standing(worst)
    return Expected(phrase("risk_doses", said=said, trial=trial_text(first.trial, first.patients)), state, sure)


def conversions(made: WorkedOut) -> list[str]:
    """The values whose unit is not that of the formula, converted."""
    return [
        phrase(
            "risk_converted", name=made.score.input(one.input).name, typed=f"{grouped(one.typed)} {one.unit}",
            value=converted(made.score, one),
        )
        for one in made.measured
        if made.score.input(one.input).units[0].text != one.unit
    ]  # fmt: skip


def points_text(made: WorkedOut) -> str:
    """'Platelets 1, CRP 0', or '' for a score that counts no points."""
    return ", ".join(f"{made.score.input(name).name} {count}" for name, count in made.result.points)


def citation_lines(made: WorkedOut) -> list[str]:
    """Formula, for what, from whom, where it was read and how sure that is."""
    score = made.score
    sources = "; ".join(source.title for source in score.sources)
    sure = phrase("risk_sure_unverified" if score.unverified else "risk_sure", confidence=score.confidence)
    lines = [
        phrase("risk_formula", formula=score.formula), phrase("risk_about", what=score.what),
        phrase("risk_population", population=score.population),
        phrase("risk_read_in", sources=sources, day=score.read.isoformat(), version=score.version), sure,
    ]  # fmt: skip
    return lines
