"""The options of `dalil recovery`, `recover` and `panic`; they load late."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable

__all__ = ["panic_options", "recover_options", "recovery_options"]

Common = Callable[[ArgumentParser], None]
"""Adds what every command has: `-C` and the like."""


def recovery_options(parser: ArgumentParser, common: Common) -> None:
    """Add what follows `dalil recovery`."""
    what = parser.add_subparsers(dest="what", required=True, metavar="new|list|remove")
    new = what.add_parser("new", help="make a key that is kept on paper, and shown once")
    remove = what.add_parser("remove", help="take a recovery key away; all is encrypted anew")
    remove.add_argument("recipient", metavar="AGE1…", help="its public key, or how that begins")
    listed = what.add_parser("list", help="the public keys of those on paper")
    for each in (new, remove):
        each.add_argument(
            "--propose", metavar="FILE", help="write it as a proposal, for other admins to approve"
        )
        each.add_argument("--yes", action="store_true", help="do not ask about keys")
    for each in (new, remove, listed):
        common(each)
        each.add_argument("--json", action="store_true", help="print JSON")


def recover_options(parser: ArgumentParser, _common: Common) -> None:
    """Add what follows `dalil recover`."""
    parser.add_argument(
        "--from", dest="source", metavar="FILE", help="the text of the paper; - reads stdin"
    )
    parser.add_argument(
        "--to", metavar="DIR", help="make keys there that can read, and change nothing"
    )
    parser.add_argument("--no-passphrase", action="store_true", help="leave those keys unlocked")
    parser.add_argument("--json", action="store_true", help="print JSON")


def panic_options(parser: ArgumentParser, _common: Common) -> None:
    """Add what follows `dalil panic`."""
    parser.add_argument(
        "--yes", action="store_true", help="destroy keys, index, drafts and pin on this machine"
    )
