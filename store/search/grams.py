"""Find the strings that share most pairs of letters with another, among tens of thousands."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator

__all__ = ["Grams"]

_LENGTH = 24  # letters of a string that are looked at


def _pairs(text: str) -> set[str]:
    """List the pairs of neighbours, with the ends, and of next neighbours."""
    framed = f"^{text[:_LENGTH]}$"
    near = {framed[at : at + 2] for at in range(len(framed) - 1)}
    return near | {framed[at] + "_" + framed[at + 2] for at in range(len(framed) - 2)}


def _ones(bits: int) -> Iterator[int]:
    digits = bin(bits)[:1:-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


class Grams:
    """Pairs of letters, each with the set of strings that have it.

    A set is one large integer, a bit for each string: counting how many pairs tens of thousands of
    strings share with another takes some dozens of operations on such integers.
    """

    def __init__(self) -> None:
        self._strings: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._sets: dict[str, int] = {}
        self._count = 0

    def add(self, text: str) -> int:
        """Take in a string and give its number, counted from 0."""
        number, self._count = self._count, self._count + 1
        for pair in _pairs(text):
            self._strings[pair].append(number)
            self._sets.pop(pair, None)
        return number

    def _set(self, pair: str) -> int:
        if pair not in self._sets:
            bits = bytearray(self._count // 8 + 1)
            for number in self._strings[pair]:
                bits[number >> 3] |= 1 << (number & 7)
            self._sets[pair] = int.from_bytes(bits, "little")
        return self._sets[pair]

    def nearest(self, text: str, *, share: float, limit: int) -> list[int]:
        """Give the numbers of about `limit` strings that have at least `share` of the pairs."""
        pairs = _pairs(text)
        sets = [self._set(pair) for pair in pairs if pair in self._strings]
        at_least = [0] * (
            len(sets) + 1
        )  # at_least[n]: strings that have n of the pairs seen so far
        at_least[0] = -1
        for seen, members in enumerate(sets, 1):
            for count in range(seen, 0, -1):
                at_least[count] |= at_least[count - 1] & members
        count = max(1, round(len(pairs) * share))
        while count < len(sets) and at_least[count].bit_count() > limit:
            count += 1
        return list(_ones(at_least[count])) if count <= len(sets) else []
