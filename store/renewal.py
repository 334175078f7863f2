"""The rows of the cases that differ between two commits: what a list needs after a save."""

from __future__ import annotations

from collections.abc import Iterator

from store.model.summary import Summary
from store.reader import Reader
from store.reading import Wanted, read_rows
from store.repo import commit as commits
from store.repo.objects import ObjectReader
from store.repo.trees import FOLDER, Entry, find, parse_tree
from store.trust.paths import parse_path

__all__ = ["changed_rows"]


def changed_rows(reader: Reader, since: str, tip: str) -> dict[tuple[str, str], Summary | None]:
    """Give the rows that are not what they were, by compartment and id; None for a case gone.

    Walks only the folders that differ, and reads only the cases that do, so it takes as long as
    there are changes and not cases. It has a git process of its own, and keeps nobody waiting.
    """
    with ObjectReader(reader.git_dir) as objects:
        trees = [commits.parse(objects.read(commit)[1]).tree for commit in (since, tip)]
        old, new = (find(objects, tree, "cases") for tree in trees)
        differing = list(_differing(objects, old, new, "cases/"))
    rows: dict[tuple[str, str], Summary | None] = {}
    wanted = []
    for path, blob in differing:
        place = parse_path(path)
        if place is None or "~" in path:
            continue
        rows[place.compartment, place.id] = None
        if blob is not None:
            wanted.append(Wanted(path, blob, place.id, place.compartment))
    keys = {name: reader.keys_of(name) for name in {part.compartment for part in wanted}}
    for row in read_rows(reader.git_dir, wanted, keys):
        rows[row.summary.compartment, row.summary.id] = row.summary
    return rows


def _differing(
    objects: ObjectReader, old: str | None, new: str | None, folder: str
) -> Iterator[tuple[str, str | None]]:
    """Go through the files below two trees that are not the same: path, and blob in the new one."""
    if old == new:
        return
    before, after = _entries(objects, old), _entries(objects, new)
    for name in before.keys() | after.keys():
        one, other = before.get(name), after.get(name)
        if one == other:
            continue
        path = folder + name.decode("utf-8", "surrogateescape")
        left, right = (e.oid.hex() if e and e.mode == FOLDER else None for e in (one, other))
        if left or right:
            yield from _differing(objects, left, right, f"{path}/")
        else:
            yield path, other.oid.hex() if other else None


def _entries(objects: ObjectReader, tree: str | None) -> dict[bytes, Entry]:
    return parse_tree(objects.read(tree)[1]) if tree else {}
