"""Verify a long history, beside git's own check of its signatures, and beside its bare cost.

All on one core and in processor time, git's with it: so nothing that runs beside something else is
counted for nothing, and other programs on the machine count for nothing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from store.crypto import identity
from tests.bench.measure import Figure, in_turn, measured_in, run_task
from tests.bench.repositories import Made, Shelf
from tests.bench.scale import Scale

__all__ = ["verify"]

_NEW = 10
_FLOORS = (60.0, 80.0)  # what is promised, and what is hoped for
_MOST_OF_BARE = 1.6
_MOST_MILLISECONDS = 50.0


def verify(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Verify all commits; git checks a sample, for it takes minutes, and that is scaled."""
    made = shelf.history(scale.commits)
    with _one_core():
        taken, bare, sampled, new = _measured(made, scale)
    what = f"verify {scale.commits:,} commits on one core"
    by_git = sampled * scale.commits / scale.sample
    peer = f"{measured_in(by_git)} git log %G?, scaled from {scale.sample}"
    for floor in _FLOORS:
        yield Figure(what, measured_in(taken), peer, by_git / taken, floor, is_floor=True)
    peer = f"{measured_in(bare)} bare reading and signatures"
    yield Figure(what, measured_in(taken), peer, taken / bare, _MOST_OF_BARE)
    yield Figure(
        f"open and verify {_NEW} new of {scale.commits:,} commits",
        measured_in(new),
        "on one core, its imports with it",
        new * 1000,
        _MOST_MILLISECONDS,
        " ms",
    )


def _measured(made: Made, scale: Scale) -> list[float]:
    line = f'nour@dalil.invalid namespaces="git" {identity.public(made.home).sign}\n'
    with tempfile.NamedTemporaryFile("w", suffix=".signers") as signers:
        signers.write(line)
        signers.flush()
        tasks = (
            ("verify_history", made.repository, made.home),
            ("check_bare", made.repository),
            ("check_by_git", made.repository, signers.name, str(scale.sample)),
            ("verify_new_commits", made.repository, made.home, str(_NEW)),
        )
        actions = [lambda task=task: run_task(*task)["cpu"] for task in tasks]
        return in_turn(scale.rounds_of(5), *actions)


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep this process, and what it starts, on one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
