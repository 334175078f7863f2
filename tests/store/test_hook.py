"""The hook, as stock git meets it: real pushes to a real bare repository."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.crypto.sshsig import sign
from store.errors import BadFormat, BadSignature, Refused
from store.hook import install, judge
from store.policy_change import apply_policy
from store.repo.commit import build, insert_signature
from store.repo.objects import object_id
from store.repo.write import write_objects
from store.trust.membership import remove_member
from tests.store.office import Office, stock_environment
from tests.store.remote.remotes import bare, fake_ssh, refs, send, serve

ROOT = Path(__file__).parents[2]
COMMAND = [
    sys.executable,
    "-I",
    "-c",
    "import sys; sys.path.append(sys.argv.pop(1)); from tui.cli import run; run()",
    str(ROOT),
    "hook",
    "run",
]


@pytest.fixture
def root(office: Office) -> str:
    return office.git("rev-list", "--max-parents=0", "main").strip()


@pytest.fixture
def server(office: Office, tmp_path: Path) -> Office:
    """A bare repository with what the office has, and the hook."""
    found = bare(office, tmp_path / "server.git")
    install(str(found.folder), COMMAND)
    return found


def test_an_authentic_push_is_taken(office: Office, server: Office) -> None:
    for title in ("one", "two", "three"):
        tip = office.edit("sami", title)
        send(office, server)
        assert server.head() == tip


def test_a_commit_by_nobody_is_refused_with_the_text_of_the_finding(
    office: Office, server: Office
) -> None:
    before = server.head()
    bad = office.commit("sami", [("README.md", b"x")], signed_by="stranger")
    said = send(office, server)
    assert f"✗ {bad[:10]} rule 2: signed with a key that is no member's" in said
    assert "do not rely on this commit" in said
    assert "Refused by Dalil" in said
    assert server.head() == before


def test_what_was_refused_leaves_no_object_behind(office: Office, server: Office) -> None:
    bad = office.commit("lina", [("cases/main/ab/" + "ab" * 10 + ".age", b"plain")])
    send(office, server)
    assert "fatal" in server.git("cat-file", "-t", bad, check=False)


def test_a_good_commit_upon_a_bad_one_does_not_bring_it_in(office: Office, server: Office) -> None:
    before = server.head()
    bad = office.commit("lina", [("README.md", b"x")])
    office.commit("nour", [("README.md", b"y")])
    assert bad[:10] in send(office, server)
    assert server.head() == before


def test_an_unsigned_commit_of_stock_git_is_refused(office: Office, server: Office) -> None:
    (office.folder / "README.md").write_text("changed")
    office.git("commit", "-qam", "edit case")
    assert "not signed" in send(office, server)


def test_a_forced_push_is_refused(office: Office, server: Office, tmp_path: Path) -> None:
    other = office.copy(tmp_path / "other")
    office.edit("sami", "one story")
    send(office, server)
    other.edit("sami", "another story")
    before = server.head()
    for settings in ("true", "false"):
        server.git("config", "receive.denyNonFastForwards", settings)
        said = send(other, server, "--force")
        assert "this push would take commit" in said
        assert server.head() == before


def test_going_back_is_refused_even_where_git_would_allow_it(
    office: Office, server: Office
) -> None:
    office.edit("sami", "news")
    send(office, server)
    server.git("config", "receive.denyNonFastForwards", "false")
    said = office.git("push", "--force", str(server.folder), "main~1:main", check=False)
    assert "rejected" in said
    assert server.head() == office.head()


def test_main_is_not_deleted(office: Office, server: Office) -> None:
    for settings in ("true", "false"):
        server.git("config", "receive.denyDeletes", settings)
        assert "rejected" in office.git("push", str(server.folder), ":main", check=False)
    assert server.head() == office.head()


@pytest.mark.parametrize(
    "ref", ["refs/heads/other", "refs/tags/v1", "refs/notes/x", "refs/replace/" + "1" * 40]
)
def test_only_main_is_taken(office: Office, server: Office, ref: str) -> None:
    said = office.git("push", str(server.folder), f"main:{ref}", check=False)
    assert "only the branch main is taken here" in said
    assert set(refs(server)) == {"refs/heads/main"}


def test_another_ref_beside_main_takes_main_down_with_it(office: Office, server: Office) -> None:
    before = server.head()
    office.edit("sami", "news")
    office.git("push", str(server.folder), "main", "main:refs/heads/other", check=False)
    assert server.head() == before


def test_the_first_push_to_an_empty_remote_must_begin_at_the_pin(
    office: Office, root: str, tmp_path: Path
) -> None:
    empty = Office(tmp_path / "empty.git", office.homes)
    office.git("init", "-q", "--bare", "-b", "main", str(empty.folder))
    with pytest.raises(Refused):
        install(str(empty.folder), COMMAND)
    assert install(str(empty.folder), COMMAND, root=root).tip is None
    other = Office(tmp_path / "other", office.homes)
    other.found()
    assert "rejected" in send(other, empty)
    send(office, empty)
    assert empty.head() == office.head()


def test_the_hook_needs_no_settings_of_the_account_that_runs_it(
    office: Office, server: Office, tmp_path: Path
) -> None:
    (tmp_path / "hooks").mkdir()
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\n\thooksPath = {tmp_path}/hooks\n")
    office.commit("lina", [("README.md", b"x")])
    done = subprocess.run(
        ["git", "-C", str(office.folder), "push", str(server.folder), "main"],
        env=stock_environment() | {"GIT_CONFIG_GLOBAL": str(settings)},
        capture_output=True,
        check=False,
    )
    assert b"Refused by Dalil" in done.stderr


def test_who_was_removed_by_the_last_push_comes_in_before_it_by_no_merge(
    office: Office, server: Office, tmp_path: Path
) -> None:
    """What the hook wrote down is one push behind: what stands on main holds as well."""
    aside = office.copy(tmp_path / "aside")
    late = aside.edit("sami", "late")
    with office.open() as vault:
        removal = apply_policy(vault, remove_member(vault.policy, "sami"))
    send(office, server)
    office.git("fetch", "--quiet", str(aside.folder), "main")
    tree = office.git("rev-parse", f"{removal}^{{tree}}").strip()
    raw = build(tree, (late, removal), "nour", int(time.time()), "merge")
    raw = insert_signature(raw, sign(raw, office.keys("nour").signer))
    merge = object_id("commit", raw)
    write_objects(office.git_dir, [(merge, "commit", raw)])
    serve(office, merge)
    said = send(office, server)
    assert f"{late[:10]} rule 2 (sami): signed by sami, who was no member any more" in said
    assert server.head() == removal


def test_a_hook_that_forgot_its_pin_takes_nothing(office: Office, server: Office) -> None:
    office.edit("sami", "news")
    for text in ("", "root: x\n", "root: [1]\ntip: 2\n", "root: ../../x\ntip: ''\n"):
        (server.folder / "dalil" / "hook.yaml").write_text(text)
        assert "does not know which repository this is" in send(office, server)


def test_a_hook_whose_program_is_gone_takes_nothing(office: Office, server: Office) -> None:
    before = server.head()
    install(str(server.folder), ["/nowhere/python", "hook", "run"])
    office.edit("sami", "news")
    assert "rejected" in send(office, server)
    assert server.head() == before


def test_what_was_pushed_past_the_hook_is_looked_at_by_the_next_push(
    office: Office, server: Office
) -> None:
    bad = office.commit("lina", [("README.md", b"x")])
    hook = server.folder / "hooks" / "pre-receive"
    hook.rename(hook.with_suffix(".off"))
    send(office, server)
    assert server.head() == bad
    hook.with_suffix(".off").rename(hook)
    office.commit("sami", [], "edit case")
    assert bad[:10] in send(office, server)


def test_a_push_that_git_refuses_after_the_hook_is_no_rollback_later(
    office: Office, server: Office, tmp_path: Path
) -> None:
    other = office.copy(tmp_path / "other")
    office.edit("sami", "lost")
    lock = server.folder / "refs/heads/main.lock"
    lock.touch()
    assert "failed" in send(office, server)
    lock.unlink()
    tip = other.edit("sami", "kept")
    send(other, server)
    assert server.head() == tip


def test_another_hook_is_not_overwritten_without_saying(office: Office, tmp_path: Path) -> None:
    found = bare(office, tmp_path / "server.git")
    hook = found.folder / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(Refused):
        install(str(found.folder), COMMAND)
    done = install(str(found.folder), COMMAND, replaces=True)
    assert Path(done.replaced).read_text() == "#!/bin/sh\nexit 0\n"
    assert install(str(found.folder), COMMAND).replaced == ""
    assert os.stat(hook).st_mode & 0o777 == 0o755


def test_it_is_installed_on_an_authentic_bare_repository_only(
    office: Office, root: str, tmp_path: Path
) -> None:
    for folder in (office.folder, tmp_path / "nowhere"):
        with pytest.raises(BadFormat):
            install(str(folder), COMMAND)
    found = bare(office, tmp_path / "server.git")
    with pytest.raises(BadSignature):
        install(str(found.folder), COMMAND, root="0" * 40)
    with pytest.raises(BadFormat):
        install(str(found.folder), COMMAND, root=office.head())
    office.commit("lina", [("README.md", b"x")])
    send(office, found)
    with pytest.raises(BadSignature):
        install(str(found.folder), COMMAND, root=root)
    assert not (found.folder / "hooks" / "pre-receive").exists()


def test_the_settings_that_stand_beside_the_hook(server: Office) -> None:
    said = server.git("config", "--local", "--list").lower()
    for setting in ("fsckobjects=true", "denydeletes=true", "denynonfastforwards=true"):
        assert f"receive.{setting}" in said
    assert "receive.maxinputsize" in said


def test_a_main_that_was_moved_back_by_hand_takes_only_what_it_had(
    office: Office, server: Office
) -> None:
    office.edit("sami", "one")
    send(office, server)
    office.edit("sami", "two")
    send(office, server)
    serve(server, office.git("rev-parse", "main~2").strip())
    send(office, server)
    assert server.head() == office.head()


def test_nothing_to_judge_is_taken(server: Office) -> None:
    assert judge(server.git_dir, [], {}).is_taken


def test_a_push_over_ssh_meets_the_hook(office: Office, server: Office, tmp_path: Path) -> None:
    ssh = fake_ssh(tmp_path / "bin")
    office.git("config", "core.sshCommand", str(ssh / "ssh"))
    address = f"nour@example.org:{server.folder}"
    tip = office.edit("sami", "news")
    office.git("push", address, "main")
    assert server.head() == tip
    office.commit("lina", [("README.md", b"x")])
    assert "Refused by Dalil" in office.git("push", address, "main", check=False)
    assert server.head() == tip


@pytest.fixture
def daemon(server: Office) -> Iterator[str]:
    """A git daemon that takes pushes; give the address of the server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            "git", "daemon", "--reuseaddr", "--export-all", "--enable=receive-pack",
            "--listen=127.0.0.1", f"--port={port}", f"--base-path={server.folder.parent}",
        ],
        env=stock_environment(),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(200):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"git://127.0.0.1:{port}/{server.folder.name}"
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def test_a_push_to_a_git_daemon_meets_the_hook(office: Office, server: Office, daemon: str) -> None:
    tip = office.edit("sami", "news")
    office.git("push", daemon, "main")
    assert server.head() == tip
    office.commit("lina", [("README.md", b"x")])
    assert "Refused by Dalil" in office.git("push", daemon, "main", check=False)
    assert server.head() == tip
