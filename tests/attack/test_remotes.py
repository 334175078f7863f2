"""A remote that lies: it goes back, shows two histories, holds back, or names programs to run."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from store.errors import BadFormat, BadSignature, StoreError
from store.remote.clone import Untrusted, clone
from store.remote.fetch import FROZEN_DAYS, Fetched, fetch
from store.remote.urls import check
from store.ticket import make
from store.trust.policy import Member
from tests.attack.arena import CASE, HONEST_TITLE, Arena
from tests.store.office import FIRST, stock_environment


class Remote:
    """A bare repository that the attacker holds, and nour's clone beside it."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.folder = arena.folder.parent / "remote.git"
        self.url = str(self.folder)
        arena.git("clone", "--quiet", "--bare", str(arena.folder), self.url)
        self.colleague = arena.folder.parent / "colleague"
        arena.git("clone", "--quiet", self.url, str(self.colleague))

    def serve(self, commit: str, source: Arena | None = None) -> None:
        """Let the remote's main lead to a commit that was made in the arena, or elsewhere."""
        self.git("fetch", "--quiet", str((source or self.arena).folder), commit)
        self.git("update-ref", "refs/heads/main", commit)

    def git(self, *arguments: str) -> str:
        line = ["git", "-C", self.url, *arguments]
        done = subprocess.run(
            line, capture_output=True, text=True, check=True, env=stock_environment()
        )
        return done.stdout

    def git_fetches(self) -> bool:
        """Say whether `git fetch` of a colleague takes over what is served now."""
        line = ["git", "-C", str(self.colleague), "fetch", "--quiet"]
        return subprocess.run(line, check=False, env=stock_environment()).returncode == 0

    def fetch(self, *, days: float = 0) -> Fetched:
        clock = time.time() + days * 86400
        with self.arena.open("nour", clock=lambda: clock) as vault:
            return fetch(vault, url=self.url)


@pytest.fixture
def remote(arena: Arena) -> Remote:
    """Give a remote that served the honest tip, and was fetched from then."""
    made = Remote(arena)
    assert made.fetch().state == "nothing"
    return made


def check_refused(remote: Remote, tip: str, *states: str) -> Fetched:
    """Check that what is served is refused and kept, and that nothing of it is ours."""
    before = remote.arena.head()
    found = remote.fetch()
    assert found.is_refused
    assert found.state in states
    assert found.tip == tip
    assert remote.arena.head() == before
    assert remote.arena.git("rev-parse", found.evidence).strip() == tip
    with remote.arena.open("nour") as vault:
        assert vault.trust.state == "authentic"
        assert vault.get(FIRST).title == HONEST_TITLE
    return found


def test_a_remote_is_rolled_back(remote: Remote) -> None:
    old = remote.arena.git("rev-parse", "HEAD~1").strip()
    remote.serve(old)
    assert remote.git_fetches()
    check_refused(remote, old, "rollback")


def test_a_remote_is_forked(remote: Remote) -> None:
    """Both lines are sound; but one of them was not there before."""
    arena = remote.arena
    base = arena.git("rev-parse", "HEAD~1").strip()
    fork = arena.commit_as("sami", {CASE: arena.sealed()}, parents=[base])
    arena.serve(arena.honest)
    remote.serve(fork)
    assert remote.git_fetches()
    assert arena.git_says(fork) == "G"
    check_refused(remote, fork, "fork")


def test_a_member_forces_a_push(remote: Remote) -> None:
    arena = remote.arena
    base = arena.git("rev-parse", "HEAD~1").strip()
    fork = arena.commit_as("sami", {CASE: arena.sealed()}, parents=[base])
    arena.git("push", "--quiet", "--force", remote.url, f"{fork}:refs/heads/main")
    arena.serve(arena.honest)
    assert remote.git("rev-parse", "refs/heads/main").strip() == fork
    check_refused(remote, fork, "fork")


def test_a_remote_is_emptied(remote: Remote) -> None:
    remote.git("update-ref", "-d", "refs/heads/main")
    assert remote.git_fetches()
    found = remote.fetch()
    assert (found.state, found.is_refused) == ("rollback", True)


def test_a_remote_is_frozen(remote: Remote) -> None:
    """Nothing it serves is wrong: it only serves nothing new."""
    assert remote.git_fetches()
    assert remote.fetch(days=FROZEN_DAYS - 1).frozen == 0
    assert remote.fetch(days=FROZEN_DAYS + 1).frozen >= FROZEN_DAYS


def test_a_frozen_remote_does_not_thaw_by_what_we_pushed(remote: Remote) -> None:
    own = remote.arena.edit("nour", HONEST_TITLE + "!")
    remote.serve(own)
    assert remote.fetch(days=FROZEN_DAYS + 1).frozen >= FROZEN_DAYS


