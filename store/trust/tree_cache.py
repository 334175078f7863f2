"""Trees by id, the latest kept at hand, and the two sides of a comparison cut short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from store.trust.reading import Reader
from store.trust.report import Note
from store.trust.trees import (
    Entries,
    OneChange,
    Place,
    change_among,
    change_in_uniform,
    differing,
    parse_tree,
    parse_uniform,
    places_of,
)

__all__ = ["Sides", "TreeCache"]

_GENERATION_BYTES = 16 * 1024 * 1024
_UNIFORM_LIMIT = 200_000
_SMALL_TREE = 2048
_NOTE_BYTES = 512
_UNSOUND = Note("the folder {path} is empty, or is no tree that git would write")

Sides = tuple[Entries, list[Entries]]
"""Entries of a tree, and of the same folder in each parent, perhaps without what is the same."""


class TreeCache:
    """Trees that were read, by raw id of 20 bytes.

    Those of the last generation are kept beside those of this one; what is used again moves on.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._raw: dict[bytes, bytes] = {}
        self._older: dict[bytes, bytes] = {}
        self._amiss: dict[bytes, Note] = {}
        self._parsed: dict[bytes, Entries | None] = {}
        self._uniform: dict[bytes, int] = {}  # and their width
        self._places: dict[bytes, list[Place]] = {}
        self._size = 0

    def load(self, oids: Iterable[bytes | None]) -> None:
        """Read the trees that are not at hand; they stay at least until the next call."""
        if self._size > _GENERATION_BYTES:
            self._older, self._raw, self._size = self._raw, {}, 0
            for kept in (self._amiss, self._parsed, self._places):
                kept.clear()
            if len(self._uniform) > _UNIFORM_LIMIT:
                self._uniform.clear()
        raw, older, amiss = self._raw, self._older, self._amiss
        absent = []
        for oid in dict.fromkeys(oids):
            if oid in raw or oid is None or oid in amiss:
                continue
            if oid in older:
                self._put(oid, older[oid])
            else:
                absent.append(oid)
        found = self._reader.get("tree", [oid.hex() for oid in absent])
        for oid, tree in zip(absent, found, strict=True):
            self._put(oid, tree)

    def entries(self, oid: bytes) -> Entries | None:
        """Give the entries of a tree that was loaded; None when it is none, or cannot be had."""
        if oid in self._parsed:
            return self._parsed[oid]
        if oid in self._amiss:
            return None
        raw = self._raw[oid]
        entries = parse_tree(raw)
        if len(raw) < _SMALL_TREE:
            self._parsed[oid] = entries
        return entries

    def sides(self, new: bytes | None, olds: Sequence[bytes | None], width: int) -> Sides | Note:
        """Give a loaded tree beside its parents' for a comparison; a note when it is no sound tree.

        `width` is the usual length of an entry in this folder, 0 when there is none. When parent
        and tree are both uniform, most of what they have in common is left out.
        """
        if new is None:
            return {}, [self._parents(oid) for oid in olds]
        if new in self._amiss:
            return self._amiss[new]
        raw = self._raw[new]
        if width:
            sides = self._short(raw, olds, width)
            if sides is not None:
                self._uniform[new] = width
                return sides
        entries = self.entries(new)
        return (entries, [self._parents(oid) for oid in olds]) if entries else _UNSOUND

    def one_change(self, new: bytes, old: bytes, width: int) -> OneChange | None:
        """Give what differs when nothing but the id of one entry does; None otherwise.

        None also when a tree is not at hand or not sound: then `sides` tells more.
        """
        raw, old_raw = self._raw.get(new), self._raw.get(old)
        if raw is None or old_raw is None or len(raw) != len(old_raw):
            return None
        if width:
            if self._uniform.get(old) != width:
                return None
            change = change_in_uniform(old_raw, raw, width)
            if change is not None:
                self._uniform[new] = width
            return change
        places = self._places.get(old)
        if places is None:
            places = self._places[old] = places_of(self.entries(old) or {})
        change = change_among(old_raw, raw, places)
        if change is not None:
            self._places[new] = places
        return change

    def _short(self, raw: bytes, olds: Sequence[bytes | None], width: int) -> Sides | None:
        old = olds[0] if len(olds) == 1 else None
        old_raw = self._raw.get(old) if old and self._uniform.get(old) == width else None
        if old_raw is not None and raw and len(raw) % width == 0:
            old_piece, piece = differing(old_raw, raw, width)
            entries = parse_uniform(piece, width)
            return None if entries is None else (entries, [parse_tree(old_piece) or {}])
        entries = parse_uniform(raw, width)
        return (entries, [self._parents(oid) for oid in olds]) if entries else None

    def _parents(self, oid: bytes | None) -> Entries:
        # What is wrong with a parent's tree was told when the parent was looked at.
        return (oid and self.entries(oid)) or {}

    def _put(self, oid: bytes, tree: bytes | Note) -> None:
        if isinstance(tree, bytes):
            self._raw[oid] = tree
            self._size += len(tree)
        else:
            self._amiss[oid] = tree
            self._size += _NOTE_BYTES
