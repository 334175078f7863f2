"""A real pseudo-terminal for a Python program, as a person would sit before it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

__all__ = ["Terminal"]

ROOT = Path(__file__).parents[2]
_PATIENCE = 20.0  # seconds


class Terminal:
    """Run `code` in a pseudo-terminal; `output` is all that came out of it."""

    def __init__(
        self,
        code: str,
        *,
        size: tuple[int, int] = (80, 24),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.output = b""
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.chdir(ROOT)
            env = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(environ or {})}
            os.execve(sys.executable, [sys.executable, "-c", code], env)  # noqa: S606 - no shell is meant
        columns, rows = size
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        self.hang_up()

    def hang_up(self) -> None:
        """Close the terminal, as a line that drops does; the program runs on until it notices."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def wait_for(self, text: str) -> None:
        """Wait until the program has written this."""
        end = time.monotonic() + _PATIENCE
        while text.encode() not in self.output:
            assert time.monotonic() < end, self.output[-2000:]
            self._read()

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._fd, keys.encode())

    def kill(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self._pid, number)

    def leave(self, keys: str = "\x11") -> int:
        """Type what leaves, again if it came while one screen gave way to the next; wait for it."""
        for _ in range(int(_PATIENCE)):
            self.send(keys)
            with suppress(AssertionError):
                return self.wait_for_end(1.0)
        return self.wait_for_end()

    def wait_for_end(self, patience: float = _PATIENCE, *, reads: bool = True) -> int:
        """Wait until the program has ended; give its exit code."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if reads and self._fd >= 0:
                self._read()
            else:
                time.sleep(0.02)
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                while self._fd >= 0 and select.select([self._fd], [], [], 0)[0] and self._read():
                    continue
                self._pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(self.output[-2000:])

    def is_restored(self) -> bool:
        """Say whether echo and line mode are on again, and the main screen and cursor are back."""
        flags = termios.tcgetattr(self._fd)[3]
        is_cooked = bool(flags & termios.ECHO and flags & termios.ICANON)
        return is_cooked and all(
            self.output.rfind(on) > self.output.rfind(off)
            for on, off in ((b"\x1b[?1049l", b"\x1b[?1049h"), (b"\x1b[?25h", b"\x1b[?25l"))
        )

    def _read(self) -> bool:
        """Take in what is there; say whether there may be more."""
        ready, _, _ = select.select([self._fd], [], [], 0.05)
        if ready:
            try:
                self.output += os.read(self._fd, 65536)
            except OSError:  # it has closed the terminal
                time.sleep(0.05)
                return False
        return bool(ready)
