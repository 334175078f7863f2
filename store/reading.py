"""Read many cases at once into summaries: in worker processes, where there are many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from store.crypto import age
from store.errors import Cancelled, Sealed, StoreError
from store.model.case import Case
from store.model.summarize import searched_text, summarize
from store.model.summary import Summary, locked_summary
from store.part import open_part
from store.repo.objects import ObjectReader
from store.search.gathering import Gathered, gather
from store.workers import FEW, cores, workers

__all__ = ["Read", "Wanted", "read_rows"]

_CHUNK = 250


class Wanted(NamedTuple):
    """One part to read: its path, blob, case and compartment."""

    path: str
    blob: str
    case_id: str
    compartment: str


class Read(NamedTuple):
    """What was read of some parts, in order.

    A blob is "" where the object could not be had from this disk: it may be put right.
    """

    summaries: list[Summary]
    blobs: list[str]
    texts: list[list[bytes]]
    """What is searched, taken apart for some parts at a time, and written down: it takes less."""

    def gathered(self) -> Iterator[Gathered]:
        """Give what is searched for some parts after the others."""
        return (Gathered.read(iter(columns)) for columns in self.texts)

    def all_texts(self) -> Iterator[str]:
        """Give what is searched, part by part."""
        return (some.text(row) for some in self.gathered() for row in range(len(some.texts)))


def read_rows(
    git_dir: str,
    wanted: Sequence[Wanted],
    keys: dict[str, list[age.Identity]],
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Read:
    """Read parts to rows; `keys` are the epoch keys by compartment.

    A part that is damaged or sealed becomes a row that says so: it never hides the others.

    Raises:
        Cancelled: `is_cancelled` said so, between two chunks.
        StoreError: a worker process was killed.
    """
    chunks = [wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK)]
    read = Read([], [], [])
    for chunk in _answers(git_dir, chunks, keys, is_few=len(wanted) <= FEW):
        read.summaries.extend(chunk.summaries)
        read.blobs.extend(chunk.blobs)
        read.texts.extend(chunk.texts)
        if progress is not None:
            progress(len(read.blobs), len(wanted))
        if is_cancelled is not None and is_cancelled():
            raise Cancelled
    return read


def _answers(
    git_dir: str,
    chunks: list[Sequence[Wanted]],
    keys: dict[str, list[age.Identity]],
    *,
    is_few: bool,
) -> Iterator[Read]:
    if is_few or cores() == 1:
        with ObjectReader(git_dir) as objects:
            for chunk in chunks:
                yield _read_chunk(objects, chunk, keys)
        return
    with workers(len(chunks), _begin, git_dir, keys) as pool:
        yield from pool.map(_work, chunks)


_objects: ObjectReader
_keys: dict[str, list[age.Identity]]


def _begin(git_dir: str, keys: dict[str, list[age.Identity]]) -> None:
    global _objects, _keys
    _objects, _keys = ObjectReader(git_dir), keys


def _work(chunk: Sequence[Wanted]) -> Read:
    return _read_chunk(_objects, chunk, _keys)


def _read_chunk(
    objects: ObjectReader, chunk: Sequence[Wanted], keys: dict[str, list[age.Identity]]
) -> Read:
    readable = [part for part in chunk if keys.get(part.compartment)]
    try:
        answers = objects.read_many([part.blob for part in readable])
        contents = {part.blob: data for part, (_, data) in zip(readable, answers, strict=True)}
    except StoreError:
        contents = {}  # one of them is damaged: each is asked for on its own
    rows = [_row(objects, part, contents, keys.get(part.compartment)) for part in chunk]
    summaries, blobs, texts = zip(*rows, strict=True)
    return Read(list(summaries), list(blobs), [gather(texts).columns()])


def _row(
    objects: ObjectReader,
    part: Wanted,
    contents: dict[str, bytes],
    identities: list[age.Identity] | None,
) -> tuple[Summary, str, str]:
    """Give the row, the blob it is from, and the text to search."""
    if not identities:
        return _locked(part, "sealed"), part.blob, ""
    try:
        ciphertext = contents.get(part.blob) or objects.read(part.blob)[1]
    except StoreError:
        return _locked(part, "damaged"), "", ""
    try:
        text = open_part(ciphertext, identities)
        case = Case.parse(text, case_id=part.case_id, compartment=part.compartment)
        return summarize(case), part.blob, searched_text(case)
    except Sealed:
        return _locked(part, "sealed"), part.blob, ""
    except StoreError:
        return _locked(part, "damaged"), part.blob, ""


def _locked(part: Wanted, state: str) -> Summary:
    return locked_summary(part.case_id, part.compartment, state)
