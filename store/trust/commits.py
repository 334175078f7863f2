"""Raw commits, read strictly: the one form that Dalil and `git commit -S` write, nothing else.

Git reads far more than it writes: a second signature, headers nobody knows, lines folded in other
ways. Each gives the same commit another id that still verifies for git, so all are refused here.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from typing import NamedTuple

from store.trust.report import Note

__all__ = ["Commit", "outline", "parse"]

SIZE_LIMIT = 64 * 1024

_PERSON = rb"([^<>\n\0]*) <([^<>\n\0]*)> ([0-9]{1,12}) ([+-][0-9]{4})\n"
_FORM = re.compile(
    rb"tree ([0-9a-f]{40})\n((?:parent [0-9a-f]{40}\n)*)"
    rb"author " + _PERSON + rb"committer " + _PERSON + rb"gpgsig ((?:[^\n]+\n )*[^\n]+\n)\n"
)
_OUTLINE = re.compile(rb"tree ([0-9a-f]{40})\n((?:parent [0-9a-f]{40}\n)*)")
_PARENT_LINE = 48  # "parent ", 40 digits, a newline
_SIGNATURE = re.compile(rb"^gpgsig", re.MULTILINE)


class Commit(NamedTuple):
    """One commit.

    `tree` is a raw id of 20 bytes; author and committer are name, address, seconds since 1970 and
    time zone; `signature` is the armour as ssh-keygen writes it, `payload` what it stands on.
    """

    tree: bytes
    author: tuple[bytes, bytes, int, bytes]
    committer: tuple[bytes, bytes, int, bytes]
    message: bytes
    signature: bytes
    payload: bytes


def outline(raw: bytes) -> tuple[bytes | None, tuple[str, ...]]:
    """Give tree and parents of a commit, also where `parse` refuses it; garbage has neither."""
    match = _OUTLINE.match(raw)
    if match is None:
        return None, ()
    tree, parents = match.groups()
    if len(parents) == _PARENT_LINE:
        return unhexlify(tree), (parents[7:47].decode(),)
    return unhexlify(tree), tuple(parents.decode().replace("parent ", "").split())


def parse(raw: bytes) -> Commit | Note:
    """Read a commit; a note says what is wrong with it."""
    if len(raw) > SIZE_LIMIT:
        return Note("the commit is larger than any that Dalil writes")
    match = _FORM.match(raw)
    if match is None:
        return _explain(raw)
    tree, _, name, mail, time, zone, name_2, mail_2, time_2, zone_2, armour = match.groups()
    start, end = match.span(11)
    return Commit(
        unhexlify(tree),
        (name, mail, int(time), zone),
        (name_2, mail_2, int(time_2), zone_2),
        raw[end + 1 :],
        armour.replace(b"\n ", b"\n"),
        raw[: start - 7] + raw[end:],
    )


def _explain(raw: bytes) -> Note:
    header = raw.partition(b"\n\n")[0]
    signatures = len(_SIGNATURE.findall(header))
    if signatures == 0:
        return Note("the commit is not signed", "commit with Dalil, or with git commit -S")
    if signatures > 1:
        return Note("the commit has {count} signatures instead of one", "", {"count": signatures})
    return Note("the header of the commit is not of the form that Dalil and git write")
