"""Ids and fingerprints in words, for comparing by voice; and in digits, for any language.

Eight words carry 88 bits: who wants another commit or key that reads the same has to make 2^88 of
them. The words are those of BIP 39: 2048, none too like another, told apart by four letters.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256

__all__ = ["digits", "words"]

_LABEL = b"dalil words 1\0"
_WORD_BITS = 11
_DIGEST_BITS = 256
_GROUP_BYTES = 5  # 2^40 for 10^5 numbers: no group is more likely than another, by any measure
_GROUP = 100_000


def words(value: str | bytes, count: int = 8) -> list[str]:
    """Give the words that stand for a value: at most 23.

    Example:
        >>> words("SHA256:abc", 3)
        ['betray', 'capital', 'chaos']
    """
    number = int.from_bytes(_digest(value), "big")
    listed = _listed()
    places = range(_DIGEST_BITS - _WORD_BITS, _DIGEST_BITS - (count + 1) * _WORD_BITS, -_WORD_BITS)
    return [listed[number >> place & (len(listed) - 1)] for place in places]


def digits(value: str | bytes, count: int = 6) -> list[str]:
    """Give the groups of five digits that stand for a value: at most six; six carry 99 bits.

    Example:
        >>> digits("SHA256:abc", 2)
        ['68410', '68368']
    """
    digest = _digest(value)
    pieces = (digest[at * _GROUP_BYTES : (at + 1) * _GROUP_BYTES] for at in range(count))
    return [f"{int.from_bytes(piece, 'big') % _GROUP:05}" for piece in pieces]


def _digest(value: str | bytes) -> bytes:
    return sha256(_LABEL + (value.encode() if isinstance(value, str) else value)).digest()


@cache
def _listed() -> list[str]:
    from mnemonic import Mnemonic

    return list(Mnemonic("english").wordlist)
