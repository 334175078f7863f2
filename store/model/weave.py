"""The order of a list whose two versions were both changed."""

from __future__ import annotations

from collections.abc import Container, Hashable, Sequence
from typing import TypeVar

__all__ = ["weave"]

Key = TypeVar("Key", bound=Hashable)


def weave(
    base: Sequence[Key], earlier: Sequence[Key], later: Sequence[Key], kept: Container[Key]
) -> list[Key]:
    """Give the kept ones of two lists in one order.

    Who moved something decides on the order, of two the later. What one of them put in follows what
    it followed there; of two things put in at one place, the earlier's comes first.
    """
    leads = _is_moved(base, later)
    order, other = (later, earlier) if leads else (earlier, later)
    woven = [key for key in order if key in kept]
    here, seen = 0, set(woven)
    own = seen.difference(base, other)
    for key in other:
        if key not in kept:
            continue
        if key in seen:
            here = woven.index(key) + 1
            continue
        while not leads and here < len(woven) and woven[here] in own:
            here += 1
        woven.insert(here, key)
        here += 1
    return woven


def _is_moved(base: Sequence[Key], side: Sequence[Key]) -> bool:
    before, after = set(base), set(side)
    return [key for key in side if key in before] != [key for key in base if key in after]
