"""Raw git trees: their entries, and where two of them differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = [
    "FILE",
    "FOLDER",
    "Entries",
    "Entry",
    "OneChange",
    "Place",
    "change_among",
    "change_in_uniform",
    "differing",
    "parse_tree",
    "parse_uniform",
    "places_of",
]

Entry = tuple[bytes, bytes]
"""Mode and raw id of 20 bytes of what stands under a name."""

Entries = dict[bytes, Entry]

Place = tuple[bytes, bytes, int]
"""Name and mode of an entry, and where in the tree its id begins."""

OneChange = tuple[bytes, bytes, bytes, bytes]
"""The one entry in which two trees differ, by its id alone: by far the most usual change.

Its name and mode, the old id and the new one.
"""

FOLDER = b"40000"
FILE = b"100644"
_ENTRY = re.compile(rb"([0-7]{5,6}) ([^\0/]+)\0(.{20})", re.DOTALL)
_ID = 20
_BESIDES_NAME = 22  # a space, a zero byte and the id
# A folder of two letters, and a case: all entries of most trees are of one of these two forms.
_UNIFORM = {
    29: re.compile(rb"(40000) ([^\0/]{2})\0(.{20})", re.DOTALL),
    52: re.compile(rb"(100644) ([^\0/]{24})\0(.{20})", re.DOTALL),
}


def parse_tree(raw: bytes) -> Entries | None:
    """Give the entries of a tree by name; None when it is no tree as git writes it.

    Git's own order is demanded, so that a name cannot stand twice.
    """
    found = _ENTRY.findall(raw)
    size = sum(len(mode) + len(name) + _BESIDES_NAME for mode, name, _ in found)
    return _in_order(found) if size == len(raw) else None


def parse_uniform(raw: bytes, width: int) -> Entries | None:
    """Do the same for trees of which each entry takes `width` bytes; None when this is not one."""
    found = _UNIFORM[width].findall(raw)
    return _in_order(found) if len(found) * width == len(raw) else None


def _in_order(found: Iterable[tuple[bytes, bytes, bytes]]) -> Entries | None:
    entries: Entries = {}
    last = b""
    for mode, name, oid in found:
        place = name + b"/" if mode == FOLDER else name
        if place <= last or name in entries:
            return None
        last = place
        entries[name] = (mode, oid)
    return entries


def places_of(entries: Entries) -> list[Place]:
    """Give the places of all entries of a tree, from its entries in order."""
    found = []
    end = 0
    for name, (mode, _) in entries.items():
        start = end + len(mode) + len(name) + _BESIDES_NAME - _ID
        end = start + _ID
        found.append((name, mode, start))
    return found


def change_among(old: bytes, new: bytes, places: Sequence[Place]) -> OneChange | None:
    """Give the one change between two trees; None when they differ in another way.

    `places` are those of `old`, and then of `new` too: a sound tree stays one.
    """
    for name, mode, start in places:
        end = start + _ID
        if old[start:end] != new[start:end]:
            if old[:start] != new[:start] or old[end:] != new[end:]:
                return None
            return name, mode, old[start:end], new[start:end]
    return None


def change_in_uniform(old: bytes, new: bytes, width: int) -> OneChange | None:
    """Do the same for trees of one length, of which `old` is uniform of `width`, by halving."""
    start, count = 0, len(old) // width
    stands = new.startswith
    while count > 1:
        half = count >> 1
        middle = start + half * width
        if stands(old[start:middle], start):
            start = middle
            count -= half
        else:
            count = half
    end = start + width
    name_end = end - _ID
    if not stands(old[start:name_end], start) or not new.endswith(old[end:]):
        return None
    mode, _, name = old[start : name_end - 1].partition(b" ")
    return name, mode, old[name_end:end], new[name_end:end]


def differing(old: bytes, new: bytes, width: int) -> tuple[bytes, bytes]:
    """Give the piece in which two trees differ, cut at entries.

    `old` must be uniform of `width`, and the length of `new` a multiple of it. What is cut off is
    the same bytes in both, so when the piece of `new` is uniform, all of `new` is. Unless one
    entry got another id and nothing else changed, a common entry on each side comes along, so that
    the order of the piece of `new` is the order of all of it.
    """
    shorter = min(len(old), len(new)) // width
    start = _common_start(old, new, shorter, width)
    here, after = start * width, (start + 1) * width
    if len(old) == len(new) and old.endswith(new[after:]):
        if old[here : after - _ID] == new[here : after - _ID]:
            return old[here:after], new[here:after]
        end = max(shorter - start - 1, 0)
    else:
        end = _common_end(old, new, shorter - start, width)
    first = max(start - 1, 0) * width
    kept = max(end - 1, 0) * width
    return old[first : len(old) - kept], new[first : len(new) - kept]


def _common_start(old: bytes, new: bytes, limit: int, width: int) -> int:
    """Count the entries that are the same from the start, at most `limit`, by halving."""
    low, high = 0, (limit + 1) * width
    while high - low > width:
        middle = (low + high) // (2 * width) * width
        if old.startswith(new[low:middle], low):
            low = middle
        else:
            high = middle
    return low // width


def _common_end(old: bytes, new: bytes, limit: int, width: int) -> int:
    """Count the entries that are the same from the end, at most `limit`, by halving."""
    size, new_size = len(old), len(new)
    low, high = 0, (limit + 1) * width
    while high - low > width:
        middle = (low + high) // (2 * width) * width
        if old[size - middle : size - low] == new[new_size - middle : new_size - low]:
            low = middle
        else:
            high = middle
    return low // width
