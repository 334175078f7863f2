"""What is measured in a process of its own: `python -m tests.bench.tasks NAME ARGUMENT…`.

Each task imports what it needs before its clock starts, and prints its measurements as JSON.
"""

from __future__ import annotations

import gc
import glob
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.bench.checking import check_bare, verify_new_commits
from tests.bench.measure import processor_time

__all__ = ["TASKS"]

Found = dict[str, float]


def open_cases(repository: str, home: str) -> Found:
    """Open a repository up to the list, then up to the search; cold when the index is gone."""
    import store.listing
    import store.reading
    from store.crypto import identity
    from store.listed import Listing
    from store.vault import Vault

    member = identity.unlock(home)
    start, spent = time.perf_counter(), processor_time()
    vault = Vault.open(repository, member)
    listing: Listing = vault.listing()
    listed, cpu = time.perf_counter(), processor_time()
    finder = listing.finder()  # writes the index too, when there was none
    searchable, rows = time.perf_counter(), listing.rows
    assert all(row.state == "open" for row in rows), store.listing.__name__
    assert finder.find(rows[0].reference)[0] == 0, store.reading.__name__
    vault.close()
    return {
        "listed": listed - start,
        "searchable": searchable - start,
        "finder": searchable - listed,
        "cpu": cpu - spent,
        "rows": len(rows),
        "peak": _peak(),
        "children": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024.0,
    }


def load_plainly(repository: str, home: str) -> Found:
    """Be the plain loader: one process, pyrage and yaml.CSafeLoader over the files."""
    import pyrage
    import yaml

    (key,) = (
        pyrage.x25519.Identity.from_str(secret) for secret in _epoch_secrets(repository, home)
    )
    start, rows = time.perf_counter(), []
    for path in sorted(glob.glob(f"{repository}/cases/*/*/*.age")):
        with open(path, "rb") as file:
            ciphertext = file.read()
        case = yaml.load(pyrage.decrypt(ciphertext, [key]), yaml.CSafeLoader)
        rows.append((case["id"], case["overview"]["title"], case["overview"]["reference"]))
    return {"seconds": time.perf_counter() - start, "rows": len(rows)}


def load_bare(repository: str, home: str) -> Found:
    """Decrypt and parse, with the loader that the store uses, what is in memory already."""
    import pyrage

    from store.model.codec import load

    (key,) = (
        pyrage.x25519.Identity.from_str(secret) for secret in _epoch_secrets(repository, home)
    )
    ciphertexts = []
    for path in glob.glob(f"{repository}/cases/*/*/*.age"):
        with open(path, "rb") as file:
            ciphertexts.append(file.read())
    spent = time.process_time()
    for ciphertext in ciphertexts:
        load(pyrage.decrypt(ciphertext, [key]).rstrip(b"\n") + b"\n")
    return {"cpu": time.process_time() - spent, "rows": len(ciphertexts)}


def decrypt_index(repository: str, home: str) -> Found:
    """Decrypt what is read of the index before the list is shown, and nothing more.

    Those are the first two age files in it; the words that are searched come after them.
    """
    import pyrage

    from store.crypto import identity
    from store.listing import index_path

    member = identity.unlock(home)
    key = pyrage.x25519.Identity.from_str(member.age.secret)
    with open(index_path(os.path.join(repository, ".git"), member), "rb") as file:
        parts = [file.read(int.from_bytes(file.read(8), "big")) for _ in range(2)]
    start = time.perf_counter()
    for part in parts:
        pyrage.decrypt(part, [key])
    return {"seconds": time.perf_counter() - start, "bytes": sum(map(len, parts))}


def verify_history(repository: str, home: str) -> Found:
    """Verify the whole history."""
    import store.verification
    from store.crypto import identity
    from store.vault import Vault

    member, spent = identity.unlock(home), processor_time()
    with Vault.open(repository, member) as vault:
        before = processor_time() - spent
        start = time.perf_counter()
        report = vault.verify()
        taken = time.perf_counter() - start
    cpu = processor_time() - spent - before  # git's part of it counts once it has ended
    assert report.is_authentic, store.verification.__name__
    return {"seconds": taken, "cpu": cpu, "commits": report.commits}


