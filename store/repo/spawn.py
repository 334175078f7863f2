"""A program to talk with through pipes, started without `subprocess`, whose import takes 2 ms.

`dalil show` is over in twenty; it talks with one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from fcntl import F_DUPFD_CLOEXEC, fcntl

__all__ = ["Process"]

_KILL = 9  # the one signal with the same number everywhere; the module `signal` is slow to import


class Process:
    """A running program: what it reads (`stdin`), says (`stdout`) and complains of (`stderr`).

    Raises:
        OSError: there is no such program.
    """

    def __init__(self, line: list[str], environment: Mapping[str, str], buffer: int) -> None:
        (read_in, write_in), (read_out, write_out), (read_error, write_error) = (
            os.pipe() for _ in range(3)
        )
        theirs = [_above_standard(end) for end in (read_in, write_out, write_error)]
        # No other end of a pipe goes to the program, or to any other that is started meanwhile.
        moves = [(os.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate(theirs)]
        self.stdin = os.fdopen(write_in, "wb", buffer)
        self.stdout = os.fdopen(read_out, "rb", buffer)
        self.stderr = os.fdopen(read_error, "rb", buffer)
        self._is_running = False
        try:
            self.id = os.posix_spawnp(line[0], line, environment, file_actions=moves)
            self._is_running = True
        except OSError:
            self.close()
            raise
        finally:
            for end in theirs:
                os.close(end)

    def kill(self) -> None:
        """End it at once."""
        if self._is_running:
            os.kill(self.id, _KILL)

    def close(self) -> None:
        """Close the pipes, by which it ends, and wait for that."""
        for stream in (self.stdin, self.stdout, self.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                continue  # it may have died before it read everything
        if self._is_running:
            self._is_running = False
            os.waitpid(self.id, 0)


def _above_standard(end: int) -> int:
    """Give an end a number from 3 on: where a standard stream is closed, it may have got its."""
    moved = fcntl(end, F_DUPFD_CLOEXEC, 3)
    os.close(end)
    return moved
