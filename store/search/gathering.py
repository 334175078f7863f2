"""The texts of many rows taken apart: which words there are, and in which rows each stands.

A text is kept as the numbers of its pieces, which are what stands between two blanks: names and
places come again and again. Each piece is folded once. Worker processes gather the texts of some
rows each, and what they found is put together.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress, count
from typing import NamedTuple

from store.search.fold import WORD, fold_text
from store.search.lists import Lists, joined, split

__all__ = ["GONE", "Gathered", "gather", "merge"]

GONE = 0xFFFFFFFF
"""In place of a number: this row is not there any more."""


class Gathered(NamedTuple):
    """Some rows: their words, sorted, and the rows of each; the pieces, and those of each text."""

    words: list[str]
    rows: Lists
    pieces: list[str]
    texts: Lists

    def text(self, row: int) -> str:
        """Give the text of a row as it was."""
        return " ".join([self.pieces[number] for number in self.texts[row]])

    def columns(self) -> list[bytes]:
        """Write all down."""
        words, pieces = joined(self.words), joined(self.pieces)
        sizes = array("I", (len(self.words), len(self.pieces))).tobytes()
        return [sizes, words, *self.rows.columns(), pieces, *self.texts.columns()]

    @classmethod
    def read(cls, columns: Iterator[bytes]) -> Gathered:
        """Take what `columns` wrote.

        Raises:
            ValueError: it is something else.
        """
        sizes = array("I")
        sizes.frombytes(next(columns))
        words, rows = split(next(columns), sizes[0]), Lists.read(columns)
        return cls(words, rows, split(next(columns), sizes[1]), Lists.read(columns))


def gather(texts: Iterable[str]) -> Gathered:
    """Take texts apart; between their pieces stands one blank."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    pieces_of = [array("I", map(numbers.__getitem__, text.split(" "))) for text in texts]
    words_of = [WORD.findall(fold_text(piece)) for piece in numbers]
    rows: defaultdict[str, array[int]] = defaultdict(_none)
    for row, pieces in enumerate(pieces_of):
        for word in set(chain.from_iterable(map(words_of.__getitem__, pieces))):
            rows[word].append(row)
    return _packed(rows, list(numbers), pieces_of)


def merge(parts: Iterable[tuple[Gathered, Sequence[int]]]) -> Gathered:
    """Put gathered texts together; with each come the new numbers of its rows, or `GONE`."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    pieces_of: dict[int, array[int]] = {}
    rows: defaultdict[str, array[int]] = defaultdict(_none)
    for part, given in parts:
        places, texts = given, iter(part.texts)
        lists = iter(part.rows.renumbered(given.__getitem__))
        if GONE in given:
            left = [place != GONE for place in given]
            places, texts = list(compress(given, left)), compress(texts, left)
            lists = (array("I", filter(GONE.__ne__, found)) for found in lists)
        known = _Renumbered(part.pieces, numbers).__getitem__
        pieces_of.update(zip(places, Lists.of(texts).renumbered(known), strict=True))
        for word, found in zip(part.words, lists, strict=True):
            rows[word].extend(found)
    return _packed(rows, list(numbers), [pieces_of[row] for row in range(len(pieces_of))])


def _none() -> array[int]:
    return array("I")


def _packed(
    rows: dict[str, array[int]], pieces: list[str], pieces_of: Sequence[array[int]]
) -> Gathered:
    words = sorted(word for word, found in rows.items() if found)
    return Gathered(words, Lists.of(map(rows.__getitem__, words)), pieces, Lists.of(pieces_of))


class _Renumbered(dict[int, int]):
    """The new numbers of pieces; what is in no row any more gets none."""

    def __init__(self, pieces: Sequence[str], numbers: defaultdict[str, int]) -> None:
        super().__init__()
        self._pieces, self._numbers = pieces, numbers

    def __missing__(self, old: int) -> int:
        self[old] = number = self._numbers[self._pieces[old]]
        return number
