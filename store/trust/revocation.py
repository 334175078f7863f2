"""What a revoked key still vouches for: by place in the history, never by date.

A revocation names a commit. What the key signed in that commit and below it stays good, wherever
it comes in; anything else that comes in at or above the revocation fails, for the key is no
member's any more. What had come in before, and is not below that commit, is told for a look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from store.crypto.sshkey import from_text
from store.trust.commits import outline
from store.trust.parting import ancestors
from store.trust.policy import Policy, Revoked
from store.trust.reading import Reader
from store.trust.report import Finding
from store.trust.signatures import claimed_key

__all__ = ["Revocations"]

_PIECE = 1000
_LATER = "signed with a key of {handle} that was revoked later, and not below {after}"
_LOOK = "look at what it changed (dalil log, dalil diff); bring back what is wrong from before it"

Parents = Mapping[str, tuple[str, ...]]


class _Declared(NamedTuple):
    """A revocation, the mainline commit with which it came in, and whose key it is."""

    entry: Revoked
    joined: str
    handle: str


class Revocations:
    """The revocations of one history, and what follows from them.

    `parents` are those of the commits that are looked at; the notices at the end read the others.
    """

    def __init__(self, parents: Parents) -> None:
        self._parents = parents
        self._below: dict[str, set[str]] = {}
        self._declared: list[_Declared] = []

    def spares(self, policy: Policy | None, key: str, oid: str) -> bool:
        """Say whether a policy revokes a key, but vouches for this commit by it."""
        after = policy.revoked_after(key) if policy is not None and policy.revoked else None
        if after is None:
            return False
        if after not in self._below:
            self._below[after] = ancestors(self._parents, after)
        return oid in self._below[after]

    def declare(self, joined: str, own: Policy, above: list[Policy | None]) -> None:
        """Take note of what a commit revokes that none of its parents did.

        `joined` is the mainline commit with which it came in.
        """
        old = {entry for policy in above if policy is not None for entry in policy.revoked}
        for entry in own.revoked:
            if entry not in old:
                names = [policy.signer(entry.key) for policy in above if policy is not None]
                handle = next((name for name in names if name), "")
                self._declared.append(_Declared(entry, joined, handle))

    def notices(
        self, reader: Reader, signers: Mapping[str, str], poll: Callable[[], None]
    ) -> Iterator[Finding]:
        """Tell of commits by revoked keys that had come in before, and that nobody vouched for."""
        if not self._declared:
            return
        keys = {from_text(one.entry.key).blob: one.entry.key for one in self._declared}
        parents, signed = _read(reader, {one.joined for one in self._declared}, keys, poll)
        told = set()
        for one in self._declared:
            later = ancestors(parents, one.joined) - ancestors(parents, one.entry.after)
            for oid in signed.get(one.entry.key, ()):
                if oid in later and oid not in told:
                    told.add(oid)
                    handle = signers.get(oid) or one.handle or "?"
                    values = {"handle": handle, "after": one.entry.after[:12]}
                    yield Finding(oid, 2, "notice", _LATER, values, _LOOK)


def _read(
    reader: Reader, tips: set[str], keys: Mapping[bytes, str], poll: Callable[[], None]
) -> tuple[dict[str, tuple[str, ...]], dict[str, list[str]]]:
    """Read all ancestors of some commits: their parents, and those signed by some keys."""
    parents: dict[str, tuple[str, ...]] = {}
    signed: dict[str, list[str]] = {}
    for tip in tips:
        reader.reachable(tip, ())
    level = list(tips)
    while level:
        above: list[str] = []
        for start in range(0, len(level), _PIECE):
            poll()
            piece = level[start : start + _PIECE]
            for oid, raw in zip(piece, reader.get("commit", piece), strict=True):
                parents[oid] = outline(raw)[1] if isinstance(raw, bytes) else ()
                above += parents[oid]
                key = keys.get(claimed_key(raw)) if isinstance(raw, bytes) else None
                if key is not None:
                    signed.setdefault(key, []).append(oid)
        level = [oid for oid in dict.fromkeys(above) if oid not in parents]
    return parents, signed
