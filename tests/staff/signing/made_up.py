"""A second person who does not exist, for tests whose subject is something else: finds what was asked, and signs."""

from __future__ import annotations

from datetime import datetime

from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.protocols import SecondLook
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.clock import Clock
from crs_desktop.staff.signing.model import Asked, ProvenPerson, SecondSignature

SECOND = "S. Lindgren"


def second(asked: object, clock: Clock | datetime, name: str = SECOND, **entered: str) -> SecondSignature:
    """The signature that agrees with what is asked, but for what is `entered`; of nothing asked, an empty one."""
    at = clock if isinstance(clock, datetime) else clock.now()
    found = {field.name: field.truth for field in asked.fields} if isinstance(asked, Asked) else {}
    return SecondSignature(ProvenPerson(0, name, frozenset({"pharmacist"}), at), {**found, **entered})


class AgreesAtOnce:
    """In the place of the step on the screen: the second person finds the same and signs at once."""

    def __init__(self, tasks: Tasks, at: datetime) -> None:
        self._tasks = tasks
        self._at = at

    def ask(self, form: FormDialog, look: SecondLook[Asked, SecondSignature]) -> None:
        form.send(self._tasks, lambda: look.act(second(look.asked(), self._at)), look.done)
