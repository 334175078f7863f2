"""Read many cases at once into summaries: in worker processes, for pyrage holds the GIL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from store.crypto import age
from store.errors import Cancelled, Sealed, StoreError
from store.model.case import Case
from store.model.summarize import summarize
from store.model.summary import Summary, locked_summary
from store.part import open_part
from store.repo.objects import ObjectReader
from store.search.index import Row

__all__ = ["Wanted", "read_rows"]

_FEW = 200
"""Below this, starting processes costs more than they save."""
_CHUNK = 250


class Wanted(NamedTuple):
    """One part to read: its path, blob, case and compartment."""

    path: str
    blob: str
    case_id: str
    compartment: str


def read_rows(
    git_dir: str,
    wanted: Sequence[Wanted],
    keys: dict[str, list[age.Identity]],
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> list[Row]:
    """Read parts to rows, in order; `keys` are the epoch keys by compartment.

    A part that is damaged or sealed becomes a row that says so: it never hides the others. The row
    of one whose object cannot be had from this disk names no blob, for it may be put right.

    Raises:
        Cancelled: `is_cancelled` said so, between two chunks.
    """
    chunks = [wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK)]
    rows: list[Row] = []
    for done in _answers(git_dir, chunks, keys, is_few=len(wanted) <= _FEW):
        rows += done
        if progress is not None:
            progress(len(rows), len(wanted))
        if is_cancelled is not None and is_cancelled():
            raise Cancelled
    return rows


def _answers(
    git_dir: str,
    chunks: list[Sequence[Wanted]],
    keys: dict[str, list[age.Identity]],
    *,
    is_few: bool,
) -> Iterator[list[Row]]:
    cores = len(os.sched_getaffinity(0))
    if is_few or cores == 1:
        with ObjectReader(git_dir) as objects:
            for chunk in chunks:
                yield _read_chunk(objects, chunk, keys)
        return
    # Spawned, not forked: the interface has threads, and a fork would copy their locks.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(
        cores, mp_context=get_context("spawn"), initializer=_begin, initargs=(git_dir, keys)
    )
    try:
        yield from pool.map(_work, chunks)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_objects: ObjectReader
_keys: dict[str, list[age.Identity]]


def _begin(git_dir: str, keys: dict[str, list[age.Identity]]) -> None:
    global _objects, _keys
    _objects, _keys = ObjectReader(git_dir), keys


def _work(chunk: Sequence[Wanted]) -> list[Row]:
    return _read_chunk(_objects, chunk, _keys)


def _read_chunk(
    objects: ObjectReader, chunk: Sequence[Wanted], keys: dict[str, list[age.Identity]]
) -> list[Row]:
    readable = [part for part in chunk if keys.get(part.compartment)]
    try:
        answers = objects.read_many([part.blob for part in readable])
        contents = {part.blob: data for part, (_, data) in zip(readable, answers, strict=True)}
    except StoreError:
        contents = {}  # one of them is damaged: each is asked for on its own
    return [_row(objects, part, contents, keys.get(part.compartment)) for part in chunk]


def _row(
    objects: ObjectReader,
    part: Wanted,
    contents: dict[str, bytes],
    identities: list[age.Identity] | None,
) -> Row:
    if not identities:
        sealed = locked_summary(part.case_id, part.compartment, "sealed")
        return Row(part.path, part.blob, sealed)
    try:
        ciphertext = contents.get(part.blob) or objects.read(part.blob)[1]
    except StoreError:
        return Row(part.path, "", locked_summary(part.case_id, part.compartment, "damaged"))
    return Row(part.path, part.blob, _summary(part, ciphertext, identities))


def _summary(part: Wanted, ciphertext: bytes, identities: list[age.Identity]) -> Summary:
    try:
        text = open_part(ciphertext, identities)
        return summarize(Case.parse(text, case_id=part.case_id, compartment=part.compartment))
    except Sealed:
        return locked_summary(part.case_id, part.compartment, "sealed")
    except StoreError:
        return locked_summary(part.case_id, part.compartment, "damaged")
