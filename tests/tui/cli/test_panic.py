"""`dalil panic` from a shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from store.crypto import identity
from tests.tui.cli.conftest import Dalil


def test_without_yes_it_says_what_it_would_do_and_does_nothing(team: Path, dalil: Dalil) -> None:
    asked = dalil("panic")
    assert asked.code == 1
    assert str(team / "nour") in asked.err
    assert identity.state(team / "nour") == "open"


def test_it_destroys_keys_index_and_pin_and_says_one_neutral_line(team: Path, dalil: Dalil) -> None:
    assert dalil("list").code == 0
    local = team / "repository" / ".git" / "dalil"
    assert any((local / "index").iterdir())
    done = dalil("panic", "--yes")
    assert (done.code, done.out, done.err) == (0, "", "Closed.\n")
    assert list((team / "nour").iterdir()) == []
    assert not any((local / "index").iterdir())
    assert not (local / "pin.yaml").exists()
    assert identity.state(team / "sami") == "open"
    assert dalil("verify").code == 0  # a copy that nobody has confirmed, and no more
    assert dalil("list", by="sami").code == 0


def test_outside_a_repository_the_keys_are_destroyed_all_the_same(
    team: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tui", "-C", str(tmp_path / "elsewhere"), "panic", "--yes"],
        env=os.environ | {"DALIL_HOME": str(team / "nour"), "LANG": "ar_SY.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert identity.state(team / "nour") == "none"
