"""The rows of all cases as of the verified commit: the index, brought up to date by difference."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from store.errors import BadFormat
from store.model.summary import READABLE
from store.own_key import index_key
from store.repo import commit as commits
from store.repo.trees import find
from store.search.index import BLOB_SIZE, Index, find_reference, read_index
from store.trust.paths import case_path, parse_path

if TYPE_CHECKING:
    from store.crypto import age
    from store.crypto.identity import MemberIdentity
    from store.listed import Listing
    from store.reader import Reader
    from store.reading import Read, Wanted

__all__ = ["ids_of_reference", "index_path", "list_rows", "open_keys"]

_REWRITE_AFTER = 50
"""So many rows may differ before the index is written again: less than this is read in no time."""


def list_rows(
    reader: Reader,
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Listing:
    """Give the rows of all cases; reads only those whose blob the index does not know.

    Raises:
        Cancelled: `is_cancelled` said so.
    """
    # With what searches and reads a case: a look-up does without.
    from store.listed import Listing
    from store.reading import Read, read_rows

    identity, key = reader.identity, index_key(reader)
    path = index_path(reader.git_dir, identity) if identity else ""
    index = read_index(path, key) if key else None
    if index is not None and index.commit == reader.tip:
        return Listing(reader, index, range(len(index.rows)), Read([], [], []), is_due=False)
    tree = commits.parse(reader.objects.read(reader.tip)[1]).tree
    files = reader.files(tree)
    keys, is_whole = open_keys(reader)
    known = _known(index, keys) if index else {}
    slots = [known.get(place) for place in files.items()]
    new = [place for place, slot in zip(files.items(), slots, strict=True) if slot is None]
    wanted = [_wanted(*place) for place in new]
    read = read_rows(reader.git_dir, wanted, keys, progress, is_cancelled)
    # Where this disk did not give out everything, the next one to ask looks again: it may now.
    is_whole = is_whole and all(read.blobs)
    renewed = _renewed(index, slots, read)._replace(commit=reader.tip if is_whole else "")
    is_due = index is None or len(new) > _REWRITE_AFTER or len(slots) <= _REWRITE_AFTER
    return Listing(reader, renewed, slots, read, is_due=is_due and key is not None)


def _known(index: Index, keys: dict[str, list[age.Identity]]) -> dict[tuple[str, str], int]:
    """Number the rows that still hold, by path and blob.

    Those of a compartment that was sealed then and is open now, or the other way, do not.
    """
    openable = {row.compartment for row in index.rows if row.state in READABLE}
    return {
        (case_path(row.compartment, row.id), blob): slot
        for slot, (row, blob) in enumerate(zip(index.rows, index.blob_ids(), strict=True))
        if bool(keys.get(row.compartment)) == (row.compartment in openable)
    }


def _renewed(index: Index | None, slots: Sequence[int | None], read: Read) -> Index:
    """Give the rows that the index has and those that were read, each in its place."""
    fresh = zip(read.summaries, map(_as_bytes, read.blobs), strict=True)
    old = index or Index("", [], b"")
    rows, blobs = [], []
    for slot in slots:
        row, blob = next(fresh) if slot is None else (old.rows[slot], old.blob(slot))
        rows.append(row)
        blobs.append(blob)
    return Index("", rows, b"".join(blobs), old.mark)


def _as_bytes(blob: str) -> bytes:
    return bytes.fromhex(blob) or bytes(BLOB_SIZE)


def ids_of_reference(reader: Reader, reference: str) -> list[str]:
    """Give the ids of the cases with a reference; opens no more of the index than that takes."""
    identity = reader.identity
    key = index_key(reader)
    if identity is not None and key is not None:
        path = index_path(reader.git_dir, identity)
        found = find_reference(path, key, reference)
        ids = _as_of_now(reader, reference, *found) if found is not None and found[0] else None
        if ids is not None:
            return ids
    rows = list_rows(reader).rows
    return [row.id for row in rows if row.reference == reference]


def _as_of_now(reader: Reader, reference: str, commit: str, ids: list[str]) -> list[str] | None:
    """Take in what was saved since the index was written; None when that is not all there is."""
    if commit == reader.tip:
        return ids
    from store.renewal import changed_rows

    try:
        keys = [find(reader.objects, reader.tree(c), "keys") for c in (commit, reader.tip)]
        if keys[0] != keys[1]:
            return None  # what was sealed then may be open now
        changed = changed_rows(reader, commit, reader.tip)
    except BadFormat:
        return None  # that commit is gone
    return [case_id for case_id in ids if case_id not in changed] + [
        case_id
        for case_id, case in changed.items()
        if case is not None and case.summary.reference == reference
    ]


def index_path(git_dir: str, identity: MemberIdentity) -> str:
    """Give the place of this member's index; members who share a host have one each."""
    owner = sha256(identity.age.recipient.encode()).hexdigest()[:16]
    return os.path.join(git_dir, "dalil", "index", f"{owner}.age")


def open_keys(reader: Reader) -> tuple[dict[str, list[age.Identity]], bool]:
    """Give the epoch keys by compartment, and whether all of them could be read from the disk."""
    keys: dict[str, list[age.Identity]] = {}
    is_whole = True
    for name in reader.policy.compartments:
        try:
            keys[name] = reader.keys_of(name)
        except BadFormat:
            keys[name], is_whole = [], False
    return keys, is_whole


def _wanted(path: str, blob: str) -> Wanted:
    from store.reading import Wanted

    place = parse_path(path)
    assert place is not None  # noqa: S101 - the tree was verified
    return Wanted(path, blob, place.id, place.compartment)
