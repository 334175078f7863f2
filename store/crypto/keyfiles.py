"""The text of an age identity file, open or locked by a passphrase, as the `age` program has it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from store.crypto import age
from store.errors import BadFormat, Sealed

if TYPE_CHECKING:
    from store.crypto.wrapping import MemberKey

__all__ = ["STRONG", "Cost", "lock_text", "open_text", "read_text", "write_text"]

_SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how every age secret begins, not one of them
_PLUGIN = "AGE-PLUGIN-"


class Cost(NamedTuple):
    """How hard a passphrase is to guess: log2 of scrypt's N, and rounds of bcrypt.

    The defaults take about 0.7 s each.
    """

    log_n: int = 18
    rounds: int = 100


STRONG = Cost()


def write_text(identity: MemberKey, created: float) -> bytes:
    """Give the text that `age-keygen` writes; `created` in seconds since 1970."""
    date = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(created))
    lines = (f"# created: {date}", f"# public key: {identity.recipient}", identity.secret)
    return "\n".join((*lines, "")).encode("ascii")


def read_text(text: bytes) -> age.Identity | str:
    """Read the one secret key of an age identity file; a plugin's line is given as it stands.

    Raises:
        BadFormat: there is none, or more than one.
    """
    lines = (line.strip() for line in text.decode("utf-8", "replace").splitlines())
    secrets = [line for line in lines if line and not line.startswith("#")]
    if len(secrets) != 1 or not secrets[0].startswith((_SECRET, _PLUGIN)):
        raise BadFormat(
            "age_identity does not hold one age secret key",
            hint="restore it from a backup: comments, and one line AGE-SECRET-KEY-1…",
        )
    return secrets[0] if secrets[0].startswith(_PLUGIN) else age.Identity(secrets[0])


def open_text(stored: bytes, passphrase: str | None) -> bytes:
    """Give the text of an age identity file, unlocking it when it is locked.

    Raises:
        Sealed: it is locked, and there is no passphrase.
        WrongPassphrase: it is locked by another passphrase.
        BadFormat: it is damaged.
    """
    if not age.is_age(stored):
        return stored
    if passphrase is None:
        raise Sealed("your identity is locked by a passphrase", hint="give the passphrase")
    from store.crypto.passphrase import unlock  # loads cryptography: not for an open identity

    return unlock(stored, passphrase)


def lock_text(text: bytes, passphrase: str | None, cost: Cost) -> bytes:
    """Give what is stored: `text` locked by the passphrase, or as it is when that is None.

    Raises:
        BadFormat: the passphrase is empty.
    """
    if passphrase is None:
        return text
    from store.crypto.passphrase import lock

    return lock(text, passphrase, log_n=cost.log_n)
