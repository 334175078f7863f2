"""The options of the commands about people and access; a module of its own, for it loads late."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

__all__ = [
    "compartment_options",
    "exposure_options",
    "member_options",
    "policy_options",
    "who_options",
]

Common = Callable[[ArgumentParser], None]
"""Adds what every command has: `-C` and the like."""


def member_options(parser: ArgumentParser, common: Common) -> None:
    """Add what follows `dalil member`."""
    what = _choices(parser, "add|role|remove|rotate|revoke|list")
    add = _change(what, common, "add", "take somebody in")
    add.add_argument("handle", metavar="HANDLE", help="what they are called here, such as sami")
    _keys(add, is_required=True)
    _role(add, "--role", required=True)
    add.add_argument("--compartment", action="append", default=[], metavar="NAME")
    role = _change(what, common, "role", "give a member another role")
    role.add_argument("handle", metavar="HANDLE")
    _role(role, "role")
    remove = _change(what, common, "remove", "take somebody out; their cases are encrypted anew")
    remove.add_argument("handle", metavar="HANDLE")
    rotate = _change(what, common, "rotate", "give a person new keys instead of the old ones")
    rotate.add_argument("handle", metavar="HANDLE")
    _keys(rotate, is_required=False)
    rotate.add_argument(
        "--lost", action="store_true", help="somebody may have the old ones: encrypt anew"
    )
    rotate.add_argument(
        "--after", metavar="COMMIT", help="what the old keys signed after it does not count"
    )
    revoke = _change(what, common, "revoke", "declare that somebody else has a signing key")
    revoke.add_argument("key", metavar="KEY", help="its line, or SHA256:… of a member's key")
    revoke.add_argument(
        "--after", required=True, metavar="COMMIT", help="the last one that certainly counts"
    )
    listed = _reading(what, common, "list", "who belongs, and what they may")
    listed.add_argument("--all", action="store_true", help="those who left, too")


def compartment_options(parser: ArgumentParser, common: Common) -> None:
    """Add what follows `dalil compartment`."""
    what = _choices(parser, "create|grant|revoke|rotate|list")
    create = _change(what, common, "create", "make a compartment")
    create.add_argument("name", metavar="NAME")
    create.add_argument(
        "--reader", action="append", default=[], metavar="HANDLE", help="you, if nobody is named"
    )
    for name, does in (
        ("grant", "let a member read a compartment, its past included"),
        ("revoke", "take a compartment from a member; it is encrypted anew"),
    ):
        change = _change(what, common, name, does)
        change.add_argument("name", metavar="NAME")
        change.add_argument("handle", metavar="HANDLE")
    rotate = _change(what, common, "rotate", "begin a new epoch: encrypt it anew, same readers")
    rotate.add_argument("name", metavar="NAME")
    _reading(what, common, "list", "which there are, and who reads them")


def policy_options(parser: ArgumentParser, common: Common) -> None:
    """Add what follows `dalil policy`."""
    what = _choices(parser, "show|propose|approve|apply|threshold")
    show = _reading(what, common, "show", "print the policy, or what a proposal would change")
    show.add_argument("file", nargs="?", metavar="FILE", help="a proposal")
    propose = what.add_parser("propose", help="write a policy that was edited as a proposal")
    propose.add_argument("file", metavar="FILE", help="the proposal to write")
    propose.add_argument("--from", dest="source", required=True, metavar="POLICY")
    approve = what.add_parser("approve", help="add your word to a proposal")
    approve.add_argument("file", metavar="FILE")
    apply = what.add_parser("apply", help="put a proposal into force")
    apply.add_argument("file", metavar="FILE")
    for each in (propose, approve, apply):
        _answers(each, common)
    threshold = _change(what, common, "threshold", "how many admins a change of the policy needs")
    threshold.add_argument("count", type=int, metavar="N")


def who_options(parser: ArgumentParser, _common: Common) -> None:
    """Add what follows `dalil who-can-read`."""
    parser.add_argument("case", metavar="CASE", help="id, unique beginning of it, or reference")
    _json(parser)


def exposure_options(parser: ArgumentParser, _common: Common) -> None:
    """Add what follows `dalil exposure`."""
    parser.add_argument("handle", metavar="HANDLE", help="a member, or somebody who left")
    parser.add_argument("--key", metavar="RECIPIENT", help="only what this reading key opens")
    parser.add_argument("--versions", action="store_true", help="each version, and not only cases")
    _json(parser)


def _choices(parser: ArgumentParser, names: str) -> Any:
    return parser.add_subparsers(dest="what", required=True, metavar=names)


def _change(what: Any, common: Common, name: str, does: str) -> ArgumentParser:
    """Add a command that changes the policy."""
    parser: ArgumentParser = what.add_parser(name, help=does, description=does)
    parser.add_argument(
        "--propose", metavar="FILE", help="write it as a proposal, for other admins to approve"
    )
    _answers(parser, common)
    return parser


def _reading(what: Any, common: Common, name: str, does: str) -> ArgumentParser:
    parser: ArgumentParser = what.add_parser(name, help=does, description=does)
    common(parser)
    _json(parser)
    return parser


def _answers(parser: ArgumentParser, common: Common) -> None:
    common(parser)
    _json(parser)
    parser.add_argument(
        "--yes", action="store_true", help="the keys were compared: do not ask about them"
    )


def _keys(parser: ArgumentParser, *, is_required: bool) -> None:
    parser.add_argument(
        "--sign", action="append", default=[], required=is_required, metavar="KEY",
        help="what `dalil key show` prints after sign",
    )  # fmt: skip
    parser.add_argument(
        "--age", action="append", default=[], metavar="RECIPIENT", help="the same, after age"
    )


def _role(parser: ArgumentParser, name: str, **options: Any) -> None:
    parser.add_argument(name, choices=("admin", "editor", "reviewer"), **options)


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
