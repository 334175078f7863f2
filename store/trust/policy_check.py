"""What a policy must hold beyond its shape: sound names, usable keys, at least one admin."""

from __future__ import annotations

import re

from store.crypto.age import is_recipient
from store.crypto.plugins import is_allowed
from store.crypto.sshkey import from_text
from store.errors import BadFormat
from store.trust.paths import is_compartment
from store.trust.policy import Member, Policy

__all__ = ["check"]

_HANDLE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_NAME_LIMIT = 100
_EPOCH_LIMIT = 999_999  # the six digits that a key's path has room for
_VERSION_LIMIT = 999_999_999  # the nine digits that an approval's path has room for
_COMMIT = re.compile(r"[0-9a-f]{40}")


def check(policy: Policy) -> None:
    """Check a policy that has the right shape.

    Raises:
        BadFormat: the error names the place.
    """
    if not policy.name.strip() or len(policy.name) > _NAME_LIMIT or not policy.name.isprintable():
        raise BadFormat("policy.yaml: the name must be one line of 1 to 100 letters")
    if not 1 <= policy.version <= _VERSION_LIMIT:
        raise BadFormat("policy.yaml: the version must be 1 or more")
    for name, compartment in policy.compartments.items():
        _check_compartment(name, compartment.epoch)
    for handle, member in policy.members.items():
        _check_member(policy, handle, member)
    _check_each_key_once(policy)
    if not policy.admins:
        raise BadFormat("policy.yaml: there is no admin", hint="at least one member must be admin")
    if not 1 <= policy.threshold <= len(policy.admins):
        raise BadFormat(
            "policy.yaml: the threshold is {threshold}, but there are {admins} admins",
            hint="it is a number from 1 to that of the admins",
            threshold=policy.threshold,
            admins=len(policy.admins),
        )
    _check_revoked(policy)
    _check_recovery(policy)
    _check_each_reader_once(policy)


def _check_compartment(name: str, epoch: int) -> None:
    if not is_compartment(name):
        raise BadFormat(
            "policy.yaml: {name} cannot name a compartment",
            hint="use lower-case letters, digits and -, 32 at most, a letter first",
            name=ascii(name)[:60],
        )
    if not 1 <= epoch <= _EPOCH_LIMIT:
        raise BadFormat("policy.yaml: compartment {name}: the epoch must be 1 or more", name=name)


def _check_member(policy: Policy, handle: str, member: Member) -> None:
    if not _HANDLE.fullmatch(handle):
        raise BadFormat(
            "policy.yaml: {handle} cannot be a member's handle",
            hint="use lower-case letters, digits, - and _, 32 at most, a letter first",
            handle=ascii(handle)[:60],
        )
    if member.left is not None:
        _check_left(policy, handle, member)
        return
    if member.role is None:
        raise BadFormat("policy.yaml: member {handle}: the role is missing", handle=handle)
    if not member.sign:
        raise BadFormat("policy.yaml: member {handle}: there is no signing key", handle=handle)
    for name in member.compartments:
        if name not in policy.compartments:
            raise BadFormat(
                "policy.yaml: member {handle}: there is no compartment {name}",
                handle=handle,
                name=ascii(name)[:60],
            )
    for line in member.sign:
        _check_signing_key(handle, line)
    for recipient in member.age:
        if not (is_recipient(recipient) or is_allowed(recipient)):
            raise BadFormat(
                "policy.yaml: member {handle}: {key} is not an age recipient",
                hint="only X25519 (age1…) and a few known plugins are used, never ssh keys",
                handle=handle,
                key=ascii(recipient)[:80],
            )


def _check_revoked(policy: Policy) -> None:
    seen = set()
    for entry in policy.revoked:
        try:
            is_sound = from_text(entry.key).text == entry.key
        except BadFormat:
            is_sound = False
        if not is_sound or not _COMMIT.fullmatch(entry.after) or entry.key in seen:
            raise BadFormat(
                "policy.yaml: {key} cannot stand among the revoked keys",
                hint="each stands there once: a line without a comment, and a commit of 40 digits",
                key=ascii(entry.key)[:40],
            )
        seen.add(entry.key)
        handle = policy.signer(entry.key)
        if handle is not None:
            raise BadFormat(
                "policy.yaml: member {handle}: a signing key is revoked",
                hint="a revoked key belongs to no member; give them another first",
                handle=handle,
            )


def _check_recovery(policy: Policy) -> None:
    for recipient in policy.recovery:
        if not is_recipient(recipient) or policy.recovery.count(recipient) > 1:
            raise BadFormat(
                "policy.yaml: {key} cannot stand among the recovery recipients",
                hint="each stands there once, as an X25519 recipient (age1…)",
                key=ascii(recipient)[:80],
            )


def _check_left(policy: Policy, handle: str, member: Member) -> None:
    if member != Member(left=member.left):
        raise BadFormat(
            "policy.yaml: member {handle}: who left has no role, key or compartment", handle=handle
        )
    if member.left not in range(1, policy.version + 1):
        raise BadFormat(
            "policy.yaml: member {handle}: left names no version up to this one", handle=handle
        )


def _check_signing_key(handle: str, line: str) -> None:
    try:
        key = from_text(line)
    except BadFormat as error:
        raise BadFormat(
            "policy.yaml: member {handle}: {key} is not a signing key: {problem}",
            hint=error.hint,
            **{**error.values, "handle": handle, "key": ascii(line)[:40], "problem": str(error)},
        ) from error
    if key.text != line:
        # A comment often holds a real name or a machine's, and this file is not encrypted.
        raise BadFormat(
            "policy.yaml: member {handle}: a signing key has something after it",
            hint="leave the comment out: the line ends with the key itself",
            handle=handle,
        )


def _check_each_key_once(policy: Policy) -> None:
    owners: dict[str, str] = {}
    for handle, member in policy.members.items():
        for line in member.sign:
            if line in owners:
                raise BadFormat(
                    "policy.yaml: a signing key stands twice, at {first} and at {second}",
                    first=owners[line],
                    second=handle,
                )
            owners[line] = handle


def _check_each_reader_once(policy: Policy) -> None:
    """Whoever of two with one reading key leaves would go on reading by the other's name."""
    owners = dict.fromkeys(policy.recovery, "recovery")
    for handle, member in policy.members.items():
        for recipient in member.age:
            if recipient in owners:
                raise BadFormat(
                    "policy.yaml: a reading key stands twice, at {first} and at {second}",
                    first=owners[recipient],
                    second=handle,
                )
            owners[recipient] = handle