def test_a_remote_adds_a_recipient(remote: Remote) -> None:
    arena = remote.arena
    policy = arena.changed_policy(eve=arena.member("eve", "editor", "main"))
    bad = arena.commit_as("eve", {"policy.yaml": policy}, name="nour", message="policy")
    arena.serve(arena.honest)
    remote.serve(bad)
    assert remote.git_fetches()
    found = check_refused(remote, bad, "refused")
    assert found.report is not None
    assert [(one.commit, one.rule) for one in found.report.failures] == [(bad, 2)]
    with arena.open("nour") as vault:
        assert "eve" not in vault.policy.members
        assert vault.recipient("main") == arena.recipients["main"]


def test_a_removed_member_pushes_a_line_from_before(remote: Remote) -> None:
    arena = remote.arena
    removed = arena.commit_as(
        "nour", {"policy.yaml": arena.changed_policy(omar=Member(left=2))}, message="policy"
    )
    remote.serve(removed)
    assert remote.fetch().state == "nothing"
    fork = arena.commit_as("omar", {CASE: arena.sealed()}, parents=[arena.honest])
    merge = arena.commit_as("sami", {}, parents=[removed, fork], message="merge")
    arena.serve(removed)
    for tip, states in ((fork, ("fork",)), (merge, ("refused",))):
        remote.serve(tip)
        assert remote.git_fetches()
        check_refused(remote, tip, *states)


def test_a_removed_member_pushes_before_the_removal_is_published(remote: Remote) -> None:
    """To the remote he is a member still; here, on a line that goes on apart, he is not."""
    arena = remote.arena
    fork = arena.commit_as("omar", {CASE: arena.sealed()}, parents=[arena.honest])
    other = arena.commit_as("sami", {CASE: arena.sealed()}, parents=[arena.honest])
    gone = {"policy.yaml": arena.changed_policy(omar=Member(left=2))}
    arena.commit_as("nour", gone, parents=[arena.honest], message="policy")
    remote.serve(other)
    assert remote.fetch().state == "apart"
    remote.git("update-ref", "refs/heads/main", arena.honest)
    Path(arena.git_dir, "dalil", "remotes.yaml").unlink()
    remote.serve(fork)
    found = check_refused(remote, fork, "refused")
    assert found.report is not None
    assert [(one.commit, one.rule) for one in found.report.failures] == [(fork, 2)]


def test_a_clone_where_a_removed_members_line_comes_first(remote: Remote, tmp_path: Path) -> None:
    """Whether or not the clone knows of the removal: no editor may say which line came first."""
    arena = remote.arena
    changed = arena.changed_policy(omar=Member(left=2))
    removed = arena.commit_as("nour", {"policy.yaml": changed}, message="policy")
    with arena.open("nour") as vault:
        ticket = make(vault)
    fork = arena.commit_as("omar", {CASE: arena.sealed()}, parents=[arena.honest])
    merge = arena.commit_as(
        "sami", {"policy.yaml": changed}, parents=[fork, removed], message="merge"
    )
    remote.serve(merge)
    for expected in (ticket, arena.root):
        with pytest.raises(Untrusted, match="only an admin may do that"):
            clone(remote.url, str(tmp_path / "clone"), expected=expected)
        assert not (tmp_path / "clone").exists()


def test_a_clone_of_another_repository(remote: Remote, tmp_path: Path) -> None:
    arena = remote.arena
    policy = arena.changed_policy(1, eve=arena.member("eve", "admin", "main"))
    forged = arena.commit_as("eve", {"policy.yaml": policy}, parents=[], message="policy")
    remote.serve(forged)
    folder = tmp_path / "clone"
    arena.git("clone", "--quiet", remote.url, str(tmp_path / "stock"))  # git asks nothing
    with pytest.raises(Untrusted, match="does not begin at the pinned commit"):
        clone(remote.url, str(folder), expected=arena.root)
    assert not folder.exists()


def test_a_clone_of_an_old_state(remote: Remote, tmp_path: Path) -> None:
    """The root is right; only the tip that the ticket names shows that something is held back."""
    arena = remote.arena
    with arena.open("nour") as vault:
        ticket = make(vault)
    remote.serve(arena.root)
    folder = tmp_path / "clone"
    assert clone(remote.url, str(tmp_path / "by-root"), expected=arena.root).is_pinned
    with pytest.raises(BadSignature, match="rolled back"):
        clone(remote.url, str(folder), expected=ticket)
    assert not folder.exists()


OPTIONS = [
    "--upload-pack=touch sprung;false",
    "-oProxyCommand=touch sprung",
    "ext::sh -c touch% sprung",
    "ssh://-oProxyCommand=touch%20sprung/x",
    "ssh://host/-oProxyCommand=x",
    "-oProxyCommand=touch:x",
    "host:-upload",
    "git://host/x",
    "http://host/x",
    "ftp://host/x",
    "fd::7",
    "transport::https://host/x",
    "https://-host/x",
    "https://user:secret@host/x",
    "https://host/x\n--upload-pack=x",
    "file://host/x",
    "",
]


