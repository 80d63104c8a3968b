"""How an answer leaves the program as a document: findings as entries, instants with offset, the exit status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import IntEnum

from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say


class ExitStatus(IntEnum):
    """What a verb tells the shell."""

    YES = 0
    NO = 1
    NOT_UNDERSTOOD = 2
    ENVIRONMENT = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """One JSON document and the exit status that goes with it."""

    document: dict[str, Json]
    status: ExitStatus


def finding_entry(finding: Finding, language: str = "en") -> dict[str, str]:
    """The finding as every document shows it: code, field, value and the reason in words."""
    return {
        "code": finding.code,
        "field": finding.field,
        "value": finding.value,
        "reason": say(finding, language),
    }


def finding_entries(findings: Iterable[Finding], language: str = "en") -> list[dict[str, str]]:
    """The findings in their order."""
    return [finding_entry(finding, language) for finding in findings]


def refusal_document(findings: Iterable[Finding], language: str = "en") -> dict[str, Json]:
    """The document of a refusal."""
    return {"refused": finding_entries(findings, language)}


def instant_entry(instant: datetime, zone: tzinfo) -> str:
    """ISO 8601 with the zone's offset; a fraction of a second only when there is one."""
    local = instant.astimezone(zone)
    return local.isoformat(timespec="milliseconds" if local.microsecond else "seconds")
