"""What a command says when somebody closed the streams that it would say it to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.cli.conftest import Dalil


def _run(team: Path, shell: str, language: str = "en_US.UTF-8") -> subprocess.CompletedProcess[str]:
    """Run `dalil …` as nour, in a shell that closes what `shell` says."""
    return subprocess.run(
        ["sh", "-c", f'exec "$0" -m tui {shell}', sys.executable],
        cwd=Path(__file__).parents[3],
        env=os.environ | {"DALIL_HOME": str(team / "nour"), "LC_ALL": language},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["show SY-2018-0003", "list", "--version"])
def test_a_closed_output_is_one_clear_line(team: Path, command: str) -> None:
    answer = _run(team, f"-C {team / 'repository'} {command} >&-")
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        "error: the standard output is closed, so nothing was done",
        "hint: let it go to a file: > FILE, or > /dev/null",
    ]


def test_nothing_is_written_when_its_commit_cannot_be_told(team: Path) -> None:
    head = team / "repository" / ".git" / "refs" / "heads" / "main"
    before = head.read_bytes()
    command = 'set SY-2018-0003 overview.title Other --why "A test"'
    assert _run(team, f"-C {team / 'repository'} {command} >&-").returncode == 1
    assert head.read_bytes() == before


def test_keys_are_destroyed_though_it_cannot_be_told(team: Path) -> None:
    assert _run(team, f"-C {team / 'repository'} panic --yes >&- 2>&-").returncode == 0
    assert not list((team / "nour").glob("*"))


def test_a_note_never_goes_to_the_output(team: Path) -> None:
    answer = _run(team, f"-C {team / 'repository'} show nobody 2>&-")
    assert (answer.returncode, answer.stdout) == (1, "")


def test_a_closed_input_is_empty(team: Path) -> None:
    answer = _run(team, f"-C {team / 'repository'} new --from - --why x <&-")
    assert (answer.returncode, answer.stderr.split(":")[0]) == (1, "error")
    assert "a fault of its own" not in answer.stderr


def test_the_end_of_input_at_a_question_changes_nothing(
    dalil: Dalil, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(_question: str) -> str:
        raise EOFError

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", end)
    answer = dalil("edit", "SY-2018-0003", "--editor")
    assert (answer.code, answer.err) == (1, "error: there was no answer, so nothing was changed\n")
