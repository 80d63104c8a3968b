"""Pure rules of an excursion: which vials were there, wherever they lie by now, and how a temperature is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.stock.holding.model import Crossing, Excursion, Key
from crs_desktop.stock.model import Movement

_TEMPERATURE = re.compile(r"(?P<sign>[-−]?)(?P<whole>[0-9]{1,2})(\.(?P<tenth>[0-9]))?")


def exposed(
    there_now: Mapping[Key, int],
    since: Sequence[Movement],
    crossings: Iterable[Crossing],
    place_id: int,
    ended: datetime | None,
) -> set[Key]:
    """Lots and places whose vials may have been in the place while it was too warm or too cold.

    `since` is every line of the ledger from its beginning on. Lots that lay there when it began, or came while it ran;
    and every lot and place to which such vials have gone since: nobody can tell them from others of their lot.
    """
    began_with = {key: vials for key, vials in there_now.items() if key[1] == place_id}
    for line in since:
        if line.place.id == place_id:
            key = (line.lot.id, place_id)
            began_with[key] = began_with.get(key, 0) - line.vials
    found = {key for key, vials in began_with.items() if vials > 0}
    came = [line for line in since if line.place.id == place_id and line.vials > 0]
    found |= {(line.lot.id, place_id) for line in came if ended is None or line.at <= ended}
    for crossing in sorted(crossings, key=lambda one: one.at):
        if (crossing.lot_id, crossing.source) in found:
            found.add((crossing.lot_id, crossing.to))
    return found


def read_temperature(text: str, field: str) -> int | Finding | None:
    """Degrees Celsius with at most one decimal, in tenths; nothing typed is not known."""
    typed = text.strip()
    if not typed:
        return None
    match = _TEMPERATURE.fullmatch(typed)
    if match is None:
        return no("excursion_temperature", field, text)
    tenths = int(match["whole"]) * 10 + int(match["tenth"] or 0)
    return -tenths if match["sign"] else tenths


def out_of_order(
    began: datetime, ended: datetime | None, lowest: int | None, highest: int | None, now: datetime
) -> list[Finding]:
    """What cannot be true of an excursion: it begins or ends in the future, ends before it began, or is upside down."""
    found = []
    if began > now:
        found.append(no("excursion_in_future", "began"))
    if ended is not None and ended > now:
        found.append(no("excursion_in_future", "ended"))
    if ended is not None and ended <= began:
        found.append(no("excursion_ends_first", "ended"))
    if lowest is not None and highest is not None and lowest > highest:
        found.append(no("excursion_upside_down", "lowest", degrees(lowest), highest=degrees(highest)))
    return found


def degrees(tenths: int) -> str:
    """'-3.5 °C'."""
    whole, rest = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole}.{rest} °C"


def latest(excursions: Iterable[Excursion]) -> list[Excursion]:
    """Each excursion as it was last told, under the number it had first, the newest first.

    What is told later of the same place and beginning is the same excursion.
    """
    firsts: dict[tuple[int, datetime], Excursion] = {}
    told: dict[tuple[int, datetime], Excursion] = {}
    for one in sorted(excursions, key=lambda row: row.id):
        key = (one.place.id, one.began)
        firsts.setdefault(key, one)
        told[key] = one
    numbered = [
        Excursion(
            firsts[key].id, one.place, one.began, one.ended, one.lowest_tenths, one.highest_tenths, one.reason,
            one.at, one.actor,
        )
        for key, one in told.items()
    ]  # fmt: skip
    return sorted(numbered, key=lambda one: one.id, reverse=True)
