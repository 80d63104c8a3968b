"""The answer to *can we add this patient?* in words, ready to be shown."""

from __future__ import annotations

from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.fix_words import fix_text
from crs_desktop.readiness.model import Fix
from crs_desktop.readiness.picture import WhatIfPicture
from crs_desktop.readiness.what_if.model import Answer, WhatIf
from crs_desktop.readiness.words import sentence


def what_if_picture(asked: WhatIf) -> WhatIfPicture:
    """The answer first, then why, then what would change it."""
    findings = tuple(dict.fromkeys(say(finding) for finding in asked.findings))
    yes = asked.answer is Answer.YES
    return WhatIfPicture(
        state=_state(asked),
        headline=_headline(asked),
        reasons=() if yes else findings,
        already=tuple(_said(fix, asked) for fix in asked.own_fixes),
        fix="" if asked.fix is None else _said(asked.fix, asked),
        others=tuple(_said(fix, asked) for fix in asked.others),
        first_yes=_first_yes(asked),
        notes=findings if yes else (),
        window=_window(asked),
    )


def _state(asked: WhatIf) -> str:
    if asked.answer is Answer.YES:
        return "ready_but" if asked.findings else "ready"
    return "short" if asked.answer is Answer.NO else "cannot_say"


def _headline(asked: WhatIf) -> str:
    day = day_text(asked.extra.first_day)
    if asked.answer is Answer.NO:
        return say(no("whatif_head_already" if asked.already else "whatif_head_no", day=day))
    return say(no("whatif_head_yes" if asked.answer is Answer.YES else "whatif_head_cannot_say", day=day))


def _first_yes(asked: WhatIf) -> str:
    if asked.first_yes is not None:
        return say(no("whatif_first_yes", day=day_text(asked.first_yes)))
    return say(no("whatif_never", days=asked.looked_ahead)) if asked.looked_ahead else ""


def _window(asked: WhatIf) -> str:
    window = asked.window
    if window is None:
        return ""
    days = window.window.days
    dose = "" if window.dose is None else str(window.dose)
    return say(
        no("whatif_window", first=day_text(days.first), last=day_text(days.last), sets=window.owed, dose=dose)
    )  # fmt: skip


def _said(fix: Fix, asked: WhatIf) -> str:
    return sentence(fix_text(fix, asked.board))
