"""Lists of numbers, packed into one array: a million of them are read in one go."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

__all__ = ["Keyed", "Lists", "joined", "split"]

_EMPTY = array("I")
"""What nobody adds to: a list that is given out is a copy, or this one."""


class Lists:
    """Lists of numbers below 2³², by place; what is added later is kept beside them."""

    __slots__ = ("_added", "_ends", "_numbers", "_size")

    def __init__(self, ends: array[int], numbers: array[int]) -> None:
        self._ends, self._numbers = ends, numbers
        self._size = len(ends) - 1
        self._added: dict[int, array[int]] = {}

    @classmethod
    def of(cls, lists: Iterable[Iterable[int]] = ()) -> Lists:
        """Pack some lists."""
        ends, numbers = array("I", (0,)), array("I")
        for numbers_of_one in lists:
            numbers.extend(numbers_of_one)
            ends.append(len(numbers))
        return cls(ends, numbers)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: int) -> array[int]:
        """Give a list with what was added."""
        packed, added = self.packed(place), self._added.get(place)
        return packed if added is None else packed + added

    def __iter__(self) -> Iterator[array[int]]:
        """Give one list after the other, without what was added."""
        numbers = self._numbers
        return (numbers[start:end] for start, end in pairwise(self._ends))

    def renumbered(self, new: Callable[[int], int]) -> Lists:
        """Give lists of other numbers, without what was added."""
        return Lists(self._ends, array("I", map(new, self._numbers)))

    def packed(self, place: int) -> array[int]:
        """Give a list without what was added since it was packed."""
        if place >= len(self._ends) - 1:
            return _EMPTY
        return self._numbers[self._ends[place] : self._ends[place + 1]]

    def added(self, place: int) -> Sequence[int]:
        """Give what was added to a list since it was packed."""
        return self._added.get(place, ())

    def add(self, place: int, number: int) -> None:
        """Add a number to a list: to a new one, when the place is the next."""
        self._size = max(self._size, place + 1)
        if place in self._added:
            self._added[place].append(number)
        else:
            self._added[place] = array("I", (number,))

    def take_back(self, place: int, number: int) -> None:
        """Remove a number that was added."""
        self._added[place].remove(number)

    def columns(self) -> list[bytes]:
        """Write all down."""
        if self._added:
            return Lists.of(self[place] for place in range(self._size)).columns()
        return [self._ends.tobytes(), self._numbers.tobytes()]

    @classmethod
    def read(cls, columns: Iterator[bytes]) -> Lists:
        """Take what `columns` wrote.

        Raises:
            ValueError: it is something else.
        """
        ends, numbers = array("I"), array("I")
        ends.frombytes(next(columns))
        numbers.frombytes(next(columns))
        if not ends or ends[-1] != len(numbers):
            raise ValueError
        return cls(ends, numbers)


class Keyed:
    """Lists of numbers by a text; `keys` are the texts, in the order in which they came."""

    __slots__ = ("_added", "_packed", "_places", "keys")

    def __init__(self, keys: Sequence[str] = (), packed: Lists | None = None) -> None:
        self.keys = list(keys)
        self._places = dict(zip(self.keys, range(len(self.keys)), strict=True))
        self._packed = Lists.of() if packed is None else packed
        self._added: dict[str, array[int]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __getitem__(self, key: str) -> array[int]:
        """Give the list of a key: an empty one, when it has none."""
        place, added = self._places.get(key), self._added.get(key)
        if place is None:
            return _EMPTY
        packed = self._packed.packed(place)
        return packed if added is None else packed + added

    def add(self, key: str, number: int) -> bool:
        """Add a number to the list of a key, and say whether the key is new."""
        added = self._added.get(key)
        if added is not None:
            added.append(number)
            return False
        self._added[key] = array("I", (number,))
        if key in self._places:
            return False
        self._places[key] = len(self.keys)
        self.keys.append(key)
        return True

    def columns(self) -> list[bytes]:
        """Write all down; no key holds a new line."""
        return [joined(self.keys), *Lists.of(map(self.__getitem__, self.keys)).columns()]

    @classmethod
    def read(cls, columns: Iterator[bytes]) -> Keyed:
        """Take what `columns` wrote.

        Raises:
            ValueError: it is something else.
        """
        keys, lists = next(columns), Lists.read(columns)
        return cls(split(keys, len(lists)), lists)


def joined(texts: Iterable[str]) -> bytes:
    """Write texts without new lines down."""
    return "\n".join(texts).encode()


def split(column: bytes, count: int) -> list[str]:
    """Take the texts that `joined` wrote.

    Raises:
        ValueError: there are more or fewer.
    """
    texts = column.decode().split("\n") if count else []
    if len(texts) != count:
        raise ValueError
    return texts
