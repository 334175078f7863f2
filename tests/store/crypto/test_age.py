"""Encrypt and decrypt age files, and tell a missing key from a damaged file."""

from __future__ import annotations

import pickle
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.crypto.age import Identity, decrypt, encrypt, is_age, is_recipient, new_identity
from store.errors import BadFormat, Sealed

ME = new_identity()
OTHER = new_identity()
FILE = encrypt(b"text", [ME.recipient])


@settings(max_examples=50)
@given(st.binary(max_size=70_000))
def test_what_was_encrypted_is_decrypted(plaintext: bytes) -> None:
    assert decrypt(encrypt(plaintext, [OTHER.recipient, ME.recipient]), [ME]) == plaintext


def test_a_recipient_named_twice_gets_one_stanza() -> None:
    encrypted = encrypt(b"text", [ME.recipient] * 3)
    assert encrypted.count(b"-> X25519 ") == 1


def test_any_of_several_identities_opens_a_file() -> None:
    assert decrypt(FILE, [OTHER, ME]) == b"text"


@pytest.mark.parametrize("identities", [[OTHER], []])
def test_a_file_for_somebody_else_is_sealed(identities: list[Identity]) -> None:
    with pytest.raises(Sealed, match="none of your keys"):
        decrypt(FILE, identities)


def test_a_file_locked_by_a_passphrase_is_sealed_to_a_key() -> None:
    from store.crypto.passphrase import lock

    with pytest.raises(Sealed):
        decrypt(lock(b"text", "words", log_n=2), [ME])


def test_a_file_cut_short_anywhere_is_damaged() -> None:
    for length in range(1, len(FILE)):
        with pytest.raises(BadFormat):
            decrypt(FILE[:length], [ME])


def test_an_altered_byte_is_never_taken_for_the_text() -> None:
    body = FILE.index(b"\n--- ")
    for place in range(len(FILE)):
        altered = bytearray(FILE)
        altered[place] ^= 1
        # In the header the change may hit the stanza made for this key: that looks like Sealed.
        expected = (BadFormat, Sealed) if place <= body else BadFormat
        with pytest.raises(expected):
            decrypt(bytes(altered), [ME])


def test_bytes_after_the_end_are_damage() -> None:
    with pytest.raises(BadFormat, match="damaged"):
        decrypt(FILE + b"\n", [ME])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"id: 0123456789\n", "not an age file"),
        (b"\n" + FILE, "not an age file"),
        (FILE.replace(b"/v1", b"/v2"), "not an age file"),
        (FILE.replace(b"\n", b"\r\n"), "not an age file"),
    ],
)
def test_what_is_no_age_file_is_told_apart(data: bytes, message: str) -> None:
    with pytest.raises(BadFormat, match=message):
        decrypt(data, [ME])


def test_an_armoured_file_is_refused_by_name() -> None:
    recipient = pyrage.x25519.Recipient.from_str(ME.recipient)
    armoured = pyrage.encrypt(b"text", [recipient], armored=True)
    assert not is_age(armoured)
    with pytest.raises(BadFormat, match="armour"):
        decrypt(armoured, [ME])


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_garbage_after_the_magic_never_crashes(garbage: bytes) -> None:
    with pytest.raises((BadFormat, Sealed)):
        decrypt(b"age-encryption.org/v1\n" + garbage, [ME])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        ME.recipient.upper(),
        ME.recipient + " ",
        ME.recipient[:-1],
        ME.recipient[:-1] + ("q" if ME.recipient[-1] != "q" else "p"),
        ME.secret,
        "age1yubikey1q2w7u3vpya839jxxuq8g0sedh3d740d4xvn639sqhr95ejj8vu3hyfumptt",
        "age1evil1" + "q" * 53,
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA",
    ],
)
def test_only_x25519_recipients_are_encrypted_to(text: str) -> None:
    assert not is_recipient(text)
    with pytest.raises(BadFormat, match="not an age X25519 recipient"):
        encrypt(b"text", [text])


def test_encrypting_to_nobody_is_refused() -> None:
    assert is_recipient(ME.recipient)
    with pytest.raises(BadFormat, match="nobody"):
        encrypt(b"text", [])


def test_a_bad_secret_is_never_shown() -> None:
    bad = ME.secret[:-1] + ("Q" if ME.secret[-1] != "Q" else "P")
    with pytest.raises(BadFormat) as caught:
        Identity(bad)
    assert caught.value.__cause__ is None
    assert bad[20:] not in repr(caught.value) + str(caught.value) + caught.value.advice()


def test_an_identity_shows_its_recipient_only() -> None:
    assert ME.secret not in repr(ME)
    assert ME.recipient in repr(ME)


def test_an_identity_goes_to_a_worker_process() -> None:
    copy = pickle.loads(pickle.dumps(ME))  # noqa: S301 - what we have just written ourselves
    assert decrypt(FILE, [copy]) == b"text"
    assert copy.secret == ME.secret


@pytest.mark.skipif(shutil.which("age") is None, reason="needs the age program")
def test_the_age_program_opens_our_files_and_we_open_its(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(ME.secret + "\n")
    run = subprocess.run(["age", "-d", "-i", str(key)], input=FILE, capture_output=True, check=True)
    assert run.stdout == b"text"
    run = subprocess.run(
        ["age", "-r", ME.recipient], input=b"theirs", capture_output=True, check=True
    )
    assert decrypt(run.stdout, [ME]) == b"theirs"
