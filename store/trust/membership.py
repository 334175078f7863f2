"""Who belongs, made another: each change of people and access, from one policy to the next.

Nothing here touches a repository. Each function gives a new policy of the next version, which has
been checked as a whole; `store/policy_change.py` puts it into force. Where somebody loses access to
a compartment its epoch rises, so that what is written from then on is closed to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from store.errors import NotFound, Refused
from store.trust.policy import Compartment, Member, Policy, Revoked, Role, dump, parse

__all__ = [
    "add_member",
    "add_recovery",
    "advance_epoch",
    "create_compartment",
    "follow",
    "grant",
    "in_one",
    "remove_member",
    "remove_recovery",
    "rename",
    "revoke_access",
    "revoke_key",
    "rotate_keys",
    "set_role",
    "set_threshold",
]

Change = Callable[[Policy], Policy]


def in_one(policy: Policy, *changes: Change) -> Policy:
    """Make several changes, one on top of the other, as one new version."""
    new = policy
    for change in changes:
        new = change(replace(new, version=policy.version))
    return new


def follow(policy: Policy, edited: Policy) -> Policy:
    """Make an edited text the version after a policy.

    Raises:
        Refused: nothing but the version differs.
        BadFormat: it does not hold together as that version.
    """
    if dump(replace(edited, version=policy.version)) == dump(policy):
        raise Refused("this changes nothing in the policy")
    return parse(dump(replace(edited, version=policy.version + 1)))


def add_member(
    policy: Policy,
    handle: str,
    role: Role,
    *,
    sign: Sequence[str],
    age: Sequence[str] = (),
    compartments: Sequence[str] = (),
) -> Policy:
    """Take somebody in.

    Raises:
        Refused: the handle belongs, or once belonged, to somebody.
        BadFormat: a handle, key or compartment is not as it must be.
    """
    if handle in policy.members:
        is_here = policy.members[handle].left is None
        raise Refused(
            "there is a member {handle} already"
            if is_here
            else "{handle} was a member once, and a handle is not given twice",
            hint="choose another handle: the history names people by it",
            handle=handle,
        )
    member = Member(role, tuple(sign), tuple(age), _unique(compartments))
    return _next(policy, members=policy.members | {handle: member})


def set_role(policy: Policy, handle: str, role: Role) -> Policy:
    """Give a member another role.

    Raises:
        Refused: it is their role, or too few admins would remain.
        NotFound: there is no such member.
    """
    member = _member(policy, handle)
    if member.role == role:
        raise Refused("{handle} is {role} already", handle=handle, role=role)
    if member.role == "admin":
        _keep_admins(policy, handle)
    return _next(_with(policy, handle, role=role))


def remove_member(policy: Policy, handle: str) -> Policy:
    """Take somebody out; what is left of them is `left`. Their compartments get a new epoch.

    Raises:
        Refused: too few admins would remain, or nobody who can open one of the compartments.
        NotFound: there is no such member.
    """
    member = _member(policy, handle)
    if member.role == "admin":
        _keep_admins(policy, handle)
    gone = Member(left=policy.version + 1)
    closed = member.compartments if member.age else ()
    new = replace(policy, members=policy.members | {handle: gone})
    return _next(_risen(new, closed))


def rotate_keys(
    policy: Policy,
    handle: str,
    *,
    sign: Sequence[str] = (),
    age: Sequence[str] = (),
    lost: bool = False,
) -> Policy:
    """Give a person new keys instead of their old ones; those that are not named stay.

    With `lost`, somebody else may have the old age key: the compartments get a new epoch.

    Raises:
        Refused: no new key is named, or (lost) not the age key that must be replaced.
        NotFound: there is no such member.
    """
    member = _member(policy, handle)
    if not sign and not age:
        raise Refused("there is no new key for {handle}", handle=handle)
    if lost and member.age and (not age or set(age) & set(member.age)):
        raise Refused(
            "the lost age key of {handle} would stay among the recipients",
            hint="name a new one: --age",
            handle=handle,
        )
    new = _with(policy, handle, sign=tuple(sign) or member.sign, age=tuple(age) or member.age)
    return _next(_risen(new, member.compartments if lost and member.age else ()))


def create_compartment(policy: Policy, name: str, readers: Iterable[str]) -> Policy:
    """Make a compartment and say who reads it.

    Raises:
        Refused: there is one of that name, or none of the readers has an age key.
        NotFound: a reader is no member.
    """
    if name in policy.compartments:
        raise Refused("there is a compartment {name} already", name=name)
    new = replace(policy, compartments=policy.compartments | {name: Compartment(1)})
    for handle in dict.fromkeys(readers):
        old = _member(policy, handle).compartments
        new = _with(new, handle, compartments=(*old, name))
    _keep_readers(new, name)
    return _next(new)


def grant(policy: Policy, handle: str, compartment: str) -> Policy:
    """Let a member read a compartment, all that was ever written in it included.

    Raises:
        Refused: they read it already.
        NotFound: there is no such member or compartment.
    """
    old = _member(policy, handle).compartments
    _must_exist(policy, compartment)
    if compartment in old:
        raise Refused(
            "{handle} reads {compartment} already", handle=handle, compartment=compartment
        )
    return _next(_with(policy, handle, compartments=(*old, compartment)))


def revoke_access(policy: Policy, handle: str, compartment: str) -> Policy:
    """Take a compartment from a member; it gets a new epoch.

    Raises:
        Refused: they do not read it, or nobody would be left who does.
        NotFound: there is no such member or compartment.
    """
    member = _member(policy, handle)
    _must_exist(policy, compartment)
    if compartment not in member.compartments:
        raise Refused(
            "{handle} does not read {compartment}", handle=handle, compartment=compartment
        )
    kept = tuple(name for name in member.compartments if name != compartment)
    new = _with(policy, handle, compartments=kept)
    return _next(_risen(new, (compartment,) if member.age else ()))


def advance_epoch(policy: Policy, compartment: str) -> Policy:
    """Begin a new epoch of a compartment, for the same readers.

    Raises:
        NotFound: there is no such compartment.
    """
    _must_exist(policy, compartment)
    return _next(_risen(policy, (compartment,)))


def revoke_key(policy: Policy, key: str, after: str) -> Policy:
    """Declare that what a signing key signed counts in one commit and its ancestors, and no more.

    Raises:
        Refused: it is revoked already, or somebody's only key.
    """
    if policy.revoked_after(key) is not None:
        raise Refused("this key is revoked already")
    handle = policy.signer(key)
    new = replace(policy, revoked=(*policy.revoked, Revoked(key, after)))
    if handle is None:
        return _next(new)
    kept = tuple(line for line in policy.members[handle].sign if line != key)
    if not kept:
        raise Refused(
            "this is the only signing key of {handle}",
            hint="give {handle} a new one (dalil member rotate), or remove the member",
            handle=handle,
        )
    return _next(_with(new, handle, sign=kept))


def set_threshold(policy: Policy, threshold: int) -> Policy:
    """Make changes of the policy need the word of so many admins.

    Raises:
        Refused: there are not so many admins, or it is so already.
    """
    if threshold == policy.threshold:
        raise Refused("a change of the policy needs {count} admins already", count=threshold)
    if not 1 <= threshold <= len(policy.admins):
        raise Refused(
            "{count} cannot be the number of admins that a change needs: there are {admins}",
            count=threshold,
            admins=len(policy.admins),
        )
    return _next(policy, threshold=threshold)


def add_recovery(policy: Policy, recipient: str) -> Policy:
    """Encrypt every epoch key to one more recipient, whose secret is kept on paper.

    Raises:
        Refused: it is one already.
    """
    if recipient in policy.recovery:
        raise Refused("this is a recovery recipient already")
    return _next(policy, recovery=(*policy.recovery, recipient))


def remove_recovery(policy: Policy, recipient: str) -> Policy:
    """Take a recovery recipient away; every compartment gets a new epoch.

    Raises:
        NotFound: it is none.
    """
    if recipient not in policy.recovery:
        raise NotFound("this is no recovery recipient")
    kept = tuple(one for one in policy.recovery if one != recipient)
    return _next(_risen(replace(policy, recovery=kept), policy.compartments))


def rename(policy: Policy, name: str) -> Policy:
    """Give the repository another name, which is shown on screen."""
    return _next(policy, name=name)


def _with(policy: Policy, handle: str, **changes: Any) -> Policy:
    member = replace(_member(policy, handle), **changes)
    return replace(policy, members=policy.members | {handle: member})


def _next(policy: Policy, **changes: Any) -> Policy:
    """Give the next version, after what would be read back has been checked."""
    return parse(dump(replace(policy, version=policy.version + 1, **changes)))


def _risen(policy: Policy, names: Iterable[str]) -> Policy:
    """Raise the epoch of compartments that somebody leaves."""
    compartments = dict(policy.compartments)
    for name in names:
        _keep_readers(policy, name)
        compartments[name] = Compartment(compartments[name].epoch + 1)
    return replace(policy, compartments=compartments)


def _keep_readers(policy: Policy, name: str) -> None:
    if not any(policy.members[handle].age for handle in policy.readers(name)):
        raise Refused(
            "nobody would be left who can open {compartment}",
            hint="let somebody else read it first: dalil compartment grant",
            compartment=name,
        )


def _keep_admins(policy: Policy, handle: str) -> None:
    left = len(policy.admins) - 1
    if not left:
        raise Refused(
            "{handle} is the only admin",
            hint="make somebody else admin first: dalil member role HANDLE admin",
            handle=handle,
        )
    if left < policy.threshold:
        raise Refused(
            "{left} admins would be left, and a change of the policy needs {needed}",
            hint="lower that number first: dalil policy threshold",
            left=left,
            needed=policy.threshold,
        )


def _member(policy: Policy, handle: str) -> Member:
    member = policy.members.get(handle)
    if member is None or member.left is not None:
        raise NotFound(
            "there is no member {handle}", hint="`dalil member list` names them", handle=handle
        )
    return member


def _must_exist(policy: Policy, compartment: str) -> None:
    if compartment not in policy.compartments:
        raise NotFound(
            "there is no compartment {compartment} in this repository",
            hint="there are: {compartments}",
            compartment=compartment,
            compartments=", ".join(sorted(policy.compartments)),
        )


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
