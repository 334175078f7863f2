"""A team that writes signed histories in process, straight into a real git repository."""

from __future__ import annotations

import subprocess
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from store.crypto import sshsig
from store.crypto.age import new_identity
from store.crypto.signer import FileSigner
from store.repo.commit import build, insert_signature
from store.repo.objects import ObjectReader, object_id
from store.trust.policy import Compartment, Member, Policy, dump
from store.trust.report import Report
from store.trust.verify import verify

AGE = b"age-encryption.org/v1\n-> X25519 abc\n"
START = 1_700_000_000
File = bytes | tuple[str, bytes] | None
"""Content, or mode and content; None takes a file away."""


class Team:
    """Four members, one repository, and every commit's files in memory."""

    def __init__(self, folder: Path) -> None:
        self.git_dir = folder / "team.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", self.git_dir], check=True)
        self.keys = {name: FileSigner.new() for name in ("nour", "sami", "lina", "omar")}
        self.age = {name: new_identity().recipient for name in self.keys}
        self.files: dict[str, dict[str, tuple[str, bytes]]] = {}
        self.times: dict[str, int] = {}
        self.tip = ""

    def policy(self, version: int = 1, **members: Member | None) -> Policy:
        """Give the usual policy; members named here are other than usual, or not there (None)."""
        usual = {
            "nour": self.member("nour", "admin", "main", "witness"),
            "sami": self.member("sami", "editor", "main"),
            "lina": self.member("lina", "reviewer", "main"),
            "omar": self.member("omar", "editor", "main"),
        }
        team = {name: one for name, one in {**usual, **members}.items() if one is not None}
        return Policy("Team", version, team, {"main": Compartment(1), "witness": Compartment(1)})

    def member(self, handle: str, role: str, *compartments: str) -> Member:
        assert role in ("admin", "editor", "reviewer")
        return Member(role, (self.keys[handle].public,), (self.age[handle],), compartments)  # type: ignore[arg-type] # the line above

    def found(self) -> str:
        """Make the root commit: a policy, a README and a key, signed by nour."""
        files = {
            "policy.yaml": dump(self.policy()),
            "README.md": b"read me\n",
            "keys/main/1.age": AGE,
        }
        return self.save("nour", files, parents=[], message="policy")

    def save(  # noqa: PLR0913 - each test sets one or two of them
        self,
        by: str,
        changes: Mapping[str, File],
        *,
        parents: Sequence[str] | None = None,
        message: str = "edit case",
        time: int | None = None,
        name: str | None = None,
        namespace: str = "git",
        forge: Callable[[bytes], bytes] | None = None,
    ) -> str:
        """Commit changes to the first parent's files; give the commit, which is the tip now."""
        above = [self.tip] if parents is None else list(parents)
        files = dict(self.files[above[0]]) if above else {}
        for path, file in changes.items():
            if file is None:
                del files[path]
            else:
                files[path] = file if isinstance(file, tuple) else ("100644", file)
        at = time or max((self.times[parent] for parent in above), default=START) + 60
        raw = build(self.tree(files), tuple(above), name or by, at, message)
        signature = sshsig.sign(raw, self.keys[by], namespace=namespace)
        raw = insert_signature(raw, signature)
        self.tip = self.put("commit", forge(raw) if forge else raw)
        self.files[self.tip], self.times[self.tip] = files, at
        self.point_main_at(self.tip)
        return self.tip

    def tree(self, files: Mapping[str, tuple[str, bytes]]) -> str:
        """Write a tree with all below it; what has mode 40000 or 160000 is an object id."""
        below: dict[str, dict[str, tuple[str, bytes]]] = {}
        entries: list[tuple[str, bytes]] = []
        for path, (mode, content) in files.items():
            top, _, rest = path.partition("/")
            if rest:
                below.setdefault(top, {})[rest] = (mode, content)
            else:
                is_id = mode in ("40000", "160000")
                oid = content.decode() if is_id else self.put("blob", content)
                entries.append(
                    (top, f"{mode} {top}\0".encode("utf-8", "surrogateescape") + bytes.fromhex(oid))
                )
        for top, inner in below.items():
            oid = self.tree(inner)
            entries.append((f"{top}/", f"40000 {top}\0".encode() + bytes.fromhex(oid)))
        return self.put("tree", b"".join(raw for _, raw in sorted(entries)))

    def put(self, kind: str, data: bytes) -> str:
        """Write a loose object."""
        oid = object_id(kind, data)
        path = self.path_of(oid)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.compress(f"{kind} {len(data)}\0".encode() + data, 1))
        return oid

    def path_of(self, oid: str) -> Path:
        return self.git_dir / "objects" / oid[:2] / oid[2:]

    def point_main_at(self, commit: str) -> None:
        (self.git_dir / "refs/heads/main").write_text(f"{commit}\n")

    def root(self) -> str:
        return next(iter(self.files))

    def verify(self, tip: str | None = None, trusted: str | None = None) -> Report:
        with ObjectReader(str(self.git_dir)) as objects:
            return verify(objects, self.root(), tip or self.tip, trusted=trusted)


def case(number: int, compartment: str = "main", sibling: str = "") -> str:
    """Give the path of a made-up case."""
    name = f"{number:020x}"[::-1]
    return f"cases/{compartment}/{name[:2]}/{name}{sibling}.age"


def entry(number: int, name: str = "a1") -> str:
    """Give the path of a made-up journal entry."""
    subject = f"{number:020x}"[::-1]
    return f"journal/main/{subject[:2]}/{subject}/{name}.age"


def sealed(text: str) -> bytes:
    """Give something that begins as an age file does."""
    return AGE + text.encode()
