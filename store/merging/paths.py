"""The files in which two trees differ, each as it is on both sides and where the sides parted.

Only folders that differ are walked: it takes as long as there are changes, and not cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from store.repo.objects import ObjectReader
from store.repo.trees import FOLDER, Entry, parse_tree

__all__ = ["Newer", "Version", "differing"]

Newer = Literal["theirs", "ours", "both", "neither"]


class Version(NamedTuple):
    """One path: the blob on each side, and at the commits where they parted; None where none is."""

    path: str
    theirs: str | None
    ours: str | None
    bases: tuple[str | None, ...]

    @property
    def newer(self) -> Newer:
        """Say which side made a version of its own, by the rule that merges are verified by.

        Neither did where there are several bases, and each side has that of another.
        """
        is_theirs, is_ours = self.theirs not in self.bases, self.ours not in self.bases
        if is_theirs and is_ours:
            return "both"
        return "theirs" if is_theirs else "ours" if is_ours else "neither"


def differing(
    objects: ObjectReader,
    theirs: str | None,
    ours: str | None,
    bases: Sequence[str | None],
    folder: str = "",
) -> Iterator[Version]:
    """Go through the files that differ between two trees, in the order of their paths."""
    one, other = _entries(objects, theirs), _entries(objects, ours)
    olds = [_entries(objects, base) for base in bases]
    for name in sorted(one.keys() | other.keys()):
        sides = (one.get(name), other.get(name))
        if sides[0] == sides[1]:
            continue
        path = folder + name.decode("utf-8", "surrogateescape")
        before = [old.get(name) for old in olds]
        if any(entry is not None and entry.mode == FOLDER for entry in sides):
            below = [_folder(entry) for entry in (*sides, *before)]
            yield from differing(objects, below[0], below[1], below[2:], f"{path}/")
        else:
            blobs = [_file(entry) for entry in (*sides, *before)]
            yield Version(path, blobs[0], blobs[1], tuple(blobs[2:]))


def _entries(objects: ObjectReader, tree: str | None) -> Mapping[bytes, Entry]:
    return parse_tree(objects.read(tree)[1]) if tree else {}


def _folder(entry: Entry | None) -> str | None:
    return entry.oid.hex() if entry is not None and entry.mode == FOLDER else None


def _file(entry: Entry | None) -> str | None:
    return entry.oid.hex() if entry is not None and entry.mode != FOLDER else None
