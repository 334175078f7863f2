"""`dalil seal`, `unseal` and `move`: who can read which item of a case, and which case."""

from __future__ import annotations

from argparse import Namespace

from store.sealing import Sealing, move, seal, unseal
from tui.cli.opening import open_vault
from tui.cli.output import note, say, say_json

__all__ = ["run_move", "run_seal", "run_unseal"]


def run_seal(options: Namespace) -> int:
    """Seal an item of a case into a compartment that fewer people can read."""
    with open_vault(options) as vault:
        done = seal(
            vault,
            vault.find(options.case),
            options.item,
            options.into,
            pseudonym=options.pseudonym or "",
            why=options.why,
        )
    _tell(options, done, f"{done.path} is sealed into {done.compartment} as {done.pseudonym}")
    return 0


def run_unseal(options: Namespace) -> int:
    """Put a sealed item back where the rest of its case is."""
    with open_vault(options) as vault:
        done = unseal(vault, vault.find(options.case), options.item, options.why)
    _tell(options, done, f"{done.path} is open to all who read {done.compartment}")
    return 0


def run_move(options: Namespace) -> int:
    """Move a case to another compartment."""
    with open_vault(options) as vault:
        done = move(vault, vault.find(options.case), options.compartment, options.why)
    _tell(options, done, f"the case is in {done.compartment} now")
    return 0


def _tell(options: Namespace, done: Sealing, words: str) -> None:
    """Say what was done, and plainly who could and can read it."""
    if options.json:
        say_json(done._asdict())
    else:
        say(words)
        note(f"saved as commit {done.commit[:10]}")
    if done.still_read_by:
        names = ", ".join(done.still_read_by)
        note(f"earlier versions in the history stay readable to those who had them: {names}")
    if done.newly_read_by:
        note(f"it can be read from now on by: {', '.join(done.newly_read_by)}")
