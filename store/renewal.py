"""The rows of the cases that differ between two commits: what a list needs after a save."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from store.folding import fold, folded_text
from store.model.summary import Summary
from store.reader import Reader
from store.reading import Wanted, read_rows
from store.repo import commit as commits
from store.repo.objects import ObjectReader
from store.repo.trees import Entry, differences, find, parse_tree
from store.trust.paths import case_path, parse_path

__all__ = ["Changes", "Renewed", "changed_rows"]


class Renewed(NamedTuple):
    """A row as it is now, and the text to search."""

    summary: Summary
    text: str


Changes = dict[str, Renewed | None]
"""Rows by the id of the case; None for one that is gone."""


def changed_rows(reader: Reader, since: str, tip: str) -> Changes:
    """Give the rows that are not what they were, by the ids of the cases.

    Walks only the folders that differ, and reads only the cases that do, so it takes as long as
    there are changes and not cases. Of a case with several parts all are read: they make one row.
    It has a git process of its own, and keeps nobody waiting.
    """
    with ObjectReader(reader.git_dir) as objects:
        trees = [commits.parse(objects.read(commit)[1]).tree for commit in (since, tip)]
        old, new = (find(objects, tree, "cases") for tree in trees)
        paths = [path for path, _ in differences(objects, old, new, "cases/")]
        places = [place for path in paths if (place := parse_path(path)) and not place.sibling]
        ids = list(dict.fromkeys(place.id for place in places))
        wanted = list(_parts(objects, new, ids))
    keys = {name: reader.keys_of(name) for name in {part.compartment for part in wanted}}
    read = read_rows(reader.git_dir, wanted, keys)
    texts = list(read.all_texts())
    kept, rows, folds = fold(read.summaries, reader.breadth)
    for row, others in folds:
        texts[row] = folded_text([texts[number] for number in (row, *others)])
    found = {row.id: Renewed(row, texts[n]) for n, row in zip(kept, rows, strict=True)}
    return {case_id: found.get(case_id) for case_id in ids}


def _parts(objects: ObjectReader, cases: str | None, ids: Sequence[str]) -> Iterator[Wanted]:
    """Find all parts of some cases below the folder of cases; each folder is read once."""
    for name, compartment in sorted(_entries(objects, cases).items()):
        shards = _entries(objects, compartment.oid.hex())
        read: dict[str, dict[bytes, Entry]] = {}
        for case_id in ids:
            shard = case_id[:2]
            if shard not in read:
                entry = shards.get(shard.encode())
                read[shard] = _entries(objects, entry.oid.hex() if entry else None)
            file = read[shard].get(f"{case_id}.age".encode())
            if file is not None:
                place = name.decode("utf-8", "surrogateescape")
                yield Wanted(case_path(place, case_id), file.oid.hex(), case_id, place)


def _entries(objects: ObjectReader, tree: str | None) -> dict[bytes, Entry]:
    return parse_tree(objects.read(tree)[1]) if tree else {}
