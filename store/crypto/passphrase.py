"""age files locked by a passphrase, on hashlib.scrypt, which leaves other threads running.

pyrage's own functions would hold the GIL for seconds and choose the work factor by the clock.
Format: https://c2sp.org/age, "the scrypt recipient type".
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.errors import BadFormat, Unsupported, WrongPassphrase

__all__ = ["WORK_FACTOR", "lock", "unlock"]

WORK_FACTOR = 18  # log2 of scrypt's N: 256 MiB and under a second
_HIGHEST_WORK_FACTOR = 20  # 1 GiB; a file that asks for more is an attack on memory
_LABEL = b"age-encryption.org/v1/scrypt"
_CHUNK = 64 * 1024
_TAG = 16
_ZERO_NONCE = bytes(12)
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
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrapped = ChaCha20Poly1305(_derive(passphrase, salt, log_n)).encrypt(
        _ZERO_NONCE, file_key, None
    )
    header = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (
        _encode(salt),
        log_n,
        _encode(wrapped),
    )
    mac = _encode(_header_mac(file_key, header))
    return b"%s %s\n%s%s" % (header, mac, nonce, _seal(_payload_key(file_key, nonce), plaintext))


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
    header, salt, work, wrapped, mac = match.groups()
    file_key = _unwrap(_derive(passphrase, _decode(salt), _work_factor(work)), _decode(wrapped))
    if not hmac.compare_digest(_header_mac(file_key, header), _decode(mac)):
        raise _damaged()
    nonce = data[match.end() : match.end() + 16]
    return _open(_payload_key(file_key, nonce), data[match.end() + 16 :])


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
        return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, wrapped, None)
    except InvalidTag as error:
        raise WrongPassphrase(
            "the passphrase does not open it", hint="check the keyboard layout and caps lock"
        ) from error


def _header_mac(file_key: bytes, header: bytes) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"header").derive(file_key)
    return hmac.digest(key, header, "sha256")


def _payload_key(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=nonce, info=b"payload")
    return ChaCha20Poly1305(kdf.derive(file_key))


def _nonce(counter: int, *, is_last: bool) -> bytes:
    return counter.to_bytes(11, "big") + bytes([is_last])


def _seal(key: ChaCha20Poly1305, plaintext: bytes) -> bytes:
    starts = range(0, len(plaintext), _CHUNK) or range(1)
    last = len(starts) - 1
    return b"".join(
        key.encrypt(_nonce(i, is_last=i == last), plaintext[start : start + _CHUNK], None)
        for i, start in enumerate(starts)
    )


def _open(key: ChaCha20Poly1305, sealed: bytes) -> bytes:
    size = _CHUNK + _TAG
    starts = range(0, len(sealed), size) or range(1)
    last = len(starts) - 1
    try:
        chunks = [
            key.decrypt(_nonce(i, is_last=i == last), sealed[start : start + size], None)
            for i, start in enumerate(starts)
        ]
    except InvalidTag as error:
        raise _damaged() from error
    if last and not chunks[-1]:  # the standard has one form for a text: no empty chunk after others
        raise _damaged()
    return b"".join(chunks)


def _damaged() -> BadFormat:
    return BadFormat(
        "the locked file is damaged: cut short, or altered", hint="restore it from a backup"
    )


def _encode(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _decode(text: bytes) -> bytes:
    data = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _encode(data) != text:  # the unused last bits must be zero
        raise _damaged()
    return data
