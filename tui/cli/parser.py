"""The words of the command line: one table of commands, and the options of each."""

from __future__ import annotations

import os
import sys
from argparse import (
    SUPPRESS,
    ArgumentParser,
    ArgumentTypeError,
    Namespace,
    RawDescriptionHelpFormatter,
)
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple, NoReturn

__all__ = ["COMMANDS", "parse"]


class Command(NamedTuple):
    """One command: where its function is, what it does, and how its options are added."""

    module: str
    does: str
    add_options: Callable[[ArgumentParser], Any]


def _case(parser: ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="id, unique beginning of it, or reference")


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def _why(parser: ArgumentParser, *, is_required: bool = True) -> None:
    parser.add_argument(
        "--why", required=is_required, metavar="REASON", help="the reason, in words"
    )


def _count(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise ArgumentTypeError("a number from 1 on")
    return int(text)


def _demo(parser: ArgumentParser) -> None:
    parser.add_argument("folder_to_make", nargs="?", metavar="DIR", help="a new folder")
    parser.add_argument("--no-open", action="store_true", help="build it and do not open it")


def _init(parser: ArgumentParser) -> None:
    parser.add_argument("folder_to_make", metavar="DIR")
    parser.add_argument("--name", required=True, help="shown on screen; choose something neutral")
    parser.add_argument("--handle", required=True, help="what you are called in it, such as nour")
    parser.add_argument("--compartment", action="append", metavar="NAME", help="more than `main`")


def _key(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="new|show")
    new = what.add_parser("new", help="make your keys, locked by one passphrase")
    new.add_argument("--no-passphrase", action="store_true", help="leave them unlocked on the disk")
    new.add_argument(
        "--agent", metavar="KEY", help="sign with this ssh-agent key (SHA256:… or line)"
    )
    new.add_argument(
        "--plugin", metavar="FILE", help="read with the identity that an age plugin wrote there"
    )
    new.add_argument("--recipient", metavar="AGE1…", help="its recipient, if FILE does not say it")
    new.add_argument("--comment", default="", help="written beside the public key")
    show = what.add_parser("show", help="print the public keys to send to an admin")
    for each in (new, show):
        _common(each)
        _json(each)


def _list(parser: ArgumentParser) -> None:
    for name in ("kind", "status", "compartment", "by", "year"):
        parser.add_argument(f"--{name}", help="only those with this")
    parser.add_argument(
        "--sort", choices=("changed", "reference", "title", "status", "year"), default="changed"
    )
    _json(parser)


def _show(parser: ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("--at", metavar="COMMIT", help="as it was at this commit")
    _json(parser)


def _search(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", metavar="WORD")
    parser.add_argument("-n", "--count", type=_count, default=20, help="at most so many (20)")
    _json(parser)


def _new(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="source", nargs="+", required=True, metavar="FILE",
        help="YAML with the sections of a case; - reads standard input; several: one commit",
    )  # fmt: skip
    parser.add_argument("--compartment", default="main")
    _why(parser)
    _json(parser)


def _set(parser: ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("field", metavar="FIELD", help="such as overview.status or people.p3.fate")
    parser.add_argument("value", metavar="VALUE", help="empty takes it away; choices by commas")
    _why(parser)
    _json(parser)


def _edit(parser: ArgumentParser) -> None:
    _case(parser)
    parser.add_argument(
        "--from", dest="source", metavar="FILE", help="the whole case as YAML; - is stdin"
    )
    parser.add_argument("--editor", action="store_true", help="in $EDITOR, on a memory file system")
    _why(parser, is_required=False)


def _item(parser: ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("item", metavar="ITEM", help="such as people.p3, or p3")


def _seal(parser: ArgumentParser) -> None:
    _item(parser)
    parser.add_argument(
        "--into", required=True, metavar="COMPARTMENT", help="which fewer people can read"
    )
    parser.add_argument(
        "--as", dest="pseudonym", metavar="W-03", help="what the others see; else the next free one"
    )
    _why(parser)
    _json(parser)


def _unseal(parser: ArgumentParser) -> None:
    _item(parser)
    _why(parser)
    _json(parser)


def _move(parser: ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("compartment", metavar="COMPARTMENT")
    _why(parser)
    _json(parser)


def _conflicts(parser: ArgumentParser) -> None:
    parser.add_argument("case", nargs="?", metavar="CASE", help="without one: all that have some")
    _json(parser)


def _resolve(parser: ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("path", metavar="PATH", help="as `dalil conflicts` names it")
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--take", type=_count, metavar="N", help="the value with this number")
    choice.add_argument("--keep", action="store_true", help="what stands there now")
    choice.add_argument("--base", action="store_true", help="what stood there before both changes")
    choice.add_argument("--value", metavar="V", help="another value; choices by commas")
    choice.add_argument("--gone", action="store_true", help="nothing")
    _why(parser)
    _json(parser)


def _log(parser: ArgumentParser) -> None:
    parser.add_argument("case", nargs="?", metavar="CASE")
    parser.add_argument("-n", "--count", type=_count, help="at most so many")
    parser.add_argument("-p", "--changes", action="store_true", help="with what changed, by field")
    _json(parser)


def _diff(parser: ArgumentParser) -> None:
    _case(parser)
    parser.add_argument("old", nargs="?", metavar="A", help="commit; else the version before")
    parser.add_argument("new", nargs="?", metavar="B", help="commit; else the newest")
    _json(parser)


def _people(name: str) -> Callable[[ArgumentParser], None]:
    return _late("people_options", name)


def _remote(name: str) -> Callable[[ArgumentParser], None]:
    return _late("remote_options", name)


def _recovery(name: str) -> Callable[[ArgumentParser], None]:
    return _late("recovery_options", name)


def _late(module: str, name: str) -> Callable[[ArgumentParser], None]:
    """Give options that stand in a module of their own, which is loaded when they are needed."""

    def add(parser: ArgumentParser) -> None:
        getattr(import_module(f"tui.cli.{module}"), name)(parser, _common)

    return add


COMMANDS = {
    "demo": Command("making", "build the sample repository and open it", _demo),
    "init": Command("making", "make a new repository, with you as its first admin", _init),
    "key": Command("making", "make or show your keys", _key),
    "list": Command("reading", "list all cases", _list),
    "show": Command("showing", "print a case as YAML", _show),
    "search": Command("reading", "find cases, in any spelling of a name", _search),
    "new": Command("writing", "make cases from YAML files", _new),
    "set": Command("writing", "change one field of a case", _set),
    "edit": Command("writing", "change a case in the interface, an editor, or from a file", _edit),
    "seal": Command("sealing", "let fewer people read one item of a case", _seal),
    "unseal": Command("sealing", "put a sealed item back where its case is", _unseal),
    "move": Command("sealing", "move a case to another compartment", _move),
    "conflicts": Command("conflicts", "what two people changed differently", _conflicts),
    "resolve": Command("conflicts", "decide which value of a conflict stands", _resolve),
    "log": Command("past", "who changed what, when and why", _log),
    "diff": Command("past", "what differs between two versions of a case", _diff),
    "verify": Command(
        "checking", "is the history authentic?  exit 0 or 3", _remote("verify_options")
    ),
    "member": Command("member", "who belongs, and with which keys", _people("member_options")),
    "compartment": Command("compartment", "who reads which cases", _people("compartment_options")),
    "policy": Command("policy", "the rules, and proposals of new ones", _people("policy_options")),
    "who-can-read": Command("access", "who can read a case now", _people("who_options")),
    "exposure": Command(
        "access", "which cases somebody's keys could open", _people("exposure_options")
    ),
    "recovery": Command(
        "recovery", "a key on paper, that opens every case", _recovery("recovery_options")
    ),
    "recover": Command(
        "recovery", "use such a paper, when keys are lost", _recovery("recover_options")
    ),
    "drafts": Command(
        "drafts", "what was typed and not saved", _late("draft_options", "draft_options")
    ),
    "panic": Command("panic", "destroy keys, index, drafts and pin", _recovery("panic_options")),
    "clone": Command("remote", "clone, and confirm the repository", _remote("clone_options")),
    "fetch": Command("remote", "fetch, and verify before it counts", _remote("fetch_options")),
    "sync": Command("sync", "fetch, verify, merge and send", _remote("sync_options")),
    "remote": Command("remotes", "the places to sync with", _remote("remotes_options")),
    "bundle": Command(
        "bundle", "carry the history in a file, on a stick", _remote("bundle_options")
    ),
    "ticket": Command("remote", "print the line by which a new member joins", _json),
    "hook": Command("hook", "let a remote refuse what is not authentic", _remote("hook_options")),
    "doctor": Command("checking", "what is missing or unsafe on this machine", _json),
}


class _Formatter(RawDescriptionHelpFormatter):
    """Know its width: argparse makes one for each option, and would import shutil to ask: 3 ms."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns - 2
        except OSError:
            width = 78
        super().__init__(prog, width=width)


class _Parser(ArgumentParser):
    """Errors in one line, as everywhere here."""

    def error(self, message: str) -> NoReturn:
        print(f"error: {message}\nhint: {self.prog} --help", file=sys.stderr)  # noqa: T201 - see output.py
        raise SystemExit(2)


def parse(arguments: list[str]) -> Namespace:
    """Read the command line; `run` of what comes back does the work.

    Only the options of the command that is named are set up: setting up all takes 3 ms.
    """
    parser = _Parser(
        prog="dalil",
        description="Case files in an encrypted, signed git repository.\n"
        "Without a command: the interface, on the repository of this folder.",
        formatter_class=_Formatter,
    )
    _common(parser, is_top=True)
    parser.add_argument("--version", action="store_true", help="print the version")
    named = [name for name in COMMANDS if name in arguments]
    # Without a prog, argparse formats a usage line for it, which imports shutil: 3 ms.
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", prog="dalil")
    for name in named or COMMANDS:
        entry = COMMANDS[name]
        sub = subparsers.add_parser(
            name, help=entry.does, description=entry.does, formatter_class=_Formatter
        )
        _common(sub)
        entry.add_options(sub)
    options = parser.parse_args(arguments)
    options.run = _runner(options)
    return options


def _common(parser: ArgumentParser, *, is_top: bool = False) -> None:
    """Add what every command has; it may stand before the command or after it."""

    def default(value: Any) -> Any:
        return value if is_top else SUPPRESS

    parser.add_argument(
        "-C", dest="folder", metavar="DIR", default=default("."), help="the repository"
    )
    parser.add_argument(
        "--passphrase-file", metavar="FILE", default=default(None), help="holds the passphrase"
    )


def _runner(options: Namespace) -> Callable[[Namespace], int]:
    if options.version:
        return _print_version
    if options.command is None:
        return _open_interface
    module = import_module(f"tui.cli.{COMMANDS[options.command].module}")
    run: Callable[[Namespace], int] = getattr(module, f"run_{options.command.replace('-', '_')}")
    return run


def _print_version(_options: Namespace) -> int:
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("dalil")
    except PackageNotFoundError:
        found = "(not installed: run from its sources)"
    print(f"dalil {found}")  # noqa: T201 - nothing of a case in it
    return 0


def _open_interface(options: Namespace) -> int:
    from tui.cli.interface import open_here

    return open_here(options.folder)
