"""The marker in `.git/dalil/mirror`: which commit index and work tree show.

While they are brought from one to the next it names both: of either there may be something.
"""

from __future__ import annotations

import os

__all__ = ["MARKER", "is_behind", "read_marker"]

MARKER = "dalil/mirror"
_LENGTH = 40
_LONGEST = 4096
"""Characters; who is interrupted a hundred times in a row may as well make all of it anew."""


def is_behind(git_dir: str, tip: str) -> bool:
    """Does the work tree show anything but the commit `tip`? A bare repository has none."""
    return os.path.basename(git_dir) == ".git" and read_marker(git_dir) != (tip,)


def read_marker(git_dir: str) -> tuple[str, ...]:
    """Give the commits of which something is shown; none when that is not known."""
    try:
        with open(os.path.join(git_dir, MARKER), encoding="ascii") as file:
            marker = tuple(file.read(_LONGEST).split("\n"))
    except (OSError, UnicodeDecodeError):
        return ()
    is_sound = all(len(commit) == _LENGTH and commit.isalnum() for commit in marker)
    return marker if is_sound else ()
