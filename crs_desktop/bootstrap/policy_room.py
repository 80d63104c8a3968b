"""The tabs of policy: the options, and the standby rules that stand over their plain numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import PageEntry, SecondPerson
from crs_desktop.desktop.tabbed_page import TabbedPage
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.staff.signing.model import Asked, SecondSignature

if TYPE_CHECKING:
    from crs_desktop.house import House


def policy_room(
    tasks: Tasks, house: House, actor: Callable[[], Actor], second: SecondPerson[Asked, SecondSignature] | None
) -> Page:
    """What the site has decided."""

    def options() -> Page:
        from crs_desktop.policy.ui.page import PolicyPage
        from crs_desktop.staff.signing.service import SecondCheckBook

        checks = SecondCheckBook(house.store, house.zone)
        return PolicyPage(tasks, house.policy, house.zone, actor, second, checks)

    def standby() -> Page:
        from crs_desktop.policy.ui.standby.page import StandbyPage

        return StandbyPage(tasks, house.standby, actor, second)

    entries = [
        PageEntry("options", tr("Options"), "settings", options),
        PageEntry("standby", tr("Standby rules"), "settings", standby),
    ]
    return TabbedPage(tasks, tr("Policy"), entries)
