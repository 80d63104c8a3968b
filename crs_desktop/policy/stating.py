"""A new row of policy as two people type it: the first all of it, the second value and day without seeing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crs_desktop.kernel.entry import read_day, read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, refuse
from crs_desktop.policy.commands import StatePolicy
from crs_desktop.policy.model import PolicyOption, StatedPolicy
from crs_desktop.policy.rules import read_value
from crs_desktop.staff.signing.model import Asked, AskedField, Kind, SecondSignature

POLICY = "policy"


def read_stated(command: StatePolicy, option: PolicyOption) -> StatedPolicy | Refused:
    """Understand what the first person typed, or every reason why not."""
    value = _value(option, command.value)
    valid_from = read_day(command.valid_from, "valid_from")
    owner = read_name(command.owner, "owner")
    reason = read_text(command.reason, "reason")
    citation = read_text(command.citation, "citation", needed=False)
    findings = [item for item in (value, valid_from, owner, reason, citation) if isinstance(item, Finding)]
    if findings:
        return refuse(*findings)
    assert isinstance(value, str) and isinstance(valid_from, date) and isinstance(owner, str)
    assert isinstance(reason, str) and isinstance(citation, str)
    return StatedPolicy(option, value, valid_from, owner, reason, citation)


def asked_about(stated: StatedPolicy) -> Asked:
    """What the second person types. Never alone: another policy can wait until two are there.

    The option is the thing that is checked, not the form: a difference is not forgotten by opening another form.
    """
    option = stated.option
    choices = tuple((choice, choice) for choice in option.choices)
    kind = Kind.CHOICE if choices else Kind.COUNT if option.kind == "whole" else Kind.TEXT
    day = AskedField("valid_from", Kind.DAY, stated.valid_from.isoformat())
    return Asked(POLICY, option.key, (AskedField("value", kind, stated.value, choices), day), alone=False)


def in_one_form(option: PolicyOption, second: SecondSignature) -> SecondSignature | Refused:
    """The signature with its value written as the first one is, so that 7.50 percent is 7.5; or why it is no value."""
    typed = second.entered.get("value", "")
    if not typed.strip():
        return second
    value = _value(option, typed)
    if isinstance(value, Finding):
        return refuse(value)
    return replace(second, entered={**second.entered, "value": value})


def _value(option: PolicyOption, typed: str) -> str | Finding:
    value = read_value(option, typed)
    return replace(value, field="value") if isinstance(value, Finding) else value
