"""`python -m tui` is the `dalil` command."""

from __future__ import annotations

from tui.cli import run

if __name__ == "__main__":
    run()
