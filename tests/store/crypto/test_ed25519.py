"""Two libraries agree about Ed25519 signatures; where they differ, the stricter one decides."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from store.crypto.sshkey import verifier
from store.crypto.wire import string

ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
SEEDS = st.binary(min_size=32, max_size=32)
IDENTITY = (1).to_bytes(32, "little")
SMALL_ORDER = [
    bytes(32),
    IDENTITY,
    bytes(31) + b"\x80",
    (PRIME - 1).to_bytes(32, "little"),
    PRIME.to_bytes(32, "little"),
    (PRIME + 1).to_bytes(32, "little"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
]


def here(public: bytes, signature: bytes, message: bytes) -> bool:
    check = verifier(string(b"ssh-ed25519") + string(public))
    return check(string(b"ssh-ed25519") + string(signature), message)


def openssl(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@settings(max_examples=50)
@given(SEEDS, st.binary(max_size=300))
def test_both_accept_what_was_signed(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)

    assert here(public, signature, message)
    assert openssl(public, signature, message)


@settings(max_examples=100)
@given(SEEDS, st.binary(max_size=100), st.integers(0, 127), st.integers(1, 255))
def test_both_refuse_an_altered_key_or_signature(
    seed: bytes, message: bytes, place: int, change: int
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    both = bytearray(private.public_key().public_bytes_raw() + private.sign(message))
    both[place % len(both)] ^= change
    public, signature = bytes(both[:32]), bytes(both[32:])

    assert not here(public, signature, message)
    assert not openssl(public, signature, message)


@settings(max_examples=50)
@given(SEEDS, st.binary(max_size=100))
def test_both_refuse_a_second_form_of_a_signature(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    second = signature[:32] + scalar.to_bytes(32, "little")

    assert not here(public, second, message)
    assert not openssl(public, second, message)


@pytest.mark.parametrize("public", SMALL_ORDER)
@pytest.mark.parametrize("point", SMALL_ORDER)
def test_a_key_of_small_order_signs_nothing_here(public: bytes, point: bytes) -> None:
    for message in (b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"):
        assert not here(public, point + bytes(32), message)


def test_openssl_alone_would_let_a_key_of_small_order_sign_anything() -> None:
    assert openssl(IDENTITY, IDENTITY + bytes(32), b"whatever")
    assert not here(IDENTITY, IDENTITY + bytes(32), b"whatever")


def test_no_library_is_loaded_before_the_first_signature() -> None:
    program = (
        "import sys, store.crypto.sshsig, store.crypto.sshkey;"
        "sys.exit(any(name.split('.')[0] in ('nacl', 'cryptography') for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
