"""A join ticket: one line that an admin gives a new member, to know the right repository by.

It holds the SHA-256 of the root commit's raw bytes (the repository id: git's own ids are SHA-1),
the root commit, a recent tip, and a checksum against typing errors. Nothing in it is secret; what
counts is that it comes from the admin, and not from the remote.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from store.errors import BadFormat, Refused, Unsupported

if TYPE_CHECKING:
    from store.reader import Reader
    from store.trust.reading import Objects

__all__ = ["Ticket", "make", "parse", "repository_id"]

_START = "dalil-ticket-"
_VERSION = "1"
_FIELDS = re.compile(r"([0-9a-f]{64})-([0-9a-f]{40})-([0-9a-f]{40})-([0-9a-f]{8})")
_SHOWN = 40


class Ticket(NamedTuple):
    """What a ticket says: repository id (64 hex digits), root commit and recent tip (40 each)."""

    repository: str
    root: str
    tip: str

    @property
    def text(self) -> str:
        """The ticket as one line."""
        body = f"{_START}{_VERSION}-{self.repository}-{self.root}-{self.tip}"
        return f"{body}-{_checksum(body)}"


def make(reader: Reader) -> Ticket:
    """Make a ticket for this repository as it stands here.

    Raises:
        Refused: this copy is not pinned, or not authentic: nobody should join by it.
    """
    trust = reader.trust
    if trust.state != "authentic":
        raise Refused(
            "a ticket is made only from a copy that is pinned and authentic",
            hint="`dalil verify` says what is wrong; `dalil verify --pin ID` pins this copy",
        )
    return Ticket(repository_id(reader.objects, trust.root), trust.root, trust.tip)


def repository_id(objects: Objects, root: str) -> str:
    """Give the id of the repository that begins with this commit."""
    return sha256(objects.read_many([root])[0][1]).hexdigest()


def parse(text: str) -> Ticket:
    """Read a ticket; spaces and line breaks that a letter put into it do no harm.

    Raises:
        BadFormat: it is none, or was cut or mistyped.
        Unsupported: a newer version made it.
    """
    line = "".join(text.split()).lower()
    version, _, rest = line.removeprefix(_START).partition("-")
    if not line.startswith(_START) or not version.isdigit():
        raise BadFormat(
            "this is no join ticket: {text}",
            hint="it is one line that begins with dalil-ticket-1-; `dalil ticket` prints one",
            text=ascii(text)[1:-1][:_SHOWN],
        )
    if version != _VERSION:
        raise Unsupported(
            "this join ticket is of version {version}, which this program cannot read",
            hint="use a newer version of Dalil",
            version=version[:10],
        )
    found = _FIELDS.fullmatch(rest)
    if found is None or _checksum(line.rpartition("-")[0]) != found[4]:
        raise BadFormat(
            "this join ticket was cut or mistyped",
            hint="copy the whole line again, from dalil-ticket-1- to the end",
        )
    return Ticket(found[1], found[2], found[3])


def _checksum(body: str) -> str:
    return sha256(body.encode()).hexdigest()[:8]
