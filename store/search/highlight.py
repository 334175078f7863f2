"""Say which letters of a text answer a query, in the original spelling."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from store.search import likeness
from store.search.fold import WORD, Folded, fold
from store.search.likeness import LENIENT, Wanted
from store.search.query import parse
from store.search.sound import sounds
from store.search.words import forms

__all__ = ["forget", "spans"]

_AS_GOOD = 0.1  # what a likeness may be below the best one in the text and still be marked
_SAME_SOUND = 0.94
_NEAR = 0.8  # from here on, words with errors are no rivals


class _Text(NamedTuple):
    """A folded text and its words, each with its place."""

    folded: Folded
    words: tuple[tuple[int, str], ...]


class _Form(NamedTuple):
    """A form of a word of a text: its place in the word, and how it sounds."""

    text: str
    start: int
    sounds: tuple[str, ...]


class _Hit(NamedTuple):
    """How alike a word is, and which of its folded letters to mark."""

    likeness: float
    start: int
    end: int


_NO_HIT = _Hit(0.0, 0, 0)


@lru_cache(256)
def _read(text: str) -> _Text:
    folded = fold(text)
    words = tuple((match.start(), match[0]) for match in WORD.finditer(folded.text))
    return _Text(folded, words)


@lru_cache(16384)
def _forms(word: str) -> tuple[_Form, ...]:
    return tuple(_Form(form.text, form.start, sounds(form.text)) for form in forms(word))


@lru_cache(16384)
def _all_sounds(word: str) -> frozenset[str]:
    return frozenset(key for form in _forms(word) for key in form.sounds)


@lru_cache(32)
def _remembered(_wanted: Wanted) -> tuple[dict[str, _Hit], dict[str, _Hit]]:
    """Keep what `_near` and `_far` said of each word: hashing a wanted word each time is slower."""
    return {}, {}


def _near(wanted: Wanted, word: str) -> _Hit:
    """Compare spelling and sound, without errors; likeness 0 is no hit."""
    best = _NO_HIT
    if any(spelling in word for spelling in wanted.spellings):
        best = max(_spelt(wanted, form) for form in _forms(word))
    if best.likeness < _SAME_SOUND and not _all_sounds(word).isdisjoint(wanted.sounds):
        best = _Hit(_SAME_SOUND, 0, len(word))
    return best


def _far(wanted: Wanted, word: str) -> _Hit:
    """Compare like `Vocabulary.matches` does, but one pair of words."""
    best = _near(wanted, word)
    names = [form for form in _forms(word) if form.text.isalpha()]
    if not wanted.is_loose or not names:
        return best
    loose = _Hit(max(_loosely(wanted, form) for form in names), 0, len(word))
    return best if best.likeness and best.likeness >= loose.likeness - _AS_GOOD else loose


def _spelt(wanted: Wanted, form: _Form) -> _Hit:
    hits = []
    for spelling in wanted.spellings:
        score = likeness.in_spelling(spelling, form.text, is_open=wanted.is_open)
        at = form.start + form.text.find(spelling) if score else 0
        hits.append(_Hit(score, at, at + len(spelling)))
    return max(hits)


def _loosely(wanted: Wanted, form: _Form) -> float:
    score = 0.0
    if likeness.may_be_mistyped(wanted):
        score = likeness.with_typos(wanted.spellings[-1], form.text, wanted.cutoffs)
    for rank, key in enumerate(wanted.sounds):
        for other in form.sounds:
            score = max(score, likeness.in_sound(key, other, rank, wanted.cutoffs))
            if wanted.is_open and not rank and len(key) > 1:
                score = max(score, likeness.opening_sound(key, other))
    return score


def _hits(wanted: Wanted, words: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
    """Give the folded letters to mark for one wanted word: only those that are about the best.

    Errors are looked for only where nothing is near, for that takes ten times as long.
    """
    hits: list[tuple[int, _Hit]] = []
    best = 0.0
    for known, compare in zip(_remembered(wanted), (_near, _far), strict=True):
        if best < _NEAR:
            for _, word in words:
                if word not in known:
                    known[word] = compare(wanted, word)
            hits = [(at, known[word]) for at, word in words]
            best = max((hit.likeness for _, hit in hits), default=0.0)
    return [
        (at + hit.start, at + hit.end)
        for at, hit in hits
        if hit.likeness and hit.likeness >= best - _AS_GOOD
    ]


def _original(text: str, folded: Folded, start: int, end: int) -> tuple[int, int]:
    """Turn folded offsets into original ones, with the vowel signs that follow the last letter."""
    first, last = folded.offsets[start], folded.offsets[end - 1] + 1
    limit = folded.offsets[end] if end < len(folded.text) else len(text)
    while last < limit and not text[last].isspace() and not fold(text[last]).text:
        last += 1
    return first, last


def spans(query: str, text: str) -> list[tuple[int, int]]:
    """Give the letters of a text that answer the query, as sorted, disjoint (start, end).

    A word, its beginning or an inner part is marked as far as it was typed; a word that is only
    like what was typed is marked whole. Every row that `Finder.find` gives has at least one span.

    Example:
        >>> spans("hasan", "Jamīl al-Ḥasan")
        [(9, 14)]
    """
    folded, words = _read(text)
    marked: list[tuple[int, int]] = []
    for nth, wanted in enumerate(parse(query)):
        found = _hits(wanted, words) or _hits(parse(query, LENIENT)[nth], words)
        marked += [_original(text, folded, start, end) for start, end in found]
    return _join(sorted(marked))


def _join(marked: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in marked:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def forget() -> None:
    """Drop the texts and words looked at lately, as when the vault is locked."""
    for remembered in (parse, _read, _forms, _all_sounds, _remembered):
        remembered.cache_clear()
