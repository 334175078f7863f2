"""A real terminal for tests: tmux, into which keys are sent and whose screen is read."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["Terminal"]


class Terminal:
    """One program in a tmux window of its own server; ends with everything in it."""

    def __init__(self, folder: Path, size: tuple[int, int], environment: dict[str, str]) -> None:
        self._socket = str(folder / "tmux")
        self._size = size
        self._environment = environment

    def __enter__(self) -> Self:
        columns, lines = self._size
        settings = [part for pair in self._environment.items() for part in ("-e", "=".join(pair))]
        self._tmux("new-session", "-d", "-x", str(columns), "-y", str(lines), *settings, "sh")
        self._tmux("set-option", "-g", "status", "off")
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._tmux("kill-server")

    def run(self, line: str) -> None:
        """Type a command line and enter."""
        self._tmux("send-keys", "-l", line)
        self._tmux("send-keys", "Enter")

    def press(self, *keys: str) -> None:
        """Press keys, named as tmux names them."""
        for key in keys:
            self._tmux("send-keys", key)
            time.sleep(0.15)  # a person's fingers; and a lone escape is told from a sequence

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-l", text)

    def screen(self) -> str:
        """Read what the screen shows."""
        return self._tmux("capture-pane", "-p")

    def wait_for(self, *texts: str, seconds: float = 30) -> str:
        """Wait until all texts are on the screen, and give it.

        Raises:
            AssertionError: they are not there in time; it shows the screen.
        """
        end = time.monotonic() + seconds
        while not all(text in (seen := self.screen()) for text in texts):
            assert time.monotonic() < end, f"no {texts} on the screen: {seen!r}"
            time.sleep(0.1)
        return seen

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, "-f", "/dev/null", *arguments],
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()
