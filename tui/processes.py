"""Let slow work start worker processes while the interface has the terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["with_processes"]

_turn = threading.Lock()
_taken: list[TextIO] = []
"""Textual's stderr, once for each thread that needs the real one now."""


@contextmanager
def with_processes() -> Iterator[None]:
    """Put the real stderr back: Textual's is no file, and Python hands it on to what it starts.

    Several threads may need it at once: Textual's comes back when the last one is done.
    """
    with _turn:
        _taken.append(_taken[0] if _taken else sys.stderr)
        sys.stderr = sys.__stderr__ or sys.stderr
    try:
        yield
    finally:
        with _turn:
            before = _taken.pop()
            if not _taken:
                sys.stderr = before
