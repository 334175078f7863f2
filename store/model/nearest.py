"""The words that somebody may have meant, the nearest first."""

from __future__ import annotations

from collections.abc import Iterable

from store.model.fields import Field, load_model

__all__ = ["nearest", "nearest_terms"]

_MOST = 8
_LIKENESS = 0.5


def nearest(word: str, known: Iterable[str]) -> str:
    """List up to eight words of those known, by commas; the first are the likest.

    Example:
        >>> nearest("detension", ["torture", "killing", "detention"])
        'detention, torture, killing'
    """
    from difflib import get_close_matches

    words = list(dict.fromkeys(known))
    like = get_close_matches(word, words, _MOST, _LIKENESS)
    listed = [*like, *(each for each in words if each not in like)]
    return ", ".join(listed[:_MOST]) + (", …" if len(listed) > _MOST else "")


def nearest_terms(field: Field, word: str) -> str:
    """List the terms that a field takes, the likest first; nothing where it takes any words."""
    if not field.vocabulary:
        return ""
    terms = load_model().vocabulary(field.vocabulary).terms
    return nearest(word, (term.code for term in terms))
