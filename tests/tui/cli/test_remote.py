"""Remotes from the command line: clone, fetch, ticket, hook, and verification for others."""

from __future__ import annotations

import os
import pty
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store.ticket import parse
from store.words import words
from tests.store.office import stock_environment
from tests.tui.cli.conftest import Dalil

ROOT = Path(__file__).parents[3]


@pytest.fixture
def git(team: Path) -> Callable[..., str]:
    def run(*arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["git", "-C", str(team / "repository"), *arguments],
            capture_output=True, text=True, check=check, env=stock_environment(),
        )  # fmt: skip
        return done.stdout + done.stderr

    return run


@pytest.fixture
def server(team: Path, git: Callable[..., str]) -> str:
    git("clone", "-q", "--bare", ".", str(team / "server.git"))
    return str(team / "server.git")


@pytest.fixture
def root(git: Callable[..., str]) -> str:
    return git("rev-list", "--max-parents=0", "main").strip()


def test_a_new_member_joins_by_a_ticket_and_gets_what_others_push(
    dalil: Dalil, team: Path, server: str, git: Callable[..., str]
) -> None:
    ticket = dalil("ticket").out.strip()
    mine = str(team / "mine")
    done = dalil("clone", server, mine, "--ticket", ticket, "--json", by="sami")
    assert done.code == 0
    assert done.json()["pinned"] is True
    change = ("set", "SY-2018-0003", "overview.status", "judicial", "--why", "x")
    assert dalil(*change).code == 0
    git("push", "-q", server, "main")
    fetched = dalil("-C", mine, "fetch", "--json", by="sami")
    assert fetched.json()["state"] == "new"
    assert "judicial" in dalil("-C", mine, "show", "SY-2018-0003", by="sami").out
    assert "Nothing new" in dalil("-C", mine, "fetch", by="sami").out


def test_a_ticket_is_told_in_words_beside_it(dalil: Dalil, root: str) -> None:
    answer = dalil("ticket", by="nobody")
    assert parse(answer.out).root == root
    assert " ".join(words(root)) in answer.err
    assert dalil("ticket", "--json").json()["root"] == root


def test_fetch_knows_from_the_public_key_which_commits_are_ours(
    dalil: Dalil, team: Path, server: str, root: str
) -> None:
    assert dalil("clone", server, str(team / "mine"), "--pin", root, by="sami").code == 0
    assert dalil("-C", str(team / "mine"), "fetch", by="nobody").code == 0


def test_a_rolled_back_remote_is_exit_code_3(
    dalil: Dalil, team: Path, server: str, root: str
) -> None:
    mine = str(team / "mine")
    dalil("clone", server, mine, "--pin", root, by="sami")
    subprocess.run(["git", "-C", server, "update-ref", "refs/heads/main", "main~1"], check=True)
    answer = dalil("-C", mine, "fetch", by="sami")
    assert answer.code == 3
    assert "rolled back" in answer.out
    assert "refs/dalil/evidence/" in answer.err
    assert dalil("-C", mine, "fetch", "--json", by="sami").json()["state"] == "rollback"


def test_a_forged_history_is_not_cloned_and_says_why(
    dalil: Dalil, team: Path, server: str, root: str, git: Callable[..., str]
) -> None:
    git("commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "edit case")
    git("push", "-q", server, "main")
    answer = dalil("clone", server, str(team / "mine"), "--pin", root, by="sami")
    assert answer.code == 3
    assert "not signed" in answer.out
    assert not (team / "mine").exists()


def test_without_a_terminal_a_clone_needs_a_pin_a_ticket_or_yes(
    dalil: Dalil, team: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    answer = dalil("clone", server, str(team / "mine"))
    assert answer.code == 1
    assert "--ticket" in answer.err
    done = dalil("clone", server, str(team / "mine"), "--yes")
    assert done.code == 0
    assert "can be read, not changed" in done.err
    assert dalil("clone", server, str(team / "x"), "--yes", "--pin", "1" * 40).code == 2


@pytest.mark.parametrize(("said", "code"), [("y\n", 0), ("نعم\n", 0), ("n\n", 1), ("\n", 1)])
def test_on_a_terminal_the_words_are_shown_and_asked_for(
    team: Path, server: str, root: str, said: str, code: int
) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "clone", server, str(team / "mine")],
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        env=os.environ | {"DALIL_HOME": str(team / "sami"), "LC_ALL": "C.UTF-8"},
    ) as process:  # fmt: skip
        os.write(ours, said.encode())
        _, shown = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == code
    assert " ".join(words(root)) in shown.decode()
    assert (team / "mine").exists() == (code == 0)


@pytest.mark.parametrize("url", ["ext::touch x", "http://a/b", "--upload-pack=x:y", "a@-ob:c"])
def test_a_hostile_address_is_one_line_and_exit_code_1_or_2(
    dalil: Dalil, team: Path, url: str
) -> None:
    answer = dalil("clone", "--yes", "--", url, str(team / "mine"))
    assert answer.code == 1
    assert answer.err.startswith("error: ")


def test_a_hook_from_the_command_line_takes_and_refuses(
    dalil: Dalil, server: str, root: str, git: Callable[..., str]
) -> None:
    answer = dalil("hook", "install", server)
    assert answer.code == 0
    assert " ".join(words(root)) in answer.out
    assert "Compare the root commit" in answer.err
    assert dalil("hook", "install", server, "--pin", root).err == ""
    dalil("set", "SY-2018-0003", "overview.status", "judicial", "--why", "x")
    assert "Refused" not in git("push", server, "main")
    git("commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "edit case")
    assert "Refused by Dalil" in git("push", server, "main", check=False)


def test_a_bare_clone_is_verified_without_keys_on_a_medium_that_cannot_be_written(
    dalil: Dalil, team: Path, server: str, root: str
) -> None:
    Path(server).chmod(stat.S_IRUSR | stat.S_IXUSR)
    shutil.rmtree(team / "nobody", ignore_errors=True)
    answer = dalil("verify", server, "--json", by="nobody")
    assert answer.json()["state"] == "unpinned"
    Path(server).chmod(0o755)
    assert dalil("verify", server, "--pin", root, by="nobody").code == 0
    assert dalil("verify", server, "--pin", "0" * 40, by="nobody").code == 3


def test_a_build_verifies_from_the_pin_in_its_settings(
    dalil: Dalil, root: str, git: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DALIL_PIN", raising=False)
    assert dalil("verify", "--ci").code == 1
    monkeypatch.setenv("DALIL_PIN", root)
    assert dalil("verify", "--ci").out.startswith("authentic: all 4 commits")
    assert dalil("verify", "--ci", "--pin", "0" * 40).code == 3
    git("commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "edit case")
    answer = dalil("verify", "--ci", "--json")
    assert answer.code == 3
    assert answer.json()["state"] == "broken"
