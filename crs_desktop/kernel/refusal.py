"""Every "no" and every "beware" is a value: a code with the values that made it true. `wording` makes the sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How heavy a finding is."""

    NO = "no"
    BEWARE = "beware"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason. `code` names the sentence, `field` and `value` what was looked at, `values` fill the sentence."""

    code: str
    field: str = ""
    value: str = ""
    values: tuple[tuple[str, str], ...] = ()
    severity: Severity = Severity.NO

    def get(self, name: str, default: str = "") -> str:
        """A named value of the finding, or the default."""
        return dict(self.values).get(name, default)


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer of a use case that did not happen: at least one reason, nothing written."""

    findings: tuple[Finding, ...]

    def __post_init__(self) -> None:
        if not self.findings:
            raise ValueError("a refusal has a reason")


def no(code: str, field: str = "", value: object = "", **values: object) -> Finding:
    """A reason against. The code must have a sentence in resources/wording."""
    return Finding(code, field, str(value), _texts(values), Severity.NO)


def beware(code: str, field: str = "", value: object = "", **values: object) -> Finding:
    """A reason for care that does not stop. The code must have a sentence in resources/wording."""
    return Finding(code, field, str(value), _texts(values), Severity.BEWARE)


def refuse(*findings: Finding) -> Refused:
    """A refusal with these reasons."""
    return Refused(tuple(findings))


def _texts(values: dict[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in sorted(values.items()))
