"""Write a word down as it sounds, so that Arabic and Latin spellings of a name meet.

A sound key is written in consonant classes. Short vowels are not written in Arabic and `a` and `e`
vary freely in Latin, so they are left out; `i` and `u` stay, for they tell Hassan from Hussein.
An initial vowel of any kind is `A`.
"""

from __future__ import annotations

import re
from itertools import islice, product

__all__ = ["skeleton", "sounds"]

# Each spelling with the sounds it may stand for, the likeliest first.
_LATIN = {
    "tsch": "S", "dsch": "j", "sch": "S", "tch": "S", "sh": "S", "ch": "Sx", "kh": "x", "gh": "g",
    "th": "tsz", "dh": "dz", "ph": "f", "dj": "j", "zh": "j", "ck": "k", "ou": "u", "oo": "u",
    "ee": "i", "b": "b", "c": "ksj", "d": "d", "f": "f", "g": "gj", "h": "hx", "i": "i", "j": "j",
    "k": "k", "l": "l", "m": "m", "n": "n", "o": "u", "p": "b", "q": "k", "r": "r", "s": "s",
    "t": "t", "u": "u", "v": "f", "w": "u", "y": "i", "z": "z",
}  # fmt: skip
_ARABIC = {
    "ب": "b", "ت": "t", "ث": "ts", "ج": "j", "ح": "h", "خ": "x", "د": "d", "ذ": "dz", "ر": "r",
    "ز": "z", "س": "s", "ش": "S", "ص": "s", "ض": "dz", "ط": "t", "ظ": "zd", "غ": "g", "ف": "f",
    "ق": "kg", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "u", "ي": "i", "پ": "b",
    "چ": "jS", "ژ": "j", "ڤ": "f", "گ": "gj",
}  # fmt: skip
_ALLAH = ("الله", "لله", "allah", "alla", "ullah", "ulla", "llah", "lla", "lah", "la")
_WHOLE = dict.fromkeys(_ALLAH, "Alh")
_SERVANT = re.compile(r"abd(?:u|(?:ou|[aeiou])[dlnrstz])|عبدال")
_SPELLING = re.compile("|".join(sorted(_LATIN, key=len, reverse=True)) + "|" + "|".join(_ARABIC))
_DOUBLED = re.compile(r"(sh|kh|gh|th|dh|[a-df-np-z])\1+")  # not ee and oo, which are sounds
_LONG = re.compile(r"([iu])\1+")
_OPENING = re.compile(r"ou|oo|ee|[aeiouاع]+?")
_ENDING = re.compile(r"(?<=..)(?:(?<=[^aeiou])[ae]h?|ه)$")
_MAX_VARIANTS = 6
_SHORT = 3  # letters: a final ya of a shorter word is never an alef
_ASPIRATED = re.compile(r"..[ae]h$")


def sounds(word: str) -> tuple[str, ...]:
    """Give the sound keys of a folded word, the likeliest first; none for a number.

    Example:
        >>> sounds("mamlouk"), sounds("مملوك")
        (('mmluk',), ('mmluk',))
    """
    if word in _WHOLE:
        return (_WHOLE[word],)
    if _SERVANT.fullmatch(word):
        return ("Abd",)
    if not word.isalpha():
        return ()
    plain = _DOUBLED.sub(r"\1", word) if word.isascii() else word
    plain = _ENDING.sub("", plain.replace("x", "ks"))
    opening = _OPENING.match(plain)
    spelt = _SPELLING.findall(plain, opening.end() if opening else 0)
    choices = [_LATIN.get(piece) or _ARABIC[piece] for piece in spelt]
    start = "A" if opening else ""
    keys = [start + "".join(choice) for choice in islice(product(*choices), _MAX_VARIANTS)]
    if len(word) > _SHORT and word.endswith("ي"):
        keys.append(keys[0][:-1])  # it may have been alef maqsura
    if _ASPIRATED.search(word):
        keys.append(keys[0] + "h")  # Saleh and Farah end in a consonant
    return tuple(dict.fromkeys(_LONG.sub(r"\1", key) for key in keys if key))


def skeleton(key: str) -> str:
    """Leave `i` and `u` out of a sound key, but for the first letter, where they are consonants."""
    return key[:1] + key[1:].replace("i", "").replace("u", "")
