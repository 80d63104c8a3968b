"""The best plan by trying everything, written from the page alone and knowing nothing of the program.

A case is plain data: days are whole numbers (today is 0), amounts are Fractions of a milligram.
  lots:     (key, lot, brand, mg, vials, last day, first day there or None, usable, place[, far, hour])
  patients: (id, dose, sets, first day, last day[, sets that may be further away, minute of the infusion])
  planned:  (id, day, dose)
  earmarks: (id, ((key, count), ...), confirmed)
Every possible family of sets of every patient is tried; two half-made plans that hold the same vials on the same days
are compared and the worse one dropped, which loses nothing because every level is a sum.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

FOREVER = 10_000


def drawn_dose(content, dose, percent):
    share = Fraction(percent) / 100
    low, high = dose * (1 - share), min(dose * (1 + share), Fraction(800))
    if low <= content <= high:
        return content
    return dose if content >= dose else None


def possible_sets(lots, allowed, dose, percent):
    """Each (counts by lot, waste, distance) that covers the dose: whole vials of one brand."""
    found = []
    for counts in itertools.product(
        *(range(lot[4] + 1) if ok else range(1) for lot, ok in zip(lots, allowed, strict=True))
    ):
        brands = {lot[2] for lot, n in zip(lots, counts, strict=True) if n}
        if len(brands) != 1:
            continue
        content = sum(lot[3] * n for lot, n in zip(lots, counts, strict=True))
        drawn = drawn_dose(Fraction(content), dose, percent)
        if drawn is not None:
            found.append((counts, content - drawn, abs(drawn - dose)))
    return found


def there_for(lot, start, minute):
    """A lot that arrived the day before its first day, at an hour, is there for whoever begins later that day."""
    hour = lot[10] if len(lot) > 10 else None
    if lot[6] is None or lot[6] <= start:
        return True
    return lot[6] == start + 1 and hour is not None and minute is not None and hour < minute


def all_families(near, any_, sets, further):
    """Every family of at most so many sets of which at most `further` hold far vials, with how many do."""
    far = [one for one in any_ if one not in near]
    for size in range(sets + 1):
        for away in range(min(size, further) + 1):
            for ours in itertools.combinations_with_replacement(near, size - away):
                for theirs in itertools.combinations_with_replacement(far, away):
                    yield (*ours, *theirs), away


LEVELS = ("confirmed", "waste", "rounding", "proposed", "expiry", "vials")


def jobs_of(patients, planned):
    """Windows and planned uses in the order of their keys, rescue before planned use."""
    jobs = []
    for who, dose, sets, a, b, *more in patients:
        further, minute = more or (0, None)
        if b >= 0 and sets:
            jobs.append((max(0, a), 0, who, dose, sets, b, further, minute if a >= 0 else None))
    jobs += [(day, 1, who, dose, 1, day, 0, None) for who, day, dose in planned if day >= 0]
    return sorted(jobs, key=lambda job: (job[0], job[1], job[2], job[3]))


def best_plan(lots, patients, planned, earmarks, percent, without=None):
    """(level 1 by key, levels 2 to 6, the sets by patient in order, the planned sets in order).

    `without`: one of the levels, or "coverage", that is not looked at.
    """
    lots = sorted(lots, key=lambda x: (x[2], x[5], -x[3], max(x[6] or 0, 0), x[1], x[8], x[0]))
    names = [lot[0] for lot in lots]
    jobs = jobs_of(patients, planned)
    keys = sorted({job[0] for job in jobs})
    states = {(): (tuple([0] * (3 * len(keys)) + [0] * 6), (), ())}
    for start, kind, who, dose, sets, last, further, minute in jobs:
        anywhere = [lot[7] and there_for(lot, start, minute) and lot[5] >= last for lot in lots]
        close = [ok and not (len(lot) > 9 and lot[9]) for lot, ok in zip(lots, anywhere, strict=True)]
        near = possible_sets(lots, close, dose, percent)
        single = possible_sets(lots, anywhere, dose, percent) if further else near
        own = [(vials, sure) for name, vials, sure in earmarks if name == who and kind == 0]
        families = []
        for family, away in all_families(near, single, sets, further):
            total = [sum(part) for part in zip(*(one[0] for one in family), strict=True)] or [0] * len(lots)
            if all(n <= lot[4] for n, lot in zip(total, lots, strict=True)):
                one_at_least = len(family) > (0 if further == sets else away)
                families.append((family, one_at_least, total, worth(family, total, own, lots, names)))
        slot = 3 * keys.index(start)
        fresh = {}
        for held, (levels, canon, chosen) in states.items():
            now = [(until, lot, n) for until, lot, n in held if until >= start]
            busy = [0] * len(lots)
            for _, lot, n in now:
                busy[lot] += n
            for family, one_at_least, total, (numbers, shown) in families:
                if any(b + n > lot[4] for b, n, lot in zip(busy, total, lots, strict=True)):
                    continue
                new = list(levels)
                if without != "coverage":
                    gained = (0, 0, len(family)) if kind else (one_at_least, len(family), 0)
                    new[slot : slot + 3] = [n - more for n, more in zip(new[slot : slot + 3], gained, strict=True)]
                for place, number in enumerate(numbers):
                    new[3 * len(keys) + place] += 0 if LEVELS[place] == without else number
                until = FOREVER if kind else last
                merged = {}
                for u, lot, n in [*now, *((until, k, n) for k, n in enumerate(total) if n)]:
                    merged[u, lot] = merged.get((u, lot), 0) + n
                state = tuple(sorted((u, lot, n) for (u, lot), n in merged.items()))
                entry = (tuple(new), canon + tuple(-n for n in total) + shown, (*chosen, (kind, who, family)))
                if state not in fresh or entry[:2] < fresh[state][:2]:
                    fresh[state] = entry
        states = fresh
    levels, _, chosen = min(states.values(), key=lambda entry: entry[:2])
    cut = 3 * len(keys)
    known = {who for _, kind, who, *_ in jobs if kind == 0}
    lost = [sum(1 for who, _, sure in earmarks if who not in known and sure is wanted) for wanted in (True, False)]
    after = list(levels[cut:])
    after[0] += lost[0]
    after[3] += lost[1]
    named = [
        (kind, who, [{name: n for name, n in zip(names, one[0], strict=True) if n} for one in ordered(family)])
        for kind, who, family in chosen
    ]
    return [tuple(-n for n in levels[3 * k : 3 * k + 3]) for k in range(len(keys))], after, named


def ordered(family):
    return sorted(family, key=lambda one: tuple(-n for n in one[0]))


def worth(family, total, own, lots, names):
    made = [tuple(sorted((name, n) for name, n in zip(names, one[0], strict=True) if n)) for one in family]
    changes = {True: 0, False: 0}
    for sure in (True, False):
        for vials, confirmed in own:
            if confirmed is sure:
                if tuple(sorted(vials)) in made:
                    made.remove(tuple(sorted(vials)))
                else:
                    changes[sure] += 1
    numbers = (
        changes[True],
        sum(one[1] for one in family),
        sum(one[2] for one in family),
        changes[False],
        sum(n * lot[3] * lot[5] for n, lot in zip(total, lots, strict=True)),
        sum(total),
    )
    return numbers, tuple(-n for one in ordered(family) for n in one[0])
