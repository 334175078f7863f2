"""Measure several things in turn, and set each figure beside its peer and its target."""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

__all__ = [
    "Figure",
    "environment",
    "in_turn",
    "measured_in",
    "processor_time",
    "run_task",
    "seconds",
    "time_command",
]

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Figure(NamedTuple):
    """One line of the table.

    `ours` and `peer` say in words what was measured; `value` in `unit` is held against `limit`:
    at most that, or at least that when `is_floor`.
    """

    what: str
    ours: str
    peer: str
    value: float
    limit: float
    unit: str = "×"
    is_floor: bool = False

    @property
    def is_met(self) -> bool:
        """Does it reach its target?"""
        return self.value >= self.limit if self.is_floor else self.value <= self.limit


def in_turn(rounds: int, *actions: Callable[[], float]) -> list[float]:
    """Do each action so many times, in turn (A B A B), and give the median of each.

    What slows the machine down for a while then slows all of them.
    """
    found: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds):
        for action, values in zip(actions, found, strict=True):
            values.append(action())
    return [median(values) for values in found]


def seconds(action: Callable[[], object]) -> float:
    """Time one call, without what is left from before to collect."""
    gc.collect()
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def processor_time() -> float:
    """Give that of this process and of its children that have ended, in seconds."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def environment() -> dict[str, str]:
    """Give an ordinary one: compiled modules are kept, and git has nobody's configuration."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "GIT_"))}
    return kept | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def time_command(command: Sequence[str], **variables: str) -> float:
    """Time a whole process, which must end well; `variables` are added to its environment."""
    surroundings = environment() | variables
    start = time.perf_counter()
    subprocess.run(command, check=True, cwd=_ROOT, env=surroundings, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def run_task(name: str, *arguments: str) -> dict[str, float]:
    """Run one of `tests/bench/tasks.py` in a fresh process and give its measurements by name."""
    line = [sys.executable, "-m", "tests.bench.tasks", name, *arguments]
    done = subprocess.run(
        line, check=True, cwd=_ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measured_in(value: float) -> str:
    """Write seconds with three digits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"
