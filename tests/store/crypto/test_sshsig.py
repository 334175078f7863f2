"""SSH signatures: read and made as ssh-keygen and git do, and in no second form."""

from __future__ import annotations

import subprocess
from base64 import b64decode, b64encode
from hashlib import sha256, sha512
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from store.crypto import sshkey
from store.crypto.signer import FileSigner
from store.crypto.sshsig import fingerprint, parse, sign, verify
from store.crypto.wire import string
from store.errors import BadFormat, BadSignature

SIGNER = FileSigner.new()
MESSAGE = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
SIGNATURE = sign(MESSAGE, SIGNER)


def armour(blob: bytes, *, columns: int = 70) -> bytes:
    text = b64encode(blob)
    lines = [text[i : i + columns] for i in range(0, len(text), columns)]
    return b"\n".join(
        [b"-----BEGIN SSH SIGNATURE-----", *lines, b"-----END SSH SIGNATURE-----", b""]
    )


def blob_of(armoured: bytes) -> bytes:
    return b64decode(b"".join(armoured.split(b"\n")[1:-2]))


def signed_by(
    private: Ed25519PrivateKey, public: bytes, *, kind: bytes = b"ssh-ed25519", **changes: bytes
) -> bytes:
    """Write a signature field by field, with some of them changed, but validly signed."""
    fields = {"magic": b"SSHSIG\0\0\0\1", "namespace": b"git", "reserved": b"", "hash": b"sha512"}
    fields |= changes
    digest = (sha256 if fields["hash"] == b"sha256" else sha512)(MESSAGE).digest()
    head = [string(fields[name]) for name in ("namespace", "reserved", "hash")]
    raw = private.sign(b"SSHSIG" + b"".join(head) + string(digest))
    inner = string(kind) + string(raw) + fields.get("after", b"")
    blob = fields["magic"] + string(public) + b"".join(head) + string(inner)
    return armour(blob + fields.get("behind", b""))


def own(**changes: bytes) -> bytes:
    return signed_by(SIGNER._key, sshkey.from_text(SIGNER.public).blob, **changes)


@settings(max_examples=30)
@given(st.binary(max_size=3000), st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_what_was_signed_verifies_and_names_its_key(message: bytes, namespace: str) -> None:
    signature = sign(message, SIGNER, namespace=namespace)
    assert verify(signature, message, namespace=namespace) == SIGNER.public


@settings(max_examples=200)
@given(st.integers(0, len(SIGNATURE) - 1), st.integers(1, 255))
def test_no_altered_byte_leaves_a_valid_signature(place: int, change: int) -> None:
    altered = bytearray(SIGNATURE)
    altered[place] ^= change
    with pytest.raises(BadSignature):
        verify(bytes(altered), MESSAGE)


@settings(max_examples=200)
@given(st.integers(0, len(blob_of(SIGNATURE)) - 1), st.integers(1, 255))
def test_no_altered_byte_inside_the_armour_leaves_a_valid_signature(
    place: int, change: int
) -> None:
    altered = bytearray(blob_of(SIGNATURE))
    altered[place] ^= change
    with pytest.raises(BadSignature):
        verify(armour(bytes(altered)), MESSAGE)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_garbage_is_a_bad_signature_and_never_crashes(garbage: bytes) -> None:
    for data in (garbage, armour(garbage), armour(b"SSHSIG\0\0\0\1" + garbage)):
        with pytest.raises(BadSignature):
            verify(data, MESSAGE)


def test_another_message_does_not_verify() -> None:
    with pytest.raises(BadSignature, match="does not fit"):
        verify(SIGNATURE, MESSAGE + b"\n")


def test_a_signature_for_another_purpose_is_refused() -> None:
    with pytest.raises(BadSignature, match="another purpose than git"):
        verify(sign(MESSAGE, SIGNER, namespace="file"), MESSAGE)


def test_the_helper_of_these_tests_writes_valid_signatures() -> None:
    assert own() == SIGNATURE
    assert verify(own(hash=b"sha256"), MESSAGE) == SIGNER.public


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"magic": b"SSHSIG\0\0\0\2"}, "version 1"),
        ({"magic": b"SSHSIH\0\0\0\1"}, "version 1"),
        ({"reserved": b"x"}, "reserved"),
        ({"hash": b"sha1"}, "hash other than"),
        ({"hash": b"sha384"}, "hash other than"),
        ({"kind": b"rsa-sha2-512"}, "does not fit"),
        ({"after": b"\0"}, "does not fit"),
        ({"behind": b"\0"}, "something follows"),
    ],
)
def test_a_validly_signed_but_unusual_signature_is_refused(
    changes: dict[str, bytes], message: str
) -> None:
    with pytest.raises(BadSignature, match=message):
        verify(own(**changes), MESSAGE)


@pytest.mark.parametrize(
    "second_form",
    [
        SIGNATURE[:-1],
        SIGNATURE + b"\n",
        b"\n" + SIGNATURE,
        b" " + SIGNATURE,
        SIGNATURE.replace(b"\n", b"\r\n"),
        SIGNATURE.replace(b"\n", b"\n\n", 2),
        SIGNATURE.replace(b"\n-----END", b"\n\n-----END"),
        SIGNATURE.replace(b"\n-----END", b"=\n-----END"),
        armour(blob_of(SIGNATURE), columns=40),
        armour(blob_of(SIGNATURE), columns=64),
        armour(blob_of(SIGNATURE), columns=76),
        SIGNATURE + SIGNATURE,
    ],
)
def test_a_second_form_of_the_armour_is_refused(second_form: bytes) -> None:
    with pytest.raises(BadSignature, match="armour"):
        verify(second_form, MESSAGE)


