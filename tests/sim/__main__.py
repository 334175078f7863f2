"""`python -m tests.sim`: play a team of five clones, with random work and random meetings.

`--minutes 30` plays one game after the other; `--seed N --operations M` plays one again.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from tests.sim.ledger import Broken
from tests.sim.play import Play
from tests.sim.team import fast_folder

__all__ = ["main"]


def main() -> int:
    """Play; print each seed, and the story of the first thing that must not happen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))  # noqa: S311
    parser.add_argument("--operations", type=int, default=500, help="of one game")
    parser.add_argument("--minutes", type=float, default=0.0, help="play game after game")
    parser.add_argument("--together", action="store_true", help="sync before each operation")
    parser.add_argument("--without", nargs="*", default=[], help="kinds of work: move, policy, …")
    options = parser.parse_args()
    end, seed = time.monotonic() + options.minutes * 60, options.seed
    while True:
        if not _play(seed, options):
            return 1
        seed += 1
        if time.monotonic() >= end:
            return 0


def _play(seed: int, options: argparse.Namespace) -> bool:
    start = time.monotonic()
    with fast_folder() as folder:
        ways = {"is_together": options.together, "without": options.without}
        play = Play(Path(folder), seed, **ways)
        try:
            play.run(options.operations)
        except Broken as broken:
            _say(f"seed {seed}, operation {play.ledger.now}: {broken}")
            return False
        finally:
            play.team.close()
    counts = ", ".join(f"{count} {name}" for name, count in play.counts.most_common())
    taken = time.monotonic() - start
    _say(f"seed {seed}: {options.operations} operations in {taken:.0f} s: {counts}")
    return True


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a program's output


if __name__ == "__main__":
    sys.exit(main())
