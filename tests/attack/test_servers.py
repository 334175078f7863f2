"""A shared remote with the hook: what stock git would let in is thrown away before it is there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from store.hook import install
from store.trust.policy import Member
from tests.attack.arena import CASE, WITNESS, Arena

ROOT = Path(__file__).parents[2]
START = "import sys; sys.path.append(sys.argv.pop(1)); from tui.cli import run; run()"


class Server:
    """A bare repository with the hook, and one beside it without."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.guarded, self.bare = (arena.folder.parent / f"{name}.git" for name in ("on", "off"))
        for folder in (self.guarded, self.bare):
            arena.git("clone", "--quiet", "--bare", str(arena.folder), str(folder))
        command = [sys.executable, "-I", "-c", START, str(ROOT), "hook", "run"]
        install(str(self.guarded), command, root=arena.root)

    def push(self, *what: str) -> str:
        """Push to the guarded one; give what git said, empty when it was taken."""
        line = ["push", "--quiet", str(self.guarded), *what]
        return self.arena.git(*line, check=False)

    def push_unguarded(self, *what: str) -> None:
        self.arena.git("push", "--quiet", str(self.bare), *what)


@pytest.fixture
def server(arena: Arena) -> Server:
    """Give a server at the honest tip."""
    return Server(arena)


def refused(server: Server, said: str, *what: str) -> None:
    """Check that a push is refused with these words, that an unguarded server would take."""
    before = server.arena.git("ls-remote", str(server.guarded))
    answer = server.push(*what)
    assert said in answer, answer
    assert "rejected" in answer or "denied" in answer or "denyDeletes" in answer
    assert server.arena.git("ls-remote", str(server.guarded)) == before
    server.push_unguarded(*what)


def test_an_honest_push(server: Server) -> None:
    commit = server.arena.edit("sami", "new")
    assert "rejected" not in server.push("main")
    assert commit in server.arena.git("ls-remote", str(server.guarded))


def test_what_no_rule_allows(server: Server) -> None:
    arena = server.arena
    policy = arena.changed_policy(sami=arena.member("sami", "admin", "main"))
    attacks = {
        "not signed": arena.commit_tree(
            "sami",
            arena.tree(arena.honest, {CASE: arena.sealed()}),
            [arena.honest],
            is_signed=False,
        ),
        "sami changed the policy": arena.commit_tree(
            "sami", arena.tree(arena.honest, {"policy.yaml": policy}), [arena.honest]
        ),
        "may not write": arena.commit_tree(
            "sami", arena.tree(arena.honest, {WITNESS: arena.sealed()}), [arena.honest]
        ),
        "not encrypted": arena.commit_tree(
            "nour", arena.tree(arena.honest, {CASE: b"The witness is Jamil\n"}), [arena.honest]
        ),
        "no member's": arena.commit_tree(
            "eve", arena.tree(arena.honest, {CASE: arena.sealed()}), [arena.honest], name="nour"
        ),
    }
    for said, commit in attacks.items():
        refused(server, said, f"+{commit}:refs/heads/main")


def test_history_is_taken_back(server: Server) -> None:
    base = server.arena.git("rev-parse", "HEAD~1").strip()
    refused(server, "", "--force", f"{base}:refs/heads/main")


def test_a_removed_members_line_as_the_first_parent_of_a_merge(server: Server) -> None:
    """Pushed by an admin, right after the removal, which the hook has not written down yet."""
    arena = server.arena
    changed = arena.changed_policy(omar=Member(left=2))
    removed = arena.commit_as("nour", {"policy.yaml": changed}, message="policy")
    assert "rejected" not in server.push("main")
    server.push_unguarded("main")
    fork = arena.commit_as("omar", {CASE: arena.sealed()}, parents=[arena.honest])
    merge = arena.commit_as(
        "nour", {"policy.yaml": changed}, parents=[fork, removed], message="merge"
    )
    refused(server, "no member any more", f"{merge}:refs/heads/main")


def test_another_history_in_place_of_this_one(server: Server) -> None:
    base = server.arena.git("rev-parse", "HEAD~1").strip()
    tree = server.arena.tree(base, {CASE: server.arena.sealed()})
    fork = server.arena.commit_tree("sami", tree, [base])
    refused(server, "", "--force", f"{fork}:refs/heads/main")


@pytest.mark.parametrize("ref", ["refs/heads/evil", "refs/tags/v1", "refs/replace/" + "a" * 40])
def test_another_ref(server: Server, ref: str) -> None:
    refused(server, "", f"{server.arena.honest}:{ref}")


def test_main_is_taken_away(server: Server) -> None:
    answer = server.push("--delete", "refs/heads/main")
    assert "rejected" in answer
    assert server.arena.honest in server.arena.git("ls-remote", str(server.guarded))