def test_unused_bits_of_base64_are_no_second_form() -> None:
    signature = next(
        made
        for length in range(1, 4)
        if b"=" in (made := sign(MESSAGE, SIGNER, namespace="n" * length))
    )
    end = signature.index(b"=")
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    sibling = letters[letters.index(signature[end - 1]) + 1]
    altered = bytearray(signature)
    altered[end - 1] = sibling
    with pytest.raises(BadSignature, match="armour"):
        parse(bytes(altered))


def hardware(*, flags: int = 1, rest: bytes = b"\0\0\0\7", kind: bytes = b"") -> bytes:
    """Write what a hardware key would: OpenSSH's PROTOCOL.u2f, signature section."""
    name, application = b"sk-ssh-ed25519@openssh.com", b"ssh:"
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = string(name) + string(private.public_key().public_bytes_raw()) + string(application)
    head = string(b"git") + string(b"") + string(b"sha512")
    signed = b"SSHSIG" + head + string(sha512(MESSAGE).digest())
    counted = bytes([flags]) + rest
    raw = private.sign(sha256(application).digest() + counted + sha256(signed).digest())
    inner = string(kind or name) + string(raw) + counted
    return armour(b"SSHSIG\0\0\0\1" + string(public) + head + string(inner))


def test_a_hardware_key_verifies_when_somebody_touched_it() -> None:
    assert verify(hardware(), MESSAGE).startswith("sk-ssh-ed25519@openssh.com AAAA")
    assert verify(hardware(flags=5), MESSAGE)


@pytest.mark.parametrize(
    "signature",
    [
        hardware(flags=0),
        hardware(flags=4),
        hardware(rest=b"\0\0\0"),
        hardware(rest=b"\0\0\0\7\0"),
        hardware(kind=b"ssh-ed25519"),
    ],
)
def test_a_hardware_signature_without_touch_or_with_extra_bytes_is_refused(
    signature: bytes,
) -> None:
    with pytest.raises(BadSignature, match="does not fit"):
        verify(signature, MESSAGE)


def make_key(folder: Path, *options: str) -> Path:
    key = folder / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-N", "", "-C", "a comment", "-f", str(key), *options], check=True
    )
    return key


def keygen_sign(key: Path, *options: str) -> bytes:
    arguments = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), *options]
    return subprocess.run(arguments, input=MESSAGE, capture_output=True, check=True).stdout


@pytest.mark.parametrize("hash_name", ["sha512", "sha256"])
def test_ssh_keygen_signatures_verify_here(tmp_path: Path, hash_name: str) -> None:
    key = make_key(tmp_path, "-t", "ed25519")
    signature = keygen_sign(key, "-n", "git", "-O", f"hashalg={hash_name}")
    line = key.with_suffix(".pub").read_text()
    assert verify(signature, MESSAGE) == " ".join(line.split()[:2])


def test_armour_that_just_fills_its_lines_is_as_ssh_keygen_writes_it(tmp_path: Path) -> None:
    key = make_key(tmp_path, "-t", "ed25519")
    last_lines = set()
    for length in range(1, 60):
        namespace = "n" * length
        signature = keygen_sign(key, "-n", namespace)
        verify(signature, MESSAGE, namespace=namespace)
        last_lines.add(len(signature.split(b"\n")[-3]))
    assert 70 in last_lines


@pytest.mark.parametrize("hash_name", ["sha512", "sha256"])
def test_rsa_of_3072_bits_verifies_and_shorter_is_refused(tmp_path: Path, hash_name: str) -> None:
    key = make_key(tmp_path, "-t", "rsa", "-b", "3072")
    signature = keygen_sign(key, "-n", "git", "-O", f"hashalg={hash_name}")
    assert verify(signature, MESSAGE).startswith("ssh-rsa ")
    with pytest.raises(BadSignature, match="does not fit"):
        verify(signature, b"another")
    (tmp_path / "short").mkdir()
    short = make_key(tmp_path / "short", "-t", "rsa", "-b", "2048")
    with pytest.raises(BadSignature, match="2048 bits"):
        verify(keygen_sign(short, "-n", "git"), MESSAGE)


def test_ecdsa_is_refused_by_name(tmp_path: Path) -> None:
    key = make_key(tmp_path, "-t", "ecdsa")
    with pytest.raises(BadSignature, match="ecdsa-sha2-nistp256 are not used"):
        verify(keygen_sign(key, "-n", "git"), MESSAGE)
    with pytest.raises(BadFormat, match="ecdsa-sha2-nistp256 are not used"):
        fingerprint(key.with_suffix(".pub").read_text())


def test_ssh_keygen_verifies_what_we_signed(tmp_path: Path) -> None:
    signature, allowed = tmp_path / "signature", tmp_path / "allowed"
    signature.write_bytes(SIGNATURE)
    allowed.write_text(f"nour {SIGNER.public}\n")
    check = ["ssh-keygen", "-Y", "check-novalidate", "-n", "git", "-s", str(signature)]
    run = subprocess.run(check, input=MESSAGE, capture_output=True, check=True)
    assert fingerprint(SIGNER.public).encode() in run.stdout
    full = ["ssh-keygen", "-Y", "verify", "-n", "git", "-s", str(signature), "-I", "nour"]
    subprocess.run(
        [*full, "-f", str(allowed)], input=MESSAGE, stdout=subprocess.DEVNULL, check=True
    )


def test_an_agents_wrong_answer_is_never_returned() -> None:
    class Confused:
        public = SIGNER.public

        def sign_blob(self, data: bytes) -> bytes:
            return SIGNER.sign_blob(data + b"x")

    with pytest.raises(BadSignature, match="does not fit"):
        sign(MESSAGE, Confused())
