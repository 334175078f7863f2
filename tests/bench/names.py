"""Invented words with a natural spread: names in both scripts, made of roots and patterns."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

__all__ = ["Lexicon", "Name"]

_LATIN = "b t j h kh d r z s sh s d t a gh f q k l m n h w y".split()  # noqa: SIM905 - a row reads better
_ARABIC = "ب ت ج ح خ د ر ز س ش ص ض ط ع غ ف ق ك ل م ن ه و ي".split()  # noqa: SIM905 - the same
_LETTERS = tuple(zip(_LATIN, _ARABIC, strict=True))
# Where the root's letters stand in a word: 1, 2, 3 in both scripts.
_PATTERNS = (
    ("1a2i3", "1ا23"),
    ("1a2ii3", "12ي3"),
    ("1u2ay3", "12ي3"),
    ("ma12u3", "م12و3"),
    ("1a2a3", "123"),
    ("1a22a3", "12ا3"),
    ("1i2a3a", "12ا3ة"),
    ("1a23an", "123ان"),
)


class Name(NamedTuple):
    """One name, or part of one, in both scripts."""

    latin: str
    arabic: str


class Lexicon:
    """Names to draw from, some far more often than others."""

    def __init__(self, random: Random, *, size: int) -> None:
        self._random = random
        self._given = [_word(random) for _ in range(max(60, size // 40))]
        self._family = [_of_family(_word(random)) for _ in range(max(300, size // 3))]
        self._places = [_of_place(_word(random), random) for _ in range(max(200, size // 20))]

    def given(self) -> Name:
        """Draw a given name."""
        return self._draw(self._given)

    def family(self) -> Name:
        """Draw a family name."""
        return self._draw(self._family)

    def place(self) -> Name:
        """Draw the name of a village, a town or a part of one."""
        return self._draw(self._places)

    def _draw(self, words: list[Name]) -> Name:
        # The cube of an even draw: a tenth of the words make up about half of all.
        return words[int(len(words) * self._random.random() ** 3)]


def _word(random: Random) -> Name:
    latin, arabic = random.choice(_PATTERNS)
    for place, (one, other) in zip("123", random.sample(_LETTERS, 3), strict=True):
        latin, arabic = latin.replace(place, one), arabic.replace(place, other)
    return Name(latin.capitalize(), arabic)


def _of_family(word: Name) -> Name:
    return Name(f"al-{word.latin}i", f"ال{word.arabic}ي")


def _of_place(word: Name, random: Random) -> Name:
    latin, arabic = random.choice(
        (("Kafr", "كفر"), ("Tall", "تل"), ("Bayt", "بيت"), ("Ayn", "عين"))
    )
    return Name(f"{latin} {word.latin}", f"{arabic} {word.arabic}")
