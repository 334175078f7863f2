"""A worker process ends with the one that started it, however that one ended.

Killed, a program cannot tell its workers; they would wait for work for ever, with the keys that
they were given. Each also holds the other end of the pipe it waits at, so that never closes.
"""

from __future__ import annotations

import os
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait

__all__ = ["end_with_parent"]


def end_with_parent() -> None:
    """Watch, in this worker process, for the end of the one that started it."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(parent: int) -> None:
    wait([parent])
    os._exit(1)  # what it was to do is for nobody any more; the pack it wrote to was never named
