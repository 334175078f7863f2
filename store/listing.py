"""The rows of all cases as of the verified commit: the index, brought up to date by difference."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from store.errors import BadFormat
from store.repo import commit as commits
from store.repo.trees import find
from store.search.index import Index, find_reference, read_index, write_index
from store.trust.paths import parse_path

if TYPE_CHECKING:
    from store.crypto import age
    from store.crypto.identity import MemberIdentity
    from store.reader import Reader
    from store.reading import Wanted

__all__ = ["ids_of_reference", "index_path", "list_rows"]

_REWRITE_AFTER = 50
"""So many rows may differ before the index is written again: less than this is read in no time."""


def list_rows(
    reader: Reader,
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Index:
    """Give the rows of all cases; reads only those whose blob the index does not know.

    Raises:
        Cancelled: `is_cancelled` said so.
    """
    from store.reading import read_rows  # with what reads a case; a look-up does without

    identity = reader.identity
    path = index_path(reader.git_dir, identity) if identity else ""
    index = read_index(path, identity.age) if identity else None
    if index is not None and index.commit == reader.tip:
        return index
    tree = commits.parse(reader.objects.read(reader.tip)[1]).tree
    files = reader.files(tree)
    openable = (
        {row.path.split("/")[1] for row in index.rows if row.summary.state == "open"}
        if index
        else set()
    )
    keys, is_whole = _keys(reader)
    # Rows of a compartment that was sealed then and is open now, or the other way, are not kept.
    known = {
        (row.path, row.blob): row
        for row in (index.rows if index else ())
        if bool(keys.get(row.path.split("/")[1])) == (row.path.split("/")[1] in openable)
    }
    wanted = [_wanted(p, blob) for p, blob in files.items() if (p, blob) not in known]
    read = read_rows(reader.git_dir, wanted, keys, progress, is_cancelled)
    fresh = {row.path: row for row in read}
    rows = [known.get(key) or fresh[key[0]] for key in files.items()]
    # Where this disk did not give out everything, the next one to ask looks again: it may now.
    is_whole = is_whole and all(row.blob for row in read)
    renewed = Index(reader.tip if is_whole else "", rows)
    if identity and (index is None or len(wanted) > _REWRITE_AFTER or len(rows) <= _REWRITE_AFTER):
        write_index(path, renewed, identity.age.recipient)
    return renewed


def ids_of_reference(reader: Reader, reference: str) -> list[str]:
    """Give the ids of the cases with a reference; opens no more of the index than that takes."""
    identity = reader.identity
    if identity is not None:
        path = index_path(reader.git_dir, identity)
        found = find_reference(path, identity.age, reference)
        ids = _as_of_now(reader, reference, *found) if found is not None and found[0] else None
        if ids is not None:
            return ids
    rows = list_rows(reader).rows
    return [row.summary.id for row in rows if row.summary.reference == reference]


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
    touched = {case_id for _, case_id in changed}
    return [case_id for case_id in ids if case_id not in touched] + [
        case.id for case in changed.values() if case is not None and case.reference == reference
    ]


def index_path(git_dir: str, identity: MemberIdentity) -> str:
    """Give the place of this member's index; members who share a host have one each."""
    owner = sha256(identity.age.recipient.encode()).hexdigest()[:16]
    return os.path.join(git_dir, "dalil", "index", f"{owner}.age")


def _keys(reader: Reader) -> tuple[dict[str, list[age.Identity]], bool]:
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
