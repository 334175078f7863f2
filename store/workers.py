"""Worker processes on all cores: for much work at once, since pyrage holds the GIL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from store.errors import StoreError

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["FEW", "cores", "workers"]

FEW = 200
"""Below so many parts, starting processes costs more than they save."""


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def workers(most: int, begin: Callable[..., None], *arguments: Any) -> Iterator[Executor]:
    """Start a worker process a core, `most` at most; each calls `begin` before its first work.

    Raises:
        StoreError: one of them was killed.
    """
    # Spawned, not forked: the interface has threads, and a fork would copy their locks.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(min(cores(), most), get_context("spawn"), _begin, (begin, arguments))
    try:
        yield pool
    except BrokenProcessPool:
        raise StoreError(
            "the system ended a process that was at work: nothing was changed",
            hint="close other programs, for memory may have run out; then again",
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(begin: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    import signal  # slow to load, as the rest is: only a worker needs them

    from store.orphan import end_with_parent

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked for this stops it, in good order
    end_with_parent()
    begin(*arguments)
