"""Write git objects durably."""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence

from store.repo.run import git, unwritable

__all__ = ["FEW", "sync_folder", "write_objects", "write_pack"]

FEW = 64
"""Up to this many blobs are best written one file each; more, as one pack."""


def write_objects(git_dir: str, objects: Sequence[tuple[str, str, bytes]]) -> None:
    """Write loose objects, given as (id, kind, content); all are on disk when this returns.

    Raises:
        Unwritable: the disk is full, read-only or not ours. What was written is harmless: no ref
            points to it.
    """
    folders = {os.path.join(git_dir, "objects")}
    try:
        for oid, kind, data in objects:
            folder = os.path.join(git_dir, "objects", oid[:2])
            if not os.path.exists(os.path.join(folder, oid[2:])):
                os.makedirs(folder, exist_ok=True)
                folders.add(folder)
                _write_loose(folder, oid, b"%b %d\0%b" % (kind.encode(), len(data), data))
        for folder in folders:
            sync_folder(folder)
    except OSError as error:
        raise unwritable(error) from error


def write_pack(git_dir: str, contents: Sequence[bytes]) -> None:
    """Write blobs into one pack: one fsync, not thousands; errors as for `write_objects`."""
    stream = b"".join(b"blob\ndata %d\n%b\n" % (len(data), data) for data in contents)
    git(git_dir, "fast-import", "--quiet", "--done", stdin=stream + b"done\n")


def _write_loose(folder: str, oid: str, content: bytes) -> None:
    temporary = os.path.join(folder, f"tmp_obj_{os.urandom(6).hex()}")
    # Ciphertext does not shrink: the fastest level costs least.
    packed = zlib.compress(content, 1)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(packed)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, os.path.join(folder, oid[2:]))
    except BaseException:
        os.unlink(temporary)
        raise


def sync_folder(folder: str) -> None:
    """Make durable what was renamed into a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
