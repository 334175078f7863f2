"""What one policy changes against another, in plain rows: who, what, old and new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from store.trust.policy import Member, Policy

__all__ = ["Row", "compare_policies"]

_NOBODY = Member()


class Row(NamedTuple):
    """One thing that differs.

    `who` is a member's handle, a compartment's name, or empty for the repository as a whole. `what`
    is one of: `name`, `threshold`, `revoked`, `recovery`; of a member `role`, `sign`, `age`,
    `compartment`, `left`; of a compartment `epoch`. `old` is empty for what is new, `new` for
    what is taken away; in lists, each entry has its row.
    """

    who: str
    what: str
    old: str
    new: str


def compare_policies(old: Policy, new: Policy) -> list[Row]:
    """List what differs between two policies, but for the version."""
    rows = [Row("", "name", old.name, new.name)] if old.name != new.name else []
    if old.threshold != new.threshold:
        rows.append(Row("", "threshold", str(old.threshold), str(new.threshold)))
    for handle in sorted(old.members.keys() | new.members.keys()):
        one, other = (policy.members.get(handle, _NOBODY) for policy in (old, new))
        rows += _member(handle, one, other)
    for name in sorted(old.compartments.keys() | new.compartments.keys()):
        epochs = [
            str(policy.compartments[name].epoch) if name in policy.compartments else ""
            for policy in (old, new)
        ]
        if epochs[0] != epochs[1]:
            rows.append(Row(name, "epoch", epochs[0], epochs[1]))
    revoked = [tuple(f"{one.key} after {one.after}" for one in p.revoked) for p in (old, new)]
    rows += _entries("", "revoked", revoked[0], revoked[1])
    rows += _entries("", "recovery", old.recovery, new.recovery)
    return rows


def _member(handle: str, old: Member, new: Member) -> Iterator[Row]:
    if new.left is not None and old.left is None:
        yield Row(handle, "left", old.role or "", "")
        return
    if old.role != new.role:
        yield Row(handle, "role", old.role or "", new.role or "")
    yield from _entries(handle, "sign", old.sign, new.sign)
    yield from _entries(handle, "age", old.age, new.age)
    yield from _entries(handle, "compartment", old.compartments, new.compartments)


def _entries(who: str, what: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Row]:
    """Give a row for each entry that went or came; one that replaced another shares its row."""
    gone = [entry for entry in old if entry not in new]
    come = [entry for entry in new if entry not in old]
    if len(gone) == len(come) and what in ("sign", "age"):
        yield from (Row(who, what, *pair) for pair in zip(gone, come, strict=True))
        return
    yield from (Row(who, what, entry, "") for entry in gone)
    yield from (Row(who, what, "", entry) for entry in come)
