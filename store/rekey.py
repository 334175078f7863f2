"""Encrypt the parts of compartments anew, from one epoch to the next, on all cores.

Bytes only: what is decrypted is never parsed, and stands in the memory of a worker for the moment
between two keys. The worker processes also make the entries of the pack that it all goes into.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, NamedTuple

from store.crypto import age
from store.errors import BadFormat, Cancelled, Sealed, StoreError
from store.repo.objects import ObjectReader
from store.repo.pack import Entry, PackWriter, Placed, append, entry_of
from store.repo.run import unwritable
from store.workers import FEW, cores, workers

__all__ = ["Keys", "Part", "rekey"]

_CHUNK = 100


class Part(NamedTuple):
    """One file to encrypt anew."""

    path: str
    blob: str
    compartment: str


class Keys(NamedTuple):
    """The keys of one compartment: those that may open a part of it, and whom it is for now."""

    old: Sequence[age.Identity]
    new: str


Done = list[tuple[str, str]]
"""Some paths, and the blobs that stand there now."""


def rekey(
    git_dir: str,
    pack: PackWriter,
    parts: Sequence[Part],
    keys: dict[str, Keys],
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Iterator[Done]:
    """Encrypt parts anew into a pack, in order, some at a time; `is_cancelled` is asked between.

    One that is damaged is left out, and stays what it is: nobody could open it before either.

    Raises:
        Cancelled: `is_cancelled` said so.
        Unwritable: the disk does not take it.
        StoreError: a worker process was killed.
    """
    chunks = [parts[start : start + _CHUNK] for start in range(0, len(parts), _CHUNK)]
    work = _here if len(parts) <= FEW or cores() == 1 else _everywhere
    answers = work(git_dir, pack, chunks, keys)
    count = 0
    try:
        for chunk, done in zip(chunks, answers, strict=True):
            if is_cancelled is not None and is_cancelled():
                raise Cancelled
            yield done
            count += len(chunk)
            if progress is not None:
                progress(count, len(parts))
    finally:
        answers.close()


_Chunks = list[Sequence[Part]]


def _here(
    git_dir: str, pack: PackWriter, chunks: _Chunks, keys: dict[str, Keys]
) -> Generator[Done, None, None]:
    with ObjectReader(git_dir) as objects:
        for chunk in chunks:
            fresh = _rekey(objects, chunk, keys)
            pack.add([entry for _, entry in fresh])
            yield [(path, entry.oid) for path, entry in fresh]


def _everywhere(
    git_dir: str, pack: PackWriter, chunks: _Chunks, keys: dict[str, Keys]
) -> Generator[Done, None, None]:
    from multiprocessing import get_context

    end = get_context("spawn").Value("Q", pack.end)
    try:
        with workers(len(chunks), _begin, git_dir, pack.path, end, keys) as pool:
            for paths, placed in pool.map(_work, chunks):
                pack.take(placed, end.value)
                yield [(path, one.oid) for path, one in zip(paths, placed, strict=True)]
    except OSError as error:
        raise unwritable(error) from error


class _Worker(NamedTuple):
    """What a worker process has at hand: the pack is one file for all, each writes its own part."""

    objects: ObjectReader
    pack: int
    end: Any
    keys: dict[str, Keys]


_worker: _Worker


def _begin(git_dir: str, path: str, end: Any, keys: dict[str, Keys]) -> None:
    global _worker  # noqa: PLW0603 - the state of a worker process
    pack = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    _worker = _Worker(ObjectReader(git_dir), pack, end, keys)


def _work(chunk: Sequence[Part]) -> tuple[list[str], list[Placed]]:
    fresh = _rekey(_worker.objects, chunk, _worker.keys)
    entries = [entry for _, entry in fresh]
    with _worker.end.get_lock():
        start = _worker.end.value
        _worker.end.value += sum(len(entry.data) for entry in entries)
    return [path for path, _ in fresh], append(_worker.pack, entries, start)


def _rekey(
    objects: ObjectReader, chunk: Sequence[Part], keys: dict[str, Keys]
) -> list[tuple[str, Entry]]:
    done = []
    for part, ciphertext in zip(chunk, _contents(objects, chunk), strict=True):
        old, new = keys[part.compartment]
        try:
            plaintext = age.decrypt(ciphertext, old)
        except (BadFormat, Sealed):
            continue
        done.append((part.path, entry_of("blob", age.encrypt(plaintext, [new]))))
    return done


def _contents(objects: ObjectReader, chunk: Sequence[Part]) -> list[bytes]:
    """Give the ciphertexts in order; one whose object cannot be had is empty."""
    try:
        return [data for _, data in objects.read_many([part.blob for part in chunk])]
    except StoreError:
        if len(chunk) == 1:
            return [b""]
        return [data for part in chunk for data in _contents(objects, [part])]
