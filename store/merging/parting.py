"""Where two lines of a history parted, and what each has of its own, by the parents of raw commits.

`git merge-base` would believe grafts, replaced objects and the commit-graph file. Dates only say
where to look first: a wrong clock makes this slower, never wrong. As long as the lines are, and not
as long as the history.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

from store.repo.commit import Commit, parse
from store.repo.objects import ObjectReader
from store.trust.ancestry import Ancestry

__all__ = ["Parting", "part"]

_ONE, _OTHER, _STALE = 1, 2, 4
_BOTH = _ONE | _OTHER


class Parting(NamedTuple):
    """The best common ancestors of two commits, and the commits that only one of them has.

    As a rule the newest come first; after a wrong clock they may not.
    """

    bases: tuple[str, ...]
    one: tuple[str, ...]
    other: tuple[str, ...]


def part(objects: ObjectReader, one: str, other: str) -> Parting:
    """Find where two commits parted.

    Raises:
        BadFormat: a commit on the way is missing or damaged.
    """
    objects.reachable(one, [other])  # reads ahead
    walk = _Walk(objects)
    walk.reach(one, _ONE)
    walk.reach(other, _OTHER)
    found = walk.common()
    if len(found) > 1:  # one of them may lie below another, by ways that were not walked
        found = walk.best(one, other)
    own = [
        tuple(oid for oid, mark in walk.marks.items() if mark == side) for side in (_ONE, _OTHER)
    ]
    return Parting(tuple(sorted(found)), *own)


class _Walk:
    """From both tips down, the youngest first, until only what lies below both is left."""

    def __init__(self, objects: ObjectReader) -> None:
        self._objects = objects
        self._commits: dict[str, Commit] = {}
        self._waiting: list[tuple[int, str]] = []
        self._fresh: set[str] = set()
        self.marks: dict[str, int] = {}

    def reach(self, oid: str, mark: int) -> None:
        """Come to a commit from one side, or from both, and walk on from it later."""
        old = self.marks.get(oid, 0)
        new = old | mark
        if new == old:
            return
        self.marks[oid] = new
        heappush(self._waiting, (-self._commit(oid).time, oid))
        if new & _STALE:
            self._fresh.discard(oid)
        else:
            self._fresh.add(oid)

    def common(self) -> list[str]:
        """Walk, and give the commits at which the two sides met."""
        met: dict[str, None] = {}
        while self._fresh:
            _, oid = heappop(self._waiting)
            self._fresh.discard(oid)
            mark = self.marks[oid]
            if mark == _BOTH:
                met[oid] = None
                mark |= _STALE
            for parent in self._commit(oid).parents:
                self.reach(parent, mark)
        self._settle()
        return [oid for oid in met if not self.marks[oid] & _STALE]

    def _settle(self) -> None:
        """Tell what was walked too early, by a wrong clock, that it lies below both after all."""
        stale = [oid for _, oid in self._waiting]
        while stale:
            for parent in self._commit(stale.pop()).parents:
                if not self.marks.get(parent, _STALE) & _STALE:
                    self.marks[parent] |= _BOTH | _STALE
                    stale.append(parent)

    def best(self, one: str, other: str) -> list[str]:
        """Give the best common ancestors, from all of the history."""
        parents: dict[str, tuple[str, ...]] = {}
        waiting = [one, other]
        while waiting:
            oid = waiting.pop()
            if oid not in parents:
                parents[oid] = self._commit(oid).parents
                waiting += parents[oid]
        return Ancestry(parents).bases(one, other)

    def _commit(self, oid: str) -> Commit:
        if oid not in self._commits:
            self._commits[oid] = parse(self._objects.read(oid)[1])
        return self._commits[oid]
