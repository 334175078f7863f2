"""What a merge drops: a version that one side made, where the merge keeps another.

What a merge takes from one of its parents is no change of its own, unless it thereby undoes what
the other one did since the two parted. Otherwise whoever may write nothing could take any case
back to an earlier version, or away, by choosing the side that has not got the newer one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from store.trust.changes import Change, Changes
from store.trust.paths import parse_path
from store.trust.tree_cache import TreeCache
from store.trust.trees import FOLDER, Entries, Entry

__all__ = ["Merge", "find_dropped"]

_PIECE = 512
_ID_LENGTH = 20
_GROWING = ("journal", "timestamps", "approvals")


class Merge(NamedTuple):
    """One folder of a merge: as it is, at its parents, and where these parted; None for none."""

    changes: Changes
    folder: str
    new: bytes | None
    sides: tuple[bytes | None, ...]
    bases: tuple[bytes | None, ...]


def find_dropped(trees: TreeCache, merges: Sequence[Merge]) -> None:
    """Add to the changes of each merge the files in which it undoes what one of its parents did."""
    while merges:
        piece, merges = merges[:_PIECE], merges[_PIECE:]
        trees.load([oid for one in piece for oid in (one.new, *one.sides, *one.bases)])
        below = [inner for one in piece for inner in _look(trees, one)]
        merges = [*below, *merges]


def _look(trees: TreeCache, merge: Merge) -> list[Merge]:
    new = _entries(trees, merge.new)
    sides = [_entries(trees, oid) for oid in merge.sides]
    bases = [_entries(trees, oid) for oid in merge.bases]
    below = []
    for name in {name for side in sides for name in side}:
        entry = new.get(name)
        ours = [side.get(name) for side in sides]
        olds = [base.get(name) for base in bases]
        dropped = [one for one in ours if one not in (entry, *olds)]
        if not dropped:
            continue
        if any(one is not None and one[0] == FOLDER for one in (entry, *ours)):
            below.append(_deeper(merge, name, entry, ours, olds))
        elif entry in ours and not (entry not in olds and _are_kept(merge, name, dropped, new)):
            _take(merge, name, entry)
    return [inner for inner in below if inner.folder not in _GROWING]


def _take(merge: Merge, name: bytes, entry: Entry | None) -> None:
    path = _join(merge.folder, name)
    place = parse_path(path)
    if place is not None:
        merge.changes.files.append(Change(path, place, entry[1].hex() if entry else None))


def _are_kept(merge: Merge, name: bytes, dropped: Sequence[Entry | None], new: Entries) -> bool:
    """Say whether of two versions of a case the one that gave way still stands beside the other.

    That somebody took the case away gives way to any version.
    """
    if not merge.folder.startswith("cases/"):
        return False
    case = name[:_ID_LENGTH]
    beside = [entry for key, entry in new.items() if key[:_ID_LENGTH] == case]
    return all(one is None or one in beside for one in dropped)


def _deeper(
    merge: Merge,
    name: bytes,
    entry: Entry | None,
    ours: Sequence[Entry | None],
    olds: Sequence[Entry | None],
) -> Merge:
    def folder(one: Entry | None) -> bytes | None:
        return one[1] if one is not None and one[0] == FOLDER else None

    return Merge(
        merge.changes,
        _join(merge.folder, name),
        folder(entry),
        tuple(map(folder, ours)),
        tuple(map(folder, olds)),
    )


def _entries(trees: TreeCache, oid: bytes | None) -> Entries:
    return (oid and trees.entries(oid)) or {}


def _join(folder: str, name: bytes) -> str:
    text = name.decode("utf-8", "surrogateescape")
    return f"{folder}/{text}" if folder else text
