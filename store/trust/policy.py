"""The policy: who may sign, read and administer, as it stands in `policy.yaml`."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

import msgspec

from store.errors import BadFormat
from store.model import codec
from store.trust.paths import RepoPath, parse_path

__all__ = ["Compartment", "Member", "Policy", "Revoked", "Role", "dump", "parse"]

Role = Literal["admin", "editor", "reviewer"]
_FORMAT = 1
_WRITES = {"editor": ("case", "journal"), "reviewer": ("journal",)}
_OWN_KEYS = (
    "dalil", "name", "version", "members", "compartments", "threshold", "revoked", "recovery",
)  # fmt: skip


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


class Revoked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signing key that somebody else may have, and the last commit up to which it counts.

    `key` is an OpenSSH public key line, `after` a commit id: what the key signed counts only in
    that commit and its ancestors. By place in the history, never by date.
    """

    key: str
    after: str


class Policy(msgspec.Struct, frozen=True, dict=True):
    """A checked policy; `extra` keeps the top-level keys that this version does not know.

    `threshold` is the number of admins whose word a change of the policy needs; `recovery` holds
    age recipients kept on paper, which every epoch key is encrypted to as well.
    """

    name: str
    version: int
    members: dict[str, Member]
    compartments: dict[str, Compartment]
    extra: dict[str, Any] = {}
    threshold: int = 1
    revoked: tuple[Revoked, ...] = ()
    recovery: tuple[str, ...] = ()

    @cached_property
    def _handles(self) -> dict[str, str]:
        return {key: handle for handle, member in self.members.items() for key in member.sign}

    def signer(self, public_key: str) -> str | None:
        """Give the handle of the member who signs with this OpenSSH public key line."""
        return self._handles.get(public_key)

    def readers(self, compartment: str) -> list[str]:
        """Give the handles of those who hold the compartment's keys, in order."""
        return sorted(h for h, m in self.members.items() if compartment in m.compartments)

    def breadth(self, compartment: str) -> tuple[int, str]:
        """Give what sorts compartments from the fewest readers to the most."""
        return len(self.readers(compartment)), compartment

    def recipients(self, compartment: str) -> list[str]:
        """Give the age recipients that the compartment's epoch key is encrypted to."""
        keys = (key for handle in self.readers(compartment) for key in self.members[handle].age)
        return list(dict.fromkeys((*keys, *self.recovery)))

    def is_admin(self, handle: str) -> bool:
        """Say whether this member administers the repository."""
        member = self.members.get(handle)
        return member is not None and member.role == "admin"

    @property
    def admins(self) -> list[str]:
        """The handles of those who administer the repository, in order."""
        return sorted(handle for handle in self.members if self.is_admin(handle))

    def revoked_after(self, public_key: str) -> str | None:
        """Give the last commit up to which a revoked key counts; None when it is not revoked."""
        return next((entry.after for entry in self.revoked if entry.key == public_key), None)

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
    threshold: int = 1
    revoked: tuple[Revoked, ...] = ()
    recovery: tuple[str, ...] = ()


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
    policy = Policy(
        document.name,
        document.version,
        document.members,
        document.compartments,
        extra,
        document.threshold,
        document.revoked,
        document.recovery,
    )
    check(policy)
    return policy


def dump(policy: Policy) -> bytes:
    """Write a policy in its canonical form: equal policies give equal bytes.

    Members and compartments stand in the order of their names; then what is not as usual of
    threshold, revoked keys and recovery recipients; unknown keys come last.
    """
    unusual = {
        "threshold": policy.threshold if policy.threshold != 1 else None,
        "revoked": [msgspec.to_builtins(entry) for entry in policy.revoked],
        "recovery": list(policy.recovery),
    }
    return codec.dump(
        {
            "dalil": _FORMAT,
            "name": policy.name,
            "version": policy.version,
            "members": _named(policy.members),
            "compartments": _named(policy.compartments),
            **{key: value for key, value in unusual.items() if value},
            **policy.extra,
        }
    )


def _named(things: dict[str, Any]) -> dict[str, Any]:
    return {name: msgspec.to_builtins(things[name]) for name in sorted(things)}
