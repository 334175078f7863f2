"""The marker in `.git/dalil/mirror`: which commit index and work tree show."""

from __future__ import annotations

import os

__all__ = ["MARKER", "is_behind", "read_marker"]

MARKER = "dalil/mirror"
_LENGTH = 40


def is_behind(git_dir: str, tip: str) -> bool:
    """Does the work tree show another commit than `tip`? A bare repository has none."""
    return os.path.basename(git_dir) == ".git" and read_marker(git_dir) != tip


def read_marker(git_dir: str) -> str | None:
    """Give the commit that is shown; None when that is not known."""
    try:
        with open(os.path.join(git_dir, MARKER), encoding="ascii") as file:
            marker = file.read(_LENGTH + 1)
    except (OSError, UnicodeDecodeError):
        return None
    return marker if len(marker) == _LENGTH and marker.isalnum() else None
