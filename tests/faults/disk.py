"""A small file system of its own, to be filled."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

__all__ = ["PAGE", "fill_up", "mounted"]

PAGE = 4096


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """Give a small file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "dalil", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"cannot mount a file system here: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill_up(folder: Path, leave: int = 0) -> Path:
    """Write until nothing more goes in, and then take away so many bytes again."""
    path = folder / "filler"
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(PAGE)):
            pass
    if leave:
        os.truncate(path, max(0, path.stat().st_size - leave))
    return path
