"""Where else a case stands to which a commit adds a part: who may write nothing of it, adds none.

Otherwise a member could put a case of their own beside a foreign one of the same id, in a
compartment that fewer people read, and whoever reads both would be shown that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from store.trust.changes import Changes
from store.trust.tree_cache import TreeCache
from store.trust.trees import FOLDER, Entries

__all__ = ["Added", "find_homes"]

_PIECE = 1024


class Added(NamedTuple):
    """A part of a case that a commit adds: by its place among the changes; the parents' trees."""

    changes: Changes
    at: int
    parents: tuple[bytes | None, ...]


def find_homes(trees: TreeCache, added: Sequence[Added]) -> None:
    """Fill in the other compartments in which the cases had parts at some parent."""
    for start in range(0, len(added), _PIECE):
        piece = added[start : start + _PIECE]
        tops = [(one, oid) for one in piece for oid in one.parents if oid is not None]
        trees.load([oid for _, oid in tops])
        roots = [(one, _folder(trees, oid, b"cases")) for one, oid in tops]
        trees.load([oid for _, oid in roots])
        compartments = [
            (one, name, entry[1])
            for one, oid in roots
            for name, entry in _entries(trees, oid).items()
            if entry[0] == FOLDER and name.decode("ascii", "replace") != _compartment(one)
        ]
        trees.load([oid for _, _, oid in compartments])
        shards = [(one, name, _folder(trees, oid, _shard(one))) for one, name, oid in compartments]
        trees.load([oid for _, _, oid in shards])
        for one, name, oid in shards:
            if _file(one) in _entries(trees, oid):
                _keep(one, name.decode("ascii", "replace"))


def _keep(one: Added, compartment: str) -> None:
    change = one.changes.files[one.at]
    beside = tuple(dict.fromkeys((*change.beside, compartment)))
    one.changes.files[one.at] = change._replace(beside=beside)


def _compartment(one: Added) -> str:
    return one.changes.files[one.at].place.compartment


def _shard(one: Added) -> bytes:
    return one.changes.files[one.at].place.id[:2].encode()


def _file(one: Added) -> bytes:
    return f"{one.changes.files[one.at].place.id}.age".encode()


def _folder(trees: TreeCache, oid: bytes | None, name: bytes) -> bytes | None:
    entry = _entries(trees, oid).get(name)
    return entry[1] if entry is not None and entry[0] == FOLDER else None


def _entries(trees: TreeCache, oid: bytes | None) -> Entries:
    return (oid and trees.entries(oid)) or {}
