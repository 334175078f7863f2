"""What is compared by voice: which keys are new, and the words and digits that stand for one.

Without Textual, for the command line compares keys too.
"""

from __future__ import annotations

from typing import NamedTuple

from store.crypto.sshkey import fingerprint
from store.trust.policy import Policy
from store.words import digits, words
from tui.i18n import language

__all__ = ["NewKey", "new_keys", "spoken"]


class NewKey(NamedTuple):
    """A key that a policy has and the one before had not.

    `kind` is `sign`, `age` or `recovery`; `shown` the fingerprint of a signing key, or the whole
    age recipient. `owner` is empty for a recovery key.
    """

    owner: str
    kind: str
    shown: str


def new_keys(old: Policy, new: Policy) -> list[NewKey]:
    """Find the keys that have to be compared before a policy is accepted."""
    members = old.members.values()
    known = {key for member in members for key in (*member.sign, *member.age)}
    found = []
    for handle, member in new.members.items():
        found += [NewKey(handle, "sign", fingerprint(k)) for k in member.sign if k not in known]
        found += [NewKey(handle, "age", k) for k in member.age if k not in known]
    fresh = (key for key in new.recovery if key not in old.recovery)
    return [*found, *(NewKey("", "recovery", key) for key in fresh)]


def spoken(value: str) -> list[str]:
    """Give the line of words and the line of digits; in Arabic the digits are read, so first."""
    lines = [" ".join(words(value)), " ".join(digits(value))]
    return lines[::-1] if language() == "ar" else lines
