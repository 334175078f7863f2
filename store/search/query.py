"""Read what was typed into the search field: the words to look for."""

from __future__ import annotations

from functools import lru_cache

from store.search.fold import WORD, fold_text
from store.search.likeness import STRICT, Cutoffs, Wanted
from store.search.sound import sounds
from store.search.words import forms, is_particle, is_weak, parts

__all__ = ["parse"]

MAX_WORDS = 12
_MAX_LETTERS = 10_000  # of what was typed, before folding
_MAX_WORD = 64  # letters of one word
_MIN_LOOSE = 2  # letters before sound is looked at
_WEAK = 0.35


def _wanted(spellings: tuple[str, ...], *, is_open: bool, cutoffs: Cutoffs) -> Wanted:
    plain = spellings[-1]
    is_loose = plain.isalpha() and len(plain) >= _MIN_LOOSE
    return Wanted(
        spellings=spellings,
        sounds=sounds(plain) if is_loose else (),
        is_open=is_open,
        is_loose=is_loose,
        weight=_WEAK if is_weak(plain) else 1.0,
        cutoffs=cutoffs,
    )


def _take_apart(word: str, *, is_open: bool, cutoffs: Cutoffs) -> list[Wanted]:
    pieces = parts(word)
    if len(pieces) == 1:
        return [_wanted(tuple(form.text for form in forms(word)), is_open=is_open, cutoffs=cutoffs)]
    first = [_wanted((piece.text,), is_open=False, cutoffs=cutoffs) for piece in pieces[:-1]]
    return [*first, _wanted((pieces[-1].text,), is_open=is_open, cutoffs=cutoffs)]


@lru_cache(8)
def parse(query: str, cutoffs: Cutoffs = STRICT) -> tuple[Wanted, ...]:
    """List the words of a query; the last is open while no blank follows it.

    Articles and "son of" count only when nothing else is asked for. Words after the twelfth are
    left out.
    """
    folded = fold_text(query[:_MAX_LETTERS])
    found = [word[0][:_MAX_WORD] for word in WORD.finditer(folded)]
    words = [word for word in found if not is_particle(word)] or found[-1:]
    words = [word for word in words[:-1] if len(word) > 1] + words[-1:]
    is_open = bool(words) and folded.endswith(words[-1])
    wanted = [
        piece
        for at, word in enumerate(words[:MAX_WORDS], 1)
        for piece in _take_apart(word, is_open=is_open and at == len(words), cutoffs=cutoffs)
    ]
    return tuple(dict.fromkeys(wanted[:MAX_WORDS]))
