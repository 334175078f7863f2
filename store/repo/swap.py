"""Put a new file in the place of another, by git's lock file protocol.

Git makes `<file>.lock` exclusively, writes it, and renames it over the file; who is killed between
leaves the lock, and everybody waits for nobody. So here the new file is written elsewhere first,
and then *linked* to the lock's name: a lock that is one file with it is ours, and since only the
holder of Dalil's own lock comes here, whoever made it is dead.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from contextlib import suppress

from store.errors import StoreError

__all__ = ["is_stale", "link", "put_in_place", "remove_remains"]

_STALE = 30.0
"""Seconds after which another program's lock is taken for the remains of a killed process."""
_PATIENCE = 5.0
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def put_in_place(prepared: str, target: str, compare: Callable[[], None] | None = None) -> None:
    """Rename `prepared` to `target` under the lock of `target`; `compare` is called in between.

    The caller holds a lock of Dalil's own, under which alone `prepared` is written.

    Raises:
        StoreError: another program holds the lock of `target`.
        OSError: the disk does not take it.
    """
    lock = f"{target}.lock"
    _take(prepared, lock)
    try:
        if compare is not None:
            compare()
        os.rename(lock, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(lock)
        raise
    with suppress(OSError):  # it is in place: what is left is taken away before the next time
        os.unlink(prepared)


def remove_remains(prepared: str, target: str) -> None:
    """Take away what a killed process left of `put_in_place`; call it before writing `prepared`."""
    lock = f"{target}.lock"
    with suppress(FileNotFoundError):
        if os.path.samefile(prepared, lock):
            os.unlink(lock)
    with suppress(FileNotFoundError):
        os.unlink(prepared)


def _take(prepared: str, lock: str) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            link(prepared, lock)
        except FileExistsError:
            if is_stale(lock):
                with suppress(FileNotFoundError):
                    os.unlink(lock)
            elif time.monotonic() > end:
                raise StoreError(
                    "another program is holding {lock}",
                    hint="if none is running, it is the remains of a crash: remove it",
                    lock=lock,
                ) from None
            else:
                time.sleep(0.05)
        else:
            return


def link(source: str, name: str) -> None:
    """Give a file another name, which must be free; a copy where the disk knows no links."""
    try:
        os.link(source, name)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A memory stick, as often as not: there a lock that was left waits until it is stale.
        with open(source, "rb") as old, open(name, "xb") as file:
            file.write(old.read())
            file.flush()
            os.fsync(file.fileno())


def is_stale(lock: str) -> bool:
    """Has a lock been there for so long that whoever made it must be dead?"""
    try:
        return time.time() - os.stat(lock).st_mtime > _STALE
    except OSError:
        return False
