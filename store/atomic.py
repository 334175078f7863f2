"""Write a file so that a crash leaves the old content or the new, never a piece."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from store.errors import Unwritable

__all__ = ["make_folder", "temporary_name", "write_file"]

_STALE = 60.0
"""Seconds after which a temporary file is what a killed process left: they live for a moment."""


def write_file(path: str | os.PathLike[str], data: bytes, mode: int = 0o600) -> None:
    """Replace the file at `path` by `data`, durably.

    Temporary file, fsync, rename, fsync of the folder, which must exist. `mode` is exact: the
    umask does not narrow it. A symbolic link at `path` is replaced, not followed.

    Raises:
        Unwritable: the folder or the disk does not take it; the old file stays whole.
    """
    target = os.fspath(path)
    temporary = temporary_name(target)
    try:
        try:
            _write_new(temporary, data, mode)
            os.replace(temporary, target)
        except BaseException:
            _remove(temporary)
            raise
        _sync_folder(os.path.dirname(target) or os.curdir)
    except OSError as error:
        raise Unwritable(
            "cannot write {path}: {reason}",
            hint="check the free space and the permissions of that folder",
            path=target,
            reason=error.strerror or type(error).__name__,
        ) from error


def temporary_name(target: str) -> str:
    """Give a name to write a file under before it is renamed to `target`, and tidy up there.

    It is in the same folder, for a rename across file systems would not be atomic. What processes
    that were killed long ago left of the same file is taken away.
    """
    folder, name = os.path.split(target)
    start, end = f".{name}.", ".tmp"
    with suppress(OSError):
        for left in os.listdir(folder or os.curdir):
            if left.startswith(start) and left.endswith(end):
                _remove_old(os.path.join(folder, left))
    return os.path.join(folder, f"{start}{os.urandom(6).hex()}{end}")


def make_folder(path: str, mode: int = 0o700) -> None:
    """Make a folder, unless it is there.

    Raises:
        Unwritable: the disk does not take it.
    """
    try:
        os.makedirs(path, mode=mode, exist_ok=True)
    except OSError as error:
        raise Unwritable(
            "cannot write {path}: {reason}", path=path, reason=error.strerror
        ) from error


def _write_new(path: str, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with open(os.open(path, flags, 0o600), "wb", buffering=0) as file:
        os.fchmod(file.fileno(), mode)
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(file.fileno())


def _remove_old(path: str) -> None:
    """Take away a temporary file, unless it is so new that somebody may be writing it."""
    if time.time() - os.stat(path).st_mtime > _STALE:
        os.unlink(path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return  # never made, or already gone: the first error is the one to report


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
