"""Read the plain form of `dalil show` without argparse, which is a quarter of what it imports."""

from __future__ import annotations

import gc
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from argparse import Namespace

__all__ = ["parse_show"]


def parse_show(arguments: list[str]) -> Namespace | None:
    """Read `[-C DIR] show CASE [--json]`; None for whatever else is said: argparse reads that."""
    words = iter(arguments)
    folder, as_json = ".", False
    names: list[str] = []
    for word in words:
        if word == "-C":
            folder = next(words, "-")
            if folder.startswith("-"):
                return None
        elif word == "--json" and names:
            as_json = True
        elif word.startswith("-"):
            return None
        else:
            names.append(word)
    if len(names) != 2 or names[0] != "show":  # noqa: PLR2004 - the command and the case
        return None
    gc.disable()  # one case makes nothing to collect, and looking for it takes 2 ms
    from tui.cli.showing import run_show

    options = SimpleNamespace(
        folder=folder, case=names[1], json=as_json, at=None, passphrase_file=None, run=run_show
    )
    return cast("Namespace", options)
