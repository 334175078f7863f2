"""How well the words of a query lie on the words of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["score"]

_EXTRA = 0.02  # for each word of the row that nothing asked for
_MAX_EXTRA = 10
_TAKEN = -1
_FIRST, _LAST = 0.06, 0.06  # the first words are each other's, or the last: given and family name


def score(
    matches: Sequence[Mapping[int, float]], weights: Sequence[float], words: Sequence[int]
) -> float:
    """Score a row: each wanted word takes the likest word of the row that is still free.

    Args:
        matches: for each wanted word the likeness of the words it may mean.
        weights: of the wanted words.
        words: the row, as numbers of words.
    """
    free = list(words)
    first = last = False
    total = 0.0
    for nth, (match, weight) in enumerate(zip(matches, weights, strict=True), 1):
        likeness = [match.get(word, 0.0) for word in free]
        best = max(likeness, default=0.0)
        if not best:
            continue
        place = likeness.index(best)
        free[place] = _TAKEN
        total += weight * best
        first |= nth == 1 and place == 0
        last |= nth == len(matches) and place == len(words) - 1
    extra = len(free) - free.count(_TAKEN)
    return total / sum(weights) - _EXTRA * min(extra, _MAX_EXTRA) + _FIRST * first + _LAST * last
