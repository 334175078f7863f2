"""Signing with a private key file: formats that ssh-keygen opens, and signatures that verify."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from store.crypto.signer import FileSigner, is_locked
from store.crypto.sshsig import sign, verify
from store.errors import BadFormat, Sealed, StoreError, WrongPassphrase

WORDS = "كلمة السر"


def keygen(path: Path, *options: str, passphrase: str = "") -> bytes:
    arguments = ["ssh-keygen", "-q", "-C", "nour", "-N", passphrase, "-f", str(path), *options]
    subprocess.run(arguments, check=True)
    return path.read_bytes()


def test_a_key_of_ssh_keygen_signs(tmp_path: Path) -> None:
    signer = FileSigner.load(keygen(tmp_path / "key", "-t", "ed25519"))
    assert (tmp_path / "key.pub").read_text() == f"{signer.public} nour\n"
    assert verify(sign(b"text", signer), b"text") == signer.public


@pytest.mark.parametrize("cipher", ["aes256-ctr", "aes256-cbc", "aes256-gcm@openssh.com"])
def test_a_locked_key_of_ssh_keygen_needs_its_passphrase(tmp_path: Path, cipher: str) -> None:
    options = ("-t", "ed25519", "-a", "1", "-Z", cipher)
    key = keygen(tmp_path / "key", *options, passphrase=WORDS)
    assert is_locked(key)
    assert (tmp_path / "key.pub").read_text().startswith(FileSigner.load(key, WORDS).public)
    with pytest.raises(WrongPassphrase, match="signing key"):
        FileSigner.load(key, "another")
    with pytest.raises(WrongPassphrase):
        FileSigner.load(key, "")
    with pytest.raises(Sealed, match="locked") as caught:
        FileSigner.load(key)
    assert not isinstance(caught.value, WrongPassphrase)


@pytest.mark.parametrize("passphrase", [None, "four words"])
def test_ssh_keygen_opens_what_we_write(tmp_path: Path, passphrase: str | None) -> None:
    signer = FileSigner.new()
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_bytes(signer.dump(passphrase, rounds=1))
    assert is_locked(path.read_bytes()) == (passphrase is not None)
    run = subprocess.run(
        ["ssh-keygen", "-y", "-P", passphrase or "", "-f", str(path)],
        capture_output=True,
        check=True,
    )
    assert run.stdout.decode().strip() == signer.public
    assert FileSigner.load(path.read_bytes(), passphrase).public == signer.public


def test_an_rsa_key_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadFormat, match="not an ed25519 key"):
        FileSigner.load(keygen(tmp_path / "key", "-t", "rsa", "-b", "2048"))


def test_a_key_file_cut_short_or_altered_is_reported() -> None:
    whole = FileSigner.new().dump()
    for length in range(0, len(whole) - 1, 7):
        with pytest.raises(BadFormat, match="not an OpenSSH private key"):
            FileSigner.load(whole[:length])
    lines = whole.splitlines(keepends=True)
    lines[2] = lines[2].swapcase()
    with pytest.raises(StoreError):
        FileSigner.load(b"".join(lines))


def test_what_is_no_private_key_is_refused() -> None:
    begin, end = b"-----BEGIN OPENSSH PRIVATE KEY-----", b"-----END OPENSSH PRIVATE KEY-----"
    for data in (b"", b"AGE-SECRET-KEY-1", begin + end, begin + b"\nAAAA\n" + end, begin + b"\xff"):
        with pytest.raises(BadFormat, match="not an OpenSSH private key"):
            FileSigner.load(data)


def test_a_signer_shows_its_public_key_only() -> None:
    signer = FileSigner.new()
    assert repr(signer) == f"FileSigner(public='{signer.public}')"
