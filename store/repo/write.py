"""Write git objects durably.

Until an object is whole it stands under a temporary name directly in `objects/`, and a pack in
`objects/pack/`; who writes next, under the lock for writing, takes away what the killed left there.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence

from store.repo.run import unwritable

__all__ = ["FEW", "remove_remains", "sync_folder", "temporary_name", "write_objects"]

FEW = 64
"""Up to this many blobs are best written one file each; more, as one pack."""
_PREFIX = "tmp_dalil_"  # `git prune` takes away what begins with tmp_


def write_objects(git_dir: str, objects: Sequence[tuple[str, str, bytes]]) -> None:
    """Write loose objects, given as (id, kind, content); all are on disk when this returns.

    The caller holds the lock for writing.

    Raises:
        Unwritable: the disk is full, read-only or not ours. What was written is harmless: no ref
            points to it.
    """
    above = os.path.join(git_dir, "objects")
    folders = {above}
    try:
        remove_remains(above)
        for oid, kind, data in objects:
            folder = os.path.join(above, oid[:2])
            folders.add(folder)  # who wrote one that is there may have been killed before this
            if not os.path.exists(os.path.join(folder, oid[2:])):
                os.makedirs(folder, exist_ok=True)
                _write_loose(folder, oid, b"%b %d\0%b" % (kind.encode(), len(data), data))
        for folder in folders:
            sync_folder(folder)
    except OSError as error:
        raise unwritable(error) from error


def temporary_name(folder: str) -> str:
    """Give a name in `objects/`, or the folder of packs, for what is not whole yet."""
    return os.path.join(folder, f"{_PREFIX}{os.urandom(6).hex()}")


def remove_remains(folder: str) -> None:
    """Take away what killed processes left in a folder; the caller holds the lock for writing."""
    for name in os.listdir(folder):
        if name.startswith(_PREFIX):
            os.unlink(os.path.join(folder, name))


def _write_loose(folder: str, oid: str, content: bytes) -> None:
    temporary = temporary_name(os.path.dirname(folder))
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
