"""`next-dose`: may another dose be given; if not, from when. By the site's policy when a store is named."""

from __future__ import annotations

from crs_desktop.command_line.text.dose import next_dose_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.doses.dose_document import next_dose_answer
from crs_desktop.doses.model import Limits
from crs_desktop.doses.rules.interval import default_limits, interval_rule
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.wording import say


def tell(world: World) -> Told:
    """Ask the interval rules."""
    options = world.options
    given = [one for group in options.given for one in group]
    site = None if options.store is None else _site_limits(world)
    limits = site or default_limits()
    answer = next_dose_answer(given, options.at, world.now(), limits)
    return Told(answer, next_dose_text(answer.document, say(interval_rule(limits)), site is not None))


def _site_limits(world: World) -> Limits:
    from crs_desktop.doses.acts import limits_of

    with world.house() as house:
        return limits_of(house.policy.on(local_day(house.clock.now(), house.zone)))
