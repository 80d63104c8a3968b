"""From counts by run to named vials: lots within a run by a sweep in time, then the sets of one item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crs_desktop.readiness.rules.items import Item, Line, Shape
from crs_desktop.readiness.rules.program import Blueprint

Counts = tuple[int, ...]
SPLIT_LIMIT = 20_000


def spread(plan: Blueprint, taken: dict[int, dict[int, int]]) -> list[dict[int, int]]:
    """Vials by line for each item from vials by run.

    Lines of a run are alike, items come in order of their start, and at each start no more vials of the run are held
    than it has: so the first free line in order is always right, and no later item is left without.
    """
    items, lines = plan.shape.items, plan.shape.lines
    given: list[dict[int, int]] = [{} for _ in items]
    for place, run in enumerate(plan.runs):
        held: list[tuple[int, int, int]] = []
        for i in run.items:
            wanted = taken.get(i, {}).get(place, 0)
            for j in run.lines:
                busy = sum(count for other, line, count in held if line == j and items[other].last >= items[i].start)
                count = min(wanted, lines[j].vials - busy)
                if count > 0:
                    held.append((i, j, count))
                    given[i][j] = count
                    wanted -= count
            if wanted:
                raise ArithmeticError("the plan holds more vials of a run than there are")
    return given


def split(shape: Shape, item: Item, vials: dict[int, int], sets: int) -> list[Counts]:
    """The sets of one item over its lines in order, each a count by line of `sorted(vials)`.

    Best by a near set, earmarks kept, waste and rounding as in the levels; among equals the sets whose counts, in order
    of the lines, are greatest first. None of it changes what other items hold.
    """
    order = sorted(vials)
    total = tuple(vials[j] for j in order)
    if sets <= 1:
        return [total] if sets else []
    lines = [shape.lines[j] for j in order]
    best: tuple[tuple[int, ...], list[Counts]] | None = None
    for sort in _splits(item, lines, total, sets, None):
        far = sum(_far(lines, counts) for counts in sort)
        if far > item.further:
            continue
        worth = (far == len(sort), *_worth(item, lines, order, sort))
        if best is None or worth < best[0]:
            best = (worth, sort)
    if best is None:
        raise ArithmeticError("the vials of an item do not make its sets")
    return best[1]


def _worth(item: Item, lines: list[Line], order: list[int], sort: Sequence[Counts]) -> tuple[int, int, int, int]:
    named = [tuple((j, n) for j, n in zip(order, counts, strict=True) if n) for counts in sort]
    confirmed = proposed = 0
    for promise in item.promises:
        times = named.count(promise.vials)
        confirmed += min(times, promise.confirmed)
        proposed += min(max(times - promise.confirmed, 0), promise.proposed)
    costs = [item.band.cost(content(lines, counts)) for counts in sort]
    return -confirmed, sum(waste for waste, _ in costs), sum(apart for _, apart in costs), -proposed


def _far(lines: Sequence[Line], counts: Counts) -> bool:
    return any(line.source.far for line, count in zip(lines, counts, strict=True) if count)


def content(lines: Sequence[Line], counts: Counts) -> int:
    """Micrograms in these vials."""
    return sum(line.strength * count for line, count in zip(lines, counts, strict=True))


def _splits(item: Item, lines: list[Line], rest: Counts, sets: int, most: Counts | None) -> Iterator[list[Counts]]:
    """Every way to share the vials into so many sets, the greatest first set first, each later set not greater."""
    if sets == 1:
        if _is_set(item, lines, rest) and (most is None or rest <= most):
            yield [rest]
        return
    for counts in _parts(rest, most):
        if _is_set(item, lines, counts):
            left = tuple(all_ - some for all_, some in zip(rest, counts, strict=True))
            for others in _splits(item, lines, left, sets - 1, counts):
                yield [counts, *others]


def _parts(rest: Counts, most: Counts | None) -> Iterator[Counts]:
    """Counts up to `rest` in descending order, none greater than `most`."""
    if not rest:
        yield ()
        return
    top = rest[0] if most is None else min(rest[0], most[0])
    for count in range(top, -1, -1):
        bound = most[1:] if most is not None and count == most[0] else None
        for others in _parts(rest[1:], bound):
            yield (count, *others)


def _is_set(item: Item, lines: list[Line], counts: Counts) -> bool:
    brands = {line.brand for line, count in zip(lines, counts, strict=True) if count}
    return len(brands) == 1 and item.band.covers(content(lines, counts))
