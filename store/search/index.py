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

_VERSION = "dalil-index-2"
_ID_LENGTH = 20
_BEFORE, _AFTER = (
    len("cases/"),
    len("/aa/") + _ID_LENGTH + len(".age"),
)  # the compartment's, in a path
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
        _joined(summary.reference for summary in summaries),
        _joined(summary.id for summary in summaries),
    ]
    rest = [_joined(row.path for row in rows), _joined(row.blob for row in rows)]
    rest += [
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
    path: str, identity: age.Identity, reference: str
) -> tuple[str, list[str]] | None:
    """Give the commit that the index is of, and the ids of the cases with a reference in it.

    Opens the small half of the file only; None when there is none that can be used.
    """
    parts = _read_parts(path, 1)
    if parts is None or "\n" in reference:
        return None
    try:
        first, references, ids = age.decrypt(parts[0], [identity]).decode().split("\0")
        version, commit, _count = first.split(" ")
    except (Sealed, BadFormat, ValueError):
        return None
    if version != _VERSION:
        return None
    # A list of all references would take longer than the decryption: rows are counted instead.
    lines, wanted, found = f"\n{references}\n", f"\n{reference}\n", []
    row, counted, at = 0, 0, lines.find(wanted)
    while at >= 0:
        row, counted = row + lines.count("\n", counted, at), at
        place = row * (_ID_LENGTH + 1)
        found.append(ids[place : place + _ID_LENGTH])
        at = lines.find(wanted, at + 1)
    return commit, found


def _read_parts(path: str, count: int = 2) -> list[bytes] | None:
    """Read the first parts of the file; None when it is not one of ours."""
    try:
        with open(path, "rb") as file:
            left, parts = os.fstat(file.fileno()).st_size, list[bytes]()
            for _ in range(count):
                size = int.from_bytes(file.read(8), "big")
                left -= 8 + size
                if left < 0:
                    return None
                parts.append(file.read(size))
            return parts
    except OSError:
        return None


def _parse(head: bytes, rest: bytes) -> Index | None:
    first, references, ids = head.decode().split("\0")
    version, commit, count = first.split(" ")
    if version != _VERSION:
        return None
    if count == "0":
        return Index(commit, [])
    # Each column on its own: most are ASCII, and text is as wide in memory as its widest letter.
    paths, blobs, *others = [column.decode().split("\n") for column in rest.split(b"\0")]
    columns = dict(zip(_REST, others, strict=True))
    many = {name: _cut(columns[name]) for name in _MANY}
    shared: dict[str, str] = {}  # a compartment's name, once
    names = [path[_BEFORE:-_AFTER] for path in paths]
    summaries = map(
        Summary._make,
        zip(
            ids.split("\n"),
            [shared.setdefault(name, name) for name in names],
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
    rows = list(map(Row._make, zip(paths, blobs, summaries, strict=True)))
    return Index(commit, rows) if len(rows) == int(count) else None


def _cut(cells: list[str]) -> list[tuple[str, ...]]:
    """Give each cell's values; cells that are alike share them."""
    cut = {cell: tuple(cell.split(_BETWEEN)) if cell else () for cell in set(cells)}
    return [cut[cell] for cell in cells]


def _joined(cells: Iterable[str]) -> str:
    return "\n".join(cells)