def check_by_git(repository: str, signers: str, count: str) -> Found:
    """Let git say of so many commits whether their signatures are good."""
    line = ["git", "-C", repository, "-c", f"gpg.ssh.allowedSignersFile={signers}"]
    line += ["log", "--format=%G?", f"--max-count={count}"]
    start, spent = time.perf_counter(), processor_time()
    said = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    taken, cpu = time.perf_counter() - start, processor_time() - spent
    assert said == ["G"] * int(count)
    return {"seconds": taken, "cpu": cpu, "commits": len(said)}


def change_members(repository: str, home: str) -> Found:
    """Take somebody into the compartment of all cases, and out of it again."""
    import concurrent.futures.process
    import multiprocessing.sharedctypes

    from store.crypto import age, identity
    from store.crypto.signer import FileSigner
    from store.policy_change import apply_policy
    from store.trust.membership import add_member, remove_member
    from store.vault import Vault

    member = identity.unlock(home)
    with Vault.open(repository, member) as vault:
        vault.settles_later = True
        assert member.signer.public in vault.policy.members["nour"].sign
        handle = f"guest{vault.policy.version}"
        keys = {"sign": [FileSigner.new().public], "age": [age.new_identity().recipient]}
        new = add_member(vault.policy, handle, "editor", compartments=["main"], **keys)
        start = time.perf_counter()
        apply_policy(vault, new)
        added = time.perf_counter()
        new = remove_member(vault.policy, handle)
        gc.collect()
        begun, spent = time.perf_counter(), processor_time()
        apply_policy(vault, new)
        removed, cpu = time.perf_counter() - begun, processor_time() - spent
    assert concurrent.futures.process.__name__, multiprocessing.sharedctypes
    return {"add": added - start, "remove": removed, "cpu": cpu}


def encrypt_bare(repository: str, home: str) -> Found:
    """Decrypt and encrypt all cases on all cores, and nothing more: no reading, writing, start."""
    from multiprocessing import get_context

    (secret,) = _epoch_secrets(repository, home)[:1]
    paths = sorted(glob.glob(f"{repository}/cases/*/*/*.age"))
    cores = len(os.sched_getaffinity(0))
    context = get_context("spawn")
    ready, begin, done = context.Semaphore(0), context.Semaphore(0), context.Semaphore(0)
    workers = [
        context.Process(target=_be_bare, args=(paths[core::cores], secret, ready, begin, done))
        for core in range(cores)
    ]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    start = time.perf_counter()
    for _ in workers:
        begin.release()
    for _ in workers:
        done.acquire()
    taken = time.perf_counter() - start
    for worker in workers:
        worker.join()
    return {"seconds": taken, "rows": len(paths)}


def _be_bare(paths: list[str], secret: str, ready: Any, begin: Any, done: Any) -> None:
    """Be one core of it: all is in memory before the clock starts."""
    import pyrage

    key = pyrage.x25519.Identity.from_str(secret)
    recipient = key.to_public()
    ciphertexts = []
    for path in paths:
        with open(path, "rb") as file:
            ciphertexts.append(file.read())
    ready.release()
    begin.acquire()
    for ciphertext in ciphertexts:
        pyrage.encrypt(pyrage.decrypt(ciphertext, [key]), [recipient])
    done.release()


def _epoch_secrets(repository: str, home: str) -> list[str]:
    from store.crypto import identity
    from store.vault import Vault

    with Vault.open(repository, identity.unlock(home)) as vault:
        return [key.secret for key in vault.keys_of("main")]


def _peak() -> float:
    """Give the largest resident size of this program so far, in bytes.

    Not `ru_maxrss`, which begins with what the process that started this one had.
    """
    with open("/proc/self/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024.0


TASKS: dict[str, Callable[..., Found]] = {
    task.__name__: task
    for task in (
        open_cases,
        load_plainly,
        load_bare,
        decrypt_index,
        verify_history,
        check_bare,
        check_by_git,
        verify_new_commits,
        change_members,
        encrypt_bare,
    )
}

if __name__ == "__main__":
    gc.collect()
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))  # noqa: T201 - read by the benchmark
