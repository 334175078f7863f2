"""age files for X25519 recipients, wholly in memory: the only import of pyrage.

pyrage's file and stream functions swallow write errors and release unchecked text, so they are not
used. It holds the GIL: thousands of files belong into worker processes.
Format: https://c2sp.org/age.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pyrage
from pyrage import x25519

from store.errors import BadFormat, Sealed

__all__ = ["MAGIC", "Identity", "decrypt", "encrypt", "is_age", "is_recipient", "new_identity"]

MAGIC = b"age-encryption.org/v1\n"
_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_RECIPIENT_LENGTH = 62
# rage has one error class for all failures; its text is the only thing that tells this one apart.
_NO_KEY = "No matching keys found"


class Identity:
    """An age X25519 key pair, parsed once from its `AGE-SECRET-KEY-1…` text.

    It can be pickled, for worker processes.

    Raises:
        BadFormat: `secret` is not such a text. The error never shows it.
    """

    __slots__ = ("_key", "recipient")

    def __init__(self, secret: str) -> None:
        try:
            self._key = x25519.Identity.from_str(secret)
        except pyrage.IdentityError:
            # Not chained: what the parser says could repeat a part of the secret.
            raise BadFormat(
                "this is not an age secret key",
                hint="it is one line that begins with AGE-SECRET-KEY-1",
            ) from None
        self.recipient: str = str(self._key.to_public())

    @property
    def secret(self) -> str:
        """The `AGE-SECRET-KEY-1…` text."""
        return str(self._key)

    def __repr__(self) -> str:
        return f"Identity(recipient={self.recipient!r})"

    def __reduce__(self) -> tuple[type[Identity], tuple[str]]:
        return Identity, (self.secret,)


def new_identity() -> Identity:
    """Make a fresh key pair from the operating system's randomness."""
    return Identity(str(x25519.Identity.generate()))


def is_age(data: bytes) -> bool:
    """Say whether `data` begins as a binary age v1 file does."""
    return data.startswith(MAGIC)


def is_recipient(text: str) -> bool:
    """Say whether `text` is an X25519 recipient.

    Plugin recipients are not: such a text alone would choose a program that age runs.
    """
    try:
        _recipient(text)
    except BadFormat:
        return False
    return True


def encrypt(plaintext: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypt to each of `recipients` (`age1…`), named twice or once alike.

    Raises:
        BadFormat: there is no recipient, or one is not an X25519 recipient.
    """
    keys = [_recipient(text) for text in dict.fromkeys(recipients)]
    if not keys:
        raise BadFormat("there is nobody to encrypt to", hint="name at least one age recipient")
    encrypted: bytes = pyrage.encrypt(plaintext, keys)
    return encrypted


def decrypt(ciphertext: bytes, identities: Sequence[Identity]) -> bytes:
    """Decrypt with the first identity that fits; all of the text is checked before it is returned.

    A change inside the very stanza made for this key cannot be told from a file for somebody else:
    it is reported as Sealed.

    Raises:
        Sealed: the file is encrypted to other keys.
        BadFormat: it is not a binary age v1 file, is cut short or was altered.
    """
    if not ciphertext.startswith(MAGIC):
        raise _not_age(ciphertext)
    keys = [identity._key for identity in identities]  # noqa: SLF001 - the same module
    try:
        plaintext: bytes = pyrage.decrypt(ciphertext, keys)
    except pyrage.DecryptError as error:
        if str(error) == _NO_KEY:
            raise Sealed(
                "none of your keys opens it",
                hint="ask an admin whether you belong to its compartment",
            ) from error
        raise BadFormat(
            "the encrypted file is damaged: cut short, or altered",
            hint="an earlier version may be whole: look at its history",
        ) from error
    return plaintext


@lru_cache(maxsize=256)
def _recipient(text: str) -> x25519.Recipient:
    if len(text) == _RECIPIENT_LENGTH and text.startswith("age1"):
        try:
            key = x25519.Recipient.from_str(text)
        except pyrage.RecipientError:
            key = None
        if key is not None and str(key) == text:
            return key
    raise BadFormat(
        "{recipient} is not an age X25519 recipient",
        hint="it has 62 lower-case letters and digits and begins with age1",
        recipient=text[:80],
    )


def _not_age(data: bytes) -> BadFormat:
    if not data:
        return BadFormat("the encrypted file is empty", hint="an earlier version may be whole")
    if data.lstrip().startswith(_ARMOUR):
        return BadFormat(
            "the encrypted file is in age's text armour, not in the binary form used here",
            hint="age -d and age -r, without -a, rewrite it",
        )
    return BadFormat("this is not an age file", hint="it would begin with age-encryption.org/v1")
