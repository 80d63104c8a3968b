"""The policy in one line, for the status line of the window and wherever else there is room for one line only."""

from __future__ import annotations

from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say
from crs_desktop.policy.model import Policy


def policy_words(policy: Policy) -> str:
    """The sets owed, standby rules that stand over them, and how many options still stand on a shipped default."""
    open_ends = len(policy.unverified)
    values = {
        "car_t": policy.value("sets_car_t"), "bispecific": policy.value("sets_bispecific"),
        "unverified": str(open_ends), "options": str(len(policy.decided)),
    }  # fmt: skip
    code = "policy_ui_summary" if open_ends else "policy_ui_summary_stated"
    said = say(Finding(code, values=tuple(values.items())))
    if not policy.standby:
        return said
    rules = ", ".join(f"{rule.scope} {rule.sets}" for rule in policy.standby)
    return said + " " + say(Finding("policy_ui_summary_standby", values=(("rules", rules),)))
