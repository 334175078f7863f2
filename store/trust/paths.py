"""The paths a repository may hold: one grammar for writing, verifying and hooks.

Everything but `README.md` is lower case, so no two paths of the grammar differ in case only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

__all__ = [
    "COMPARTMENT",
    "Kind",
    "RepoPath",
    "approval_path",
    "case_path",
    "is_compartment",
    "is_folder",
    "journal_path",
    "key_path",
    "parse_path",
]

Kind = Literal["readme", "policy", "model", "key", "case", "journal", "timestamp", "approval"]

COMPARTMENT = r"[a-z][a-z0-9-]{0,31}"
_ENTRY = r"[0-9a-z][0-9a-z-]{0,63}"

# Compiled when first used: `dalil show` makes a path, and takes none apart.
_FIXED: dict[str, Kind] = {"README.md": "readme", "policy.yaml": "policy", "model.yaml": "model"}

_CASE = (
    rf"cases/(?P<compartment>{COMPARTMENT})/(?P<shard>[0-9a-f]{{2}})/"
    r"(?P<id>(?P=shard)[0-9a-f]{18})(?:~(?P<sibling>[0-9a-f]{8}))?\.age"
)
_JOURNAL = (
    rf"journal/(?P<compartment>{COMPARTMENT})/(?P<shard>[0-9a-f]{{2}})/"
    rf"(?P<id>(?P=shard)[0-9a-f]{{18}})/(?P<entry>{_ENTRY})\.age"
)
_KEY = rf"keys/(?P<compartment>{COMPARTMENT})/(?P<epoch>[1-9][0-9]{{0,5}})\.age"
_APPROVAL = r"approvals/(?P<version>[1-9][0-9]{0,8})/(?P<handle>[a-z][a-z0-9_-]{0,31})\.sig"
_TIMESTAMP = rf"timestamps/(?P<entry>{_ENTRY}\.(?:tsr|tsq|ots|pem|yaml))"

_FOLDER = (
    rf"timestamps|approvals(?:/[1-9][0-9]{{0,8}})?|keys(?:/{COMPARTMENT})?"
    rf"|cases(?:/{COMPARTMENT}(?:/[0-9a-f]{{2}})?)?"
    rf"|journal(?:/{COMPARTMENT}(?:/(?P<shard>[0-9a-f]{{2}})(?:/(?P=shard)[0-9a-f]{{18}})?)?)?"
)


class RepoPath(NamedTuple):
    """A path taken apart; what its kind does not have stays empty.

    `entry` is a journal entry's name without `.age`, a timestamp's whole file name, or the handle
    of who approved; `sibling` is the eight hex digits of a version that a blind merge kept beside
    `<id>.age`; `version` is that of the policy which an approval stands for.
    """

    kind: Kind
    compartment: str = ""
    id: str = ""
    epoch: int = 0
    entry: str = ""
    sibling: str = ""
    version: int = 0


@lru_cache(maxsize=8192)
def parse_path(path: str) -> RepoPath | None:
    """Take a path apart; None when the grammar does not know it.

    Example:
        >>> parse_path("keys/main/3.age")
        RepoPath(kind='key', compartment='main', id='', epoch=3, entry='', sibling='', version=0)
    """
    if match := re.fullmatch(_CASE, path):
        compartment, _, case, sibling = match.groups()
        return RepoPath("case", compartment, case, sibling=sibling or "")
    if match := re.fullmatch(_JOURNAL, path):
        return RepoPath("journal", match["compartment"], match["id"], entry=match["entry"])
    if match := re.fullmatch(_KEY, path):
        return RepoPath("key", match["compartment"], epoch=int(match["epoch"]))
    if match := re.fullmatch(_APPROVAL, path):
        return RepoPath("approval", entry=match["handle"], version=int(match["version"]))
    if match := re.fullmatch(_TIMESTAMP, path):
        return RepoPath("timestamp", entry=match["entry"])
    kind = _FIXED.get(path)
    return RepoPath(kind) if kind else None


@lru_cache(maxsize=8192)
def is_folder(path: str) -> bool:
    """Say whether the grammar has a folder of this path (no slash at either end)."""
    return re.fullmatch(_FOLDER, path) is not None


def is_compartment(name: str) -> bool:
    """Say whether this can name a compartment."""
    return re.fullmatch(COMPARTMENT, name) is not None


def case_path(compartment: str, case: str, sibling: str = "") -> str:
    """Give the path of one part of a case, or of a version that a blind merge kept beside it."""
    suffix = f"~{sibling}" if sibling else ""
    return f"cases/{compartment}/{case[:2]}/{case}{suffix}.age"


def journal_path(compartment: str, subject: str, entry: str) -> str:
    """Give the path of one journal entry about a case or an evidence item."""
    return f"journal/{compartment}/{subject[:2]}/{subject}/{entry}.age"


def key_path(compartment: str, epoch: int) -> str:
    """Give the path of a compartment's epoch key."""
    return f"keys/{compartment}/{epoch}.age"


def approval_path(version: int, handle: str) -> str:
    """Give the path of an admin's word for a version of the policy."""
    return f"approvals/{version}/{handle}.sig"
