"""The arena: a team with real keys and a real repository, and an attacker with stock git.

What the attacker makes is made by stock git (`commit-tree -S`, `update-index`, `hash-object`), and
git's own answer about it is at hand beside Dalil's.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from store.crypto import age, identity
from store.crypto.padding import pad
from store.errors import BadSignature
from store.founding import found
from store.repo.objects import ObjectReader
from store.trust.paths import case_path, journal_path
from store.trust.policy import Member, Policy, dump, parse
from store.trust.report import Finding, Report
from store.trust.verify import verify
from tests.store.office import FIRST, HIDDEN, MARKER, SECOND, Office, stock_environment

ROLES = {
    "nour": ("admin", ("main", "witness")),
    "rima": ("admin", ("main",)),
    "sami": ("editor", ("main",)),
    "lina": ("reviewer", ("main",)),
    "omar": ("editor", ("main",)),
}
CASE, OTHER, WITNESS = (
    case_path("main", FIRST),
    case_path("main", SECOND),
    case_path("witness", HIDDEN),
)
ENTRY = journal_path("main", FIRST, "a1")
HONEST_TITLE = f"{MARKER} 1"
File = bytes | tuple[str, bytes] | None
"""Content; or mode, and content (an object id for a submodule); None takes a file away."""


def make_homes(folder: Path) -> dict[str, Path]:
    """Make everybody's keys, and the stranger's."""
    homes = {handle: folder / f"home-{handle}" for handle in (*ROLES, "eve")}
    for handle, home in homes.items():
        identity.create(home, passphrase=None, comment=handle)
    return homes


class Arena(Office):
    """One repository as it stands on a member's disk; `honest` is its last honest commit."""

    honest = ""
    root = ""
    recipients: Mapping[str, str] = {}

    def found(self) -> str:
        """Found it with the whole team."""
        keys = {handle: identity.public(self.homes[handle]) for handle in ROLES}
        members = {
            handle: Member(role, (keys[handle].sign,), (keys[handle].age,), compartments)  # type: ignore[arg-type] # one of the three
            for handle, (role, compartments) in ROLES.items()
            if handle != "nour"
        }
        self.root = found(
            str(self.folder),
            "Unit",
            "nour",
            self.keys("nour"),
            members=members,
            compartments=("main", "witness"),
        )
        lines = [f"{handle}@dalil.invalid {keys[handle].sign}\n" for handle in ROLES]
        self.allowed.write_text("".join(lines))
        return self.root

    @property
    def allowed(self) -> Path:
        """The file that tells git whose signatures count: all members, as the README advises."""
        return self.homes["nour"].parent / "allowed_signers"

    def copy(self, to: Path) -> Arena:
        shutil.copytree(self.folder, to, symlinks=True)
        made = Arena(to, self.homes)
        made.root, made.honest, made.recipients = self.root, self.honest, self.recipients
        return made

    def sealed(self, text: str = "anything", compartment: str = "main") -> bytes:
        """Encrypt something as a file of a compartment."""
        return age.encrypt(pad(text.encode()), [self.recipients[compartment]])

    # -- the attacker ----------------------------------------------------------------------

    def commit_as(  # noqa: PLR0913 - each attack sets one or two of them
        self,
        by: str,
        changes: Mapping[str, File],
        *,
        parents: Sequence[str] | None = None,
        message: str = "edit case",
        name: str = "",
        at: int = 0,
        key: Path | None = None,
        is_signed: bool = True,
    ) -> str:
        """Commit changes to the first parent's files with stock git, and make it the tip."""
        above = [self.head()] if parents is None else list(parents)
        tree = self.tree(above[0] if above else "", changes)
        commit = self.commit_tree(
            by, tree, above, message=message, name=name, at=at, key=key, is_signed=is_signed
        )
        return self.serve(commit)

    def commit_tree(  # noqa: PLR0913 - as above
        self,
        by: str,
        tree: str,
        parents: Sequence[str],
        *,
        message: str = "edit case",
        name: str = "",
        at: int = 0,
        key: Path | None = None,
        is_signed: bool = True,
    ) -> str:
        """Make a commit of a tree with stock git, signed by ssh-keygen; main stays where it is."""
        who = name or by
        person = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (
                ("NAME", who),
                ("EMAIL", f"{who}@dalil.invalid"),
                ("DATE", f"{at or int(time.time())} +0000"),
            )
        }
        signed = [f"-S{key or self.homes[by] / 'signing_key'}"] if is_signed else []
        above = [part for parent in parents for part in ("-p", parent)]
        line = ["-c", "gpg.format=ssh", "commit-tree", *signed, *above, "-m", message, tree]
        return self.run(line, env=person).stdout.decode().strip()

    def tree(self, base: str, changes: Mapping[str, File]) -> str:
        """Write a tree with stock git, by way of an index of its own."""
        index = {"GIT_INDEX_FILE": str(self.folder.parent / "index")}
        self.run(["read-tree", base] if base else ["read-tree", "--empty"], env=index)
        lines = []
        for path, file in changes.items():
            mode, content = file if isinstance(file, tuple) else ("100644", file)
            if content is None:
                lines.append(f"0 {'0' * 40}\t{path}\0")
            else:
                oid = content.decode() if mode == "160000" else self.put("blob", content)
                lines.append(f"{mode} {oid}\t{path}\0")
        if lines:
            said = "".join(lines).encode()
            self.run(["update-index", "--add", "-z", "--index-info"], env=index, stdin=said)
        return self.run(["write-tree"], env=index).stdout.decode().strip()

    def put(self, kind: str, data: bytes) -> str:
        """Write any object, whatever git thinks of it."""
        line = ["hash-object", "-t", kind, "-w", "--stdin", "--literally"]
        return self.run(line, stdin=data).stdout.decode().strip()

    def raw(self, oid: str) -> bytes:
        """Give an object as it is stored."""
        kind = self.git("--no-replace-objects", "cat-file", "-t", oid).strip()
        return self.run(["--no-replace-objects", "cat-file", kind, oid]).stdout

    def reforge(self, commit: str, forge: Callable[[bytes], bytes]) -> str:
        """Make another commit out of the bytes of one, and make it the tip."""
        return self.serve(self.put("commit", forge(self.raw(commit))))

    def serve(self, commit: str) -> str:
        """Point main at a commit, as if it had been fetched."""
        Path(self.git_dir, "refs", "heads", "main").write_text(f"{commit}\n")
        return commit

    def policy(self) -> Policy:
        """Give the policy of the honest tip."""
        return parse(self.raw(f"{self.honest}:policy.yaml"))

    def changed_policy(self, version: int = 2, **members: Member | None) -> bytes:
        """Write the policy with some members other than they were, or not there at all (None)."""
        policy = self.policy()
        team = {name: one for name, one in {**policy.members, **members}.items() if one}
        return dump(replace(policy, version=version, members=team))

    def member(self, handle: str, role: str, *compartments: str) -> Member:
        keys = identity.public(self.homes[handle])
        return Member(role, (keys.sign,), (keys.age,), compartments)  # type: ignore[arg-type] # one of the three

    def run(
        self, line: Sequence[str], *, env: Mapping[str, str] | None = None, stdin: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run stock git on this repository."""
        return subprocess.run(
            ["git", "-C", str(self.folder), *line],
            input=stdin,
            capture_output=True,
            check=True,
            env=stock_environment() | dict(env or {}),
        )

    # -- what git says, and what Dalil says ------------------------------------------------

    def git_says(self, commit: str = "") -> str:
        """Give git's one-letter verdict: G good, U good but unknown, B bad, N none."""
        option = f"gpg.ssh.allowedSignersFile={self.allowed}"
        return self.git("-c", option, "log", "-1", "--format=%G?", commit or self.head()).strip()

    def git_verifies(self, commit: str) -> bool:
        """Say whether `git verify-commit` accepts a commit."""
        option = f"gpg.ssh.allowedSignersFile={self.allowed}"
        line = ["git", "-C", self.git_dir, "-c", option, "verify-commit", commit]
        done = subprocess.run(line, capture_output=True, check=False, env=stock_environment())
        return done.returncode == 0

    def git_merges(self, commit: str) -> bool:
        """Say whether `git merge --verify-signatures` of a colleague takes a commit in."""
        clone = self.folder.parent / f"colleague-{commit[:10]}"
        self.git("clone", "--quiet", "--shared", "--no-checkout", str(self.folder), str(clone))
        option = f"gpg.ssh.allowedSignersFile={self.allowed}"
        git = ["git", "-C", str(clone), "-c", option]
        subprocess.run([*git, "reset", "--quiet", "--hard", self.honest], check=True)
        line = [*git, "merge", "--quiet", "--ff-only", "--verify-signatures", commit]
        done = subprocess.run(line, capture_output=True, check=False, env=stock_environment())
        return done.returncode == 0

    def git_fsck(self) -> str:
        """Give what `git fsck --strict` has against what main leads to; empty when nothing."""
        line = ["git", "-C", self.git_dir, "fsck", "--strict", "--no-dangling", "--no-progress"]
        done = subprocess.run(
            line, capture_output=True, text=True, check=False, env=stock_environment()
        )
        return "" if done.returncode == 0 else done.stdout + done.stderr

    def report(self, trusted: str | None = None) -> Report:
        """Verify without any key, the whole from the root or what is new since `trusted`."""
        with ObjectReader(self.git_dir) as objects:
            return verify(objects, self.root, self.head(), trusted=trusted)

    def refuses(
        self, commit: str, rule: int, said: str, *, verified: str | None = None
    ) -> list[Finding]:
        """Check that this commit is refused by this rule, in these words, and nothing built on it.

        `verified` is the last commit that still counts: the honest tip, unless said otherwise.
        """
        for report in (self.report(), self.report(self.honest)):
            assert not report.is_authentic
            hits = [
                one
                for one in report.failures
                if (one.commit, one.rule) == (commit, rule) and said in one.text()
            ]
            assert hits, [(one.commit, one.rule, one.text()) for one in report.findings]
            assert all(one.advice for one in report.failures)
            assert report.verified_tip == (verified or self.honest)
        self.stands_firm(verified)
        return hits

    def refuses_after(self, good: str, bad: str, rule: int, said: str) -> list[Finding]:
        """Check that a merge is refused whose first parent still counts."""
        for report in (self.report(), self.report(self.honest), self.report(good)):
            assert report.verified_tip == good, [one.text() for one in report.failures]
            hits = [
                one
                for one in report.failures
                if (one.commit, one.rule) == (bad, rule) and said in one.text()
            ]
            assert hits, [(one.commit, one.rule, one.text()) for one in report.findings]
            assert all(one.advice for one in report.failures)
        with self.open("nour") as vault:
            assert (vault.trust.state, vault.tip) == ("broken", good)
            with pytest.raises(BadSignature), vault.new(why="goes on") as case:
                case.set("overview.title", "new")
        return hits

    def stands_firm(self, verified: str | None = None) -> None:
        """Check that a member reads what was verified, and can save nothing onto the rest."""
        before = self.head()
        with self.open("nour") as vault:
            assert vault.trust.state == "broken"
            assert vault.tip == (verified or self.honest)
            assert vault.get(FIRST).title == HONEST_TITLE
            with pytest.raises(BadSignature), vault.new(why="goes on") as case:
                case.set("overview.title", "new")
        assert self.head() == before
