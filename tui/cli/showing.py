"""`dalil show`: one case as YAML. On the fast path: nothing is imported that it can do without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.cli.opening import open_vault, trust_exit_code
from tui.cli.output import say

if TYPE_CHECKING:
    from argparse import Namespace

__all__ = ["run_show"]


def run_show(options: Namespace) -> int:
    """Print a case as its YAML text, or as JSON."""
    with open_vault(options) as vault:
        case_id = vault.find(options.case)
        commit = vault.find_commit(options.at) if options.at else None
        if options.json:
            from tui.cli.output import say_json

            say_json(vault.get(case_id, commit).data)
        else:
            say(vault.text(case_id, commit).decode("utf-8", "replace").rstrip("\n"))
        return trust_exit_code(vault)
