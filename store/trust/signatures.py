"""Check the signatures of many commits, on all cores at hand.

The Ed25519 check takes most of the time of a verification, and lets other threads run meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Self

from store.crypto import sshsig
from store.errors import StoreError
from store.trust.commits import Commit, parse
from store.trust.report import Note

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["Signatures", "claimed_key"]

_PIECE = 64


class Signatures:
    """Threads that check signatures; use it with `with`. On one core it checks in place."""

    def __init__(self) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self._cores = cores or 1
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def start(self, commits: Sequence[Commit | Note]) -> Callable[[], list[str | Note]]:
        """Begin with these commits; what is given back waits for the signing keys, in order."""
        if len(commits) <= _PIECE or self._cores == 1:
            return lambda: self.now(commits)
        if self._pool is None:
            # Loaded here: that takes longer than checking what is new on most days.
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(self._cores)
        pieces = [commits[start : start + _PIECE] for start in range(0, len(commits), _PIECE)]
        running = [self._pool.submit(self.now, piece) for piece in pieces]
        return lambda: [key for future in running for key in future.result()]

    @staticmethod
    def now(commits: Sequence[Commit | Note]) -> list[str | Note]:
        """Check them here and now; give their signing keys, in order."""
        return [_key(commit) for commit in commits]


def claimed_key(raw: bytes) -> bytes:
    """Give the key that a commit says it is signed with, unchecked; empty without one."""
    commit = parse(raw)
    try:
        return sshsig.parse(commit.signature).key if isinstance(commit, Commit) else b""
    except StoreError:
        return b""


def _key(commit: Commit | Note) -> str | Note:
    """Rule 1: give the key that signed, as an OpenSSH public key line."""
    if isinstance(commit, Note):
        return commit
    try:
        return sshsig.verify(commit.signature, commit.payload, namespace="git")
    except StoreError as error:
        return Note(error.message, error.hint, dict(error.values))
