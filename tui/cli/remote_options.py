"""The options of the commands about remotes and verification; loaded when one of them is named."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable

__all__ = [
    "bundle_options",
    "clone_options",
    "fetch_options",
    "hook_options",
    "remotes_options",
    "sync_options",
    "verify_options",
]

Common = Callable[[ArgumentParser], None]
"""Adds what every command has: `-C` and the like."""


def verify_options(parser: ArgumentParser, _common: Common) -> None:
    """Add what follows `dalil verify`."""
    parser.add_argument("repository", nargs="?", metavar="REPO", help="else that of -C")
    _pin(parser)
    parser.add_argument(
        "--ci",
        action="store_true",
        help="what a build has checked out; the root from --pin or DALIL_PIN; nothing is written",
    )
    parser.add_argument("--report", metavar="FILE", help="an audit report: FILE.html or FILE.json")
    parser.add_argument("--replace", action="store_true", help="write over an older report")
    _json(parser)


def clone_options(parser: ArgumentParser, _common: Common) -> None:
    """Add what follows `dalil clone`."""
    parser.add_argument("url", metavar="URL", help="https, ssh, host:path, or a folder")
    parser.add_argument("folder_to_make", metavar="DIR", help="a new folder")
    claim = parser.add_mutually_exclusive_group()
    claim.add_argument("--pin", metavar="ID", help="the root commit, as a colleague tells it")
    claim.add_argument("--ticket", metavar="T", help="the join ticket that an admin gave you")
    claim.add_argument(
        "--yes", action="store_true", help="ask nothing: it stays unpinned, for reading only"
    )
    _json(parser)


def fetch_options(parser: ArgumentParser, _common: Common) -> None:
    """Add what follows `dalil fetch`."""
    parser.add_argument("remote", nargs="?", default="origin", metavar="REMOTE", help="or origin")
    parser.add_argument("--url", metavar="URL", help="its address, the first time or a new one")
    _json(parser)


def sync_options(parser: ArgumentParser, _common: Common) -> None:
    """Add what follows `dalil sync`."""
    parser.add_argument("remotes", nargs="*", metavar="REMOTE", help="else origin")
    parser.add_argument("--all", action="store_true", help="all remotes")
    parser.add_argument(
        "--take-in",
        action="append",
        default=[],
        metavar="HANDLE",
        help="say, as an admin, that what this removed member wrote there was written before",
    )
    _json(parser)


def remotes_options(parser: ArgumentParser, common: Common) -> None:
    """Add what follows `dalil remote`."""
    what = parser.add_subparsers(dest="what", required=True, metavar="add|list|remove")
    does = "name a place to sync with"
    add = what.add_parser("add", help=does, description=does)
    add.add_argument("name", metavar="NAME", help="such as origin")
    add.add_argument("url", metavar="URL", help="https, ssh, host:path, or a folder")
    does = "list them, and how this copy stands to each"
    show = what.add_parser("list", help=does, description=does)
    _json(show)
    does = "forget a remote; what came from it stays"
    remove = what.add_parser("remove", help=does, description=does)
    remove.add_argument("name", metavar="NAME")
    for each in (add, show, remove):
        common(each)


def bundle_options(parser: ArgumentParser, common: Common) -> None:
    """Add what follows `dalil bundle`."""
    what = parser.add_subparsers(dest="what", required=True, metavar="export|import")
    does = "write the verified history into one file"
    export = what.add_parser("export", help=does, description=does)
    export.add_argument("file", metavar="FILE")
    export.add_argument("--since", metavar="COMMIT", help="only what was added after it")
    export.add_argument("--replace", action="store_true", help="write over an older file")
    does = "take in what a file brings, verified as anything that comes"
    take = what.add_parser("import", help=does, description=does)
    take.add_argument("file", metavar="FILE")
    for each in (export, take):
        common(each)
        _json(each)


def hook_options(parser: ArgumentParser, common: Common) -> None:
    """Add what follows `dalil hook`."""
    what = parser.add_subparsers(dest="what", required=True, metavar="install")
    does = "let a bare repository take what is authentic only"
    install = what.add_parser("install", help=does, description=does)
    install.add_argument("bare", metavar="DIR", help="the bare repository")
    _pin(install)
    install.add_argument("--replace", action="store_true", help="move another hook aside")
    common(install)
    what.add_parser("run")  # what git runs: without a help, it is not listed


def _pin(parser: ArgumentParser) -> None:
    parser.add_argument("--pin", metavar="ID", help="the root commit, as a colleague tells it")


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
