"""What an interface does while nobody touches it: it looks whether another process has saved."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.bench.commands import dalil
from tests.bench.interface import HELLO
from tests.bench.measure import Figure, environment
from tests.bench.repositories import Shelf, bring_index_up_to_date
from tests.bench.scale import Scale
from tests.bench.terminal import Terminal

__all__ = ["idle"]

_SECONDS = 20
_SETTLED = 5.0  # seconds after which nothing follows any more from the start
_LIMIT = 1.0
_LOOK = re.compile(rb"\b(?:stat|lstat|newfstatat|statx)\(.*refs/heads/main")


class _Calls(NamedTuple):
    """System calls in all that time, and those among them that look where main stands."""

    total: int
    looks: int


def idle(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Count the system calls of an idle interface, beside a bare Textual program's."""
    if shutil.which("strace") is None:
        return
    made = shelf.cases(scale.cases)
    bring_index_up_to_date(made)
    here = _count([*dalil(), "-C", made.repository], "SY-20", DALIL_HOME=made.home)
    bare = _count([sys.executable, "-c", HELLO], "hello from Textual")
    what = f"idle, {scale.cases:,} cases: looks at main"
    words = f"{here.looks} in {_SECONDS} s (calls: {here.total})"
    peer = f"calls of a bare Textual hello: {bare.total}"
    yield Figure(what, words, peer, here.looks / _SECONDS, _LIMIT, " a second")


def _count(command: Sequence[str], shown: str, **variables: str) -> _Calls:
    """Count the system calls of a program that has started and stands still."""
    surroundings = environment() | {"COLORTERM": "truecolor"} | variables
    with (
        Terminal(command, environ=surroundings) as terminal,
        tempfile.NamedTemporaryFile() as told,
    ):
        terminal.wait_for(shown)
        terminal.wait_until_quiet(quiet=_SETTLED)
        line = ["timeout", "-s", "INT", str(_SECONDS), "strace", "-f", "-qq", "-o", told.name]
        with subprocess.Popen([*line, "-p", str(terminal.pid)]) as tracer:
            while tracer.poll() is None:  # a terminal that nobody reads would hold it
                terminal.wait_until_quiet(quiet=0.5, timeout=1.0)
        calls = [one for one in told.read().splitlines() if b"resumed>" not in one]
    return _Calls(len(calls), sum(_LOOK.search(one) is not None for one in calls))
