"""The key that a member's own things on this machine are encrypted to: index, drafts, typed text.

That is their age key. Whoever reads through a plugin would have to touch a device for each of them,
so theirs is derived from the epoch keys they have opened: it opens when these do, and for nobody
who lacks one of them.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from store.crypto import age
from store.errors import BadFormat

if TYPE_CHECKING:
    from store.reader import Reader

__all__ = ["index_key", "kept_for", "kept_keys"]

_LABEL = b"dalil index key 1"
_PREFIX = "age-secret-key-"


def index_key(reader: Reader) -> age.Identity | None:
    """Give the key of this member's index; None for a reader without keys."""
    identity = reader.identity
    if identity is None:
        return None
    if isinstance(identity.age, age.Identity):
        return identity.age
    from store.crypto.bech32 import encode

    newest = [key.secret for keys in _opened(reader) for key in keys[:1]]
    if not newest:
        return None
    material = "\n".join((identity.age.recipient, *sorted(newest))).encode("ascii")
    return age.Identity(encode(_PREFIX, hmac.digest(_LABEL, material, "sha256")).upper())


def kept_for(reader: Reader) -> list[str]:
    """Give the recipients of text that is kept, in memory, while the repository is locked."""
    return [key.recipient for key in kept_keys(reader)]


def kept_keys(reader: Reader) -> list[age.Identity]:
    """Give the keys that open such text; also after an epoch has begun meanwhile."""
    identity = reader.identity
    if identity is None:
        return []
    if isinstance(identity.age, age.Identity):
        return [identity.age]
    return [key for keys in _opened(reader) for key in keys]


def _opened(reader: Reader) -> list[list[age.Identity]]:
    """Give the epoch keys of each compartment, the newest first."""
    found = []
    for name in sorted(reader.policy.compartments):
        try:
            found.append(reader.keys_of(name))
        except BadFormat:  # this disk does not give them out now
            continue
    return found
