"""Git trees: read them, find a path in them, and splice changes into a few of them.

A save rewrites the trees on the way to one file and nothing else: no git index is read or written,
whose cost grows with the number of cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from store.errors import BadFormat
from store.repo.objects import ObjectReader, object_id

__all__ = ["FILE", "FOLDER", "Entry", "differences", "find", "list_files", "parse_tree", "splice"]

FILE, FOLDER = b"100644", b"40000"
_ENTRY = re.compile(rb"([0-7]{5,6}) ([^\0/]+)\0(.{20})", re.DOTALL)


class Entry(NamedTuple):
    """One line of a tree: mode in octal digits, name, and 20 bytes of object id."""

    mode: bytes
    name: bytes
    oid: bytes


def parse_tree(raw: bytes) -> dict[bytes, Entry]:
    """Take a tree apart, by name.

    Raises:
        BadFormat: the bytes are no tree.
    """
    entries = [Entry(*found) for found in _ENTRY.findall(raw)]
    if sum(len(mode) + len(name) + 22 for mode, name, _ in entries) != len(raw):
        raise BadFormat("a tree of this repository is damaged")
    return {entry.name: entry for entry in entries}


@lru_cache(maxsize=32)
def _parsed(raw: bytes) -> Mapping[bytes, Entry]:
    """Take a tree apart that is likely to be asked for again: it is on the way to every case."""
    return parse_tree(raw)


def find(objects: ObjectReader, tree: str, path: str) -> str | None:
    """Give the object id at a path below a tree, or None."""
    oid = tree
    for part in path.split("/"):
        kind, raw = objects.read(oid)
        if kind != "tree":
            return None
        entry = _parsed(raw).get(part.encode())
        if entry is None:
            return None
        oid = entry.oid.hex()
    return oid


def list_files(objects: ObjectReader, tree: str) -> Iterator[tuple[str, str]]:
    """Go through all files below a tree: path and object id; level by level, in few round trips."""
    level = [("", tree)]
    while level:
        answers = objects.read_many([oid for _, oid in level])
        below: list[tuple[str, str]] = []
        for (folder, _), (_, raw) in zip(level, answers, strict=True):
            for mode, name, oid in parse_tree(raw).values():
                path = folder + name.decode("utf-8", "surrogateescape")
                if mode == FOLDER:
                    below.append((path + "/", oid.hex()))
                elif mode == FILE:
                    yield path, oid.hex()
        level = below


def differences(
    objects: ObjectReader, old: str | None, new: str | None, folder: str = ""
) -> Iterator[tuple[str, str | None]]:
    """Go through the files that differ between two trees: path and new blob, None when gone."""
    before, after = (_parsed(objects.read(oid)[1]) if oid else {} for oid in (old, new))
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        path = folder + name.decode("utf-8", "surrogateescape")
        was_below, now_below = (e.oid.hex() if e and e.mode == FOLDER else None for e in (was, now))
        if was is not None and not was_below and (now is None or now_below):
            yield path, None
        if was_below or now_below:
            yield from differences(objects, was_below, now_below, f"{path}/")
        if now is not None and not now_below:
            yield path, now.oid.hex()


def splice(
    objects: ObjectReader, tree: str | None, changes: Iterable[tuple[str, str | None]]
) -> tuple[str | None, list[tuple[str, bytes]]]:
    """Put files into a tree, or take them out (None).

    Gives the id of the new tree (None when nothing is left in it) and the trees that have to be
    written for it, as (id, content), the lowest first.
    """
    entries = dict(_parsed(objects.read(tree)[1])) if tree else {}
    below: dict[bytes, list[tuple[str, str | None]]] = {}
    for path, oid in changes:
        name, _, rest = path.partition("/")
        key = name.encode()
        if rest:
            below.setdefault(key, []).append((rest, oid))
        elif oid is None:
            entries.pop(key, None)
        else:
            entries[key] = Entry(FILE, key, bytes.fromhex(oid))
    written: list[tuple[str, bytes]] = []
    for key, inner in below.items():
        old = entries.get(key)
        new, trees = splice(objects, old.oid.hex() if old else None, inner)
        written += trees
        if new is None:
            entries.pop(key, None)
        else:
            entries[key] = Entry(FOLDER, key, bytes.fromhex(new))
    if not entries:
        return None, written
    raw = _dump(entries)
    oid = object_id("tree", raw)
    return oid, [*written, (oid, raw)]


def _dump(entries: dict[bytes, Entry]) -> bytes:
    # Git sorts a folder as if its name ended in a slash.
    def order(entry: Entry) -> bytes:
        return entry.name + b"/" if entry.mode == FOLDER else entry.name

    return b"".join(
        b"%b %b\0%b" % (entry.mode, entry.name, entry.oid)
        for entry in sorted(entries.values(), key=order)
    )
