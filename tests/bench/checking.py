"""What is measured of a verification: the bare cost of its reads and signatures, and a few commits.

They run in processes of their own: see `tests/bench/tasks.py`.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time

from tests.bench.measure import processor_time

__all__ = ["check_bare", "verify_new_commits"]


def check_bare(repository: str) -> dict[str, float]:
    """Read every object of a history, and check every signature, without a single rule.

    The objects come through `git cat-file`, as in a verification, but are not hashed again; the
    signatures are made ready before the clock starts, and checked with the same library.
    """
    from nacl.bindings import crypto_sign_open

    signed = _signatures(repository)
    line = ["git", "-C", repository, "-c", "core.commitGraph=false", "cat-file"]
    with tempfile.TemporaryFile() as ids:
        ids.write(_object_ids(repository))
        ids.seek(0)
        start, spent, count = time.perf_counter(), processor_time(), 0
        with subprocess.Popen(
            [*line, "--batch", "--buffer"], stdin=ids, stdout=subprocess.PIPE, bufsize=65536
        ) as process:
            assert process.stdout is not None
            readline, read = process.stdout.readline, process.stdout.read
            while head := readline():
                read(int(head.split()[2]) + 1)
                count += 1
        read_at = time.perf_counter()
        for signature, key in signed:
            crypto_sign_open(signature, key)
        checked, cpu = time.perf_counter(), processor_time() - spent
    return {
        "seconds": checked - start,
        "cpu": cpu,
        "reading": read_at - start,
        "signatures": checked - read_at,
        "objects": count,
        "commits": len(signed),
    }


def verify_new_commits(repository: str, home: str, count: str) -> dict[str, float]:
    """Open a repository in which so many commits are new since it was last verified."""
    from store.crypto import identity
    from store.repo.objects import MAIN, ObjectReader
    from store.trust import pin as pins
    from store.vault import Vault

    member = identity.unlock(home)
    git_dir = os.path.join(repository, ".git")
    pin = pins.read(os.path.join(git_dir, "dalil", "pin.yaml"))
    assert pin is not None
    with ObjectReader(git_dir) as objects:
        tip = objects.resolve(MAIN)
    line = ["git", "-C", repository, "rev-parse", f"{tip}~{count}"]
    verified = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as behind:
        _borrow(git_dir, behind, f"{tip}")
        left = pin.commits - int(count)
        older = pin._replace(tip=verified, commits=left)
        pins.write(os.path.join(behind, "dalil", "pin.yaml"), older)
        start, spent = time.perf_counter(), processor_time()
        vault = Vault.open(behind, member)
        opened = time.perf_counter()
        trust = vault.trust
        vault.close()
        cpu = processor_time() - spent
    assert (trust.state, trust.tip, trust.commits) == ("authentic", tip, pin.commits)
    return {"seconds": opened - start, "cpu": cpu}


def _signatures(repository: str) -> list[tuple[bytes, bytes]]:
    """Give each signature with what it stands on, and the bare key, as libsodium takes them."""
    from store.crypto import sshkey, sshsig
    from store.repo.objects import ObjectReader
    from store.trust import commits

    line = ["git", "-C", repository, "rev-list", "main"]
    oids = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    found = []
    with ObjectReader(os.path.join(repository, ".git")) as objects:
        for _, raw in objects.read_many(oids):
            commit = commits.parse(raw)
            assert isinstance(commit, commits.Commit)
            parsed = sshsig.parse(commit.signature)
            message = parsed.signature[-64:] + sshsig.signed(parsed, commit.payload)
            found.append((message, sshkey.from_blob(parsed.key).fields[0]))
    return found


def _object_ids(repository: str) -> bytes:
    """List every object of the history, each commit with what is new in it."""
    line = ["git", "-C", repository, "rev-list", "--objects", "--in-commit-order"]
    return subprocess.run(
        [*line, "--no-object-names", "main"], check=True, stdout=subprocess.PIPE
    ).stdout


def _borrow(git_dir: str, folder: str, tip: str) -> None:
    """Make a bare repository with the objects of another."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", folder], check=True)
    os.mkdir(os.path.join(folder, "dalil"))
    with open(os.path.join(folder, "objects/info/alternates"), "w", encoding="utf-8") as file:
        file.write(os.path.join(git_dir, "objects") + "\n")
    with open(os.path.join(folder, "refs/heads/main"), "w", encoding="ascii") as file:
        file.write(tip + "\n")
