"""Take a word apart: its article, and the names that are written as one word or as two."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Form", "forms", "is_particle", "is_weak", "parts"]

_PARTICLES = frozenset(
    {
        # articles, as they are said before each kind of letter
        "al", "el", "ul", "il", "l", "as", "es", "us", "ash", "esh", "ush", "ar", "er", "ur", "ad",
        "ed", "ud", "an", "un", "at", "ut", "az", "ez", "uz", "ال",
        # son, daughter, child of
        "ibn", "bin", "ben", "bint", "bent", "ould", "wuld", "ابن", "بن", "بنت", "ولد",
    }
)  # fmt: skip
_WEAK = frozenset(
    {
        "abu",
        "abo",
        "abou",
        "abi",
        "umm",
        "um",
        "din",
        "deen",
        "dine",
        "ابو",
        "ابي",
        "ابا",
        "ام",
        "دين",
    }
)
_SERVANT = re.compile(r"عبد(?:ال)?|abd(?:u|(?:ou|[aeiou])[dlnrstz])?")  # of God, by a name of His
_ARTICLE = re.compile(
    r"ال(?!له$)(?P<arabic>.{2,})"  # الحسن, not الله
    r"|[ae]l(?P<latin>[^aeiou].{2,}|[aeiou].{3,})"  # alkhatib, alasad, not elias
    r"|[ae](?P<sun>sh|[dnrstz])(?=(?P=sun))(?P<assimilated>.{4,})"  # annajjar, ashsharif, not assad
)
_COMPOUNDS = (
    re.compile(r"(?P<first>عبد)(?:ال)?(?P<second>.{3,})"),
    re.compile(r"(?P<first>ابو)(?:ال)?(?P<second>.{3,})"),
    re.compile(r"(?P<first>.{2,})(?P<second>الله)"),
    re.compile(r"(?P<first>.{3,})ال(?P<second>دين|رحمن|رحيم|اسلام|حق|نبي)"),
    re.compile(r"(?P<first>abd)(?:ou|[aeiou])?(?P<second>ll?ah?)"),
    re.compile(
        r"(?P<first>abd)(?:ou|[aeiou])?"
        r"(?:l|(?P<sun>[dnrstz])(?=(?P=sun)))?(?P<second>[^aeiou].{2,}|[aeiou].{3,})"
    ),
    re.compile(r"(?P<first>abou|ab[uo])(?:[ae]l)?(?P<second>.{4,})"),
    re.compile(r"(?P<first>.+?[^aeioul])[aeu](?P<second>llah)"),
    re.compile(r"(?P<first>.{3,}?)(?:[aeiou]l|[aeiou])d?(?P<second>d(?:i|ee)ne?)"),
)


class Form(NamedTuple):
    """A part of a word, and where in the word it stands."""

    text: str
    start: int
    end: int


def is_particle(word: str) -> bool:
    """Tell an article or "son of" from a name."""
    return word in _PARTICLES


def is_weak(word: str) -> bool:
    """Tell a word that many names share ("servant of", "father of") from a name."""
    return word in _WEAK or bool(_SERVANT.fullmatch(word))


def _part(match: re.Match[str], group: str) -> Form:
    return Form(match[group], match.start(group), match.end(group))


def parts(word: str) -> tuple[Form, ...]:
    """Take a folded word apart into what it means: no article, two names that are written as one.

    Example:
        >>> [part.text for part in parts("abdulrahman")]
        ['abd', 'rahman']
    """
    for compound in _COMPOUNDS:
        if match := compound.fullmatch(word):
            return _part(match, "first"), _part(match, "second")
    if match := _ARTICLE.fullmatch(word):
        return (_part(match, match.lastgroup or "arabic"),)
    return (Form(word, 0, len(word)),)


def forms(word: str) -> tuple[Form, ...]:
    """Give every form a folded word is looked up by: itself first, then its parts."""
    whole = Form(word, 0, len(word))
    return (whole, *(part for part in parts(word) if part != whole))
