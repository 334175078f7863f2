"""Two policies that went their own ways, made one: member by member; the narrower right stands.

Pure: which epochs rise, and with which keys, is decided in `store/merging/rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from store.errors import Refused
from store.trust.policy import Compartment, Member, Policy, Revoked, Role

__all__ = ["join_policies"]

_ROLES: tuple[Role, ...] = ("reviewer", "editor", "admin")
"""From the narrowest to the widest."""

_SAME: Mapping[str, int] = MappingProxyType({})

_Value = TypeVar("_Value")


def join_policies(
    base: Policy, theirs: Policy, ours: Policy, epochs: Mapping[str, int] = _SAME
) -> Policy:
    """Give the policy of the next version, in which both changes stand.

    Each compartment has the epoch that is named, or the higher of the two. Who left on one side has
    left.

    Raises:
        Refused: two people were given one handle.
    """
    revoked = _revoked(theirs.revoked, ours.revoked)
    keys = {entry.key for entry in revoked}
    members = {
        handle: _without(keys, _member(handle, base, theirs, ours))
        for handle in sorted({*theirs.members, *ours.members})
    }
    now = {
        name: max(p.compartments[name].epoch for p in (theirs, ours) if name in p.compartments)
        for name in sorted({*theirs.compartments, *ours.compartments})
    }
    return Policy(
        _choose(base.name, theirs.name, ours.name, lambda one, _: one),
        max(theirs.version, ours.version) + 1,
        members,
        {name: Compartment(epochs.get(name, epoch)) for name, epoch in now.items()},
        _extra(base.extra, theirs.extra, ours.extra),
        _choose(base.threshold, theirs.threshold, ours.threshold, max),
        revoked,
        _set(base.recovery, theirs.recovery, ours.recovery),
    )


def _member(handle: str, base: Policy, theirs: Policy, ours: Policy) -> Member:
    was, one, other = (policy.members.get(handle) for policy in (base, theirs, ours))
    left = next((member for member in (one, other) if member and member.left is not None), None)
    if left is not None:
        return left
    if one is None or other is None:
        member = one or other
        assert member is not None  # noqa: S101 - one of the two policies has the handle
        return member
    if was is None and set(one.sign) != set(other.sign):
        raise Refused(
            "two people were given the handle {handle}, one on each side",
            hint="take yours out again, with `dalil member remove`, and choose another handle",
            handle=handle,
        )
    before = was or Member(one.role, (), (), ())
    return Member(
        _choose(before.role, one.role, other.role, _narrower),
        _set(before.sign, one.sign, other.sign),
        _set(before.age, one.age, other.age),
        _compartments(was, one, other),
    )


def _compartments(was: Member | None, one: Member, other: Member) -> tuple[str, ...]:
    if was is None:  # taken in on both sides: what both gave
        return tuple(name for name in one.compartments if name in other.compartments)
    return _set(was.compartments, one.compartments, other.compartments)


def _without(revoked: set[str], member: Member) -> Member:
    kept = tuple(key for key in member.sign if key not in revoked)
    return Member(member.role, kept, member.age, member.compartments, member.left)


def _narrower(one: Role | None, other: Role | None) -> Role | None:
    return min((role for role in (one, other) if role), key=_ROLES.index, default=None)


def _revoked(one: Sequence[Revoked], other: Sequence[Revoked]) -> tuple[Revoked, ...]:
    known = {entry.key for entry in one}
    return (*one, *(entry for entry in other if entry.key not in known))


def _set(was: Iterable[str], one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    """Keep what either added, and leave out what either took away."""
    old = set(was)
    kept = [value for value in one if value in other or value not in old]
    return (*kept, *(value for value in other if value not in one and value not in old))


def _choose(
    was: _Value, one: _Value, other: _Value, both: Callable[[_Value, _Value], _Value]
) -> _Value:
    """Give the value that was changed; `both` decides where both were, differently."""
    if other in (one, was):
        return one
    return other if one == was else both(one, other)


def _extra(was: dict[str, Any], one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    found = {
        key: _choose(was.get(key), one.get(key), other.get(key), lambda mine, _: mine)
        for key in {**one, **other}
    }
    return {key: value for key, value in found.items() if value is not None}
