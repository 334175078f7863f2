"""A program in a real pseudo-terminal: what it paints, and how long after a key it is done.

The terminal answers nothing and draws nothing: it takes bytes, and knows when the last of them
came. A repaint is done when no more bytes follow for a while; that while is not counted.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, Self

__all__ = ["Repaint", "Terminal"]

_READ = 1 << 16
_ANSWERS = {
    b"\x1b[6n": b"\x1b[1;1R",  # where is the cursor?
    b"\x1b[?2026$p": b"\x1b[?2026;0$y",  # do you know synchronised output?
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",  # do you report your size?
}


class Repaint(NamedTuple):
    """How long after a key its first and last byte came, in seconds, and how many there were."""

    begun: float
    done: float
    size: int


class Terminal:
    """Runs a command in a terminal of `columns` by `lines`; use it with `with`.

    Example:
        >>> with Terminal(["dalil"], columns=120, lines=40) as terminal:  # doctest: +SKIP
        ...     terminal.wait_for("1 204 cases")
        ...     terminal.press(b"j").done
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        lines: int = 40,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.output = bytearray()
        """All that the program has written."""
        self._waited_for = 0
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            _become(command, columns, lines, environ if environ is not None else os.environ)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the program, and do not ask it whether it wants to."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.close(self._fd)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def wait_for(self, text: str, *, timeout: float = 60.0) -> float:
        """Read until a text comes, after the one waited for last; give the seconds since start.

        Raises:
            TimeoutError: it did not come.
        """
        wanted = text.encode()
        deadline = time.perf_counter() + timeout
        while (at := self.output.find(wanted, self._waited_for)) < 0:
            left = deadline - time.perf_counter()
            if left <= 0 or not self._read(left):
                raise TimeoutError(text)
        self._waited_for = at + len(wanted)
        return time.perf_counter() - self.started

    def wait_until_quiet(self, *, quiet: float = 0.15, timeout: float = 60.0) -> float:
        """Read until nothing has come for `quiet` seconds; give when the last byte came."""
        last = time.perf_counter()
        deadline = last + timeout
        while time.perf_counter() < deadline and self._read(quiet):
            last = time.perf_counter()
        return last - self.started

    def press(self, keys: bytes, *, quiet: float = 0.1, timeout: float = 5.0) -> Repaint:
        """Send a key, and read until the repaint is done."""
        start, before = time.perf_counter(), len(self.output)
        os.write(self._fd, keys)
        begun = done = start
        if self._read(timeout):
            begun = done = time.perf_counter()
            while self._read(quiet):
                done = time.perf_counter()
        return Repaint(begun - start, done - start, len(self.output) - before)

    def _read(self, timeout: float) -> bool:
        """Take what comes within so many seconds; say whether anything did."""
        ready, _, _ = select.select([self._fd], [], [], timeout)
        if not ready:
            return False
        try:
            piece = os.read(self._fd, _READ)
        except OSError:  # the program has ended
            return False
        self.output += piece
        for question, answer in _ANSWERS.items():
            if question in piece:
                os.write(self._fd, answer)
        return bool(piece)


def _become(command: Sequence[str], columns: int, lines: int, environ: Mapping[str, str]) -> None:
    """Be the command, in the child; on any trouble end without a word of Python's."""
    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        size = {"COLUMNS": str(columns), "LINES": str(lines), "TERM": "xterm-256color"}
        os.execvpe(command[0], list(command), {**environ, **size})  # noqa: S606 - a command of our own
    finally:
        os._exit(127)
