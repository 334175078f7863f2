"""Find the strings that share most pairs of letters with another, among tens of thousands."""

from __future__ import annotations

from collections.abc import Iterator

from store.search.lists import Keyed

__all__ = ["Grams"]

_LENGTH = 24  # letters of a string that are looked at
_ONE = ord("1")


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

    def __init__(self, count: int = 0, strings: Keyed | None = None) -> None:
        self._strings = Keyed() if strings is None else strings
        self._sets: dict[str, int] = {}
        self._count = count

    def add(self, text: str) -> int:
        """Take in a string and give its number, counted from 0."""
        number, self._count = self._count, self._count + 1
        for pair in _pairs(text):
            self._strings.add(pair, number)
            self._sets.pop(pair, None)
        return number

    def columns(self) -> list[bytes]:
        """Write all down."""
        return self._strings.columns()

    @classmethod
    def read(cls, columns: Iterator[bytes], count: int) -> Grams:
        """Take what `columns` wrote of so many strings.

        Raises:
            ValueError: it is something else.
        """
        return cls(count, Keyed.read(columns))

    def _set(self, pair: str) -> int:
        if pair not in self._sets:
            digits = bytearray(b"0") * self._count  # int() reads them faster than one sets bits
            for number in self._strings[pair]:
                digits[~number] = _ONE
            self._sets[pair] = int(digits, 2)
        return self._sets[pair]

    def nearest(self, text: str, *, share: float, limit: int) -> list[int]:
        """Give the numbers of about `limit` strings that have at least `share` of the pairs."""
        pairs = _pairs(text)
        sets = [self._set(pair) for pair in pairs if pair in self._strings]
        # at_least[n]: strings that have n of the pairs seen so far
        at_least = [0] * (len(sets) + 1)
        at_least[0] = -1
        for seen, members in enumerate(sets, 1):
            for count in range(seen, 0, -1):
                at_least[count] |= at_least[count - 1] & members
        count = max(1, round(len(pairs) * share))
        while count < len(sets) and at_least[count].bit_count() > limit:
            count += 1
        return list(_ones(at_least[count])) if count <= len(sets) else []
