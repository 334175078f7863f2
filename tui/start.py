"""Open the interface on a repository: what must hold before Textual is loaded."""

from __future__ import annotations

import os
import resource
import sys
from typing import TYPE_CHECKING

from tui.crash import install_hooks

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["open_interface"]

_TURN = 0.0005
"""Seconds that a thread computes before the screen has its turn; Python's own 5 ms are felt."""


def open_interface(vault_path: Path, home: Path, case: str | None = None) -> int:
    """Run the interface until it is left, beginning with a case; give the program's exit code."""
    _clean_environment()
    install_hooks()
    sys.setswitchinterval(_TURN)
    from tui.app import DalilApp

    app = DalilApp(vault_path, home, case)
    app.run()
    return app.return_code or 0


def _clean_environment() -> None:
    """Switch off what would write decrypted text to a file, or show it in the wrong size.

    That is core dumps, and Textual's switches for developers, which come from the environment: a
    log of every key, screenshots, a console on a port, drivers and filters of one's own.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name in list(os.environ):
        # A size in the environment is that of another moment, or of another terminal.
        if name in ("TEXTUAL", "COLUMNS", "LINES") or name.startswith("TEXTUAL_"):
            del os.environ[name]
