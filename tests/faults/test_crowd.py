"""Eight processes on one repository for six seconds: no save is lost, no lock outlives its holder.

`python -m tests.faults.crowd --seconds 60` is the same for longer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.crowd import Crowd, check, stand_up


@pytest.mark.parametrize("kills", [0, 4])
def test_eight_processes_lose_no_save(tmp_path: Path, kills: int) -> None:
    office = stand_up(tmp_path)
    (reports := tmp_path / "reports").mkdir()
    crowd = Crowd(office, reports)
    crowd.run(6.0 if kills == 0 else 3.0, kills=kills)
    saved = crowd.saved()
    assert {one.turn for one in saved} == {"own case", "own field", "same field"}
    check(office, saved)
