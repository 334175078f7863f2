"""`make bench`, or `python -m tests.bench`: each figure beside its peer, as a ratio.

The method, because a number without it says little:

- Ratios count. A figure and its peer are taken in the same run, in turn (A B A B), and the medians
  are compared, so that a slow or busy machine slows both. Milliseconds are named only where a
  person would feel them.
- What is measured is what a person runs: repositories of invented, seeded cases of 4 to 8 kB are
  made through the store's own write path (`cases.py`, `repositories.py`), a history of real signed
  commits as one pack (`history.py`), and opened in fresh processes (`tasks.py`) whose imports are
  done before the clock starts. A whole process is timed where that is what a person waits for.
- Git is stock git, with nobody's configuration. Its check of 10,000 signatures would take minutes,
  so a sample is checked and scaled, and the row says so.
- The interface is driven in a real pseudo-terminal, with real key presses (`terminal.py`).
- Nothing here is a test: it prints `ok` or `MISSED` and ends with 0 either way.

Making the repositories takes minutes the first time; they are kept under the system's folder for
temporary files, or where `--keep` says. They hold no real case and no key worth protecting.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

from store.errors import StoreError
from tests.bench import (
    commands,
    crowd,
    idling,
    interface,
    membership,
    merging,
    opening,
    saving,
    syncing,
    verifying,
)
from tests.bench.measure import Figure
from tests.bench.repositories import Shelf
from tests.bench.scale import FULL, QUICK, Scale

__all__ = ["main"]

_ROWS: dict[str, Callable[[Shelf, Scale], Iterator[Figure]]] = {
    "cold": opening.cold,
    "warm": opening.warm,
    "paint": interface.first_paint,
    "keys": interface.keys,
    "save": saving.in_step,
    "deferred": saving.deferred,
    "crowd": crowd.crowd,
    "verify": verifying.verify,
    "show": commands.show,
    "memory": opening.memory,
    "member": membership.member,
    "merge": merging.merge,
    "sync": syncing.sync,
    "idle": idling.idle,
}
_WIDTHS = (46, 26, 42, 9)


def main() -> int:
    """Measure what was asked for and print the table."""
    options = _options()
    scale = QUICK if options.quick else FULL
    shelf = Shelf(options.keep)
    found: list[Figure] = []
    _print("what", "measured", "peer", "value", "target")
    for name in options.only or _ROWS:
        try:
            for figure in _ROWS[name](shelf, scale):
                found.append(figure)
                _print(*_cells(figure))
        except (StoreError, TimeoutError, subprocess.CalledProcessError) as error:
            _print(name, f"failed: {type(error).__name__}: {error}")  # the other rows still count
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([figure._asdict() | {"is_met": figure.is_met} for figure in found], file)
    return 0


def _cells(figure: Figure) -> tuple[str, ...]:
    value, limit = (f"{number:.3g}{figure.unit}" for number in (figure.value, figure.limit))
    sign = "≥" if figure.is_floor else "≤"
    verdict = "ok" if figure.is_met else "MISSED"
    return figure.what, figure.ours, figure.peer, value, f"{sign} {limit}  {verdict}"


def _print(*cells: str) -> None:
    padded = [cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=False)]
    print(*padded, *cells[len(_WIDTHS) :], flush=True)  # noqa: T201 - a program's output


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--quick", action="store_true", help="small repositories, few rounds")
    parser.add_argument("--only", nargs="+", choices=_ROWS, metavar="NAME", help=", ".join(_ROWS))
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    kept = os.path.join(tempfile.gettempdir(), "dalil-bench")
    parser.add_argument("--keep", metavar="DIR", default=kept, help=f"repositories ({kept})")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
