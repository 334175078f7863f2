"""Find the rows that hold every word of a query, best first, and the letters that matched."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import compress
from typing import NamedTuple

from store.search.align import score
from store.search.fold import WORD, fold_text
from store.search.highlight import spans
from store.search.likeness import LENIENT, Wanted
from store.search.query import parse
from store.search.vocabulary import Vocabulary
from store.search.words import is_particle

__all__ = ["Finder", "spans"]

_LEVELS = 20  # of likeness; twelve words times twenty fit into the byte of a row
_MAX_LOOKED_AT = 5_000  # rows whose words are kept at hand
_ALIGNED = 200  # rows ranked by looking at them, the others by likeness alone
_GOOD = 0.75  # a score from which on a row is what was asked for
_FEW = 20  # rows; with fewer, and none good, worse likenesses count too
_REMEMBERED = 32  # words whose rows are kept for the next key stroke


class _Found(NamedTuple):
    """Where one wanted word is: the likeness of words, and a level for each row, one byte each."""

    words: dict[int, float]
    rows: int


class Finder:
    """Find rows by their words.

    Args:
        texts: one text for each row, for instance title, reference and names of a case.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = list(texts)
        self._vocabulary = Vocabulary()
        self._rows: list[array[int]] = []  # of each word
        self._found: OrderedDict[Wanted, _Found] = OrderedDict()
        self._looked_at: dict[int, list[int]] = {}
        rows: dict[str, array[int]] = {}
        for row, text in enumerate(self._texts):
            for word in set(WORD.findall(fold_text(text))):
                if word in rows:
                    rows[word].append(row)
                else:
                    rows[word] = array("I", (row,))
        for word, postings in rows.items():
            self._vocabulary.add(word)
            self._rows.append(postings)

    def append(self, text: str) -> None:
        """Take in one more row."""
        self._texts.append("")
        self.replace(len(self._texts) - 1, text)

    def replace(self, row: int, text: str) -> None:
        """Give a row another text."""
        for word in set(WORD.findall(fold_text(self._texts[row]))):
            self._rows[self._vocabulary.number(word)].remove(row)
        self._texts[row] = text
        for word in set(WORD.findall(fold_text(text))):
            number = self._vocabulary.add(word)
            if number == len(self._rows):
                self._rows.append(array("I"))
            self._rows[number].append(row)
        self._found.clear()
        self._looked_at.clear()

    def find(self, query: str, is_cancelled: Callable[[], bool] | None = None) -> list[int]:
        """Give the numbers of the rows that hold every word of the query, best first.

        When no row holds several words well, worse likenesses count too; a single word would find
        what has nothing to do with it. A query without any word gives all rows in order; a
        cancelled search gives none. Rows that are equally good stay in order.
        """
        if not parse(query):
            return list(range(len(self._texts)))
        is_cancelled = is_cancelled or _never
        rows, is_good = self._search(parse(query), is_cancelled)
        if len(parse(query)) > 1 and not is_good and len(rows) < _FEW and not is_cancelled():
            rows, _ = self._search(parse(query, LENIENT), is_cancelled)
        return [] if is_cancelled() else rows

    def _search(
        self, wanted: Sequence[Wanted], is_cancelled: Callable[[], bool]
    ) -> tuple[list[int], bool]:
        """Look the words up, and say too whether the best row is a good one."""
        found: list[_Found] = []
        common = self._every(0x80)
        for word in wanted:
            if is_cancelled() or not common:
                return [], False
            found.append(self._look_up(word))
            common &= found[-1].rows + self._every(0x7F)
        rows = self._sorted(common, found)
        if len(wanted) == 1 and len(wanted[0].spellings[0]) == 1:
            return rows, True
        if len(self._looked_at) > _MAX_LOOKED_AT:
            self._looked_at.clear()
        scores = self._scores(rows[:_ALIGNED], wanted, found)
        best = sorted(scores, key=scores.__getitem__, reverse=True)
        return best + rows[_ALIGNED:], bool(best) and scores[best[0]] >= _GOOD

    def _every(self, byte: int) -> int:
        return int.from_bytes(bytes((byte,)) * len(self._texts), "little")

    def _look_up(self, wanted: Wanted) -> _Found:
        if wanted in self._found:
            self._found.move_to_end(wanted)
            return self._found[wanted]
        words = self._vocabulary.matches(wanted)
        levels = bytearray(len(self._texts))
        for number in sorted(words, key=words.__getitem__):
            level = max(1, int(_LEVELS * words[number] ** 2 * wanted.weight))
            for row in self._rows[number]:
                levels[row] = level
        found = self._found[wanted] = _Found(words, int.from_bytes(levels, "little"))
        if len(self._found) > _REMEMBERED:
            self._found.popitem(last=False)
        return found

    def _sorted(self, common: int, found: list[_Found]) -> list[int]:
        """Give the rows whose byte is set, the highest sums of levels first."""
        size = len(self._texts)
        rows = list(compress(range(size), common.to_bytes(size, "little")))
        sums = sum(word.rows for word in found).to_bytes(size, "little")
        rows.sort(key=sums.__getitem__, reverse=True)
        return rows

    def _scores(
        self, rows: list[int], wanted: Sequence[Wanted], found: list[_Found]
    ) -> dict[int, float]:
        weights = [word.weight for word in wanted]
        matches = [word.words for word in found]
        return {row: score(matches, weights, self._names(row)) for row in rows}

    def _names(self, row: int) -> list[int]:
        """Give the words of a row in order, without particles, a compound once for each name."""
        if row not in self._looked_at:
            words = WORD.findall(fold_text(self._texts[row]))
            numbers = [self._vocabulary.number(word) for word in words if not is_particle(word)]
            self._looked_at[row] = [
                number for number in numbers for _ in range(self._vocabulary.size(number))
            ]
        return self._looked_at[row]


def _never() -> bool:
    return False
