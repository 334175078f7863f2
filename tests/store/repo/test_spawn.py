"""A program that is talked with by pipes, and ended with them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.repo.spawn import Process

_CLOSED_STREAMS = """
import os
for number in (0, 1):
    os.close(number)
from store.repo.spawn import Process
process = Process(["cat"], os.environ, 1024)
process.stdin.write(b"said")
process.stdin.close()
os.write(2, process.stdout.read())
process.close()
"""


def test_what_is_written_is_answered_and_it_ends_with_its_pipes() -> None:
    process = Process(["cat"], {"PATH": os.environ["PATH"]}, 1024)
    process.stdin.write(b"one\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"one\n"
    process.close()
    process.close()
    process.kill()
    with pytest.raises(ChildProcessError):
        os.waitpid(process.id, os.WNOHANG)


def test_it_has_the_environment_it_is_given_and_no_other_file() -> None:
    with open(os.devnull, "rb") as file:
        process = Process(["sh", "-c", "echo $X; ls /proc/$$/fd"], os.environ | {"X": "y"}, 1024)
        ends = (process.stdin, process.stdout, process.stderr)
        value, *numbers = map(bytes.decode, process.stdout.read().split())
        assert value == "y"
        assert {str(each.fileno()) for each in (file, *ends)}.isdisjoint(numbers)
        process.close()


def test_a_program_that_is_not_there_leaves_nothing_open() -> None:
    before = os.listdir("/proc/self/fd")
    with pytest.raises(FileNotFoundError):
        Process(["no such program"], os.environ, 1024)
    assert os.listdir("/proc/self/fd") == before


def test_one_that_was_killed_has_read_nothing() -> None:
    process = Process(["sleep", "60"], os.environ, 2**20)
    process.stdin.write(b"x" * 100_000)
    process.kill()
    process.stderr.read()
    process.close()


def test_standard_streams_that_are_closed_are_not_mixed_up() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CLOSED_STREAMS],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stderr == b"said"
