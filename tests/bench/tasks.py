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

__all__ = ["TASKS"]

Found = dict[str, float]


def open_cases(repository: str, home: str) -> Found:
    """Open a repository up to the list, then up to the search; cold when the index is gone."""
    import store.listing
    import store.reading
    from store.crypto import identity
    from store.search.match import Finder
    from store.vault import Vault

    member = identity.unlock(home)
    start, spent = time.perf_counter(), _spent()
    vault = Vault.open(repository, member)
    rows = vault.summaries()
    listed, listing = time.perf_counter(), _spent()
    finder = Finder([row.text for row in rows])
    searchable = time.perf_counter()
    assert all(row.state == "open" for row in rows), store.listing.__name__
    assert finder.find(rows[0].reference)[0] == 0, store.reading.__name__
    vault.close()
    return {
        "listed": listed - start,
        "searchable": searchable - start,
        "finder": searchable - listed,
        "cpu": listing - spent,
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
    """Decrypt the file of the index and nothing more."""
    import pyrage

    from store.crypto import identity
    from store.listing import index_path

    member = identity.unlock(home)
    key = pyrage.x25519.Identity.from_str(member.age.secret)
    with open(index_path(os.path.join(repository, ".git"), member), "rb") as file:
        raw = file.read()
    cut = 8 + int.from_bytes(raw[:8], "big")
    start = time.perf_counter()
    for part in (raw[8:cut], raw[cut + 8 :]):
        pyrage.decrypt(part, [key])
    return {"seconds": time.perf_counter() - start}


def verify_history(repository: str, home: str) -> Found:
    """Verify the whole history."""
    import store.verification
    from store.crypto import identity
    from store.vault import Vault

    with Vault.open(repository, identity.unlock(home)) as vault:
        start, spent = time.perf_counter(), _spent()
        report = vault.verify()
        taken, cpu = time.perf_counter() - start, _spent() - spent
    assert report.is_authentic, store.verification.__name__
    return {"seconds": taken, "cpu": cpu, "commits": report.commits}


def check_by_git(repository: str, signers: str, count: str) -> Found:
    """Let git say of so many commits whether their signatures are good."""
    line = ["git", "-C", repository, "-c", f"gpg.ssh.allowedSignersFile={signers}"]
    line += ["log", "--format=%G?", f"--max-count={count}"]
    start, spent = time.perf_counter(), _spent()
    said = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    taken, cpu = time.perf_counter() - start, _spent() - spent
    assert said == ["G"] * int(count)
    return {"seconds": taken, "cpu": cpu, "commits": len(said)}


def _epoch_secrets(repository: str, home: str) -> list[str]:
    from store.crypto import identity
    from store.vault import Vault

    with Vault.open(repository, identity.unlock(home)) as vault:
        return [key.secret for key in vault.keys_of("main")]


def _spent() -> float:
    """Give the processor time of this process and of its children that have ended."""
    return sum(os.times()[:4])


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
        check_by_git,
    )
}

if __name__ == "__main__":
    gc.collect()
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))  # noqa: T201 - read by the benchmark
