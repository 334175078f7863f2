"""What can be said of a file without its key: that it is encrypted, and to how many readers.

An age file names no X25519 recipient, but has one stanza for each: see https://c2sp.org/age.
"""

from __future__ import annotations

import re

from store.trust.paths import RepoPath
from store.trust.policy import Policy
from store.trust.report import Note

__all__ = ["Origins", "fault"]

_HEAD = b"age-encryption.org/v1\n"
_END = b"\n--- "
_HEADER_LIMIT = 64 * 1024
_STANZA = re.compile(rb"\n-> ([^\s]+)")
# One reader and at most one stanza of grease: what is nearly every file, seen at one glance.
_USUAL_FILE = re.compile(
    rb"age-encryption\.org/v1\n-> X25519 [^\n]+\n[^-\n][^\n]*\n"
    rb"(?:-> [^\s]*-grease[^\n]*\n(?:[^-\n][^\n]*\n|\n)*)?--- "
)
_USUAL = b"X25519"
_GREASE = b"-grease"  # rage adds one such stanza, which is for nobody
_NEVER = (b"scrypt", b"ssh-")

_PLAIN = Note("{path} is not encrypted: it does not begin as an age file does")
_KIND = Note("{path} is encrypted in a way that is not used here: {kind}")
_READERS = Note(
    "{path} is encrypted to {count} keys instead of {expected}",
    "somebody whom the policy does not list may read it: ask who made it, and how",
)
_ELSEWHERE = Note(
    "{path} holds the very file that stood first at {first}",
    "it is shown as damaged there: bring the right version back from the history",
)


def fault(path: str, place: RepoPath, content: bytes, policy: Policy | None) -> Note | None:
    """Say what is wrong with a file that is new at a path, where `policy` is in force.

    What is cut short or damaged further on is left to those who can read it.
    """
    if not path.endswith(".age") or (place.kind != "key" and _USUAL_FILE.match(content)):
        return None
    rest = content[len(_HEAD) : len(_HEAD) + 3]
    if not content.startswith(_HEAD) or not b"-> ".startswith(rest):
        return _PLAIN._replace(values={"path": path})
    end = content.find(_END, 0, _HEADER_LIMIT)
    kinds = _STANZA.findall(content, len(_HEAD) - 1, end if end >= 0 else _HEADER_LIMIT)
    expected = 1
    if place.kind == "key":
        expected = len(policy.recipients(place.compartment)) if policy else len(kinds)
    return _stanzas(path, kinds, expected, is_key=place.kind == "key")


def _stanzas(path: str, kinds: list[bytes], expected: int, *, is_key: bool) -> Note | None:
    readers = [kind for kind in kinds if not kind.endswith(_GREASE)]
    for kind in readers:
        # An epoch key may also be wrapped to a plugin's recipient, whose stanza has its own name.
        if kind.startswith(_NEVER) or (kind != _USUAL and not is_key):
            name = kind.decode("ascii", "replace")[:40]
            return _KIND._replace(values={"path": path, "kind": ascii(name)[1:-1]})
    count = len(readers) + max(0, len(kinds) - len(readers) - 1)
    if count > expected:
        return _READERS._replace(values={"path": path, "count": count, "expected": expected})
    return None


class Origins:
    """Where each encrypted file stood first in the history that is looked at.

    No two encryptions are alike, so a file that turns up at another case or entry was copied.
    """

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def copied(self, path: str, place: RepoPath, blob: str) -> Note | None:
        """Take note of a file; say so when it stood first at another place."""
        if place.kind not in ("case", "journal"):
            return None
        own = path.replace(f"~{place.sibling}", "") if place.sibling else path
        first = self._first.setdefault(blob, own)
        return None if first == own else _ELSEWHERE._replace(values={"path": path, "first": first})
