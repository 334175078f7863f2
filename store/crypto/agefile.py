"""The parts of an age file: its stanzas, the MAC over them, and the payload in chunks.

For what pyrage cannot do without holding the GIL or running a program of its own choice.
Format: https://c2sp.org/age.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from store.crypto.bech32 import decode as decode_bech32
from store.errors import BadFormat

__all__ = [
    "FILE_KEY_SIZE",
    "NONCE_SIZE",
    "ZERO_NONCE",
    "Header",
    "Stanza",
    "decode",
    "encode",
    "header_mac",
    "open_chunks",
    "open_payload",
    "parse",
    "payload_key",
    "seal",
    "seal_chunks",
    "to_x25519",
]

FILE_KEY_SIZE = 16
NONCE_SIZE = 16
ZERO_NONCE = bytes(12)
_VERSION = b"age-encryption.org/v1\n"
_CHUNK = 64 * 1024
_TAG = 16
_COLUMNS = 64
_LARGEST_HEADER = 64 * 1024
_STANZA = re.compile(rb"-> ([!-~]+(?: [!-~]+)*)\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)")
_END = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")
_X25519_LABEL = b"age-encryption.org/v1/X25519"


class Stanza(NamedTuple):
    """One stanza: its type and arguments, and what is wrapped in it."""

    arguments: tuple[str, ...]
    body: bytes

    def dump(self) -> bytes:
        """Write it as it stands in a header, and as plugins are spoken to."""
        text = encode(self.body)
        lines = [text[at : at + _COLUMNS] for at in range(0, len(text) + 1, _COLUMNS)]
        return b"-> %s\n%s\n" % (" ".join(self.arguments).encode("ascii"), b"\n".join(lines))


class Header(NamedTuple):
    """The head of a file: its stanzas, the bytes that the MAC is over, the MAC, and its length."""

    stanzas: tuple[Stanza, ...]
    signed: bytes
    mac: bytes
    size: int


def parse(data: bytes) -> Header:
    """Read the header of an age file.

    Raises:
        BadFormat: it is not one, or not in canonical form.
    """
    place, stanzas = len(_VERSION), []
    while data.startswith(_VERSION) and place < _LARGEST_HEADER:
        stanza = _STANZA.match(data, place)
        if stanza is None:
            break
        words = tuple(stanza[1].decode("ascii").split(" "))
        stanzas.append(Stanza(words, decode(stanza[2].replace(b"\n", b""))))
        place = stanza.end()
    end = _END.match(data, place) if stanzas else None
    if end is None:
        raise damaged()
    return Header(tuple(stanzas), data[: place + 3], decode(end[1]), end.end())


def seal(file_key: bytes, stanzas: list[Stanza], nonce: bytes, plaintext: bytes) -> bytes:
    """Write an age file: stanzas that wrap `file_key`, and a payload under it."""
    signed = _VERSION + b"".join(stanza.dump() for stanza in stanzas) + b"---"
    mac = encode(header_mac(file_key, signed))
    return b"%s %s\n%s%s" % (
        signed,
        mac,
        nonce,
        seal_chunks(payload_key(file_key, nonce), plaintext),
    )


def open_payload(data: bytes, header: Header, file_key: bytes) -> bytes:
    """Decrypt the payload, after the header has been checked.

    Raises:
        BadFormat: the file key is not of this file, or the file is damaged.
    """
    if not hmac.compare_digest(header_mac(file_key, header.signed), header.mac):
        raise damaged()
    nonce = data[header.size : header.size + NONCE_SIZE]
    return open_chunks(payload_key(file_key, nonce), data[header.size + NONCE_SIZE :])


def to_x25519(file_key: bytes, recipient: str) -> Stanza:
    """Wrap a file key to an X25519 recipient that has been checked."""
    public = decode_bech32(recipient)[1]
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    kdf = HKDF(algorithm=SHA256(), length=32, salt=share + public, info=_X25519_LABEL)
    body = ChaCha20Poly1305(kdf.derive(shared)).encrypt(ZERO_NONCE, file_key, None)
    return Stanza(("X25519", encode(share).decode("ascii")), body)


def header_mac(file_key: bytes, signed: bytes) -> bytes:
    """Give the MAC of a header, which `signed` holds up to its three dashes."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"header").derive(file_key)
    return hmac.digest(key, signed, "sha256")


def payload_key(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    """Give the cipher of a payload."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=nonce, info=b"payload")
    return ChaCha20Poly1305(kdf.derive(file_key))


def seal_chunks(key: ChaCha20Poly1305, plaintext: bytes) -> bytes:
    """Encrypt a payload, chunk by chunk."""
    starts = range(0, len(plaintext), _CHUNK) or range(1)
    last = len(starts) - 1
    return b"".join(
        key.encrypt(_nonce(i, is_last=i == last), plaintext[start : start + _CHUNK], None)
        for i, start in enumerate(starts)
    )


def open_chunks(key: ChaCha20Poly1305, sealed: bytes) -> bytes:
    """Decrypt a payload; all of it is checked before it is returned.

    Raises:
        BadFormat: it is cut short or was altered.
    """
    size = _CHUNK + _TAG
    starts = range(0, len(sealed), size) or range(1)
    last = len(starts) - 1
    try:
        chunks = [
            key.decrypt(_nonce(i, is_last=i == last), sealed[start : start + size], None)
            for i, start in enumerate(starts)
        ]
    except InvalidTag as error:
        raise damaged() from error
    if last and not chunks[-1]:  # the standard has one form for a text: no empty chunk after others
        raise damaged()
    return b"".join(chunks)


def _nonce(counter: int, *, is_last: bool) -> bytes:
    return counter.to_bytes(11, "big") + bytes([is_last])


def encode(data: bytes) -> bytes:
    """Write base64 without padding."""
    return b64encode(data).rstrip(b"=")


def decode(text: bytes) -> bytes:
    """Read base64 without padding.

    Raises:
        BadFormat: it is not in its one canonical form.
    """
    try:
        data = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except Base64Error as error:
        raise damaged() from error
    if encode(data) != text:  # the unused last bits must be zero
        raise damaged()
    return data


def damaged() -> BadFormat:
    """Give the error for a file that is not whole."""
    return BadFormat(
        "the locked file is damaged: cut short, or altered", hint="restore it from a backup"
    )
