"""The list of cases and the words in them, kept beside the repository, encrypted to one member.

Content-addressed: each row is known by the blob it was read from, so after a change only the rows
whose blob is new are read again. Columns, not rows: a column is one text, split in one go.

The file is some age files, each after its length: what a case is looked up by; the rest of what the
list shows; then, in pieces, the words, which are read when the list is on the screen already. Each
of the three begins with the same line, so that nothing is put together that was not written so.
"""

from __future__ import annotations

import gc
import os
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from store.atomic import write_file
from store.crypto import age
from store.errors import BadFormat, Sealed, Unwritable
from store.model.summary import Summary

if TYPE_CHECKING:
    from store.search.gathering import Gathered
    from store.search.vocabulary import Vocabulary

__all__ = [
    "BLOB_SIZE",
    "Index",
    "Words",
    "find_reference",
    "read_index",
    "read_words",
    "write_index",
]

_VERSION = f"dalil-index-5-{sys.byteorder}"  # numbers are written as they lie in memory
_ID_LENGTH = 20
BLOB_SIZE = 20
_NO_BLOB = "00" * BLOB_SIZE
_LENGTH = 8
_BETWEEN = "\t"
_REST = [field for field in Summary._fields if field not in ("id", "reference")]
_CODED = ("compartment", "state", "kinds", "status", "year", "changed_by", "conflicts")
"""What has few different values: those, and the number of one for each row."""
_BYTE = 256
_PIECE = 4 << 20
"""Bytes of words in one age file: nothing else runs in this process while one is decrypted."""


class Index(NamedTuple):
    """All rows as of one commit.

    `blobs` holds the id of the blob that each row was read from, zeros when from none. `mark` is
    another one each time that an index is written.
    """

    commit: str
    rows: list[Summary]
    blobs: bytes
    mark: str = ""

    def blob(self, row: int) -> bytes:
        """Give the id of the blob that a row is from."""
        return self.blobs[row * BLOB_SIZE : (row + 1) * BLOB_SIZE]

    def blob_ids(self) -> list[str]:
        """Write the ids of the blobs out; "" for none."""
        ids = self.blobs.hex("\n", BLOB_SIZE).split("\n") if self.blobs else []
        return [blob if blob != _NO_BLOB else "" for blob in ids]


class Words(NamedTuple):
    """What is searched: the texts taken apart, and the words of all of them."""

    gathered: Gathered
    vocabulary: Vocabulary


def write_index(path: str, index: Index, words: Words, recipient: str) -> None:
    """Write the index, encrypted to its owner.

    An index that cannot be written costs time at the next start and nothing else, so a full or
    read-only disk is no error here.
    """
    rows, mark = index.rows, os.urandom(8).hex()
    first = f"{_VERSION} {mark} {index.commit} {len(rows)}".encode()
    head = [first, _column(rows, "reference"), _column(rows, "id")]
    rest = [first, *(_column(rows, name) for name in _REST), index.blobs]
    columns = chain([first], words.gathered.columns(), words.vocabulary.columns())
    parts = chain([b"\0".join(head), b"".join(map(_with_length, rest))], _pieces(columns))
    sealed = [age.encrypt(part, [recipient]) for part in parts]
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        write_file(path, b"".join(_with_length(part) for part in sealed))
    except (OSError, Unwritable):
        return


def read_index(path: str, identity: age.Identity) -> Index | None:
    """Read the list; None when there is none that this identity and version can use."""
    try:
        with _uncollected():
            head, rest = (age.decrypt(part, [identity]) for part in _read_parts(path, 0, 2))
            return _parse(head, rest)
    except (OSError, Sealed, BadFormat, ValueError, IndexError):
        return None  # damaged, or of another version or member: it is made anew


def read_words(path: str, identity: age.Identity, mark: str) -> Words | None:
    """Read the words of the list that has this mark; None when there are others by now."""
    from store.search.gathering import Gathered
    from store.search.vocabulary import Vocabulary

    try:
        with _uncollected():
            pieces = [age.decrypt(part, [identity]) for part in _read_parts(path, 2)]
            columns = _columns(b"".join(pieces))
            if _marked(next(columns)) != mark:
                return None
            gathered = Gathered.read(columns)
            return Words(gathered, Vocabulary.read(columns, gathered.words))
    except (OSError, Sealed, BadFormat, ValueError, IndexError, StopIteration):
        return None


