"""Bech32, in which age writes its keys: a readable prefix, the data, and a checksum of six letters.

Specification: BIP 173, but of any length, as age uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from store.errors import BadFormat

__all__ = ["LETTERS", "decode", "encode"]

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
"""The letters of the data, in the order of their values."""

_CHECKSUM = 6
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def encode(prefix: str, data: bytes) -> str:
    """Write data under a prefix, all in lower case.

    Example:
        >>> encode("age", b"abc")
        'age1v93xxf75u66'
    """
    values = list(_regrouped(data, 8, 5))
    mixed = _polymod([*_expanded(prefix), *values, *[0] * _CHECKSUM]) ^ 1
    check = (mixed >> 5 * (_CHECKSUM - 1 - place) & 31 for place in range(_CHECKSUM))
    return f"{prefix}1{''.join(LETTERS[value] for value in (*values, *check))}"


def decode(text: str) -> tuple[str, bytes]:
    """Read a text that is all in one case; give the prefix in lower case, and the data.

    Raises:
        BadFormat: it is not one; the error does not show it.
    """
    lower = text.lower()
    prefix, separator, rest = lower.rpartition("1")
    is_sound = (
        text in (lower, text.upper())
        and text.isascii()
        and text.isprintable()
        and separator
        and prefix
        and len(rest) >= _CHECKSUM
        and not set(rest) - set(LETTERS)
    )
    values = [LETTERS.index(letter) for letter in rest] if is_sound else []
    if not is_sound or _polymod([*_expanded(prefix), *values]) != 1:
        raise BadFormat(
            "a letter of this key is wrong or missing", hint="compare it letter by letter"
        )
    data = bytes(_regrouped(values[:-_CHECKSUM], 5, 8))
    if list(_regrouped(data, 8, 5)) != values[:-_CHECKSUM]:  # bits after the last byte must be zero
        raise BadFormat(
            "a letter of this key is wrong or missing", hint="compare it letter by letter"
        )
    return prefix, data


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate(_GENERATOR):
            check ^= term if top >> place & 1 else 0
    return check


def _expanded(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)]


def _regrouped(values: Iterable[int], old: int, new: int) -> Iterator[int]:
    """Cut a row of bits anew; from small pieces to bytes, what is left over is dropped."""
    number = bits = 0
    for value in values:
        number = (number << old | value) & 0xFFFF
        bits += old
        while bits >= new:
            bits -= new
            yield number >> bits & (1 << new) - 1
    if bits and new < old:
        yield number << new - bits & (1 << new) - 1
