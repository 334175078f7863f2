"""Open a repository, without and with its index; and what that takes of memory."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import partial
from statistics import median

from tests.bench.measure import Figure, in_turn, measured_in, run_task
from tests.bench.repositories import Made, Shelf, bring_index_up_to_date
from tests.bench.scale import Scale

__all__ = ["cold", "memory", "warm"]

_LARGEST_MEMORY = 250.0  # MB


def cold(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Open with no index: beside a plain loader, and beside decrypting and parsing alone."""
    made = shelf.cases(scale.cases)
    cores = len(os.sched_getaffinity(0))
    listed: list[float] = []

    def ours() -> float:
        shutil.rmtree(os.path.join(made.repository, ".git", "dalil", "index"), ignore_errors=True)
        found = _open(made)
        listed.append(found["listed"])
        return found["searchable"]

    taken, plain, bare = in_turn(
        scale.rounds_of(5),
        ours,
        lambda: run_task("load_plainly", made.repository, made.home)["seconds"],
        lambda: run_task("load_bare", made.repository, made.home)["cpu"] / cores,
    )
    what = f"open {scale.cases:,} cases, no index"
    words = f"{measured_in(taken)} (list {measured_in(median(listed))})"
    yield Figure(what, words, f"{measured_in(plain)} plain loader", taken / plain, 0.4)
    floor = f"{measured_in(bare)} bare decrypt + parse / {cores} cores"
    yield Figure(what, words, floor, taken / bare, 1.3)


def warm(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Open with the index in place, beside the decryption of what is read of it for the list."""
    for count, limit in zip(scale.sizes, (0.050, 0.400), strict=False):
        made = shelf.cases(count)
        bring_index_up_to_date(made)
        searchable: list[float] = []
        taken, bare = in_turn(
            scale.rounds_of(7),
            partial(_listed, made, searchable),
            partial(_bare_index, made),
        )
        what = f"open {count:,} cases with the index"
        words = f"{measured_in(taken)} (searchable {measured_in(median(searchable))})"
        peer = f"{measured_in(bare)} bare decryption of the list in it"
        yield Figure(what, words, peer, taken / bare, 3.5)
        yield Figure(what, words, "", taken * 1000, limit * 1000, "ms")


def memory(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Measure the peak memory of a process that has all cases open and searchable."""
    made = shelf.cases(scale.cases)
    shutil.rmtree(os.path.join(made.repository, ".git", "dalil", "index"), ignore_errors=True)
    for state in ("no index", "with the index"):
        found = _open(made)
        yield Figure(
            f"memory, {scale.cases:,} cases open, {state}",
            f"{found['peak'] / 1e6:.0f} MB peak",
            f"{found['children'] / 1e6:.0f} MB the largest child",
            found["peak"] / 1e6,
            _LARGEST_MEMORY,
            "MB",
        )


def _listed(made: Made, searchable: list[float]) -> float:
    found = _open(made)
    searchable.append(found["searchable"])
    return found["listed"]


def _bare_index(made: Made) -> float:
    return run_task("decrypt_index", made.repository, made.home)["seconds"]


def _open(made: Made) -> dict[str, float]:
    return run_task("open_cases", made.repository, made.home)
