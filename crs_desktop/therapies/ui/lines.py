"""What a monograph is set from: rows of cells, each cell with the facts behind it and how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import tr
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.care import Line, Unknown
from crs_desktop.therapies.model.doses import Phase
from crs_desktop.therapies.model.facts import Fact, Value
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.ui.standing import Mark, bare_text, heaviest, mark_of

SECTION, GROUP, HEADS, LINE = "section", "group", "heads", "line"
# How the width is shared among the cells of a row.
SHARES: dict[str, tuple[int, ...]] = {
    "five": (20, 28, 24, 12, 16), "four": (24, 24, 28, 24), "three": (26, 40, 34), "two": (38, 62), "text": (100,),
}  # fmt: skip
# So many doses of a phase without end are looked at.
_FAR = 24
# Steps of a path that read better otherwise.
_WORDS = {
    "lines": "guidance", "pct": "percent", "crs": "CRS", "icans": "ICANS", "n": "number", "min": "least", "max": "most",
    "grade1": "grade 1", "grade2": "grade 2", "grade3": "grade 3", "grade4": "grade 4", "any": "any grade",
    "grade3plus": "grade 3 or more", "grade2plus": "grade 2 or more",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with the standing of what it says; None: it names something and can be neither sure nor unsure."""

    text: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the monograph. `paths` are the facts behind it; `mark` the heaviest standing of them."""

    kind: str
    shape: str
    cells: tuple[Cell, ...]
    paths: tuple[str, ...] = ()
    mark: Mark | None = None
    heads: tuple[str, ...] = ()

    def headed(self, at: int) -> str:
        """A cell with the head of its column, where the columns cannot be seen."""
        text = self.cells[at].text
        return f"{self.heads[at]}: {text}" if at and self.heads and self.heads[at] and text else text

    @property
    def spoken(self) -> str:
        """The row as one text, for a screen reader."""
        said = "; ".join(
            f"{self.headed(at)} ({cell.mark.word})" if cell.mark is not None and cell.mark.weight else self.headed(at)
            for at, cell in enumerate(self.cells)
            if cell.text
        )
        return said.replace("\n", ", ")


def spoken(word: str) -> str:
    """A word of the file as people say it: 'stay_near' is 'stay near'."""
    return " ".join(_WORDS.get(part, part) for part in word.split("_"))


def plain_words(path: str) -> str:
    """A path as people say it: 'premedication › dexamethasone › dose'."""
    return " › ".join(spoken(step) for step in path.removesuffix(".text").split("."))


def keys_of(phase: Phase) -> list[str]:
    """The keys of its doses; of a phase without end the first ones."""
    if phase.cycles is None:
        numbers = range(phase.first_number, phase.first_number + (phase.count or _FAR))
        return [phase.key.replace("{n}", str(number)) for number in numbers]
    first, last = phase.cycles
    cycles = range(first, (last or first + _FAR) + 1)
    return [phase.key.replace("{c}", str(cycle)).replace("{d}", str(day)) for cycle in cycles for day in phase.days]


class Lines:
    """Collects the rows of one version, and remembers which facts have been told."""

    def __init__(self, protocol: Protocol, adoption: Adoption | None) -> None:
        self.protocol = protocol
        self.rows: list[Row] = []
        self.sections: list[tuple[str, int]] = []
        compared = frozenset(adoption.checked) if adoption is not None else frozenset()
        self._facts = {fact.path: fact for fact in protocol.facts()}
        self._marks = {path: mark_of(fact, path in compared) for path, fact in self._facts.items()}
        self._below: dict[str, list[str]] = {}
        for path in self._facts:
            steps = path.split(".")
            for length in range(1, len(steps)):
                self._below.setdefault(".".join(steps[:length]), []).append(path)
        self._told: set[str] = set()
        self._heads: tuple[str, ...] = ()

    # --- what is there ---

    def fact(self, path: str) -> Fact | None:
        """The fact at exactly this path."""
        return self._facts.get(path)

    def is_known(self, path: str) -> bool:
        """There is a fact at this path, and somebody has read it."""
        fact = self._facts.get(path)
        return fact is not None and not fact.unknown

    def below(self, path: str) -> list[str]:
        """Paths of the facts below."""
        return self._below.get(path, [])

    def untold(self) -> list[str]:
        """Facts that no row has told yet."""
        return [path for path in self._facts if path not in self._told]

    def text(self, path: str, unit: bool = True) -> str:
        """The value as people read it; 'unknown' for one that nobody has read, '' for none."""
        fact = self._facts.get(path)
        if fact is None:
            return ""
        if fact.unknown:
            return tr("unknown")
        return fact.text if unit else self.said(fact.value, "")

    def range(self, path: str) -> str:
        """Two numbers as 'from to'."""
        fact = self._facts.get(path)
        if fact is not None and isinstance(fact.value, tuple) and len(fact.value) == 2 and fact.unit != "text":
            least, most = (self.said(item, "") for item in fact.value)
            return f"{least} {fact.unit}" if least == most else f"{least} {tr('to')} {most} {fact.unit}"
        return self.text(path)

    def minutes(self, path: str) -> str:
        """Minutes before a dose."""
        return self.range(path).replace("minutes before the start", tr("minutes before"))

    def named(self, path: str) -> str:
        """'most hours: 48 hours'."""
        name, fact = path.rpartition(".")[2], self._facts[path]
        if fact.unit.startswith("day as the label") and not fact.unknown:
            return tr("days {days}").format(days=self.text(path, unit=False))
        return self.range(path) if name == fact.unit and not fact.unknown else f"{spoken(name)}: {self.range(path)}"

    def said(self, value: Value, unit: str) -> str:
        """A bare value; 'unknown' for none."""
        return bare_text(value, unit) or tr("unknown")

    def after_grades(self, path: str) -> str:
        """After which CRS with the dose before."""
        fact = self._facts.get(f"{path}.after_grades")
        if fact is None or fact.unknown:
            return tr("after which grade of CRS is unknown")
        grades = fact.value if isinstance(fact.value, tuple) else (fact.value,)
        if tuple(grades) == (0,):
            return tr("after no CRS with the dose before")
        said = ", ".join(str(grade) if grade else tr("none") for grade in grades)
        return tr("after CRS of grade {grades} with the dose before").format(grades=said)

    def doses(self, regimens: Sequence[str], patterns: Sequence[str]) -> str:
        """The doses that a row is about, and the regimens when not all."""
        where = self.regimen_titles(regimens) if regimens else ""
        said = ", ".join(self._doses_of(pattern, regimens) for pattern in patterns)
        return "\n".join(filter(None, (said or tr("every dose"), where)))

    def _doses_of(self, pattern: str, regimens: Sequence[str]) -> str:
        """A pattern of dose keys as people read it: 'C4D1 to C9D1'."""
        if pattern == "*":
            return tr("every dose")
        if not set(pattern) & set("*?["):
            return pattern
        here = [one for one in self.protocol.regimens if not regimens or one.id in regimens]
        keys = [step.key for one in here for step in one.steps]
        keys += [key for one in here for phase in one.phases for key in keys_of(phase)]
        found = list(dict.fromkeys(key for key in keys if fnmatchcase(key, pattern)))
        if len(found) < 2:
            return found[0] if found else pattern
        return tr("{first} to {last}").format(first=found[0], last=found[-1])

    def regimen_titles(self, names: Sequence[str]) -> str:
        """Regimens by their titles; '' when it is all of them."""
        if len(names) >= len(self.protocol.regimens):
            return ""
        return "; ".join(regimen.title for regimen in self.protocol.regimens if regimen.id in names)

    def holds(self, regimens: Sequence[str], patterns: Sequence[str], regimen: str, keys: Sequence[str]) -> bool:
        """Whether a row is about one of these doses."""
        about = not patterns or any(fnmatchcase(key, one) for one in patterns for key in keys)
        return about and (not regimens or regimen in regimens)

    # --- what is set ---

    def section(self, title: str) -> None:
        """A heading of the monograph."""
        self._heads = ()
        self.sections.append((title, len(self.rows)))
        self.rows.append(Row(SECTION, "text", (Cell(title),)))

    def group(self, title: str, *paths: str) -> None:
        """A heading within a section, with facts about it below."""
        self._heads = ()
        self.rows.append(Row(GROUP, "text", (Cell(title),)))
        about = [path for path in paths if path in self._facts]
        if about:
            self.row("text", ("; ".join(self.text(path) for path in about), *about))

    def heads(self, shape: str, *heads: str) -> None:
        """The heads of the columns that follow."""
        self._heads = heads
        self.rows.append(Row(HEADS, shape, tuple(Cell(head) for head in heads)))

    def known(self, *pairs: tuple[str, str]) -> None:
        """A line for each of these facts that the file has."""
        for name, path in pairs:
            if path in self._facts:
                self.row("two", (name,), (self.range(path), path))

    def row(self, shape: str, *cells: tuple[str, ...]) -> None:
        """A line; each cell is its text and the paths behind it, of which those that are no facts are left out."""
        made, paths = [], []
        for text, *behind in cells:
            facts = [path for path in dict.fromkeys(behind) if path in self._facts]
            made.append(Cell(text, heaviest(self._marks[path] for path in facts)))
            paths += facts
        self._told.update(paths)
        mark = heaviest(cell.mark for cell in made if cell.mark is not None)
        heads = self._heads if len(self._heads) == len(made) else ()
        self.rows.append(Row(LINE, shape, tuple(made), tuple(dict.fromkeys(paths)), mark, heads))

    def sentence(self, line: Line) -> None:
        """A sentence of the file with its grade and its regimens."""
        where = self.regimen_titles(line.regimens)
        name = "\n".join(filter(None, (spoken(line.topic), line.grade and f"{tr('grade')} {line.grade}", where)))
        self.row("two", (name,), (self.text(f"{line.path}.text"), f"{line.path}.text"))

    def topics(self, title: str, topics: Sequence[str]) -> None:
        """A section of all sentences of these topics; none when there are none."""
        found = [line for topic in topics for line in self.protocol.lines if line.topic == topic]
        if found:
            self.section(title)
        for line in found:
            self.sentence(line)

    def gap(self, gap: Unknown) -> None:
        """Something that the file says nobody knows."""
        about = ", ".join(plain_words(one) for one in gap.about) or tr("the whole product")
        mark = Mark(5, State.CANNOT_SAY, tr("unknown"))
        self.rows.append(Row(LINE, "two", (Cell(about), Cell(gap.text, mark)), (), mark))
