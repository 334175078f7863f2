"""Write many objects into one pack with its index, in process.

`git fast-import` would deflate each object at length, and ciphertext does not shrink; here each is
stored as it is. What is costly about an entry, its hashes, is made by `entry_of`, which may run in
another process. Format: git's gitformat-pack(5), pack version 2 and index version 2.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha1
from itertools import accumulate
from struct import pack
from typing import NamedTuple, Self

from store.repo.objects import object_id
from store.repo.run import unwritable
from store.repo.write import remove_remains, sync_folder, temporary_name

__all__ = ["Entry", "PackWriter", "Placed", "append", "entry_of", "write_pack"]

_KINDS = {"commit": 1, "tree": 2, "blob": 3}
_HEAD = 12  # bytes: "PACK", version, number of objects
_PIECE = 1024 * 1024
_BLOCK = 65_535
_FAR = 2**31
"""Offsets from here on stand in a table of their own."""


class Entry(NamedTuple):
    """One object as it stands in a pack: its id, and the bytes with their checksum."""

    oid: str
    crc: int
    data: bytes


class Placed(NamedTuple):
    """Where an object stands in a pack that is being written."""

    oid: str
    crc: int
    offset: int


def entry_of(kind: str, content: bytes) -> Entry:
    """Make the entry of an object."""
    left = len(content)
    head = [_KINDS[kind] << 4 | left & 15]
    left >>= 4
    while left:
        head[-1] |= 128
        head.append(left & 127)
        left >>= 7
    data = bytes(head) + _stored(content)
    return Entry(object_id(kind, content), zlib.crc32(data), data)


def _stored(content: bytes) -> bytes:
    """Give a zlib stream that holds the content as it is (RFC 1950, RFC 1951 section 3.2.4).

    The same as `zlib.compress(content, 0)`, which takes ten times as long to set itself up.
    """
    parts = [b"\x78\x01"]
    for start in range(0, len(content) or 1, _BLOCK):
        block = content[start : start + _BLOCK]
        is_last = start + _BLOCK >= len(content)
        parts += (pack("<BHH", is_last, len(block), 0xFFFF - len(block)), block)
    return b"".join((*parts, pack(">L", zlib.adler32(content))))


def append(pack: int, entries: Sequence[Entry], start: int) -> list[Placed]:
    """Write entries into the open file of a pack, at a place that is theirs alone."""
    rest = memoryview(b"".join([entry.data for entry in entries]))
    offsets = accumulate((len(entry.data) for entry in entries), initial=start)
    placed = [Placed(e.oid, e.crc, at) for e, at in zip(entries, offsets, strict=False)]
    while rest:
        written = os.pwrite(pack, rest, start)
        rest, start = rest[written:], start + written
    return placed


class PackWriter:
    """A new pack, which git sees when `finish` has returned; use it with `with`.

    Other processes may write into the file at `path` from `end` on: see `take`. Killed before the
    end, it leaves a file that the next one takes away: the caller holds the lock for writing.
    """

    def __init__(self, git_dir: str) -> None:
        self._folder = os.path.join(git_dir, "objects", "pack")
        self._known: dict[str, Placed] = {}
        self.path = temporary_name(self._folder)
        self.end = _HEAD

    def __enter__(self) -> Self:
        with _in_our_words():
            os.makedirs(self._folder, exist_ok=True)
            remove_remains(self._folder)
            # Writable until it is finished, for other processes open it too.
            self._file = os.open(
                self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600
            )
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self._file)
        with suppress(OSError):  # of a pack that is finished nothing is left under this name
            os.unlink(self.path)

    def add(self, entries: Sequence[Entry]) -> None:
        """Add objects that are not in it yet.

        Raises:
            Unwritable: the disk does not take them.
        """
        fresh = list(
            {entry.oid: entry for entry in entries if entry.oid not in self._known}.values()
        )
        with _in_our_words():
            placed = append(self._file, fresh, self.end)
        self.take(placed, self.end + sum(len(entry.data) for entry in fresh))

    def take(self, placed: Iterable[Placed], end: int) -> None:
        """Take in objects that another process has written up to `end`."""
        self._known.update((one.oid, one) for one in placed)
        self.end = max(self.end, end)

    def finish(self) -> None:
        """Make all of it durable, and then visible.

        Raises:
            Unwritable: the disk does not take it; nothing of it is visible.
        """
        index = f"{self.path}.idx"
        try:
            with _in_our_words():
                digest = self._seal()
                _write(index, self._index(digest))
                name = os.path.join(self._folder, f"pack-{digest.hex()}")
                os.rename(self.path, f"{name}.pack")
                os.rename(index, f"{name}.idx")  # last: git looks for indexes
                sync_folder(self._folder)
        finally:
            with suppress(OSError):
                os.unlink(index)

    def _seal(self) -> bytes:
        """Write what begins and ends a pack; give the hash over it."""
        os.pwrite(self._file, pack(">4sLL", b"PACK", 2, len(self._known)), 0)
        digest, start = sha1(usedforsecurity=False), 0
        while piece := os.pread(self._file, _PIECE, start):
            digest.update(piece)
            start += len(piece)
        os.pwrite(self._file, digest.digest(), start)
        os.fchmod(self._file, 0o444)
        os.fsync(self._file)
        return digest.digest()

    def _index(self, digest: bytes) -> bytes:
        places = [self._known[oid] for oid in sorted(self._known)]
        counts = [0] * 256
        for one in places:
            counts[int(one.oid[:2], 16)] += 1
        far = [one.offset for one in places if one.offset >= _FAR]
        numbers = iter(range(_FAR, _FAR + len(far)))
        near = [one.offset if one.offset < _FAR else next(numbers) for one in places]
        index = b"".join(
            (
                b"\377tOc" + pack(">L", 2) + pack(">256L", *accumulate(counts)),
                bytes.fromhex("".join(one.oid for one in places)),
                pack(f">{len(places)}L", *(one.crc for one in places)),
                pack(f">{len(places)}L", *near),
                pack(f">{len(far)}Q", *far),
                digest,
            )
        )
        return index + sha1(index, usedforsecurity=False).digest()


def write_pack(git_dir: str, contents: Iterable[bytes]) -> None:
    """Write blobs into one pack: two fsyncs, not thousands; the caller holds the lock for writing.

    Raises:
        Unwritable: the disk does not take it; nothing of it is visible.
    """
    with PackWriter(git_dir) as pack:
        pack.add([entry_of("blob", content) for content in contents])
        pack.finish()


class _in_our_words:  # noqa: N801 - reads as a statement
    """Turn an error of the disk into ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            raise unwritable(error) from error


def _write(path: str, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with open(os.open(path, flags, 0o444), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
