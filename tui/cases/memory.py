"""Keep Python's garbage collector away from the rows: it would walk through all, again and again.

A hundred thousand rows are half a second in which no key is answered. They refer to nothing that
refers back to them, so they are freed without its help.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["left_alone", "watched_again"]


@contextmanager
def left_alone() -> Iterator[None]:
    """Leave what is made inside alone for good, and everything else that is there at the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def watched_again() -> None:
    """Collect among everything again: before a lock makes sure that nothing is left."""
    gc.unfreeze()
