"""What one policy may not take back of those before it, whoever signs, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.crypto.sshkey import fingerprint
from store.trust.policy import Policy
from store.trust.report import Note

__all__ = ["faults", "lapses", "leavers"]

_HANDLE = Note(
    "{handle} left at version {left}: the policy must go on saying so",
    "keep that line as it was, and give a new member a handle that nobody had",
)
_LEFT = Note(
    "{handle} leaves with version {version} of the policy, and it says {left}",
    "the version that takes somebody out stands there: dalil member remove",
)
_GONE = Note(
    "the compartment {compartment} is gone from the policy",
    "a compartment that is no longer used stays, without members",
)
_EPOCH = Note(
    "the compartment {compartment} goes back from epoch {old} to {new}",
    "who left would hold its key again: an epoch only rises",
)
_REVOKED = Note(
    "the revocation of the key {key} is gone from the policy",
    "a key that was revoked stays so: whoever else has it could sign again",
)
_LAPSE = Note(
    "{who} lost {compartment}, and its epoch did not rise: what is saved there is still open to"
    " them",
    "begin a new epoch: dalil compartment rotate {compartment}",
)


def faults(olds: Sequence[Policy], new: Policy) -> Iterator[Note]:
    """Say what a policy undoes that must stand for good; a merge has two policies before it."""
    yield from _leaving(olds, new)
    revoked = {entry for old in olds for entry in old.revoked}
    kept = {entry.key for entry in new.revoked if entry in revoked}
    for key in dict.fromkeys(entry.key for old in olds for entry in old.revoked):
        if key not in kept:
            yield _REVOKED._replace(values={"key": fingerprint(key)})
    for old in olds:
        yield from _compartments(old, new)


def _leaving(olds: Sequence[Policy], new: Policy) -> Iterator[Note]:
    """Who left stays so, as one of the policies before says; who leaves does so at this version."""
    gone: dict[str, list[int]] = {}
    for old in olds:
        for handle, member in old.members.items():
            if member.left is not None:
                gone.setdefault(handle, []).append(member.left)
    for handle, lefts in gone.items():
        now = new.members.get(handle)
        if now is None or now.left not in lefts:
            yield _HANDLE._replace(values={"handle": handle, "left": lefts[0]})
    for handle, member in new.members.items():
        if member.left not in (None, new.version) and handle not in gone:
            values = {"handle": handle, "version": new.version, "left": member.left}
            yield _LEFT._replace(values=values)


def _compartments(old: Policy, new: Policy) -> Iterator[Note]:
    for name, compartment in old.compartments.items():
        now = new.compartments.get(name)
        if now is None:
            yield _GONE._replace(values={"compartment": name})
        elif now.epoch < compartment.epoch:
            values = {"compartment": name, "old": compartment.epoch, "new": now.epoch}
            yield _EPOCH._replace(values=values)


def lapses(old: Policy, new: Policy) -> Iterator[Note]:
    """Say who loses a compartment and keeps the key that it goes on with."""
    for name, compartment in old.compartments.items():
        now = new.compartments.get(name)
        who = leavers(old, new, name)
        if who and now is not None and now.epoch <= compartment.epoch:
            yield _LAPSE._replace(values={"who": ", ".join(who), "compartment": name})


def leavers(old: Policy, new: Policy, compartment: str) -> list[str]:
    """Give those who could open a compartment and no longer should; recovery keys by their start.

    Who only has other keys than before is the same person, and loses nothing.
    """
    readers = {h for h in new.readers(compartment) if new.members[h].age}
    gone = [h for h in old.readers(compartment) if old.members[h].age and h not in readers]
    return gone + [key[:16] for key in old.recovery if key not in new.recovery]
