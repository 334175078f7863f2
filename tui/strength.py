"""How hard a passphrase is to guess: a rough measure that never says "good" too early."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Literal

__all__ = ["strength"]

_WORD_BITS = 11  # a word out of two thousand; longer words are no harder
_FAIR, _GOOD = 40, 60  # bits; scrypt adds about 18


def strength(passphrase: str) -> Literal["weak", "fair", "good"]:
    """Judge a passphrase, by its words when it has several, else by its letters.

    Example:
        >>> strength("password"), strength("lamp river seven onion cloud moss")
        ('weak', 'good')
    """
    words = {word.casefold() for word in passphrase.split() if len(word) > 2}  # noqa: PLR2004
    bits = _letter_bits(passphrase)
    if len(words) > 1:
        bits = min(bits, len(words) * _WORD_BITS)
    return "weak" if bits < _FAIR else "fair" if bits < _GOOD else "good"


def _letter_bits(passphrase: str) -> float:
    """Count letters that do not follow from the one before, at the size of their alphabets."""
    kinds = (
        (str.islower, 26),
        (str.isupper, 26),
        (str.isdigit, 10),
        (lambda letter: not letter.isalnum(), 20),
        (lambda letter: letter.isalpha() and letter.lower() == letter.upper(), 28),  # Arabic
    )
    size = sum(count for is_kind, count in kinds if any(map(is_kind, passphrase)))
    fresh = sum(abs(ord(one) - ord(other)) > 1 for one, other in pairwise(passphrase)) + 1
    different = len(set(passphrase))
    # Letters of a word are far less free than random ones: 60 % of a random letter's bits.
    return min(fresh, different * 2) * math.log2(max(size, 2)) * 0.6
