"""One row for each case: the rows of its parts folded into that of the part it lives in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from store.model.summary import READABLE, Summary, unite

__all__ = ["Fold", "Folded", "fold", "folded_text"]


class Fold(NamedTuple):
    """A row that stands for a case, and the other rows whose words it takes."""

    row: int
    others: tuple[int, ...]


class Folded(NamedTuple):
    """The rows that stand for a case each, by number and in order; those with others in them."""

    kept: Sequence[int]
    rows: list[Summary]
    folds: list[Fold]


def fold(rows: list[Summary], breadth: Callable[[str], object]) -> Folded:
    """Fold rows of one case each into one; nearly always there is nothing to fold.

    `breadth` sorts compartments from the fewest readers to the most (`Policy.breadth`).

    A part that is sealed here, or damaged, makes no row beside one of the case that is open. Of two
    homes (somebody has put a case beside another of the same id) the one that fewer can read
    stands for the case, as in reading it, and the words of both are found.
    """
    ids = list(map(itemgetter(0), rows))
    if len(set(ids)) == len(rows):
        return Folded(range(len(rows)), rows, [])
    several = {case_id for case_id, count in Counter(ids).items() if count > 1}
    numbers: dict[str, list[int]] = {}
    for number, case_id in enumerate(ids):
        if case_id in several:
            numbers.setdefault(case_id, []).append(number)
    folds = [_fold(rows, some, breadth) for some in numbers.values()]
    hidden = {n for some in numbers.values() for n in some} - {one.row for one in folds}
    united = list(rows)
    for row, others in folds:
        united[row] = unite(rows[row], [rows[other] for other in others])
    kept = [number for number in range(len(rows)) if number not in hidden]
    return Folded(kept, [united[n] for n in kept], [one for one in folds if one.others])


def folded_text(texts: Sequence[str]) -> str:
    """Put what is searched in the parts of a case together; as the text of a row is written."""
    return " · ".join(filter(None, texts))


def _fold(
    rows: Sequence[Summary], numbers: Sequence[int], breadth: Callable[[str], object]
) -> Fold:
    def rank(number: int) -> tuple[int, object]:
        return _RANKS.index(rows[number].state), breadth(rows[number].compartment)

    first = min(numbers, key=rank)
    return Fold(first, tuple(n for n in numbers if n != first and rows[n].state in READABLE))


_RANKS = ("open", "part", "damaged", "sealed")
"""Which part's row stands for the case."""
