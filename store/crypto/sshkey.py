"""Public keys as OpenSSH writes them, and what each kind checks of a signature.

Ed25519, Ed25519 on a hardware key, and RSA of at least 3072 bits. Formats: RFC 4253 section 6.6,
RFC 8332, RFC 8709, and OpenSSH's PROTOCOL.u2f. PyNaCl (libsodium: it takes 40 µs for an Ed25519
check, OpenSSL 65) or, for RSA, cryptography is loaded when the first such key is met.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from store.crypto.wire import cut, split, string
from store.errors import BadFormat

__all__ = [
    "PublicKey",
    "Verifier",
    "fingerprint",
    "from_blob",
    "from_text",
    "verifier",
    "was_touched",
]

Verifier = Callable[[bytes, bytes], bool]
"""Say whether a signature (SSH wire format) by one key fits a message."""

_ED25519 = "ssh-ed25519"
_HARDWARE = "sk-ssh-ed25519@openssh.com"
_RSA = "ssh-rsa"
_FIELDS = {_ED25519: 1, _HARDWARE: 2, _RSA: 2}
_RSA_BITS = range(3072, 16384 + 1)
_RSA_EXPONENTS = range(3, 2**33, 2)  # a longer one only makes verification slow
_USER_PRESENT = 1
_KEY_LENGTH, _SIGNATURE_LENGTH = 32, 64  # of Ed25519, in bytes
_REST_LENGTH = 5  # what a hardware key signs besides: one byte of flags, a 32-bit counter


class PublicKey(NamedTuple):
    """One public key: its kind, its wire format, and the fields of that after the kind."""

    kind: str
    blob: bytes
    fields: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The OpenSSH line, `ssh-ed25519 AAAA…`, without a comment."""
        return f"{self.kind} {b2a_base64(self.blob, newline=False).decode()}"

    @property
    def is_hardware(self) -> bool:
        """Whether a device holds the key, which its owner touches for each signature."""
        return self.kind == _HARDWARE


@lru_cache(maxsize=1024)
def from_blob(blob: bytes) -> PublicKey:
    """Read a public key in SSH wire format.

    Raises:
        BadFormat: it is of another kind, too weak, or not written in the one canonical way.
    """
    (name,), start = cut(blob, 1)
    kind = name.decode("ascii", "replace")
    if kind not in _FIELDS:
        raise BadFormat(
            "keys of the kind {kind} are not used here",
            hint="use ssh-ed25519, sk-ssh-ed25519@openssh.com, or ssh-rsa of 3072 bits or more",
            kind=kind[:40],
        )
    key = PublicKey(kind, blob, tuple(split(blob, _FIELDS[kind], start)))
    if kind == _RSA:
        _rsa_numbers(key)
    elif len(key.fields[0]) != _KEY_LENGTH:
        raise BadFormat("an Ed25519 public key must have 32 bytes")
    return key


def from_text(text: str) -> PublicKey:
    """Read an OpenSSH public key line, with or without a comment.

    Raises:
        BadFormat: it is not one, or not a key that is used here.
    """
    words = text.split(None, 2)
    try:
        kind, encoded = words[:2]
        blob = a2b_base64(encoded)
    except (ValueError, Base64Error) as error:
        raise _not_a_line() from error
    if "\n" in text.strip():
        raise _not_a_line()
    key = from_blob(blob)
    if key.text != f"{kind} {encoded}":
        raise _not_a_line()
    return key


def fingerprint(public: str) -> str:
    """Give the `SHA256:…` fingerprint of an OpenSSH public key line, as `ssh-keygen -l` shows it.

    Raises:
        BadFormat: it is not one.
    """
    digest = sha256(from_text(public).blob).digest()
    return "SHA256:" + b2a_base64(digest, newline=False).decode().rstrip("=")


@lru_cache(maxsize=1024)
def verifier(blob: bytes) -> Verifier:
    """Give the check for signatures by the key in `blob`, parsed once.

    Raises:
        BadFormat: it is not a key that is used here.
    """
    key = from_blob(blob)
    make = {_ED25519: _ed25519, _HARDWARE: _hardware, _RSA: _rsa}[key.kind]
    try:
        return make(key)
    except ValueError as error:
        raise BadFormat("the numbers of a public key make no key") from error


def _raw_ed25519(public: bytes) -> Verifier:
    """Give the check for bare signatures of 64 bytes by a public key of 32.

    libsodium refuses all that RFC 8032 does (`S` not below the group's order), and besides it
    keys and points of small order, with which one signature would fit many messages.
    """
    from nacl.bindings import crypto_sign_open
    from nacl.exceptions import BadSignatureError

    def check(signature: bytes, message: bytes) -> bool:
        try:
            crypto_sign_open(signature + message, public)
        except BadSignatureError:
            return False
        return True

    return check


def _ed25519(key: PublicKey) -> Verifier:
    fits = _raw_ed25519(key.fields[0])
    head = string(_ED25519.encode()) + _SIGNATURE_LENGTH.to_bytes(4, "big")
    start = len(head)

    def check(signature: bytes, message: bytes) -> bool:
        if len(signature) != start + _SIGNATURE_LENGTH or not signature.startswith(head):
            return False
        return fits(signature[start:], message)

    return check


def _hardware(key: PublicKey) -> Verifier:
    fits = _raw_ed25519(key.fields[0])
    application = sha256(key.fields[1]).digest()

    def check(signature: bytes, message: bytes) -> bool:
        (kind, raw), end = cut(signature, 2)
        rest = signature[end:]
        if kind != _HARDWARE.encode() or len(raw) != _SIGNATURE_LENGTH or len(rest) != _REST_LENGTH:
            return False
        if not rest[0] & _USER_PRESENT:
            return False
        return fits(raw, application + rest + sha256(message).digest())

    return check


def was_touched(signature: bytes) -> bool:
    """Say whether somebody touched the hardware key that made this signature (SSH wire format)."""
    try:
        _, end = cut(signature, 2)
    except BadFormat:
        return False
    return bool(signature[end : end + 1] and signature[end] & _USER_PRESENT)


def _rsa(key: PublicKey) -> Verifier:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.hashes import SHA256, SHA512

    e, n = _rsa_numbers(key)
    public = RSAPublicNumbers(e, n).public_key()
    hashes = {b"rsa-sha2-256": SHA256(), b"rsa-sha2-512": SHA512()}

    def check(signature: bytes, message: bytes) -> bool:
        kind, raw = split(signature, 2)
        # Leading zeros left out or added would be a second form of one signature.
        if kind not in hashes or len(raw) != (n.bit_length() + 7) // 8:
            return False
        try:
            public.verify(raw, message, PKCS1v15(), hashes[kind])
        except InvalidSignature:
            return False
        return True

    return check


def _rsa_numbers(key: PublicKey) -> tuple[int, int]:
    e, n = (int.from_bytes(field, "big", signed=True) for field in key.fields)
    if (_mpint(e), _mpint(n)) != key.fields or n < 0:
        raise BadFormat("a number in an RSA public key is not written in its one canonical form")
    if n.bit_length() not in _RSA_BITS or e not in _RSA_EXPONENTS:
        raise BadFormat(
            "an RSA key of {bits} bits is not used here",
            hint="use ssh-ed25519, or RSA with 3072 to 16384 bits and a usual exponent",
            bits=n.bit_length(),
        )
    return e, n


def _mpint(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True) if number else b""


def _not_a_line() -> BadFormat:
    return BadFormat(
        "this is not an OpenSSH public key line",
        hint="it looks like: ssh-ed25519 AAAAC3Nza… comment",
    )
