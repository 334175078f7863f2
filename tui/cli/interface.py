"""Open the interface on a repository."""

from __future__ import annotations

import sys
from pathlib import Path

from store.errors import Unsupported
from store.repo.create import git_dir_of
from tui.cli.opening import home_folder

__all__ = ["open_here"]


def open_here(folder: str, case: str | None = None) -> int:
    """Open the interface on the repository at a folder, or on one case of it; give the exit code.

    Raises:
        BadFormat: there is no repository.
        Unsupported: this is no terminal.
    """
    git_dir_of(folder)
    # Textual draws on the error output: a file there would be given the decrypted screen.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise Unsupported(
            "the interface needs a terminal", hint="dalil --help lists commands that do not"
        )
    from tui.start import open_interface

    return open_interface(Path(folder), Path(home_folder()), case)
