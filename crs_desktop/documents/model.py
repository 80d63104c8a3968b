"""A page before ink: what a sheet says, in the order it says it, with no idea of fonts, widths or pages.

Every text in here is plain text. Nothing is markup, and the layout has no markup reader, so a name such as `<b>` is
printed as the four characters it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

UNVERIFIED = "unverified"
NOT_KNOWN = "not known"


class Kind(Enum):
    """The sheets of this house; the value is part of the file name."""

    INFUSION_DAY = "infusion-day"
    DOSING_SHEET = "dosing-sheet"
    RECALL_LETTER = "recall-letter"
    COUNT_SHEET = "count-sheet"
    SET_ASIDE = "set-aside"


class State(Enum):
    """The four verdicts; on paper each is a shape and a word, never a colour."""

    READY = "READY"
    READY_BUT = "READY, BUT"
    SHORT = "SHORT"
    CANNOT_SAY = "CANNOT SAY"


class Room(Enum):
    """How much space a hand needs."""

    SHORT = 1
    MEDIUM = 2
    LONG = 3


@dataclass(frozen=True, slots=True)
class Stated:
    """A text with its standing: an unverified one carries the mark and the word on paper."""

    text: str
    unverified: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A printed label and value."""

    label: str
    value: str
    unverified: bool = False
    strong: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A label and a line to write on; `unit` is printed after the line."""

    label: str
    unit: str = ""
    wide: bool = False
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something the program should know and does not: said in words, with room to write it."""

    label: str
    why: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick, with an optional line to write on after the words."""

    text: str
    unverified: bool = False
    write: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with a box per answer; `write` asks for words after the last answer."""

    label: str
    answers: tuple[str, ...] = ("no", "yes")
    write: str = ""
    wide: bool = False
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A plain sentence over the full width."""

    text: str
    unverified: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the large numbers of a sheet: label above, value large, how it came about beneath."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Large numbers side by side."""

    items: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, its share of the width, and whether it holds numbers."""

    title: str
    share: int = 1
    number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: empty text is a cell to write in; `box` draws a box to tick."""

    text: str = ""
    unverified: bool = False
    box: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titles; `to_write` adds empty rows high enough for a pen."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()
    to_write: int = 0

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a table row has one cell for each column")


@dataclass(frozen=True, slots=True)
class Box:
    """A framed message: a heading and sentences. `loud` is the heaviest frame a grey printer can make."""

    heading: str
    sentences: tuple[str, ...] = ()
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The readiness verdict as shape, word and reasons."""

    state: State
    headline: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signatures:
    """One row for each role: name, signature, date and time. A known name is printed."""

    roles: tuple[tuple[str, str], ...]


Block = Fact | Blank | Unknown | Tick | Choice | Note | Figures | Table | Box | Verdict | Signatures


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group; small blocks flow in `columns`, the others take the whole width."""

    title: str
    blocks: tuple[Block, ...]
    columns: int = 2
    share: int = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """The two identifiers, and the birth date, that stand on every page."""

    name: str
    mrn: str
    born: str
    allergies: str = ""


@dataclass(frozen=True, slots=True)
class Footer:
    """What tells a good sheet from a stale one, on every page. A list or a letter rests on no protocol: then empty."""

    protocol: str
    policy: str
    printed_by: str
    printed_at: str
    valid_until: str
    code: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole document. `bands` are rows of one or more sections side by side. `identity` None: about no patient."""

    kind: Kind
    title: str
    subtitle: str
    identity: Identity | None
    bands: tuple[tuple[Section, ...], ...]
    footer: Footer
    fingerprint: str


def texts(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Every text of the sheet with the name of the field it stands in, for the check before ink."""
    yield "title", sheet.title
    yield "therapy", sheet.subtitle
    who = sheet.identity
    if who is not None:
        yield from (("name", who.name), ("MRN", who.mrn), ("date of birth", who.born), ("allergies", who.allergies))
    footer = sheet.footer
    yield from (("protocol", footer.protocol), ("policy", footer.policy), ("printed by", footer.printed_by))
    yield from (("printed at", footer.printed_at), ("valid until", footer.valid_until), ("code", footer.code))
    for band in sheet.bands:
        for section in band:
            yield "section title", section.title
            for block in section.blocks:
                yield from _block_texts(section.title, block)


def _block_texts(where: str, block: Block) -> Iterator[tuple[str, str]]:
    if isinstance(block, Fact):
        yield from ((where, block.label), (block.label, block.value))
    elif isinstance(block, Blank):
        yield from ((where, block.label), (block.label, block.unit))
    elif isinstance(block, Unknown):
        yield from ((where, block.label), (block.label, block.why))
    elif isinstance(block, Tick):
        yield from ((where, block.text), (where, block.write))
    elif isinstance(block, Choice):
        yield from ((where, text) for text in (block.label, *block.answers, block.write))
    elif isinstance(block, Note):
        yield where, block.text
    elif isinstance(block, Figures):
        yield from ((item.label, text) for item in block.items for text in (item.label, item.value, item.note))
    elif isinstance(block, Table):
        yield from ((where, column.title) for column in block.columns)
        for row in block.rows:
            yield from ((column.title, cell.text) for column, cell in zip(block.columns, row, strict=True))
    elif isinstance(block, Box):
        yield from ((where, text) for text in (block.heading, *block.sentences))
    elif isinstance(block, Verdict):
        yield from ((where, text) for text in (block.headline, *block.reasons))
    else:
        yield from ((role, text) for role, name in block.roles for text in (role, name))
