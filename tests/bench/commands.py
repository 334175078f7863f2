"""The whole process of `dalil show`, beside an interpreter that does nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import partial

from tests.bench.measure import Figure, in_turn, measured_in, time_command
from tests.bench.repositories import Shelf, bring_index_up_to_date
from tests.bench.scale import Scale

__all__ = ["dalil", "show"]


def show(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Show a case, named by its id and by its reference."""
    made = shelf.cases(scale.cases)
    row = bring_index_up_to_date(made)[scale.cases // 2]
    program = dalil()
    for words, name in (("its id", row.id), ("its reference", row.reference)):
        line = [*program, "-C", made.repository, "show", name]
        time_command(line, DALIL_HOME=made.home)  # once for nothing: it compiles what is new
        taken, bare = in_turn(
            scale.rounds_of(21),
            partial(time_command, line, DALIL_HOME=made.home),
            partial(time_command, [sys.executable, "-c", "pass"]),
        )
        what = f"dalil show by {words}, of {scale.cases:,}"
        peer = f"{measured_in(bare)} python -c pass"
        yield Figure(what, measured_in(taken), peer, taken / bare, 4.0)


def dalil() -> list[str]:
    """Give the installed command; without one, what it does."""
    installed = os.path.join(os.path.dirname(sys.executable), "dalil")
    if os.path.exists(installed):
        return [installed]
    return [sys.executable, "-c", "from tui.cli import run; run()"]
