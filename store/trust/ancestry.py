"""Where two lines of a history parted: their merge bases, from the parents that raw commits name.

`git merge-base` would believe grafts, replaced objects and the commit-graph file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from heapq import heappop, heappush

__all__ = ["Ancestry"]

_LEFT, _RIGHT, _STALE = 1, 2, 4
_BOTH = _LEFT | _RIGHT


class Ancestry:
    """The parents of commits, and what follows from them; nothing is worked out until asked for."""

    def __init__(self, parents: Mapping[str, tuple[str, ...]]) -> None:
        self._parents = parents

    def bases(self, left: str, right: str) -> list[str]:
        """Give the common ancestors of two commits that no other common ancestor descends from.

        As git does: from both tips down, the youngest first, until only what lies below a common
        ancestor is left.
        """
        marks = {left: _LEFT}
        marks[right] = marks.get(right, 0) | _RIGHT
        waiting = [(-self._ranks[oid], oid) for oid in marks]
        waiting.sort()
        fresh = len(waiting)  # of those that wait, how many are not stale
        found: list[str] = []
        while fresh:
            _, oid = heappop(waiting)
            mark = marks[oid]
            if not mark & _STALE:
                fresh -= 1
                if mark == _BOTH:
                    found.append(oid)
                    mark |= _STALE
            for parent in self._parents.get(oid, ()):
                old = marks.get(parent)
                new = (old or 0) | mark
                if old is None:
                    heappush(waiting, (-self._ranks[parent], parent))
                    fresh += not new & _STALE
                elif new & _STALE and not old & _STALE:
                    fresh -= 1  # it still waits: what is above it has a lower rank than all below
                marks[parent] = new
        return found

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """A number for each commit that is higher than its parents'."""
        ranks: dict[str, int] = {}
        for start in self._parents:
            stack = [start]
            while stack:
                oid = stack[-1]
                if oid in ranks:
                    stack.pop()
                    continue
                above = [one for one in self._parents.get(oid, ()) if one not in ranks]
                if above:
                    stack += above
                else:
                    ranks[stack.pop()] = len(ranks)
        return ranks