def find_reference(
    path: str, identity: age.Identity, reference: str
) -> tuple[str, list[str]] | None:
    """Give the commit that the index is of, and the ids of the cases with a reference in it.

    Opens the smallest part of the file only; None when there is none that can be used.
    """
    if "\n" in reference:
        return None
    try:
        (part,) = _read_parts(path, 0, 1)
        first, references, ids = age.decrypt(part, [identity]).decode().split("\0")
        version, _mark, commit, _count = first.split(" ")
    except (OSError, Sealed, BadFormat, ValueError):
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


def _read_parts(path: str, first: int, count: int = sys.maxsize) -> list[bytes]:
    """Read parts of the file: so many, or all to the end. That the others are whole is looked at.

    Raises:
        OSError: there is no such file.
        ValueError: it is not one of ours, or cut short.
    """
    with open(path, "rb") as file:
        left, place, parts = os.fstat(file.fileno()).st_size, 0, list[bytes]()
        while left:
            size = int.from_bytes(file.read(_LENGTH), "big")
            left -= _LENGTH + size
            if left < 0:
                raise ValueError
            if first <= place < first + count:
                parts.append(file.read(size))
            else:
                file.seek(size, os.SEEK_CUR)
            place += 1
        return parts


def _parse(head: bytes, rest: bytes) -> Index | None:
    first, references, ids = head.decode().split("\0")
    version, mark, commit, count = first.split(" ")
    if version != _VERSION:
        return None
    again, *cells, blobs = _columns(rest)
    if again.decode() != first or len(blobs) != int(count) * BLOB_SIZE:
        return None
    if count == "0":
        return Index(commit, [], b"", mark)
    columns: dict[str, Sequence[object]] = {
        name: _read_column(name, column) for name, column in zip(_REST, cells, strict=True)
    }
    columns |= {"id": ids.split("\n"), "reference": references.split("\n")}
    cells_of_rows = zip(*map(columns.__getitem__, Summary._fields), strict=True)
    rows: list[Summary] = list(map(tuple.__new__, repeat(Summary), cells_of_rows))
    return Index(commit, rows, blobs, mark) if len(rows) == int(count) else None


def _read_column(name: str, column: bytes) -> Sequence[object]:
    if name == "names":
        return column.split(b"\n")
    if name not in _CODED:
        return column.decode().split("\n")
    values, codes = _columns(column)
    distinct = values.decode().split("\n")
    numbers = array(_code_type(len(distinct)), codes)
    read = list(map(_READ[name], distinct)) if name in _READ else distinct
    return [*map(read.__getitem__, numbers)]


def _cut(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(_BETWEEN)) if cell else ()


_READ: dict[str, Callable[[str], object]] = {"kinds": _cut, "conflicts": int}
_WRITTEN: dict[str, Callable[..., str]] = {"kinds": _BETWEEN.join, "conflicts": str}
"""How the values that are no texts are read and written."""


def _column(rows: Sequence[Summary], name: str) -> bytes:
    cells = map(attrgetter(name), rows)
    if name == "names":
        return b"\n".join(cells)
    if name not in _CODED:
        return "\n".join(cells).encode()
    texts: list[str] = list(map(_WRITTEN[name], cells) if name in _WRITTEN else cells)
    numbers = {value: number for number, value in enumerate(dict.fromkeys(texts))}
    codes = array(_code_type(len(numbers)), map(numbers.__getitem__, texts)).tobytes()
    return _with_length("\n".join(numbers).encode()) + _with_length(codes)


def _code_type(count: int) -> str:
    return "B" if count <= _BYTE else "I"


def _with_length(data: bytes) -> bytes:
    return len(data).to_bytes(_LENGTH, "big") + data


def _marked(first: bytes) -> str:
    return first.decode().split(" ")[1]


def _pieces(columns: Iterable[bytes]) -> Iterator[bytes]:
    """Write columns one after the other, each after its length, and cut that."""
    whole = b"".join(map(_with_length, columns))
    return (whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE))


def _columns(whole: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(whole):
        end = at + _LENGTH + int.from_bytes(whole[at : at + _LENGTH], "big")
        yield whole[at + _LENGTH : end]
        at = end


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector off: it would walk through a hundred thousand rows, and again."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
