"""Where else a case stands to which a commit adds a part: who may write nothing of it, adds none.

Otherwise a member could put a case of their own beside a foreign one of the same id, in a
compartment that fewer people read, and whoever reads both would be shown that. Nor does it help
to do so on an old commit: a merge that brings the two together adds each to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from store.trust.changes import Change, Changes
from store.trust.merges import Merge
from store.trust.paths import parse_path
from store.trust.tree_cache import TreeCache
from store.trust.trees import FOLDER, Entries

__all__ = ["Added", "find_homes", "find_twins"]

_PIECE = 1024

_Parts = dict[str, dict[str, list[Change]]]
"""Parts that were made, and versions kept beside them, by case and compartment."""


class Added(NamedTuple):
    """A part of a case that a commit adds: by its place among the changes; the parents' trees."""

    changes: Changes
    at: int
    parents: tuple[bytes | None, ...]


def find_homes(trees: TreeCache, added: Sequence[Added]) -> None:
    """Fill in the other compartments in which the cases had parts at some parent.

    A version that is kept beside a part adds nothing to its case.
    """
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
            if entry[0] == FOLDER
            and (_is_sibling(one) or name.decode("ascii", "replace") != _compartment(one))
        ]
        trees.load([oid for _, _, oid in compartments])
        shards = [(one, name, _folder(trees, oid, _shard(one))) for one, name, oid in compartments]
        trees.load([oid for _, _, oid in shards])
        stood = [
            (one, n.decode("ascii", "replace"))
            for one, n, oid in shards
            if _file(one) in _entries(trees, oid)
        ]
        at_home = {(id(one.changes), one.at) for one, name in stood if name == _compartment(one)}
        for one, name in stood:
            if (id(one.changes), one.at) not in at_home:
                _keep(one, name)


def find_twins(trees: TreeCache, merge: Merge) -> None:
    """Add to the changes of a merge the parts under one id that its two sides made apart.

    An id is made by chance: one of the two was put there by somebody who had seen the other.
    """
    bases = [_read(trees, oid, b"cases") for oid in merge.bases]
    sides = [_changed(_read(trees, oid, b"cases"), bases) for oid in merge.sides]
    if not any(one != other for one in sides[0] for other in sides[1]):
        return
    left, right = (_made(trees, side, bases) for side in sides)
    for case_id in sorted(left.keys() & right.keys()):
        if _stood(trees, bases, case_id):
            continue
        for name, parts in left[case_id].items():
            beside = tuple(sorted(right[case_id].keys() - {name}))
            if beside:
                merge.changes.files += [part._replace(beside=beside) for part in parts]


def _made(trees: TreeCache, side: Entries, bases: Sequence[Entries]) -> _Parts:
    """Give the parts of cases below some compartments that none of the bases has."""
    parts: _Parts = {}
    for name, (_, oid) in side.items():
        here, olds = _read(trees, oid), [_read(trees, _under(base, name)) for base in bases]
        for shard, (_, inner) in _changed(here, olds).items():
            known = [_read(trees, _under(old, shard)) for old in olds]
            for file, (_, blob) in _read(trees, inner).items():
                path = b"/".join((b"cases", name, shard, file)).decode("ascii", "replace")
                place = parse_path(path)
                if place is not None and not any(file in old for old in known):
                    made = parts.setdefault(place.id, {}).setdefault(place.compartment, [])
                    made.append(Change(path, place, blob.hex()))
    return parts


def _stood(trees: TreeCache, bases: Sequence[Entries], case_id: str) -> bool:
    """Say whether a case stood in any compartment where two sides parted."""
    shard, file = case_id[:2].encode(), f"{case_id}.age".encode()
    folders = (_read(trees, oid, shard) for base in bases for _, oid in base.values())
    return any(file in folder for folder in folders)


def _changed(here: Entries, olds: Sequence[Entries]) -> Entries:
    """Give the folders that are not as in any of some older ones."""
    return {
        name: entry
        for name, entry in here.items()
        if entry[0] == FOLDER and not any(old.get(name) == entry for old in olds)
    }


def _read(trees: TreeCache, oid: bytes | None, name: bytes = b"") -> Entries:
    """Read a folder, or the one of a name in it; empty when there is none."""
    trees.load([oid])
    found = _entries(trees, oid)
    return _read(trees, _under(found, name)) if name else found


def _under(entries: Entries, name: bytes) -> bytes | None:
    mode, oid = entries.get(name, (b"", b""))
    return oid if mode == FOLDER else None


def _keep(one: Added, compartment: str) -> None:
    change = one.changes.files[one.at]
    beside = tuple(dict.fromkeys((*change.beside, compartment)))
    one.changes.files[one.at] = change._replace(beside=beside)


def _compartment(one: Added) -> str:
    return one.changes.files[one.at].place.compartment


def _is_sibling(one: Added) -> bool:
    return bool(one.changes.files[one.at].place.sibling)


def _shard(one: Added) -> bytes:
    return one.changes.files[one.at].place.id[:2].encode()


def _file(one: Added) -> bytes:
    return f"{one.changes.files[one.at].place.id}.age".encode()


def _folder(trees: TreeCache, oid: bytes | None, name: bytes) -> bytes | None:
    entry = _entries(trees, oid).get(name)
    return entry[1] if entry is not None and entry[0] == FOLDER else None


def _entries(trees: TreeCache, oid: bytes | None) -> Entries:
    return (oid and trees.entries(oid)) or {}
