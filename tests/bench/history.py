"""A long history, made in bulk: real signed commits, each a change of one case, in one pack.

The store writes one commit durably in a few milliseconds; ten thousand are made faster as one pack.
They are built by the store's own functions, so they are the same commits.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from collections.abc import Iterator
from random import Random

from store.crypto.identity import MemberIdentity
from store.crypto.sshsig import sign
from store.part import seal_part
from store.repo import commit as commits
from store.repo.objects import ObjectReader, object_id
from store.repo.refs import move_main
from store.repo.run import git
from store.repo.trees import splice
from store.trust.paths import case_path
from store.vault import Vault

__all__ = ["add_commits"]

_KINDS = {"commit": 1, "tree": 2, "blob": 3}  # their numbers in a pack
_APART = 600  # seconds between two commits
_EDITED = 200  # cases that the edits go round in: each edit is encrypted anew

_Object = tuple[str, str, bytes]


class _Ahead(ObjectReader):
    """Objects of a repository, and those that are made but not written yet."""

    def __init__(self, git_dir: str) -> None:
        super().__init__(git_dir)
        self.made: dict[str, tuple[str, bytes]] = {}

    def read(self, oid: str) -> tuple[str, bytes]:
        return self.made.get(oid) or super().read(oid)


def add_commits(repository: str, member: MemberIdentity, *, total: int) -> None:
    """Add edits to a repository until its history has `total` commits."""
    with Vault.open(repository, member) as vault:
        tip, count = vault.tip, vault.trust.commits
        git_dir = vault.git_dir
        with _Ahead(git_dir) as objects:
            _write_pack(git_dir, list(_edits(vault, objects, member, total - count)))
            new = next(reversed(objects.made))
            move_main(git_dir, new, tip, "nour")
    # As `git gc` leaves what grew save by save: a pack that was written at once has no deltas.
    git(git_dir, "repack", "-a", "-d", "-f", "-q")
    with Vault.open(repository, member) as vault:
        if vault.trust.state != "authentic" or vault.trust.commits != total:
            raise RuntimeError(f"the made history does not verify: {vault.trust}")
        vault.settle()


def _edits(vault: Vault, objects: _Ahead, member: MemberIdentity, count: int) -> Iterator[_Object]:
    """Make commits, one edit each, and give all objects they need; the last one is the tip."""
    random = Random(2)  # noqa: S311 - which case is edited next is no secret
    rows = vault.summaries()[:_EDITED]
    cases = [vault.get(row.id) for row in rows]
    recipient = vault.keys_of("main")[0].recipient
    tip = vault.tip
    first = commits.parse(objects.read(tip)[1])
    tree, time = first.tree, first.time
    for number in range(count):
        case, time = random.choice(cases), time + _APART
        case.set("overview.lead", f"editor {number}")
        blob = seal_part(case, recipient)
        oid = object_id("blob", blob)
        new_tree, trees = splice(objects, tree, [(case_path("main", case.id), oid)])
        assert new_tree is not None
        tree = new_tree
        raw = commits.build(tree, (tip,), "nour", time, "edit case")
        signed = commits.insert_signature(raw, sign(raw, member.signer))
        tip = object_id("commit", signed)
        objects.made |= {o: ("tree", content) for o, content in trees}
        yield oid, "blob", blob
        yield from ((o, "tree", content) for o, content in trees)
        yield tip, "commit", signed
        objects.made[tip] = ("commit", signed)


def _write_pack(git_dir: str, objects: list[_Object]) -> None:
    """Write objects into one pack; format: gitformat-pack(5)."""
    distinct = list({oid: (kind, data) for oid, kind, data in objects}.values())
    path = os.path.join(git_dir, "dalil", "bench.pack")
    digest = hashlib.sha1(usedforsecurity=False)
    with open(path, "wb") as file:
        head = b"PACK" + (2).to_bytes(4, "big") + len(distinct).to_bytes(4, "big")
        for piece in (head, *(_packed(kind, data) for kind, data in distinct)):
            digest.update(piece)
            file.write(piece)
        file.write(digest.digest())
    with open(path, "rb") as file:
        subprocess.run(
            ["git", f"--git-dir={git_dir}", "index-pack", "--stdin"],
            stdin=file,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    os.unlink(path)


def _packed(kind: str, data: bytes) -> bytes:
    size = len(data)
    head = bytearray(((_KINDS[kind] << 4) | (size & 15),))
    size >>= 4
    while size:
        head[-1] |= 0x80
        head.append(size & 0x7F)
        size >>= 7
    return bytes(head) + zlib.compress(data, 1)
