"""Make SSH signatures with an ed25519 private key file; and what any signer must offer."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from typing import Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from store.crypto.wire import cut, string
from store.errors import BadFormat, Sealed, Unsupported, WrongPassphrase

__all__ = ["ROUNDS", "FileSigner", "Signer", "is_locked"]

ROUNDS = 100  # of bcrypt: about what scrypt with 2^18 costs; ssh-keygen's own 16 would be weaker

_BEGIN = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_END = b"-----END OPENSSH PRIVATE KEY-----"
_MAGIC = b"openssh-key-v1\0"


class Signer(Protocol):
    """Somebody who can sign: a private key file, or an agent that holds the key."""

    @property
    def public(self) -> str:
        """The OpenSSH public key line, without a comment."""

    def sign_blob(self, data: bytes) -> bytes:
        """Sign `data`; give the signature in SSH wire format.

        Raises:
            StoreError: the signer is not there or refuses.
        """


class FileSigner:
    """Sign with an ed25519 key in OpenSSH's private key format."""

    __slots__ = ("_key", "public")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        self.public: str = public.decode("ascii")

    @classmethod
    def new(cls) -> FileSigner:
        """Make a fresh key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, data: bytes, passphrase: str | None = None) -> FileSigner:
        """Read the key from the text of a private key file.

        Raises:
            Sealed: it is locked, and there is no passphrase.
            WrongPassphrase: it is locked by another passphrase.
            BadFormat: it is no OpenSSH private key, or not an ed25519 key.
            Unsupported: it is locked by a cipher that is not known here.
        """
        secret = None
        if is_locked(data):
            if passphrase is None:
                raise Sealed(
                    "the signing key is locked by a passphrase", hint="give the passphrase"
                )
            secret = passphrase.encode("utf-8", "surrogateescape")
        key = _load(data, secret)
        if not isinstance(key, Ed25519PrivateKey):
            raise BadFormat(
                "the signing key is not an ed25519 key",
                hint="keys of other kinds sign through ssh-agent",
            )
        return cls(key)

    def dump(self, passphrase: str | None = None, *, rounds: int = ROUNDS) -> bytes:
        """Give the text of a private key file, which `ssh-keygen -y -f` opens."""
        form = PrivateFormat.OpenSSH
        if passphrase is None:
            return self._key.private_bytes(Encoding.PEM, form, NoEncryption())
        secret = passphrase.encode("utf-8", "surrogateescape")
        encryption = form.encryption_builder().kdf_rounds(rounds).build(secret)
        return self._key.private_bytes(Encoding.PEM, form, encryption)

    def sign_blob(self, data: bytes) -> bytes:
        """Sign `data`; give the signature in SSH wire format."""
        return string(b"ssh-ed25519") + string(self._key.sign(data))

    def __repr__(self) -> str:
        return f"FileSigner(public={self.public!r})"


def is_locked(data: bytes) -> bool:
    """Say whether the text of an OpenSSH private key file is locked by a passphrase.

    Raises:
        BadFormat: it is no such file.
    """
    body, end, _rest = data.strip().removeprefix(_BEGIN).partition(_END)
    try:
        blob = a2b_base64(body)
        if not (end and blob.startswith(_MAGIC)):
            raise _not_a_key()
        (cipher,), _ = cut(blob, 1, len(_MAGIC))
    except Base64Error as error:
        raise _not_a_key() from error
    return cipher != b"none"


def _load(data: bytes, secret: bytes | None) -> object:
    try:
        return load_ssh_private_key(data, secret)
    except UnsupportedAlgorithm as error:
        raise Unsupported(
            "the signing key is of a kind, or locked in a way, that is not known here",
            hint="ssh-keygen -p -f signing_key, with the same passphrase, rewrites it",
        ) from error
    except (ValueError, TypeError, InvalidTag) as error:
        if secret is None:
            raise _not_a_key() from error
        raise WrongPassphrase(
            "the passphrase does not open the signing key",
            hint="check the keyboard layout and caps lock",
        ) from error


def _not_a_key() -> BadFormat:
    return BadFormat(
        "this is not an OpenSSH private key",
        hint="restore it from a backup; ssh-keygen -y -f opens a whole one",
    )
