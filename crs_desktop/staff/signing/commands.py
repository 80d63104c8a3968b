"""What forms send about second checks and the night rule, as typed; reading it answers every finding at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crs_desktop.kernel.entry import read_clock_time, read_day, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.staff.signing.model import Asked, AskedField, Kind, SecondSignature, clock_text

STANDS, WITHDRAWN = "stands", "withdrawn"
NIGHT_RULE = "night rule"


@dataclass(frozen=True, slots=True)
class StateNightRule:
    """When one pharmacist may act alone, from a day on; not `stands` takes the rule away, and needs no hours."""

    request_id: str
    valid_from: str
    from_time: str
    until_time: str
    text: str
    stands: bool = True


@dataclass(frozen=True, slots=True)
class LookOverCheck:
    """A look afterwards at what one pharmacist signed alone; the entries are typed blind like any second check."""

    request_id: str
    check_id: int
    signature: SecondSignature


@dataclass(frozen=True, slots=True)
class ReadNightRule:
    """A night rule that was understood."""

    request_id: str
    valid_from: date
    from_minute: int
    until_minute: int
    text: str
    stands: bool

    def content(self) -> dict[str, str | int | bool]:
        """As request and log carry it."""
        return {
            "valid_from": self.valid_from.isoformat(), "from": clock_text(self.from_minute),
            "until": clock_text(self.until_minute), "text": self.text, "stands": self.stands,
        }  # fmt: skip

    def asked(self) -> Asked:
        """What the second person enters; nobody makes the rule for being alone alone. A form opened is one thing."""
        choices = ((STANDS, STANDS), (WITHDRAWN, WITHDRAWN))
        fields = [
            AskedField("rule", Kind.CHOICE, STANDS if self.stands else WITHDRAWN, choices),
            AskedField("valid_from", Kind.DAY, self.valid_from.isoformat()),
        ]
        if self.stands:
            fields.append(AskedField("from", Kind.CLOCK, clock_text(self.from_minute)))
            fields.append(AskedField("until", Kind.CLOCK, clock_text(self.until_minute)))
        return Asked(NIGHT_RULE, self.request_id, tuple(fields), alone=False)


def read_night_rule(command: StateNightRule) -> ReadNightRule | Refused:
    """Understand a night rule, or every reason why not."""
    day, text = read_day(command.valid_from, "valid_from"), read_text(command.text, "text")
    start = _minute(command.from_time, "from") if command.stands else 0
    end = _minute(command.until_time, "until") if command.stands else 0
    findings = [item for item in (day, start, end, text) if isinstance(item, Finding)]
    if isinstance(day, Finding) or isinstance(text, Finding) or isinstance(start, Finding) or isinstance(end, Finding):
        return refuse(*findings)
    return ReadNightRule(command.request_id, day, start, end, text, command.stands)


def _minute(typed: str, field: str) -> int | Finding:
    read = read_clock_time(typed, field)
    if isinstance(read, Finding):
        return read
    return int(read[:2]) * 60 + int(read[3:]) if read else no("text_missing", field)
