"""All different words of many texts, and which of them a wanted word may mean."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from store.search import likeness
from store.search.grams import Grams
from store.search.likeness import Cutoffs, Wanted
from store.search.lists import Keyed, joined, split
from store.search.sound import skeleton, sounds
from store.search.words import parts

__all__ = ["Vocabulary"]

_TYPO_SHARE, _TYPO_LIMIT = 0.3, 400  # of the pairs of letters; strings looked at closely
_BONES_SHARE, _BONES_LIMIT, _BONES_CUTOFF = 0.3, 300, 0.5


class _Sorted:
    """Strings in order, put in order again when asked after some were added."""

    def __init__(self, strings: Iterable[str] = ()) -> None:
        self._strings = list(strings)
        self._is_sorted = False

    def add(self, text: str) -> None:
        self._strings.append(text)
        self._is_sorted = False

    def starting_with(self, beginning: str) -> Iterator[str]:
        if not self._is_sorted:
            self._strings.sort()
            self._is_sorted = True
        for at in range(bisect_left(self._strings, beginning), len(self._strings)):
            if not self._strings[at].startswith(beginning):
                return
            yield self._strings[at]


class _Spellings:
    """Forms of words: found by their beginning or by an inner part."""

    def __init__(self, forms: Iterable[str] = ()) -> None:
        self.forms = list(forms)
        self._sorted = _Sorted(self.forms)
        self._lines = ""

    def add(self, form: str) -> None:
        self.forms.append(form)
        self._sorted.add(form)
        if self._lines:
            self._lines += f"{form}\n"

    def find(self, wanted: str, *, is_open: bool) -> Iterator[tuple[str, float]]:
        for form in self._sorted.starting_with(wanted):
            yield form, likeness.in_spelling(wanted, form, is_open=is_open)
        if len(wanted) >= likeness.INNER:
            for form in self._holding(wanted):
                yield form, likeness.in_spelling(wanted, form, is_open=is_open)

    def _holding(self, piece: str) -> Iterator[str]:
        if not self._lines:
            self._lines = "\n" + "\n".join(self.forms) + "\n"
        line = end = 0
        at = self._lines.find(piece)
        while at >= 0:
            line += self._lines.count("\n", end, at)
            end = self._lines.index("\n", at)
            yield self.forms[line - 1]
            at = self._lines.find(piece, end)


class _Sounds:
    """Sound keys, each with the forms that may sound so; grouped by skeleton.

    Args:
        forms: numbered as in `_by_key`; shared with whoever adds them.
    """

    def __init__(
        self,
        forms: Sequence[str],
        by_key: Keyed,
        by_bones: Keyed,
        grams: Grams,
    ) -> None:
        self._forms = forms
        self._by_key, self._by_bones, self._grams = by_key, by_bones, grams
        self._sorted = _Sorted(by_key.keys)

    def columns(self) -> list[bytes]:
        return [
            *self._by_key.columns(),
            *self._by_bones.columns(),
            *self._grams.columns(),
        ]

    @classmethod
    def read(cls, columns: Iterator[bytes], forms: Sequence[str]) -> _Sounds:
        by_key, by_bones = Keyed.read(columns), Keyed.read(columns)
        return cls(forms, by_key, by_bones, Grams.read(columns, len(by_bones.keys)))

    def add(self, number: int) -> None:
        for key in sounds(self._forms[number]):
            if self._by_key.add(key, number):
                self._add_key(key)

    def _add_key(self, key: str) -> None:
        self._sorted.add(key)
        bones = skeleton(key)
        if self._by_bones.add(bones, len(self._by_key.keys) - 1):
            self._grams.add(bones)

    def find(self, wanted: str, rank: int, cutoffs: Cutoffs) -> Iterator[tuple[str, float]]:
        bones = skeleton(wanted)
        numbers = self._grams.nearest(bones, share=_BONES_SHARE, limit=_BONES_LIMIT)
        near = [self._by_bones.keys[number] for number in numbers]
        for other, bones_score, _ in process.extract(
            bones,
            near,
            scorer=Indel.normalized_similarity,
            score_cutoff=_BONES_CUTOFF,
            limit=None,
        ):
            for key in map(self._by_key.keys.__getitem__, self._by_bones[other]):
                full_score = Indel.normalized_similarity(wanted, key)
                score = likeness.blend(full_score, bones_score, rank, cutoffs)
                if score:
                    yield from ((form, score) for form in self._sounding(key))

    def find_opening(self, wanted: str) -> Iterator[tuple[str, float]]:
        for key in self._sorted.starting_with(wanted):
            score = likeness.opening_sound(wanted, key)
            yield from ((form, score) for form in self._sounding(key))

    def _sounding(self, key: str) -> Iterator[str]:
        return map(self._forms.__getitem__, self._by_key[key])


class Vocabulary:
    """Different words, numbered from 0, looked up by all their forms."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._parts = Keyed()  # the words that a form is a part of
        self._sizes = bytearray()
        self._names = _Spellings()
        self._codes = _Spellings()  # words with digits: nobody wants numbers that are only alike
        self._mistyped = Grams()  # of names
        self._sounds = _Sounds(self._names.forms, Keyed(), Keyed(), Grams())

    @classmethod
    def of(cls, words: Iterable[str]) -> Vocabulary:
        """Take words in, numbered as they come."""
        vocabulary = cls()
        for word in words:
            vocabulary.add(word)
        return vocabulary

    def columns(self) -> list[bytes]:
        """Write all down but the words themselves."""
        names, codes = self._names.forms, self._codes.forms
        return [
            bytes(self._sizes),
            array("I", (len(names), len(codes))).tobytes(),
            joined(names),
            joined(codes),
            *self._parts.columns(),
            *self._mistyped.columns(),
            *self._sounds.columns(),
        ]

    @classmethod
    def read(cls, columns: Iterator[bytes], words: Sequence[str]) -> Vocabulary:
        """Take what `columns` wrote of these words.

        Raises:
            ValueError: it is something else.
        """
        vocabulary = cls()
        vocabulary._numbers = dict(zip(words, range(len(words)), strict=True))
        vocabulary._sizes = bytearray(next(columns))
        counts = array("I")
        counts.frombytes(next(columns))
        vocabulary._names = _Spellings(split(next(columns), counts[0]))
        vocabulary._codes = _Spellings(split(next(columns), counts[1]))
        vocabulary._parts = Keyed.read(columns)
        vocabulary._mistyped = Grams.read(columns, counts[0])
        vocabulary._sounds = _Sounds.read(columns, vocabulary._names.forms)
        if len(vocabulary._sizes) != len(words):
            raise ValueError
        return vocabulary

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, word: str) -> int:
        """Give the number of a folded word, taking it in when it is new."""
        number = self._numbers.get(word)
        if number is None:
            number = len(self._numbers)
            pieces = parts(word)
            for piece in pieces:
                if piece.text != word:
                    if piece.text not in self._parts and piece.text not in self._numbers:
                        self._add_form(piece.text)
                    self._parts.add(piece.text, number)
            if word not in self._parts:
                self._add_form(word)
            self._numbers[word] = number
            self._sizes.append(len(pieces))
        return number

    def _add_form(self, form: str) -> None:
        if not form.isalpha():
            self._codes.add(form)
            return
        self._names.add(form)
        self._sounds.add(self._mistyped.add(form))

    def size(self, number: int) -> int:
        """Give the number of names that a word holds: 2 for "abdulrahman"."""
        return self._sizes[number]

    def number(self, word: str) -> int:
        """Give the number of a folded word that is known."""
        return self._numbers[word]

    def matches(self, wanted: Wanted) -> dict[int, float]:
        """Give the numbers of the words that may be meant, each with its likeness, 0 to 1."""
        likeliest: dict[str, float] = {}
        for form, score in self._candidates(wanted):
            if score > likeliest.get(form, 0.0):
                likeliest[form] = score
        floor = max(likeliest.values(), default=0.0) * wanted.cutoffs.below_best
        scores: dict[int, float] = {}
        for form, score in likeliest.items():
            if score < floor:
                continue
            if form in self._numbers:
                scores[self._numbers[form]] = max(score, scores.get(self._numbers[form], 0.0))
            for number in self._parts[form]:
                scores[number] = max(score, scores.get(number, 0.0))
        return scores

    def _candidates(self, wanted: Wanted) -> Iterator[tuple[str, float]]:
        for spelling in wanted.spellings:
            yield from self._codes.find(spelling, is_open=wanted.is_open)
            if spelling.isalpha():
                yield from self._names.find(spelling, is_open=wanted.is_open)
        if not wanted.is_loose:
            return
        if likeness.may_be_mistyped(wanted):
            yield from self._find_mistyped(wanted.spellings[-1], wanted.cutoffs)
        for rank, key in enumerate(wanted.sounds):
            yield from self._sounds.find(key, rank, wanted.cutoffs)
            if wanted.is_open and not rank and len(key) > 1:
                yield from self._sounds.find_opening(key)

    def _find_mistyped(self, wanted: str, cutoffs: Cutoffs) -> Iterator[tuple[str, float]]:
        numbers = self._mistyped.nearest(wanted, share=_TYPO_SHARE, limit=_TYPO_LIMIT)
        near = [self._names.forms[number] for number in numbers]
        for form, _, _ in process.extract(
            wanted, near, scorer=OSA.normalized_similarity, score_cutoff=cutoffs.typo, limit=None
        ):
            yield form, likeness.with_typos(wanted, form, cutoffs)
