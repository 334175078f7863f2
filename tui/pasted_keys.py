"""Find public keys in what somebody sent: the lines of `dalil key show`, or the keys alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from store.crypto.sshkey import from_text

__all__ = ["PastedKeys", "find_keys"]

_AGE = re.compile(r"(?<!\S)age1[0-9a-z]+(?!\S)")
_SIGN = re.compile(r"(?<!\S)((?:sk-)?(?:ssh|ecdsa)-\S+)\s+([A-Za-z0-9+/]+={0,2})(?!\S)")


class PastedKeys(NamedTuple):
    """Signing keys as OpenSSH lines without a comment, and age recipients."""

    sign: list[str]
    age: list[str]


def find_keys(text: str) -> PastedKeys:
    """Find them; comments, words and digits that stand beside them are left out.

    Raises:
        BadFormat: a signing key is damaged, or of a kind that is not used here.
    """
    sign = [from_text(f"{found[1]} {found[2]}").text for found in _SIGN.finditer(text)]
    return PastedKeys([*dict.fromkeys(sign)], [*dict.fromkeys(_AGE.findall(text))])
