"""Find the rows that hold every word of a query, best first, and the letters that matched."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, compress
from typing import NamedTuple

from store.search.align import score
from store.search.fold import WORD, fold_text
from store.search.gathering import Gathered, gather
from store.search.highlight import spans
from store.search.likeness import LENIENT, Wanted
from store.search.query import parse
from store.search.vocabulary import Vocabulary
from store.search.words import is_particle

__all__ = ["Finder", "spans"]

_LEVELS = 20  # of likeness; twelve words times twenty fit into the byte of a row
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
        gathered: the texts of the rows, for instance title, reference and names of a case.
        vocabulary: of the gathered words, when it is there already.
    """

    def __init__(self, gathered: Gathered, vocabulary: Vocabulary | None = None) -> None:
        self._gathered = gathered
        self._vocabulary = vocabulary or Vocabulary.of(gathered.words)
        self._rows = gathered.rows  # of each word; what is added is of rows with another text
        self._texts: dict[int, str] = {}  # of rows that have another text now
        self._size = len(gathered.texts)
        self._places: list[int] | None = None  # where each number asked for is kept, if elsewhere
        self._numbers: dict[int, int] = {}  # the other way round
        self._found: OrderedDict[Wanted, _Found] = OrderedDict()
        self._names_of: dict[int, tuple[int, ...]] = {}  # the names in a piece

    @classmethod
    def of(cls, texts: Iterable[str]) -> Finder:
        """Take texts apart and make them ready to be searched."""
        return cls(gather(texts))

    def text(self, number: int) -> str:
        """Give the text of a row."""
        return self._text(self._place(number))

    def append(self, text: str) -> None:
        """Take in one more row."""
        place, self._size = self._size, self._size + 1
        if self._places is not None:
            self._numbers[place] = len(self._places)
            self._places.append(place)
        self._put(place, text)

    def replace(self, number: int, text: str) -> None:
        """Give a row another text."""
        self._put(self._place(number), text)

    def arrange(self, numbers: Sequence[int]) -> None:
        """Number the rows anew: the first gets the number of the row that stands first, and so on.

        Rows that are not named are gone.
        """
        self._places = [self._place(number) for number in numbers]
        self._numbers = {place: number for number, place in enumerate(self._places)}
        for place in range(self._size):
            if place not in self._numbers:
                self._put(place, "")

    def _place(self, number: int) -> int:
        return number if self._places is None else self._places[number]

    def _text(self, place: int) -> str:
        changed = self._texts.get(place)
        return self._gathered.text(place) if changed is None else changed

    def _put(self, place: int, text: str) -> None:
        for word in set(_words(self._texts.get(place, ""))):
            self._rows.take_back(self._vocabulary.number(word), place)
        self._texts[place] = text
        for word in set(_words(text)):
            self._rows.add(self._vocabulary.add(word), place)
        self._found.clear()

    def find(self, query: str, is_cancelled: Callable[[], bool] | None = None) -> list[int]:
        """Give the numbers of the rows that hold every word of the query, best first.

        When no row holds several words well, worse likenesses count too; a single word would find
        what has nothing to do with it. A query without any word gives all rows in order; a
        cancelled search gives none. Rows that are equally good stay in order.
        """
        if not parse(query):
            return list(range(self._size if self._places is None else len(self._places)))
        is_cancelled = is_cancelled or _never
        rows, is_good = self._search(parse(query), is_cancelled)
        if len(parse(query)) > 1 and not is_good and len(rows) < _FEW and not is_cancelled():
            rows, _ = self._search(parse(query, LENIENT), is_cancelled)
        if is_cancelled():
            return []
        return rows if self._places is None else [self._numbers[place] for place in rows]

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
        scores = self._scores(rows[:_ALIGNED], wanted, found)
        best = sorted(scores, key=scores.__getitem__, reverse=True)
        return best + rows[_ALIGNED:], bool(best) and scores[best[0]] >= _GOOD

    def _every(self, byte: int) -> int:
        return int.from_bytes(bytes((byte,)) * self._size, "little")

    def _look_up(self, wanted: Wanted) -> _Found:
        if wanted in self._found:
            self._found.move_to_end(wanted)
            return self._found[wanted]
        words = self._vocabulary.matches(wanted)
        levels = bytearray(self._size)
        likely = [
            (number, max(1, int(_LEVELS * words[number] ** 2 * wanted.weight)))
            for number in sorted(words, key=words.__getitem__)
        ]
        for number, level in likely:
            for place in self._rows.packed(number):
                levels[place] = level
        for place in self._texts:
            levels[place] = 0
        for number, level in likely:
            for place in self._rows.added(number):
                levels[place] = level
        found = self._found[wanted] = _Found(words, int.from_bytes(levels, "little"))
        if len(self._found) > _REMEMBERED:
            self._found.popitem(last=False)
        return found

    def _sorted(self, common: int, found: list[_Found]) -> list[int]:
        """Give the rows whose byte is set, the highest sums of levels first."""
        size = self._size
        rows = list(compress(range(size), common.to_bytes(size, "little")))
        if self._places is not None:
            rows.sort(key=self._numbers.__getitem__)
        sums = sum(word.rows for word in found).to_bytes(size, "little")
        rows.sort(key=sums.__getitem__, reverse=True)
        return rows

    def _scores(
        self, rows: list[int], wanted: Sequence[Wanted], found: list[_Found]
    ) -> dict[int, float]:
        weights = [word.weight for word in wanted]
        matches = [word.words for word in found]
        return {row: score(matches, weights, self._names(row)) for row in rows}

    def _names(self, place: int) -> list[int]:
        """Give the words of a row in order, without particles, a compound once for each name."""
        if place in self._texts:
            return list(self._names_in(self._texts[place]))
        known, pieces = self._names_of, self._gathered.texts[place]
        for piece in pieces:
            if piece not in known:
                known[piece] = self._names_in(self._gathered.pieces[piece])
        return list(chain.from_iterable(map(known.__getitem__, pieces)))

    def _names_in(self, text: str) -> tuple[int, ...]:
        names: list[int] = []
        for word in _words(text):
            if not is_particle(word):
                number = self._vocabulary.number(word)
                names += [number] * self._vocabulary.size(number)
        return tuple(names)


def _words(text: str) -> list[str]:
    return WORD.findall(fold_text(text))


def _never() -> bool:
    return False
