"""The options of `dalil drafts`; they load late."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable

__all__ = ["draft_options"]


def draft_options(parser: ArgumentParser, common: Callable[[ArgumentParser], None]) -> None:
    """Add what follows `dalil drafts`."""
    what = parser.add_subparsers(dest="what", metavar="list|show|discard")
    listed = what.add_parser("list", help="which there are; no key is needed (the default)")
    shown = what.add_parser("show", help="print what was typed")
    gone = what.add_parser("discard", help="throw drafts away")
    shown.add_argument("draft", metavar="DRAFT", help="its name, or how that begins")
    gone.add_argument("drafts", nargs="*", metavar="DRAFT", help="names, or how they begin")
    gone.add_argument("--all", action="store_true", help="all that nobody has open")
    gone.add_argument("--yes", action="store_true", help="nobody can bring them back")
    for each in (listed, shown, gone):
        common(each)
    for each in (parser, listed, shown):
        each.add_argument("--json", action="store_true", help="print JSON")
