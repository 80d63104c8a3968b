"""What the program answers for each table: one function per kind, which tells every cell that is answered otherwise.

`-` in a cell: there is none. `?`: nobody has read it. `*`: not compared. Days of a schedule are the label's own
(`C1D8` where it counts in cycles), gaps are whole days to the dose before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.care import InfusionTime, LeadIn, Observation, Premedication
from crs_desktop.therapies.model.dated import Circumstances, ScheduledDose
from crs_desktop.therapies.model.doses import Entry
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.calendar import calendar_notes
from crs_desktop.therapies.rules.restart import (
    ROW,
    event_rows,
    restart_advice,
    restart_schedule,
    situation_row,
)
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.rules.surroundings import infusion_times_of, observation_of, premedication_of
from tests.spec.therapies.tables import Table

START = date(2026, 12, 1)
GRADES = (0, 1, 2, 3)
Row = dict[str, str]
_NEXT_DOSE = re.compile(r", (?=(?:\w+ )?\d+: )")  # 'SUD1 1: 12 mg, SUD2 4: 32 mg'


def disagreements(library: Catalogue, table: Table) -> list[str]:
    """Every cell of the table that is answered otherwise: product, row, column, expected and answered."""
    protocol = protocol_of(library, table.product)
    return [f"{table.product} {table.regimen}, {wrong}" for wrong in _ANSWERS[table.kind](protocol, table)]


def protocol_of(library: Catalogue, product: str) -> Protocol:
    """The protocol of a product, or of an earlier label as in 'teclistamab@2022'."""
    name, _, label = product.partition("@")
    if not label:
        return library.protocol(name)
    return next(version for version in library.earlier(name) if version.label_revision.startswith(label))


def _differ(row: str, pairs: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    for column, expected, answered in pairs:
        if expected not in ("*", answered):
            yield f"{row}, {column}: expected {expected}, answered {answered}"


def _circumstances(table: Table, surface: str = "-") -> Circumstances:
    return Circumstances(
        surface_m2=None if surface in ("-", "") else Decimal(surface),
        entered=frozenset(table.option("entered").split()),
        population=table.option("population"),
    )


def _weight(said: str) -> BodyWeight | None:
    return None if said in ("-", "") else BodyWeight.of_kg(said)


# --- the doses -------------------------------------------------------------------------------------------------------


def planned(protocol: Protocol, table: Table, kg: str = "") -> tuple[ScheduledDose, ...]:
    """The schedule that a table is about; its first dose stands on START."""
    placed = [said.split() for said in table.options if said.startswith("placed ")]
    days = {key: START + timedelta(days=int(day) - 1) for _, key, _, day in placed}  # 'placed Q2W1 day 169'
    until = START + timedelta(days=int(table.option("until", "600")))
    about, weight = _circumstances(table, table.option("m2")), _weight(kg or table.option("kg"))
    return schedule(protocol, table.regimen, START, weight, days, until, circumstances=about)


def _schedule(protocol: Protocol, table: Table) -> Iterator[str]:
    doses = planned(protocol, table)
    keys = [dose.key for dose in doses]
    at, skipping = 0, False
    for row in table.rows:
        key = row["dose"]
        if key == "end":
            if at != len(doses):
                yield f"end, dose: expected no more doses, answered {keys[at]}"
        elif key == "...":
            skipping = True
        elif key not in keys or (not skipping and keys.index(key) != at):
            yield f"{key}, dose: expected as number {at + 1}, answered {', '.join(keys[at : at + 3]) or 'nothing'}"
            return
        else:
            at = keys.index(key)
            answers = _dose_cells(protocol, table.regimen, doses[at], doses[at - 1] if at else None)
            yield from _differ(key, ((column, row[column], said) for column, said in answers.items()))
            at, skipping = at + 1, False
    if table.rows[-1]["dose"] not in ("...", "end"):
        yield "the last row must say ... (goes on) or end"


def _dose_cells(protocol: Protocol, regimen: str, dose: ScheduledDose, before: ScheduledDose | None) -> Row:
    least, usual, most = _window(dose, before)
    times, _ = infusion_times_of(protocol, regimen, dose.key, 0)
    return {
        "day": f"C{dose.cycle}D{dose.day_number}" if dose.cycle is not None else str(dose.day_number),
        "amount": dose.amount_text or "?",
        "gap": "-" if before is None else str((dose.planned - before.planned).days),
        "least": least,
        "usual": usual,
        "most": most,
        "route": dose.route.replace("IV infusion", "IV") or "?",
        "infusion": _minutes(times),
    }


def _window(dose: ScheduledDose, before: ScheduledDose | None) -> tuple[str, str, str]:
    if before is None:
        return "-", "-", "-"
    days = [
        "-" if span is None else (str((span.first - before.planned).days), str((span.last - before.planned).days))
        for span in (dose.allowed, dose.usual)
    ]
    allowed, usual = days
    said = usual if isinstance(usual, str) else "-".join(usual)
    if isinstance(allowed, tuple):
        return allowed[0], said, allowed[1]
    unknown = next(found for found in dose.findings if found.code == "therapy_window_unknown")
    return str(unknown.get("least")), said, str(unknown.get("most"))


def _minutes(times: Sequence[InfusionTime]) -> str:
    return ", ".join(_span(time.minutes) for time in times) or "-"


def _span(minutes: Sequence[int | None] | None) -> str:
    if minutes is None or None in minutes:
        return "?"
    return "-".join(str(number) for number in dict.fromkeys(minutes))


def _regimen(protocol: Protocol, table: Table) -> Iterator[str]:
    regimen = protocol.regimen(table.regimen)
    assert regimen is not None, table.regimen
    for row in table.rows:
        answers = {"cycle days": regimen.cycle_days, "symptom-free hours": regimen.symptom_free_hours}
        yield from _differ("regimen", ((column, row[column], _or(said)) for column, said in answers.items()))


def _phases(protocol: Protocol, table: Table) -> Iterator[str]:
    """When a phase is entered. A response is compared by its words."""
    regimen = protocol.regimen(table.regimen)
    assert regimen is not None, table.regimen
    for row in table.rows:
        rule = next(phase for phase in regimen.phases if phase.id == row["phase"]).rule or Entry()
        same = rule.response and all(word in rule.response.lower() for word in row["response"].lower().split())
        answers = {
            "from week": _or(rule.from_week),
            "until week": _or(rule.until_week),
            "response": row["response"] if same else rule.response or "-",
            "months": _or(rule.sustained_months),
            "doses": _or(rule.full_doses),
            "duty": _yes(rule.mandatory),
        }
        yield from _differ(row["phase"], ((column, row[column], said) for column, said in answers.items()))


def _ends(protocol: Protocol, table: Table) -> Iterator[str]:
    """A continuous infusion runs so many whole days."""
    by_key = {dose.key: dose for dose in planned(protocol, table)}
    for row in table.rows:
        dose = by_key[row["dose"]]
        answered = "-" if dose.ends is None else str((dose.ends - dose.planned).days)
        yield from _differ(row["dose"], [("days", row["days"], answered)])


def _amounts(protocol: Protocol, table: Table) -> Iterator[str]:
    for row in table.rows:
        about = _circumstances(table, row["m2"])
        doses = schedule(protocol, table.regimen, START, _weight(row["kg"]), circumstances=about)
        dose = next(dose for dose in doses if dose.key == row["dose"])
        yield from _differ(f"{row['dose']} at {row['kg']} kg", [("amount", row["amount"], dose.amount_text or "?")])


def _bands(protocol: Protocol, table: Table) -> Iterator[str]:
    for row in table.rows:
        for weight in {row["from"], row["to"]}:
            by_key = {dose.key: dose for dose in planned(protocol, table, weight)}
            cells = ((key, row[key], str(by_key[key].table_amount or "-")) for key in table.columns[2:])
            yield from _differ(f"{weight} kg", cells)


def _infusion(protocol: Protocol, table: Table) -> Iterator[str]:
    for row in table.rows:
        for key, grade in _pairs(protocol, table, row):
            certain, _ = infusion_times_of(protocol, table.regimen, key, grade)
            yield from _differ(f"{key} after grade {grade}", [("minutes", row["minutes"], _minutes(certain))])


# --- after a delay ---------------------------------------------------------------------------------------------------


def _restart(protocol: Protocol, table: Table) -> Iterator[str]:
    for row in table.rows:
        for days in row["days"].split():
            on = START + timedelta(days=int(days))
            advice = restart_advice(protocol, table.regimen, row["last"], START, on, _circumstances(table))
            answered = advice.row.id if advice.kind == ROW and advice.row is not None else advice.kind
            cells = [("answer", row["answer"], answered), ("next", row["next"], advice.next_key or "-")]
            yield from _differ(f"{row['last']} {days} days ago", cells)


def _after(protocol: Protocol, table: Table) -> Iterator[str]:
    rows = {row.id: row for row in protocol.restart if table.regimen in row.regimens}
    for row in table.rows:
        found = rows.get(row["row"])
        if found is None:
            yield f"{row['row']}, row: expected in the library, answered nothing"
            continue
        about = _circumstances(table, table.option("m2"))
        until, weight = START + timedelta(days=200), _weight(table.option("kg"))
        doses = restart_schedule(protocol, table.regimen, found, row["last"], START, weight, until, about)
        wanted = [] if row["doses"] == "-" else re.split(_NEXT_DOSE, row["doses"])
        said = [dose.split(":")[0].split() for dose in wanted] or [["no", "dose"]]
        answered = [_ladder_dose(dose, len(words) > 1) for dose, words in zip(doses, said, strict=False)]
        cells = [
            ("premed", row["premed"], _yes(found.premedicate)),
            ("watched", row["watched"], _yes(found.observe_as_step_up)),
            ("review", row["review"], "yes" if found.weigh_benefit else "-"),
            ("pretreat", row["pretreat"], _yes(found.repeat_lead_in)),
            ("doses", ", ".join(wanted) or "-", ", ".join(answered) or "-"),
        ]
        yield from _differ(f"{row['row']} after {row['last']}", cells)


def _ladder_dose(dose: ScheduledDose, with_key: bool) -> str:
    key = f"{dose.key} " if with_key else ""
    return f"{key}{(dose.planned - START).days + 1}: {dose.amount_text or '?'}"


def _yes(flag: bool | None) -> str:
    return "-" if flag is None else "yes" if flag else "no"


def _situations(protocol: Protocol, table: Table) -> Iterator[str]:
    for row in table.rows:
        for regimen in table.regimen.split():
            name = f"{row['situation']} {row['elapsed']} ({regimen})"
            if row["situation"].startswith("event "):
                grade = None if row["elapsed"] == "-" else int(row["elapsed"])
                found = event_rows(protocol, regimen, row["situation"].removeprefix("event "), grade)
            else:
                answer = situation_row(protocol, regimen, row["situation"], int(row["elapsed"]))
                found = (answer,) if answer is not None else ()
            cells = [
                ("answer", row["answer"], ", ".join(one.id for one in found) or "no_rule"),
                ("premed", row["premed"], ", ".join(_yes(one.premedicate) for one in found) or "-"),
                ("resume", row["resume"], ", ".join(_resumes(one.resume_at, one.doses) for one in found) or "-"),
            ]
            yield from _differ(name, cells)


def _resumes(resume_at: str, doses: Sequence[object]) -> str:
    return resume_at or (f"{len(doses)} doses" if doses else "-")


# --- around a dose ---------------------------------------------------------------------------------------------------


def _pairs(protocol: Protocol, table: Table, row: Row) -> list[tuple[str, int]]:
    """The doses of a row with the grades of the dose before; the first dose of all has none before it."""
    regimen = protocol.regimen(table.regimen)
    assert regimen is not None, table.regimen
    grades = GRADES if row["after"] == "all" else tuple(int(grade) for grade in row["after"].split())
    first = "" if table.said("restarting") else regimen.steps[0].key
    return [(key, grade) for key in row["doses"].split() for grade in grades if key != first or grade == 0]


def _premedication(protocol: Protocol, table: Table) -> Iterator[str]:
    population, restarting = table.option("population"), table.said("restarting")

    def found(key: str, grade: int | None) -> tuple[list[Row], list[Row]]:
        certain, depending = premedication_of(protocol, table.regimen, key, grade, restarting, population)
        return [_medicine(item) for item in certain], [_medicine(item) for item in depending]

    yield from _surrounding(protocol, table, "medicine", found)


def _medicine(item: Premedication) -> Row:
    days = [f"on {_list(item.days)}"] if item.days else []
    days += [f"after {_list(item.following_days)}"] if item.following_days else []
    minutes = "?"
    if item.latest_minutes is not None:
        minutes = _span((item.latest_minutes, item.earliest_minutes))
    if item.minutes_after is not None:
        over = f" over {_span(item.over_minutes)}" if item.over_minutes else ""
        minutes = f"after {_span(item.minutes_after)}{over}"
    return {
        "medicine": item.drug.lower(),
        "amount": item.dose_text or "?",
        "route": "/".join(sorted(item.route)) or "?",
        "minutes": minutes,
        "days": ", ".join(days) or "-",
        "for": item.population or "all",
    }


def _list(numbers: Sequence[int]) -> str:
    return " ".join(str(number) for number in numbers)


def _observation(protocol: Protocol, table: Table) -> Iterator[str]:
    def found(key: str, grade: int | None) -> tuple[list[Row], list[Row]]:
        certain, depending = observation_of(protocol, table.regimen, key, grade)
        return [_watch(row) for row in certain], [_watch(row) for row in depending]

    yield from _surrounding(protocol, table, "setting", found)


def _watch(row: Observation) -> Row:
    hours = "-".join(str(number) for number in (row.hours, row.most_hours) if number is not None)
    said = f"{row.days} days" if row.days is not None else hours
    return {
        "setting": row.setting.lower() or "?",
        "hours": said or "?",
        "from": row.counted_from or "-",
        "rank": "alternative" if row.alternative else "rule",
    }


def _surrounding(
    protocol: Protocol, table: Table, name: str, found: Callable[[str, int | None], tuple[list[Row], list[Row]]]
) -> Iterator[str]:
    """Each dose after each grade has exactly the rows of the table; while nobody has said the grade, rows that hang on
    it are told apart from those that hold anyway."""
    wanted: dict[tuple[str, int], list[Row]] = {}
    for row in table.rows:
        for pair in _pairs(protocol, table, row):
            wanted.setdefault(pair, [])
            if row[name] != "none":
                wanted[pair].append(row)
    for (key, grade), rows in wanted.items():
        yield from _matched(f"{key} after grade {grade}", name, rows, found(key, grade)[0])
    for key in dict.fromkeys(key for key, _ in wanted):
        if all((key, grade) in wanted for grade in GRADES) and not table.said("restarting"):
            always = [row for row in wanted[key, 0] if all(row in wanted[key, grade] for grade in GRADES)]
            yield from _matched(f"{key} before anybody has said the grade", name, always, found(key, None)[0])
            if len(always) < max(len(wanted[key, grade]) for grade in GRADES) and not found(key, None)[1]:
                yield f"{key} before anybody has said the grade, {name}: expected rows that hang on it, answered none"


def _matched(place: str, name: str, wanted: list[Row], answered: list[Row]) -> Iterator[str]:
    """Pairs each wanted row with the answered row of that name which is most like it."""
    left = list(answered)
    for row in wanted:
        alike = [one for one in left if all(word in one[name] for word in row[name].lower().split())]
        if not alike:
            told = ", ".join(one[name] for one in left) or "none"
            yield f"{place}, {name}: expected {row[name]}, answered {told}"
            continue
        columns = [column for column in alike[0] if column != name]
        best = max(alike, key=lambda one: sum(one[column] == row[column] for column in columns))
        left.remove(best)
        yield from _differ(f"{place}, {row[name]}", ((column, row[column], best[column]) for column in columns))
    for one in left:
        yield f"{place}, {name}: expected nothing more, answered {one[name]} {one.get('amount', one.get('hours'))}"


def _when(protocol: Protocol, table: Table) -> Iterator[str]:
    """Rows of observation that hang on a sentence instead of on doses."""
    rows = [row for row in protocol.observation if not row.applies_to and table.regimen in row.regimens]
    answered = [_watch(row) | {"both": f"{row.when} {row.setting}".lower()} for row in rows]
    wanted = [row | {"both": f"{row['when']} {row['setting']}", "rank": "*"} for row in table.rows]
    for row in wanted:
        row["setting"] = "*"
    yield from _matched("no dose", "both", wanted, answered)


def _lead_in(protocol: Protocol, table: Table) -> Iterator[str]:
    rows = [_leading(row) for row in protocol.lead_in if table.regimen in row.regimens]
    yield from _matched("around", "drug", list(table.rows), rows)


def _leading(row: LeadIn) -> Row:
    lasting = f"{row.lasting_days}" if row.lasting_days is not None else "-"
    return {
        "drug": f"{row.drug.lower()}{' (instead)' if row.alternative else ''}",
        "amount": str(row.amount or "?"),
        "days": _list(row.days) or ("-" if row.lasting_days is not None else "?"),
        "cycles": "-" if row.cycles is None else f"{row.cycles[0]}-{row.cycles[1]}",
        "lasting": lasting,
        "before": _span(row.ends_before) if row.ends_before is not None else "-",
    }


def _days_before(protocol: Protocol, table: Table) -> Iterator[str]:
    """On which days before the first dose, on the calendar: '5 4 3', or 'ends 14 to 2, begins by 5' for a window."""
    doses = planned(protocol, table)
    answered: dict[str, dict[str, list[str]]] = {}
    for note in calendar_notes(protocol, table.regimen, doses):
        if note.path.startswith("lead_in.") and note.days is not None:
            drug = f"{note.label}{' (instead)' if note.alternative else ''}"
            first, last = ((START - day).days for day in (note.days.first, note.days.last))
            said = str(first) if first == last else f"{first} to {last}"
            word = {"last_day": "ends", "latest_start": "begins by"}.get(note.kind.partition("_")[2], "on")
            answered.setdefault(drug, {}).setdefault(word, []).append(said)
    for row in table.rows:
        words = answered.pop(row["drug"], {})
        parts = [f"{word} {' '.join(words[word])}" for word in ("on", "ends", "begins by") if word in words]
        yield from _differ(row["drug"], [("days", row["days"], ", ".join(parts) or "none")])
    if answered:
        yield f"drug: expected nothing more, answered {', '.join(answered)}"


def _rules(protocol: Protocol, table: Table) -> Iterator[str]:
    for row in table.rows:
        on = date.fromisoformat(row["on"])
        holding = [
            duration
            for duration in protocol.durations
            if duration.kind == row["rule"] and duration.in_force(on) and duration.holds_in(table.regimen)
        ]
        answered = ", ".join("?" if one.days is None else str(one.days) for one in holding) or "-"
        yield from _differ(f"{row['rule']} on {row['on']}", [("days", row["days"], answered)])


def _stock(protocol: Protocol, table: Table) -> Iterator[str]:
    for row in table.rows:
        rules = [rule for rule in protocol.tocilizumab if _held(row["on"], rule.valid_from, rule.valid_to)]
        cells = [
            ("doses", row["doses"], ", ".join("?" if one.doses is None else str(one.doses) for one in rules) or "-"),
            ("within", row["within"], ", ".join(_or(one.second_within_hours) for one in rules) or "-"),
            ("before", row["before"], ", ".join(" ".join(one.applies_to) or "-" for one in rules) or "-"),
        ]
        yield from _differ(f"stock on {row['on']}", cells)


def _or(number: int | None) -> str:
    return "-" if number is None else str(number)


def _held(on: str, valid_from: str, valid_to: str) -> bool:
    return on[: len(valid_from)] >= valid_from and (not valid_to or on[: len(valid_to)] <= valid_to)


def _unknown(protocol: Protocol, table: Table) -> Iterator[str]:
    """A null of the reference is a fact that says unknown, or a sentence of the unknowns that says these words."""
    sentences = " / ".join(row.text.lower() for row in protocol.unknowns)
    for row in table.rows:
        path = row["path"]
        if path.startswith("says "):
            missing = [word for word in path.removeprefix("says ").lower().split() if word not in sentences]
            yield from _differ(row["reference"], [("unknowns", "", " ".join(missing))])
            continue
        fact = protocol.fact(path)
        said = "no such fact" if fact is None else "unknown" if fact.unknown else f"{fact.text}"
        yield from _differ(path, [("fact", "unknown", said)])


_ANSWERS: dict[str, Callable[[Protocol, Table], Iterator[str]]] = {
    "schedule": _schedule,
    "regimen": _regimen,
    "phases": _phases,
    "ends": _ends,
    "amounts": _amounts,
    "bands": _bands,
    "infusion": _infusion,
    "restart": _restart,
    "after": _after,
    "situations": _situations,
    "premedication": _premedication,
    "observation": _observation,
    "when": _when,
    "lead-in": _lead_in,
    "days before": _days_before,
    "rules": _rules,
    "stock": _stock,
    "unknown": _unknown,
}