@pytest.mark.parametrize("url", OPTIONS)
def test_an_address_that_is_an_option_or_a_program(remote: Remote, url: str) -> None:
    with suppress(BadFormat):  # else it is a folder of that odd name, below the one we stand in
        assert check(url) == (str(Path.cwd() / url), "file")
    with pytest.raises(StoreError) as caught, remote.arena.open("nour") as vault:
        fetch(vault, url=url)
    assert caught.value.advice()
    assert "secret" not in str(caught.value)
    assert not Path("sprung").exists()
    assert not (remote.arena.folder / "sprung").exists()


def test_git_runs_what_an_address_says(remote: Remote) -> None:
    line = ["git", "-C", str(remote.colleague), "fetch", OPTIONS[0], remote.url]
    subprocess.run(line, capture_output=True, check=False, env=stock_environment())
    assert (remote.colleague / "sprung").exists()


@pytest.mark.parametrize("name", ["--all", "-o", "../main", "a/b", "HEAD.lock", "", "a\nb", "@{1}"])
def test_a_remote_whose_name_is_an_option_or_another_ref(remote: Remote, name: str) -> None:
    with remote.arena.open("nour") as vault, pytest.raises(BadFormat, match="name of a remote"):
        fetch(vault, name, url=remote.url)


def trap(arena: Arena) -> Path:
    program = arena.folder.parent / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch '{arena.folder.parent}/sprung'\n")
    program.chmod(0o755)
    return program


def test_the_settings_of_our_own_repository_have_no_say(remote: Remote) -> None:
    """The disk was in other hands: git would fetch from elsewhere, by programs named there."""
    arena = remote.arena
    program = trap(arena)
    new = arena.commit_as("sami", {CASE: arena.sealed()}, message="edit case")
    arena.serve(arena.honest)
    remote.serve(new)
    with Path(arena.git_dir, "config").open("a") as file:
        file.write(
            f"[core]\n\tsshCommand = {program}\n\tfsmonitor = {program}\n\thooksPath = {program}\n"
            f'[url "ext::{program} "]\n\tinsteadOf = {remote.folder.parent}\n'
            f"[protocol]\n\tallow = always\n[credential]\n\thelper = !{program}\n"
            f'[remote "evil"]\n\turl = ext::{program}\n\tpromisor = true\n'
            f"[include]\n\tpath = {program}.inc\n"
        )
    Path(f"{program}.inc").write_text(f"[gpg]\n\tprogram = {program}\n")
    line = ["git", "-C", str(arena.folder), "fetch", remote.url]
    subprocess.run(line, capture_output=True, check=False, env=stock_environment())
    sprung = program.parent / "sprung"
    assert sprung.exists()
    sprung.unlink()
    found = remote.fetch()
    assert (found.state, found.tip) == ("new", new)
    assert not sprung.exists()


def test_the_settings_of_the_remote_have_no_say(remote: Remote) -> None:
    program = trap(remote.arena)
    new = remote.arena.commit_as("sami", {CASE: remote.arena.sealed()})
    remote.arena.serve(remote.arena.honest)
    remote.serve(new)
    with (remote.folder / "config").open("a") as file:
        file.write(
            f"[uploadpack]\n\tpackObjectsHook = {program}\n[core]\n\tfsmonitor = {program}\n"
        )
    for name in ("post-upload-pack", "pre-upload-pack", "post-checkout", "reference-transaction"):
        (remote.folder / "hooks").mkdir(exist_ok=True)
        (remote.folder / "hooks" / name).symlink_to(program)
    assert remote.fetch().tip == new
    assert not (program.parent / "sprung").exists()


def test_only_main_comes(remote: Remote) -> None:
    arena = remote.arena
    bad = arena.commit_as("eve", {CASE: b"The witness is Jamil\n"}, name="sami")
    arena.git("push", "--quiet", remote.url, f"{bad}:refs/heads/evil", f"{bad}:refs/tags/v1")
    arena.git("push", "--quiet", remote.url, f"{bad}:refs/replace/{arena.honest}")
    arena.serve(arena.honest)
    remote.git("symbolic-ref", "HEAD", "refs/heads/evil")
    before = set(arena.git("for-each-ref", "--format=%(refname)").split())
    assert remote.fetch().state == "nothing"
    assert set(arena.git("for-each-ref", "--format=%(refname)").split()) == before


@pytest.mark.parametrize("name", [b".git", b"..", b".GIT", b"git~1"])
def test_a_tree_that_would_write_into_the_repository(
    remote: Remote, tmp_path: Path, name: bytes
) -> None:
    arena = remote.arena
    elsewhere = arena.copy(tmp_path / "elsewhere")
    blob = bytes.fromhex(elsewhere.put("blob", b"[core]\n"))
    top = arena.run(["cat-file", "tree", f"{arena.honest}^{{tree}}"]).stdout
    tree = elsewhere.put("tree", b"100644 " + name + b"\0" + blob + top)
    bad = elsewhere.commit_tree("nour", tree, [arena.honest])
    remote.serve(bad, elsewhere)
    assert remote.git_fetches()
    with pytest.raises(StoreError, match="cannot be fetched"):
        remote.fetch()
    assert arena.head() == arena.honest
