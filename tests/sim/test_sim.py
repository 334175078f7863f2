"""A team works apart and meets: all end at the same tree, and nothing that was written is lost.

More than 2,000 operations in four games, each with a new seed, which is printed when it fails.
`DALIL_SIM_SEED=N` plays N and those after it; `python -m tests.sim --minutes 30` goes on.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.sim.ledger import Broken
from tests.sim.play import Play
from tests.sim.team import fast_folder

OPERATIONS = 520


@pytest.fixture(scope="module")
def first() -> int:
    chosen = os.environ.get("DALIL_SIM_SEED")
    return int(chosen) if chosen else random.randrange(10**6)  # noqa: S311 - no secret


@pytest.mark.parametrize("game", range(4))
def test_a_team_converges_and_loses_nothing(first: int, game: int) -> None:
    seed = first + game
    with fast_folder() as folder:
        play = Play(Path(folder), seed)
        try:
            play.run(OPERATIONS)
        except Broken as broken:
            again = f"python -m tests.sim --seed {seed} --operations {OPERATIONS}"
            pytest.fail(f"{again}\n{broken}", pytrace=False)
        finally:
            play.team.close()
    assert play.counts["merges"] > 20
    assert play.counts["conflicts"] > 0
