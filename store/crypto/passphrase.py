"""age files locked by a passphrase, on hashlib.scrypt, which leaves other threads running.

pyrage's own functions would hold the GIL for seconds and choose the work factor by the clock.
Format: https://c2sp.org/age, "the scrypt recipient type".
"""

from __future__ import annotations

import hashlib
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from store.crypto.agefile import (
    FILE_KEY_SIZE,
    NONCE_SIZE,
    ZERO_NONCE,
    Header,
    Stanza,
    decode,
    encode,
    open_payload,
    seal,
)
from store.errors import BadFormat, Unsupported, WrongPassphrase

__all__ = ["WORK_FACTOR", "lock", "unlock"]

WORK_FACTOR = 18  # log2 of scrypt's N: 256 MiB and under a second
_HIGHEST_WORK_FACTOR = 20  # 1 GiB; a file that asks for more is an attack on memory
_LABEL = b"age-encryption.org/v1/scrypt"
_SALT_SIZE = 16
_HEADER = re.compile(
    rb"(age-encryption\.org/v1\n"
    rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n"
    rb"([A-Za-z0-9+/]{43})\n"
    rb"---) ([A-Za-z0-9+/]{43})\n"
)


def lock(plaintext: bytes, passphrase: str, *, log_n: int = WORK_FACTOR) -> bytes:
    """Encrypt `plaintext` to a passphrase; `age -d` opens it.

    Raises:
        BadFormat: the passphrase is empty.
        Unsupported: there is not enough memory for scrypt.
    """
    if not passphrase:
        raise BadFormat("an empty passphrase locks nothing", hint="choose several random words")
    file_key, salt = os.urandom(FILE_KEY_SIZE), os.urandom(_SALT_SIZE)
    key = ChaCha20Poly1305(_derive(passphrase, salt, log_n))
    arguments = ("scrypt", encode(salt).decode("ascii"), str(log_n))
    stanza = Stanza(arguments, key.encrypt(ZERO_NONCE, file_key, None))
    return seal(file_key, [stanza], os.urandom(NONCE_SIZE), plaintext)


def unlock(data: bytes, passphrase: str) -> bytes:
    """Decrypt an age file that was locked by a passphrase, here or by `age -p`.

    Raises:
        WrongPassphrase: it is locked by another passphrase.
        BadFormat: it is not such a file, is cut short or was altered, or asks for too much work.
        Unsupported: there is not enough memory for scrypt.
    """
    match = _HEADER.match(data)
    if match is None:
        raise BadFormat(
            "this is not an age file locked by a passphrase", hint="restore it from a backup"
        )
    signed, salt, work, wrapped, mac = match.groups()
    file_key = _unwrap(_derive(passphrase, decode(salt), _work_factor(work)), decode(wrapped))
    return open_payload(data, Header((), signed, decode(mac), match.end()), file_key)


def _work_factor(text: bytes) -> int:
    log_n = int(text)
    if log_n > _HIGHEST_WORK_FACTOR:
        raise BadFormat(
            "the file asks for a scrypt work factor of {asked}; more than {highest} is refused",
            hint="lock it again with age -p, or restore it from a backup",
            asked=log_n,
            highest=_HIGHEST_WORK_FACTOR,
        )
    return log_n


def _derive(passphrase: str, salt: bytes, log_n: int) -> bytes:
    # Bytes that are no UTF-8 come from a terminal as surrogates: they go back to what was typed.
    secret = passphrase.encode("utf-8", "surrogateescape")
    n = 1 << log_n
    try:
        return hashlib.scrypt(
            secret, salt=_LABEL + salt, n=n, r=8, p=1, maxmem=1024 * (n + 64), dklen=32
        )
    except (ValueError, MemoryError) as error:
        raise Unsupported(
            "the passphrase could not be checked: that takes {size} MiB of memory",
            hint="close other programs, or use a machine with more memory",
            size=n // 1024,
        ) from error


def _unwrap(key: bytes, wrapped: bytes) -> bytes:
    try:
        return ChaCha20Poly1305(key).decrypt(ZERO_NONCE, wrapped, None)
    except InvalidTag as error:
        raise WrongPassphrase(
            "the passphrase does not open it", hint="check the keyboard layout and caps lock"
        ) from error
