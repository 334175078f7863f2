"""Write a file so that a crash leaves the old content or the new, never a piece."""

from __future__ import annotations

import os

from store.errors import Unwritable

__all__ = ["make_folder", "write_file"]


def write_file(path: str | os.PathLike[str], data: bytes, mode: int = 0o600) -> None:
    """Replace the file at `path` by `data`, durably.

    Temporary file, fsync, rename, fsync of the folder, which must exist. `mode` is exact: the
    umask does not narrow it. A symbolic link at `path` is replaced, not followed.

    Raises:
        Unwritable: the folder or the disk does not take it; the old file stays whole.
    """
    target = os.fspath(path)
    folder, name = os.path.split(target)
    # A name of our own in the same folder: a rename across file systems would not be atomic.
    temporary = os.path.join(folder, f".{name}.{os.urandom(6).hex()}.tmp")
    try:
        try:
            _write_new(temporary, data, mode)
            os.replace(temporary, target)
        except BaseException:
            _remove(temporary)
            raise
        _sync_folder(folder or os.curdir)
    except OSError as error:
        raise Unwritable(
            "cannot write {path}: {reason}",
            hint="check the free space and the permissions of that folder",
            path=target,
            reason=error.strerror or type(error).__name__,
        ) from error


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
