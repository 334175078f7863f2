"""Raw objects, each one proven to be what its id says, or a note on why it cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha1
from typing import Any, Protocol

from store.errors import BadFormat, StoreError
from store.trust.report import Note

__all__ = ["Objects", "Reader"]

_PIECE = 500
"""How many objects are asked for at once: a few MB of cases."""


class Objects(Protocol):
    """Where raw objects come from.

    Two more things are used where they are there. `rehashes = True` promises that each object's id
    is recomputed before it is given out; without it, that is done here. `reachable(tip, without)`
    gives the ids that git takes for the ancestors of `tip` but not of those in `without`: only to
    ask for commits in large pieces, never believed.
    """

    def read_many(self, oids: Sequence[str]) -> list[tuple[str, bytes]]:
        """Give kind and content of each object, in order; raise a StoreError when one is amiss."""


class Reader:
    """Objects by id and expected kind; one that is amiss becomes a note, and hides no other."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._is_hashed = getattr(objects, "rehashes", False) is True
        self._reachable: Callable[..., Sequence[str]] | None = getattr(objects, "reachable", None)

    def pieces(self, kind: str, oids: Sequence[str]) -> Iterator[list[bytes | Note]]:
        """Give the objects in order, a bounded piece of them at a time."""
        for start in range(0, len(oids), _PIECE):
            yield self._get(kind, oids[start : start + _PIECE])

    def get(self, kind: str, oids: Sequence[str]) -> list[bytes | Note]:
        """Give all the objects, in order."""
        return [found for piece in self.pieces(kind, oids) for found in piece]

    def reachable(self, tip: str, without: Sequence[str]) -> Sequence[str]:
        """Give git's idea of the history; empty when there is none to be had."""
        if self._reachable is None:
            return ()
        try:
            return self._reachable(tip, without)
        except StoreError:
            return ()  # the walk will meet the same fault, and name the commit

    def _get(self, kind: str, oids: Sequence[str]) -> list[bytes | Note]:
        try:
            found = self._objects.read_many(oids)
        except StoreError as error:
            if len(oids) > 1:  # halving finds the one that is amiss, whatever the reader did
                middle = len(oids) // 2
                return self._get(kind, oids[:middle]) + self._get(kind, oids[middle:])
            return [_amiss(error)]
        if self._is_hashed:
            return [data if is_a == kind else _wrong_kind(is_a, kind) for is_a, data in found]
        return [self._checked(kind, oid, *given) for oid, given in zip(oids, found, strict=True)]

    def _checked(self, kind: str, oid: str, is_a: str, data: bytes) -> bytes | Note:
        # SHA-1 is what git's ids are; the signatures over them use SHA-512.
        digest = sha1(b"%b %d\0%b" % (is_a.encode(), len(data), data), usedforsecurity=False)
        if digest.hexdigest() != oid:
            return _amiss(BadFormat("the object {oid} is not what its id says", oid=oid))
        return data if is_a == kind else _wrong_kind(is_a, kind)


def _amiss(error: StoreError) -> Note:
    values: dict[str, Any] = dict(error.values)
    return Note(error.message, error.hint or "fetch it again from a colleague's clone", values)


def _wrong_kind(is_a: str, kind: str) -> Note:
    return Note("a {found} stands where a {kind} must be", "", {"found": is_a, "kind": kind})
