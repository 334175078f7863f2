"""Public keys are read in one form, and only the kinds that are used here."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.crypto.signer import FileSigner
from store.crypto.sshkey import from_blob, from_text
from store.crypto.sshsig import fingerprint
from store.crypto.wire import string
from store.errors import BadFormat

LINE = FileSigner.new().public


def test_a_comment_is_left_out() -> None:
    assert from_text(LINE + " nour on her laptop\n").text == LINE
    assert from_text(LINE).kind == "ssh-ed25519"


def test_a_fingerprint_is_the_one_ssh_keygen_shows(tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text(LINE + "\n")
    run = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(tmp_path / "key.pub")], capture_output=True, check=True
    )
    assert fingerprint(LINE) == run.stdout.decode().split()[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 !!!!",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 AAAAé",
        LINE.replace("ssh-ed25519 ", "ssh-rsa "),
        LINE + "=",
        LINE.replace("AAAAC3", "AAAA\u200bC3"),
        LINE + " a\n" + LINE,
        'command="x" ' + LINE,
        "restrict " + LINE,
    ],
)
def test_what_is_no_public_key_line_is_refused(text: str) -> None:
    with pytest.raises(BadFormat):
        from_text(text)


def rsa(e: bytes, n: bytes) -> bytes:
    return string(b"ssh-rsa") + string(e) + string(n)


MODULUS = b"\0" + b"\xc5" * 384


@pytest.mark.parametrize(
    "blob",
    [
        string(b"ssh-ed25519") + string(bytes(31)),
        string(b"ssh-ed25519") + string(bytes(32)) + b"\0",
        string(b"ssh-dss") + string(bytes(32)),
        rsa(b"\1\0\1", b"\0" + MODULUS),
        rsa(b"\0\1\0\1", MODULUS),
        rsa(b"\1\0\1", b"\xc5" * 384),
        rsa(b"\1", MODULUS),
        rsa(b"\2", MODULUS),
        rsa(b"", MODULUS),
        rsa(b"\1" + bytes(7) + b"\1", MODULUS),
        rsa(b"\1\0\1", b"\0" + b"\xc5" * 383),
        rsa(b"\1\0\1", b"\0" + b"\xc5" * 2049),
        rsa(b"\1\0\1", b""),
    ],
)
def test_a_malformed_or_weak_key_is_refused(blob: bytes) -> None:
    with pytest.raises(BadFormat):
        from_blob(blob)


def test_an_rsa_key_is_read_back_as_it_was_written() -> None:
    line = "ssh-rsa " + b64encode(rsa(b"\1\0\1", MODULUS)).decode()
    assert from_text(line).text == line


@given(st.binary(max_size=100))
def test_garbage_is_refused_and_never_crashes(garbage: bytes) -> None:
    for blob in (garbage, string(b"ssh-rsa") + garbage, string(b"ssh-ed25519") + garbage):
        with pytest.raises(BadFormat):
            from_blob(blob)
