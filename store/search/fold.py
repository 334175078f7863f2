"""Fold text to the letters that matter for finding it, and keep where each letter stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from store.search.words import forms

__all__ = ["WORD", "Folded", "Token", "fold", "fold_text", "tokens"]

WORD = re.compile(r"[^\W_]+")
"""A word of folded text."""

_APOSTROPHES = "'`´‘’‚‛′ʹʻʼʽʾʿˈ＇"
_ALIKE = {
    # Arabic letters written one for the other, and their Persian and Urdu twins
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ے": "ي", "ۍ": "ي", "ې": "ي", "ة": "ه", "ۃ": "ه", "ہ": "ه",
    "ھ": "ه", "ە": "ه", "ک": "ك", "ڪ": "ك", "ء": "", "ـ": "",
    # Latin letters that Unicode does not take apart
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "þ": "th", "æ": "ae",
    "œ": "oe",
}  # fmt: skip
_UNSEEN = frozenset({"Mn", "Me", "Cf"})  # combining marks; bidi controls, joiners, soft hyphens


class Folded(NamedTuple):
    """Folded text, and for each of its letters the offset of the original letter behind it."""

    text: str
    offsets: Sequence[int]


class Token(NamedTuple):
    """A word, or a part of one, in folded letters; `start` and `end` count original letters."""

    text: str
    start: int
    end: int


def _fold_letter(letter: str) -> str:
    if letter in _APOSTROPHES:
        return ""
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKD", letter.casefold()).casefold()
    seen = (part for part in plain if unicodedata.category(part) not in _UNSEEN)
    return "".join(_ALIKE.get(part, part) for part in seen)


class _Letters(dict[int, str]):
    """What each letter folds to, found out when the letter is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_letter(chr(code))
        return folded


_LETTERS = _Letters()


def fold_text(text: str) -> str:
    """Fold letters to one spelling: case, accents, vowel signs, alef, ya, ta marbuta, digits.

    Every letter is folded by itself, so folding a piece gives that piece of the folded whole.
    """
    if text.isascii() and "'" not in text and "`" not in text:
        return text.lower()
    return text.translate(_LETTERS)


def fold(text: str) -> Folded:
    """Fold like `fold_text`, and say for each folded letter where it comes from.

    Example:
        >>> fold("Ḥasan's").offsets
        [0, 1, 2, 3, 4, 6]
    """
    folded = fold_text(text)
    if text.isascii() and len(folded) == len(text):
        return Folded(folded, range(len(text)))
    offsets = [at for at, letter in enumerate(text) for _ in _LETTERS[ord(letter)]]
    return Folded(folded, offsets)


def tokens(text: str) -> list[Token]:
    """List the words of a text in order, each followed by its parts without articles.

    Example:
        >>> [token.text for token in tokens("Ali Alkhatib")]
        ['ali', 'alkhatib', 'khatib']
    """
    folded = fold(text)
    return [
        Token(
            form.text,
            folded.offsets[word.start() + form.start],
            folded.offsets[word.start() + form.end - 1] + 1,
        )
        for word in WORD.finditer(folded.text)
        for form in forms(word[0])
    ]
