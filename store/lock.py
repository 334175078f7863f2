"""One writer at a time in one repository, across processes; a crash leaves no lock behind."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from store.errors import StoreError
from store.repo.run import unwritable

__all__ = ["write_lock"]

_PATIENCE = 20.0
"""Seconds to wait for another writer; a save takes about a hundredth of one."""


@contextmanager
def write_lock(git_dir: str, name: str = "lock") -> Iterator[None]:
    """Hold the lock for writing; the system takes it back when the process ends, however it ends.

    Raises:
        Unwritable: the repository is read-only.
        StoreError: another process holds it and does not finish.
    """
    path = os.path.join(git_dir, "dalil", name)
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unwritable(error) from error
    try:
        _wait_for(descriptor)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise StoreError(
                    "another Dalil has been writing to this repository for {seconds} seconds",
                    hint="wait for it, or end it; nothing was changed",
                    seconds=int(_PATIENCE),
                ) from None
            time.sleep(0.01)
        else:
            return
