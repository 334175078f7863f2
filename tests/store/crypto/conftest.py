"""Programs that ask on a terminal, and a real ssh-agent."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

Dialogue = Callable[[Sequence[str], Sequence[str]], bytes]


@pytest.fixture
def dialogue() -> Dialogue:
    """Run a program on a terminal of its own, answering each question that ends with a colon."""

    def run(arguments: Sequence[str], answers: Sequence[str]) -> bytes:
        process, terminal = pty.fork()
        if process == 0:
            os.execvp(arguments[0], list(arguments))  # noqa: S606 - no shell is wanted
        waiting = [answer.encode() + b"\n" for answer in answers]
        shown = b""
        asked = 0
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                piece = b""
            if not piece:
                break
            shown += piece
            if waiting and b":" in shown[asked:]:
                asked = len(shown)
                os.write(terminal, waiting.pop(0))
        os.close(terminal)
        _, status = os.waitpid(process, 0)
        assert status == 0, shown
        return shown

    return run


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run an ssh-agent of this test's own; give its socket, which SSH_AUTH_SOCK names."""
    if shutil.which("ssh-agent") is None:
        pytest.skip("needs the ssh-agent program")
    socket = tmp_path / "agent"
    with subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it says its address once it listens
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        yield socket
        process.terminate()
