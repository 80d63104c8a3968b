"""Who may do what, and what keeps the house open: pure, so that a table can be held against it cell by cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.model import BY_CODE, EMERGENCY, HOLDERS, Emergency, Person, Right, Rights, Role

# A choice of this house, not of a law: half a night shift. Whoever needs longer breaks the glass again, with a reason.
EMERGENCY_LASTS = timedelta(hours=4)
LOCK, SIGN_IN, BREAK_GLASS, GO_BACK, BEGIN = "lock", "sign in", "break glass", "go back", "begin people"
# A desk that fell over under emergency access is signed in to as oneself; whoever breaks the glass is still oneself.
_IN_ANY_ROLE = (SIGN_IN, BREAK_GLASS)


def read_rights(tables: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Rights:
    """The table as it is shipped. Raises ValueError for a holder that does not exist or an entry without its reason."""
    rights: Rights = {}
    for section, act in (("acts", True), ("reads", False)):
        for operation, entry in tables[section].items():
            may, why = entry["may"], entry["why"]
            if not isinstance(may, list) or not set(may) <= set(HOLDERS) or not isinstance(why, str) or not why:
                raise ValueError(f"the right '{operation}' is not understood")
            if operation in rights:
                raise ValueError(f"the right '{operation}' stands there twice")
            rights[operation] = Right(operation, act, frozenset(may), why)
    return rights


def granted(rights: Rights, holders: Iterable[str], operation: str) -> bool:
    """True when one of these roles may. What no table knows, nobody may."""
    right = rights.get(operation)
    return right is not None and not right.may.isdisjoint(holders)


def refusal(rights: Rights, holders: Collection[str], operation: str) -> Finding | None:
    """Why these roles may not, None when they may."""
    if operation not in rights:
        return no("staff_right_unknown", "operation", operation)
    if granted(rights, holders, operation):
        return None
    may = [role.value for role in Role if role.value in rights[operation].may]
    if not may:
        return no("staff_for_nobody", "operation", operation)
    own = ", ".join(sorted(holders))
    if EMERGENCY in rights[operation].may:
        return no("staff_not_permitted_emergency", "operation", operation, own=own, may=" or ".join(may))
    return no("staff_not_permitted", "operation", operation, own=own, may=" or ".join(may))


def against_signed_in(
    rights: Rights, person: Person | None, emergency: Emergency | None, actor: Actor, desk: str, intent: str
) -> Finding | None:
    """Why an act in the name of `actor` is refused at a desk where this person is signed in; None when it is not.

    `emergency` is their emergency access of this desk while it runs.
    """
    if person is None:
        return no("staff_person_unknown", "person", actor.name)
    if actor.name != person.name:
        return no("staff_other_name", "person", actor.name, signed_in=person.name)
    if intent == LOCK:
        return None  # also for somebody whose time here has just ended: the desk must be able to say that it locked
    if not person.active:
        return no("staff_ended", "person", person.name)
    if actor.desk != desk:
        return no("staff_other_desk", "desk", actor.desk, desk=desk)
    if intent == BREAK_GLASS and Role.PHARMACIST in person.roles:
        return no("staff_emergency_needless", "person", person.name)
    stale = None if intent in _IN_ANY_ROLE else _stale(person, emergency, actor)
    return stale or refusal(rights, holders_of(person, emergency), intent)


def against_seeing(
    rights: Rights, person: Person | None, emergency: Emergency | None, operation: str
) -> Finding | None:
    """Why whoever is signed in may not see this; None when they may."""
    if person is None:
        return no("staff_person_unknown", "person")
    if not person.active:
        return no("staff_ended", "person", person.name)
    return refusal(rights, holders_of(person, emergency), operation)


def holders_of(person: Person, emergency: Emergency | None) -> frozenset[str]:
    """Under which roles a person acts now."""
    roles = frozenset(role.value for role in person.roles)
    return roles if emergency is None else roles | {EMERGENCY}


def against_code(rights: Rights, emergency: Emergency | None, actor: Actor, desk: str, intent: str) -> Finding | None:
    """The same at a desk that the emergency code opened: nothing before who and why are written down."""
    if actor.role != EMERGENCY or not actor.name.endswith(BY_CODE):
        return no("staff_code_name", "person", actor.name)
    if actor.desk != desk:
        return no("staff_other_desk", "desk", actor.desk, desk=desk)
    if intent in (LOCK, BREAK_GLASS):
        return None
    if emergency is None or emergency.name != actor.name:
        return no("staff_emergency_over", "person", actor.name)
    return refusal(rights, {EMERGENCY}, intent)


def _stale(person: Person, emergency: Emergency | None, actor: Actor) -> Finding | None:
    """The role that the log will carry must be the true one."""
    if emergency is not None:
        if actor.role == EMERGENCY:
            return None
        return no("staff_emergency_runs", "person", person.name)
    if actor.role == EMERGENCY:
        return no("staff_emergency_over", "person", person.name)
    return None if actor.role == person.role else no("staff_roles_stale", "person", person.name, roles=person.role)


def keeps_an_administrator(people: Iterable[Person], person_id: int, roles: Collection[Role]) -> Finding | None:
    """Why this person cannot be left with these roles: somebody must be able to let people in."""
    left = {one.id: one.name for one in people if one.active and Role.ADMINISTRATOR in one.roles}
    last = left.pop(person_id, "")
    return None if left or Role.ADMINISTRATOR in roles else no("staff_last_administrator", "roles", last)


def name_taken(names: Mapping[str, frozenset[int]], name: str, person_id: int | None = None) -> Finding | None:
    """Why this name cannot be theirs: another person bears it or once did, and records would no longer tell who."""
    others = names.get(key_of(name), frozenset()) - {person_id}
    return no("staff_name_taken", "name", name) if others else None


def against_looking_over(emergency: Emergency | None, own: bool, now: datetime) -> Finding | None:
    """Why this emergency access cannot be looked over now; `own` when by the one who took it."""
    if emergency is None:
        return no("staff_emergency_unknown", "emergency")
    if emergency.looked_over_by is not None:
        return no("staff_emergency_looked_over", "emergency", emergency.name, by=emergency.looked_over_by)
    if emergency.running(now):
        return no("staff_emergency_still", "emergency", emergency.name)
    return no("staff_emergency_own", "emergency", emergency.name) if own else None
