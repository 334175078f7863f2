"""A list of cases on its way: the rows are there at once, the words in them come after.

Read and kept are the rows of all parts; given out is one for each case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count, islice
from typing import TYPE_CHECKING

from store.folding import fold, folded_text
from store.listing import index_path, open_keys
from store.own_key import index_key
from store.reading import Read, Wanted, read_rows
from store.search.gathering import GONE, Gathered, merge
from store.search.index import Index, Words, read_words, write_index
from store.search.match import Finder
from store.search.vocabulary import Vocabulary
from store.trust.paths import case_path

if TYPE_CHECKING:
    from store.reader import Reader

__all__ = ["Listing"]


class Listing:
    """The rows of all cases, which are there at once, and the words in them, which come after.

    Args:
        index: the rows of all parts, and what they were read from.
        slots: for each row its number in the index as it is kept, None when it is new.
        read: what was read of the new rows.
        is_due: whether the index should be written again.
    """

    def __init__(
        self, reader: Reader, index: Index, slots: Sequence[int | None], read: Read, *, is_due: bool
    ) -> None:
        self._folded = fold(index.rows, reader.breadth)
        self.rows = self._folded.rows
        self._reader, self._index = reader, index
        self._slots, self._read, self._is_due = slots, read, is_due
        self._finder: Finder | None = None

    def finder(self) -> Finder:
        """Give what searches the rows, numbered as they stand in `rows`; write what is due."""
        if self._finder is None:
            kept = self._kept_words()
            if kept is None or self._is_due:
                words = self._made_anew(kept)
                self._write(words)
                self._finder = Finder(*words)
            else:
                self._finder = self._brought_up_to_date(kept)
            self._read = Read([], [], [])
            self._fold(self._finder)
        return self._finder

    def _fold(self, finder: Finder) -> None:
        """Give the words of all parts to the row that stands for their case."""
        for row, others in self._folded.folds:
            finder.replace(row, folded_text([finder.text(n) for n in (row, *others)]))
        if len(self._folded.kept) < len(self._index.rows):
            finder.arrange(self._folded.kept)

    def keep(self) -> None:
        """Write the index when much has changed."""
        if self._is_due:
            self.finder()

    def _write(self, words: Words) -> None:
        identity, key = self._reader.identity, index_key(self._reader)
        if self._is_due and identity is not None and key is not None:
            self._is_due = False
            path = index_path(self._reader.git_dir, identity)
            write_index(path, self._index, words, key.recipient)

    def _kept_words(self) -> Words | None:
        """Read the words that go with the rows; None when there are none."""
        identity, mark = self._reader.identity, self._index.mark
        key = index_key(self._reader)
        if identity is None or key is None or not mark:
            return None
        kept = read_words(index_path(self._reader.git_dir, identity), key, mark)
        if kept is None:  # another process has written another index, or this one is damaged
            self._read_all_again()
        return kept

    def _brought_up_to_date(self, kept: Words) -> Finder:
        finder, size = Finder(*kept), len(kept.gathered.texts)
        if isinstance(self._slots, range) and len(self._slots) == size:
            return finder
        for text in self._read.all_texts():
            finder.append(text)
        appended = count(size)
        finder.arrange([next(appended) if slot is None else slot for slot in self._slots])
        return finder

    def _made_anew(self, kept: Words | None) -> Words:
        parts = self._fresh()
        if kept is not None:
            rows = [GONE] * len(kept.gathered.texts)
            for row, slot in enumerate(self._slots):
                if slot is not None:
                    rows[slot] = row
            parts = chain(parts, [(kept.gathered, rows)])
        gathered = merge(parts)
        return Words(gathered, Vocabulary.of(gathered.words))

    def _fresh(self) -> Iterator[tuple[Gathered, Sequence[int]]]:
        """Give what was read, with the numbers of its rows."""
        numbers = (row for row, slot in enumerate(self._slots) if slot is None)
        for some in self._read.gathered():
            yield some, list(islice(numbers, len(some.texts)))

    def _read_all_again(self) -> None:
        wanted = [
            Wanted(case_path(row.compartment, row.id), blob, row.id, row.compartment)
            for row, blob in zip(self._index.rows, self._index.blob_ids(), strict=True)
        ]
        self._slots, self._is_due = [None] * len(wanted), True
        self._read = read_rows(self._reader.git_dir, wanted, open_keys(self._reader)[0])
