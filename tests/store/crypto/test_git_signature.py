"""Commits: git accepts what we signed, and we accept what git signed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from store.crypto.signer import FileSigner
from store.crypto.sshsig import sign, verify

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs the git program")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    run(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def run(folder: Path, *arguments: str, text: bytes | None = None) -> bytes:
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{role}_NAME": "nour", f"GIT_{role}_EMAIL": "nour@dalil.invalid"}
    settings = ["-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={folder / 'allowed'}"]
    return subprocess.run(
        ["git", *settings, *arguments],
        cwd=folder,
        env=environment,
        input=text,
        capture_output=True,
        check=True,
    ).stdout


def with_header(payload: bytes, signature: bytes) -> bytes:
    """Put the signature behind the other headers, as git does."""
    headers, message = payload.split(b"\n\n", 1)
    value = signature.rstrip(b"\n").replace(b"\n", b"\n ")
    return headers + b"\ngpgsig " + value + b"\n\n" + message


def without_header(commit: bytes) -> tuple[bytes, bytes]:
    """Take the signature out; give it, with its last newline, and what it was made over."""
    headers, message = commit.split(b"\n\n", 1)
    before, value = headers.split(b"\ngpgsig ")
    return value.replace(b"\n ", b"\n") + b"\n", before + b"\n\n" + message


def test_git_says_good_to_a_commit_signed_here(repository: Path) -> None:
    signer = FileSigner.new()
    (repository / "allowed").write_text(f"nour@dalil.invalid {signer.public}\n")
    tree = run(repository, "mktree", text=b"").strip()
    who = b"nour <nour@dalil.invalid> 1700000000 +0000"
    payload = b"tree %s\nauthor %s\ncommitter %s\n\nnew case\n" % (tree, who, who)
    commit = with_header(payload, sign(payload, signer))
    write = ("hash-object", "-t", "commit", "-w", "--stdin")
    oid = run(repository, *write, text=commit).strip().decode()
    run(repository, "verify-commit", oid)
    shown = run(repository, "log", "-1", "--format=%G? %GS %GK", oid).decode().split()
    assert shown[:2] == ["G", "nour@dalil.invalid"]
    assert shown[2].startswith("SHA256:")
    assert without_header(run(repository, "cat-file", "commit", oid)) == (
        sign(payload, signer),
        payload,
    )


def test_a_commit_signed_by_git_verifies_here(repository: Path) -> None:
    signer = FileSigner.new()
    key = repository / "key"
    key.touch(mode=0o600)
    key.write_bytes(signer.dump())
    (repository / "key.pub").write_text(signer.public + "\n")
    settings = ("-c", f"user.signingKey={key}")
    run(repository, *settings, "commit", "-q", "--allow-empty", "-S", "-m", "new case")
    signature, payload = without_header(run(repository, "cat-file", "commit", "HEAD"))
    assert verify(signature, payload) == signer.public
