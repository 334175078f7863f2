"""A small team, its keys and its repository, built through the store; and stock git beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from store.crypto import identity
from store.crypto.identity import MemberIdentity
from store.founding import found
from store.lock import write_lock
from store.model.case import Case
from store.repo.objects import MAIN, ObjectReader, object_id
from store.repo.pack import write_pack
from store.repo.write import FEW, write_objects
from store.trust.policy import Member
from store.vault import Vault
from store.writing import Author, make_commit

MARKER = "قنديل-Qandil"
"""Words that stand in every case made here; whoever finds them in a file has found a leak."""
ROLES = {
    "nour": ("admin", ("main", "witness")),
    "sami": ("editor", ("main",)),
    "lina": ("reviewer", ("main",)),
}
FIRST, SECOND, HIDDEN = (f"{digit}" * 20 for digit in "abc")
"""The ids of the three cases: two in main, one in witness."""


def make_homes(folder: Path) -> dict[str, Path]:
    """Make everybody's keys, and a stranger's."""
    homes = {handle: folder / f"home-{handle}" for handle in (*ROLES, "stranger")}
    for handle, home in homes.items():
        identity.create(home, passphrase=None, comment=handle)
    return homes


def fill(case: Case, number: int) -> None:
    """Write something into a case that the check has nothing against."""
    case.set("overview.reference", f"SY-2026-{number:04}")
    case.set("overview.title", f"{MARKER} {number}")
    case.set("overview.status", "intake")
    case.set("overview.summary", "One.\nTwo.")
    person = case.add("people", {"id": "p1", "capacities": ["victim"]})
    case.set(f"people.{person}.name.la.given", f"Given {number}")


class Office:
    """One repository, by its folder, and the folders of keys of those who may open it."""

    def __init__(self, folder: Path, homes: dict[str, Path]) -> None:
        self.folder = folder
        self.homes = homes

    @property
    def git_dir(self) -> str:
        inside = self.folder / ".git"
        return str(inside if inside.exists() else self.folder)

    def found(self) -> str:
        """Found it, with all members."""
        keys = {handle: identity.public(self.homes[handle]) for handle in ROLES}
        members = {
            handle: Member(role, (keys[handle].sign,), (keys[handle].age,), compartments)  # type: ignore[arg-type] # one of the three
            for handle, (role, compartments) in ROLES.items()
            if handle != "nour"
        }
        return found(
            str(self.folder),
            "Unit",
            "nour",
            self.keys("nour"),
            members=members,
            compartments=("main", "witness"),
        )

    def fill(self) -> None:
        """Make the three cases."""
        with self.open("nour") as vault:
            for number, case_id in enumerate((FIRST, SECOND, HIDDEN), 1):
                compartment = "witness" if case_id == HIDDEN else "main"
                with vault.new(compartment=compartment, why="taken in", case_id=case_id) as case:
                    fill(case, number)

    def keys(self, handle: str) -> MemberIdentity:
        return identity.unlock(self.homes[handle])

    def open(self, handle: str | None = "nour", **options: Any) -> Vault:
        return Vault.open(str(self.folder), self.keys(handle) if handle else None, **options)

    def edit(self, handle: str, title: str, case_id: str = FIRST) -> str:
        """Save a title as somebody, in a vault of their own; give the commit."""
        with self.open(handle) as vault:
            with vault.edit(case_id, why="because") as case:
                case.set("overview.title", title)
            assert vault.last_save is not None
            return vault.last_save.commit

    def commit(
        self,
        handle: str,
        changes: Sequence[tuple[str, bytes | None]],
        message: str = "edit case",
        *,
        signed_by: str = "",
    ) -> str:
        """Put any files into the repository, well signed, past everything that checks them."""
        with write_lock(self.git_dir), ObjectReader(self.git_dir) as objects:
            author = Author(handle, self.keys(signed_by or handle).signer, int(time.time()))
            tip = objects.resolve(MAIN)
            return make_commit(self.git_dir, objects, tip, changes, message, author)

    def git(self, *arguments: str, check: bool = True, **options: Any) -> str:
        """Run stock git as a person would, with nobody's configuration."""
        done = subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=stock_environment(),
            **options,
        )
        if check:
            assert done.returncode == 0, done.stderr
        said: str = done.stdout if check else done.stdout + done.stderr
        return said

    def head(self) -> str:
        return self.git("rev-parse", "refs/heads/main").strip()

    def count(self) -> int:
        return int(self.git("rev-list", "--count", "refs/heads/main"))

    def is_clean(self) -> bool:
        return not self.git("status", "--porcelain", "--untracked-files=all")

    def copy(self, to: Path) -> Office:
        shutil.copytree(self.folder, to, symlinks=True)
        return Office(to, self.homes)

    def clone(self, to: Path, *options: str) -> Office:
        self.git("clone", "--quiet", *options, str(self.folder), str(to))
        return Office(to, self.homes)


def stock_environment() -> dict[str, str]:
    """Give stock git a person to commit as, and no settings of this machine."""
    return os.environ | {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "eve",
        "GIT_AUTHOR_EMAIL": "eve@example.org",
        "GIT_COMMITTER_NAME": "eve",
        "GIT_COMMITTER_EMAIL": "eve@example.org",
    }


def write_blobs(git_dir: str, contents: Sequence[bytes]) -> list[str]:
    """Write blobs as a commit does, loose or in a pack, and give their ids, in order."""
    oids = [object_id("blob", content) for content in contents]
    if len(contents) > FEW:
        write_pack(git_dir, contents)
    else:
        write_objects(git_dir, [(i, "blob", c) for i, c in zip(oids, contents, strict=True)])
    return oids


def loose(git_dir: str, oid: str) -> Path:
    """Give the place of a loose object, made writable."""
    path = Path(git_dir) / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    return path


def files_with(words: str, folders: Iterable[Path]) -> list[Path]:
    """Find the files below some folders that hold these words, in UTF-8 or UTF-16."""
    needles = [words.encode(), words.encode("utf-16-le")]
    found = []
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                path = Path(place) / name
                if path.is_file() and any(needle in path.read_bytes() for needle in needles):
                    found.append(path)
    return found


def wait_until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)
