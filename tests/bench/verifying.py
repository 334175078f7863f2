"""Verify a long history, beside git's own check of its signatures, both on one core."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

from store.crypto import identity
from tests.bench.measure import Figure, in_turn, measured_in, run_task
from tests.bench.repositories import Shelf
from tests.bench.scale import Scale

__all__ = ["verify"]


def verify(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Verify all commits; git checks a sample, for it takes minutes, and that is scaled."""
    made = shelf.history(scale.commits)
    line = f'nour@dalil.invalid namespaces="git" {identity.public(made.home).sign}\n'
    cores = os.sched_getaffinity(0)
    with tempfile.NamedTemporaryFile("w", suffix=".signers") as signers:
        signers.write(line)
        signers.flush()
        os.sched_setaffinity(0, {max(cores)})  # children inherit it
        try:
            taken, sampled = in_turn(
                scale.rounds_of(5),
                lambda: run_task("verify_history", made.repository, made.home)["seconds"],
                lambda: run_task("check_by_git", made.repository, signers.name, str(scale.sample))[
                    "seconds"
                ],
            )
        finally:
            os.sched_setaffinity(0, cores)
    peer = sampled * scale.commits / scale.sample
    yield Figure(
        f"verify {scale.commits:,} commits on one core",
        measured_in(taken),
        f"{measured_in(peer)} git log %G?, scaled from {scale.sample}",
        peer / taken,
        80.0,
        is_floor=True,
    )
