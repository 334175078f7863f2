"""The list of cases, kept beside the repository and encrypted to one member.

Content-addressed: each row is known by the blob it was read from, so after a change only the rows
whose blob is new are read again. Columns, not rows: a column is one text, split in one go.
The file is two age files, each after its length: first what a case is looked up by, then the rest.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable
from typing import NamedTuple

from store.atomic import write_file
from store.crypto import age
from store.errors import BadFormat, Sealed, Unwritable
from store.model.summary import Summary

__all__ = ["Index", "Row", "find_reference", "read_index", "write_index"]

_VERSION = "dalil-index-1"
_HEAD_COLUMNS = 3  # path, blob, reference
_BETWEEN = "\t"
_REST = [field for field in Summary._fields if field not in ("id", "compartment", "reference")]
_MANY = ("kinds", "people")


class Row(NamedTuple):
    """One part: its path, the blob it was read from, and what the list knows of it."""

    path: str
    blob: str
    summary: Summary


class Index(NamedTuple):
    """All parts as of one commit."""

    commit: str
    rows: list[Row]


def write_index(path: str, index: Index, recipient: str) -> None:
    """Write the index, encrypted to its owner.

    An index that cannot be written costs time at the next start and nothing else, so a full or
    read-only disk is no error here.
    """
    rows = index.rows
    summaries = [row.summary for row in rows]
    head = [
        f"{_VERSION} {index.commit} {len(rows)}",
        _joined(row.path for row in rows),
        _joined(row.blob for row in rows),
        _joined(summary.reference for summary in summaries),
    ]
    rest = [
        _joined(_BETWEEN.join(getattr(s, name)) for s in summaries)
        if name in _MANY
        else _joined(getattr(s, name) for s in summaries)
        for name in _REST
    ]
    sealed = [age.encrypt("\0".join(part).encode(), [recipient]) for part in (head, rest)]
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        write_file(path, b"".join(len(part).to_bytes(8, "big") + part for part in sealed))
    except (OSError, Unwritable):
        return


def read_index(path: str, identity: age.Identity) -> Index | None:
    """Read the index; None when there is none that this identity and version can use."""
    parts = _read_parts(path)
    if parts is None:
        return None
    was_collecting = gc.isenabled()
    gc.disable()  # a hundred thousand tuples would be walked again and again
    try:
        return _parse(*(age.decrypt(part, [identity]) for part in parts))
    except (Sealed, BadFormat, ValueError, IndexError):
        return None  # damaged, or of another version or member: it is made anew
    finally:
        if was_collecting:
            gc.enable()


def find_reference(
    path: str, identity: age.Identity, commit: str, reference: str
) -> list[str] | None:
    """Give the paths of the parts with a reference; None when the index does not know this commit.

    Opens the small half of the file only.
    """
    parts = _read_parts(path)
    if parts is None:
        return None
    try:
        head = age.decrypt(parts[0], [identity]).decode().split("\0")
    except (Sealed, BadFormat, ValueError):
        return None
    if head[0].split(" ")[:2] != [_VERSION, commit]:
        return None
    paths, references = head[1].split("\n"), head[3].split("\n")
    return [p for p, found in zip(paths, references, strict=True) if found == reference]


def _read_parts(path: str) -> list[bytes] | None:
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except OSError:
        return None
    cut = 8 + int.from_bytes(raw[:8], "big")
    return [raw[8:cut], raw[cut + 8 :]] if cut < len(raw) else None


def _parse(head: bytes, rest: bytes) -> Index | None:
    first, paths, blobs, references = head.decode().split("\0")
    version, commit, count = first.split(" ")
    if version != _VERSION:
        return None
    if count == "0":
        return Index(commit, [])
    columns = dict(
        zip(_REST, (text.split("\n") for text in rest.decode().split("\0")), strict=True)
    )
    many = {
        name: [tuple(cell.split(_BETWEEN)) if cell else () for cell in columns[name]]
        for name in _MANY
    }
    path_list = paths.split("\n")
    # cases/<compartment>/<aa>/<id>.age
    steps = [path.split("/") for path in path_list]
    summaries = map(
        Summary._make,
        zip(
            [step[3][:20] for step in steps],
            [step[1] for step in steps],
            columns["state"],
            references.split("\n"),
            columns["title"],
            many["kinds"],
            columns["status"],
            many["people"],
            columns["year"],
            columns["changed_by"],
            columns["changed_at"],
            columns["text"],
            strict=True,
        ),
    )
    rows = list(map(Row._make, zip(path_list, blobs.split("\n"), summaries, strict=True)))
    return Index(commit, rows) if len(rows) == int(count) else None


def _joined(cells: Iterable[str]) -> str:
    return "\n".join(cells)
