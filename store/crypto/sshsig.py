"""SSH signatures (SSHSIG) in the one canonical form that ssh-keygen writes.

Git itself accepts re-wrapped armour and other second forms of one signature, each giving a commit
another id; here everything but the one form is refused. Format: OpenSSH's PROTOCOL.sshsig.
"""

from __future__ import annotations

import hashlib
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from store.crypto.sshkey import fingerprint, from_blob, from_text, verifier
from store.crypto.wire import cut, split, string
from store.errors import BadFormat, BadSignature

if TYPE_CHECKING:
    from store.crypto.signer import Signer  # at run time it would load sockets for nothing

__all__ = ["Signature", "fingerprint", "parse", "sign", "signed", "verify"]

_BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
_END = b"-----END SSH SIGNATURE-----\n"
_COLUMNS = 70
_MAGIC = b"SSHSIG"
_HEAD = _MAGIC + (1).to_bytes(4, "big")
_ED25519_LENGTH = 83  # of such a signature in wire format: "ssh-ed25519" and 64 bytes
_HASHES = {b"sha512": hashlib.sha512, b"sha256": hashlib.sha256}


class Signature(NamedTuple):
    """What one SSHSIG holds; `key` and `signature` in SSH wire format."""

    key: bytes
    namespace: bytes
    hash: bytes
    signature: bytes


def parse(armoured: bytes) -> Signature:
    """Read an armoured signature, which ends with one newline.

    Raises:
        BadSignature: it is not in exactly the form that `ssh-keygen -Y sign` writes.
    """
    blob = _unarmour(armoured)
    usual = _before_ed25519(blob[:-_ED25519_LENGTH])
    if usual is not None:
        return Signature(*usual, blob[-_ED25519_LENGTH:])
    if not blob.startswith(_HEAD):
        raise BadSignature("the signature is not of SSHSIG version 1")
    try:
        key, namespace, reserved, hash_name, signature = split(blob, 5, len(_HEAD))
    except BadFormat as error:
        raise BadSignature("the signature is cut short, or something follows it") from error
    if reserved:
        raise BadSignature("the reserved field of the signature is not empty")
    if hash_name not in _HASHES:
        raise BadSignature("the signature uses a hash other than sha512 and sha256")
    return Signature(key, namespace, hash_name, signature)


@lru_cache(maxsize=256)
def _before_ed25519(head: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Give key, namespace and hash when `head` is all that stands before an Ed25519 signature.

    It is the same bytes in all that one person signs; what is unusual in it is left to `parse`.
    """
    if not head.startswith(_HEAD):
        return None
    try:
        (key, namespace, reserved, hash_name), end = cut(head, 4, len(_HEAD))
    except BadFormat:
        return None
    if reserved or hash_name not in _HASHES or head[end:] != _ED25519_LENGTH.to_bytes(4, "big"):
        return None
    return key, namespace, hash_name


def verify(armoured: bytes, message: bytes, *, namespace: str = "git") -> str:
    """Verify a signature over `message`; give the OpenSSH public key line that made it.

    That the key may sign is for the caller to decide.

    Raises:
        BadSignature: it does not fit, is for another namespace, or is not in canonical form.
    """
    parsed = parse(armoured)
    if parsed.namespace != namespace.encode():
        raise BadSignature(
            "the signature is for another purpose than {namespace}", namespace=namespace
        )
    try:
        is_valid = verifier(parsed.key)(parsed.signature, signed(parsed, message))
    except BadFormat as error:
        raise BadSignature(error.message, error.hint, **error.values) from error
    if not is_valid:
        raise BadSignature("the signature does not fit what it stands on")
    return _line(parsed.key)


def sign(message: bytes, signer: Signer, *, namespace: str = "git") -> bytes:
    """Sign `message` with sha512; give the armoured signature, as git stores it in a commit.

    What the signer gave is verified before it is returned: an agent may answer with a kind of
    signature that nobody accepts.

    Raises:
        BadSignature: the signer's answer does not verify.
        StoreError: what the signer itself raises.
    """
    public = from_text(signer.public)
    unsigned = Signature(public.blob, namespace.encode(), b"sha512", b"")
    signature = signer.sign_blob(signed(unsigned, message))
    fields = (unsigned.key, unsigned.namespace, b"", unsigned.hash, signature)
    armoured = _armour(_HEAD + b"".join(map(string, fields)))
    verify(armoured, message, namespace=namespace)
    return armoured


def signed(signature: Signature, message: bytes) -> bytes:
    """Give the bytes that the key itself signs."""
    digest = _HASHES[signature.hash](message).digest()
    return _signed_head(signature.namespace, signature.hash) + string(digest)


@lru_cache(maxsize=64)
def _signed_head(namespace: bytes, hash_name: bytes) -> bytes:
    return _MAGIC + string(namespace) + string(b"") + string(hash_name)


@lru_cache(maxsize=1024)
def _line(key: bytes) -> str:
    return from_blob(key).text


def _armour(blob: bytes) -> bytes:
    text = b2a_base64(blob, newline=False)
    lines = [text[i : i + _COLUMNS] for i in range(0, len(text), _COLUMNS)]
    return b"%s%s\n%s" % (_BEGIN, b"\n".join(lines), _END)


def _unarmour(armoured: bytes) -> bytes:
    if not armoured.startswith(_BEGIN) or not armoured.endswith(_END):
        raise BadSignature("this is not one armoured SSH signature")
    try:
        blob = a2b_base64(armoured[len(_BEGIN) : -len(_END)])
    except Base64Error as error:
        raise BadSignature("the armour of the signature is broken") from error
    # Writing it again is the whole check: there is one armour for one signature.
    if _armour(blob) != armoured:
        raise BadSignature("the armour of the signature is not as ssh-keygen writes it")
    return blob
