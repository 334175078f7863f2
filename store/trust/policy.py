"""The policy: who may sign, read and administer, as it stands in `policy.yaml`."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

import msgspec

from store.errors import BadFormat
from store.model import codec
from store.trust.paths import RepoPath, parse_path

__all__ = ["Compartment", "Member", "Policy", "Role", "dump", "parse"]

Role = Literal["admin", "editor", "reviewer"]
_FORMAT = 1
_WRITES = {"editor": ("case", "journal"), "reviewer": ("journal",)}
_OWN_KEYS = ("dalil", "name", "version", "members", "compartments")


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One person: what they may do, their signing keys, their age recipients, what they may read.

    `sign` holds OpenSSH public key lines without a comment. Somebody who left has `left`, the
    version of the policy that took them out, and nothing else.
    """

    role: Role | None = None
    sign: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    compartments: tuple[str, ...] = ()
    left: int | None = None

    def may_write(self, path: RepoPath) -> bool:
        """Say whether this member's role and compartments allow a change at `path`."""
        if self.role == "admin":
            return True
        writes = _WRITES.get(self.role or "", ())
        return path.kind in writes and path.compartment in self.compartments


class Compartment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One compartment: the number of the epoch key that its files are encrypted to now."""

    epoch: int


class Policy(msgspec.Struct, frozen=True, dict=True):
    """A checked policy; `extra` keeps the top-level keys that this version does not know."""

    name: str
    version: int
    members: dict[str, Member]
    compartments: dict[str, Compartment]
    extra: dict[str, Any] = {}

    @cached_property
    def _handles(self) -> dict[str, str]:
        return {key: handle for handle, member in self.members.items() for key in member.sign}

    def signer(self, public_key: str) -> str | None:
        """Give the handle of the member who signs with this OpenSSH public key line."""
        return self._handles.get(public_key)

    def readers(self, compartment: str) -> list[str]:
        """Give the handles of those who hold the compartment's keys, in order."""
        return sorted(h for h, m in self.members.items() if compartment in m.compartments)

    def recipients(self, compartment: str) -> list[str]:
        """Give the age recipients that the compartment's epoch key is encrypted to."""
        keys = (key for handle in self.readers(compartment) for key in self.members[handle].age)
        return list(dict.fromkeys(keys))

    def is_admin(self, handle: str) -> bool:
        """Say whether this member administers the repository."""
        member = self.members.get(handle)
        return member is not None and member.role == "admin"

    def may_write(self, handle: str, path: str) -> bool:
        """Say whether a member may change the file at `path`; unknown members and paths: no."""
        member, place = self.members.get(handle), parse_path(path)
        return member is not None and place is not None and member.may_write(place)


class _Document(msgspec.Struct, frozen=True):
    """The shape of the file, before what its values mean is checked."""

    dalil: int
    name: str
    version: int
    members: dict[str, Member]
    compartments: dict[str, Compartment]


def parse(text: bytes) -> Policy:
    """Read and check a policy.

    Raises:
        BadFormat: it is no policy; the error names the place in it.
    """
    from store.trust.policy_check import check

    data = codec.load(text)
    try:
        document = msgspec.convert(data, _Document)
    except msgspec.ValidationError as error:
        raise BadFormat(
            "policy.yaml is not of the right form: {problem}", problem=str(error)
        ) from None
    if document.dalil != _FORMAT:
        raise BadFormat(
            "policy.yaml is of format {format}, which this version cannot read",
            hint="use a newer version of Dalil",
            format=document.dalil,
        )
    extra = {key: value for key, value in data.items() if key not in _OWN_KEYS}
    policy = Policy(document.name, document.version, document.members, document.compartments, extra)
    check(policy)
    return policy


def dump(policy: Policy) -> bytes:
    """Write a policy in its canonical form: equal policies give equal bytes.

    Members and compartments stand in the order of their names, unknown keys after them.
    """
    return codec.dump(
        {
            "dalil": _FORMAT,
            "name": policy.name,
            "version": policy.version,
            "members": _named(policy.members),
            "compartments": _named(policy.compartments),
            **policy.extra,
        }
    )


def _named(things: dict[str, Any]) -> dict[str, Any]:
    return {name: msgspec.to_builtins(things[name]) for name in sorted(things)}
