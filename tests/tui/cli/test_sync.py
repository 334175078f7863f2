"""`dalil sync`, `remote` and `bundle`, by two people and a server that takes what is authentic."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.store.office import stock_environment
from tests.tui.cli.conftest import Answer, Dalil

CASE = "SY-2018-0003"


@pytest.fixture
def git(team: Path) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(team / "repository"), *arguments],
            capture_output=True, text=True, check=True, env=stock_environment(),
        ).stdout  # fmt: skip

    return run


@pytest.fixture
def root(git: Callable[..., str]) -> str:
    return git("rev-list", "--max-parents=0", "main").strip()


@pytest.fixture
def server(team: Path, git: Callable[..., str]) -> str:
    git("init", "-q", "--bare", "-b", "main", str(team / "server.git"))
    return str(team / "server.git")


def put(dalil: Dalil, *where: str, value: str, field: str = "overview.status", by: str) -> Answer:
    return dalil(*where, "set", CASE, field, value, "--why", "x", by=by)


def test_two_people_and_a_server_keep_in_step(
    dalil: Dalil, team: Path, server: str, root: str
) -> None:
    assert dalil("hook", "install", server, "--pin", root).code == 0
    assert "dalil sync origin" in dalil("remote", "add", "origin", server).out
    first = dalil("sync")
    assert (first.code, first.out) == (0, "✓ In step with origin: 4 commits went out\n")
    mine = ("-C", str(team / "mine"))
    assert dalil("clone", server, mine[1], "--pin", root, by="sami").code == 0
    put(dalil, *mine, value="judicial", by="sami")
    put(dalil, value="Another title", field="overview.title", by="nour")
    assert dalil("sync").code == 0
    there = dalil(*mine, "sync", by="sami")
    assert there.code == 0
    assert "1 change came in" in there.out
    assert "nour  SY-2018-0003  Another title  overview.title" in there.out
    here = dalil("sync", "--json").json()
    assert [(one["remote"], one["state"]) for one in here] == [("origin", "done")]
    assert [one["by"] for one in here[0]["incoming"]] == ["sami"]
    assert "judicial" in dalil("show", CASE).out
    assert "Another title" in dalil(*mine, "show", CASE, by="sami").out
    assert "nothing new" in dalil("sync").out


def test_a_conflict_that_a_colleague_resolved_is_told_by_its_sign(
    dalil: Dalil, team: Path, server: str, root: str
) -> None:
    dalil("remote", "add", "origin", server)
    dalil("sync")
    mine = ("-C", str(team / "mine"))
    dalil("clone", server, mine[1], "--pin", root, by="sami")
    put(dalil, *mine, value="judicial", by="sami")
    put(dalil, value="closed", by="nour")
    dalil("sync")
    dalil(*mine, "sync", by="sami")
    take = ("resolve", CASE, "overview.status", "--take", "1", "--why", "asked her")
    assert dalil(*mine, *take, by="sami").code == 0
    dalil(*mine, "sync", by="sami")
    came = dalil("sync").out
    assert "overview.status, ⚑\n" in came
    assert "conflicts." not in came


def test_remotes_are_named_listed_and_forgotten(dalil: Dalil, server: str) -> None:
    assert dalil("remote", "list").out == ""
    dalil("remote", "add", "origin", server)
    assert dalil("remote", "add", "origin", server).code == 1
    assert dalil("remote", "add", "stick", "/media/stick").code == 0
    listed = dalil("remote", "list", "--json").json()
    assert [(one["remote"], one["ahead"], one["state"]) for one in listed] == [
        ("origin", 4, "never"),
        ("stick", 4, "never"),
    ]
    assert server in dalil("remote", "list").out
    assert dalil("remote", "remove", "stick").code == 0
    assert dalil("remote", "remove", "stick").code == 1
    assert len(dalil("remote", "list", "--json").json()) == 1


@pytest.mark.parametrize("url", ["ext::touch x", "http://a/b", "a@-ob:c", "https://a:b@c/d"])
def test_a_hostile_address_is_not_taken_as_a_remote(dalil: Dalil, url: str) -> None:
    answer = dalil("remote", "add", "--", "x", url)
    assert answer.code == 1
    assert answer.err.startswith("error: ")
    assert dalil("remote", "list").out == ""


def test_without_a_remote_one_is_told_how_to_name_one(dalil: Dalil) -> None:
    answer = dalil("sync")
    assert answer.code == 1
    assert "dalil remote add origin URL" in answer.err


def test_a_remote_that_is_away_is_exit_code_1_and_the_others_are_synced(
    dalil: Dalil, server: str
) -> None:
    dalil("remote", "add", "away", "/nowhere/at/all")
    dalil("remote", "add", "origin", server)
    answer = dalil("sync", "--all")
    assert answer.code == 1
    assert "offline" in answer.out
    assert "In step with origin" in answer.out
    assert answer.err.count("error:") == 1


def test_what_the_last_remote_brings_reaches_the_first(
    dalil: Dalil, team: Path, server: str, root: str
) -> None:
    dalil("remote", "add", "origin", server)
    dalil("sync")
    mine = ("-C", str(team / "mine"))
    dalil("clone", server, mine[1], "--pin", root, by="sami")
    put(dalil, *mine, value="judicial", by="sami")
    subprocess.run(["git", "clone", "-q", "--bare", server, str(team / "zz.git")], check=True)
    dalil(*mine, "remote", "add", "zz", str(team / "zz.git"), by="sami")
    dalil(*mine, "sync", "zz", by="sami")
    dalil("remote", "add", "zz", str(team / "zz.git"))
    assert dalil("sync", "--all").code == 0
    heads = {
        subprocess.check_output(["git", "-C", folder, "rev-parse", "main"])
        for folder in (server, str(team / "zz.git"), str(team / "repository"))
    }
    assert len(heads) == 1


def test_a_rolled_back_remote_is_exit_code_3(dalil: Dalil, server: str) -> None:
    dalil("remote", "add", "origin", server)
    dalil("sync")
    subprocess.run(["git", "-C", server, "update-ref", "refs/heads/main", "main~1"], check=True)
    answer = dalil("sync")
    assert answer.code == 3
    assert "rolled back" in answer.out
    assert dalil("sync", "--json").json()[0]["served"] == "rollback"
    assert dalil("remote", "list", "--json").json()[0]["state"] == "refused"


def test_a_stick_goes_from_one_to_the_other(
    dalil: Dalil, team: Path, server: str, root: str
) -> None:
    stick = str(team / "stick.bundle")
    assert dalil("bundle", "export", stick).code == 0
    mine = ("-C", str(team / "mine"))
    assert dalil("clone", stick, mine[1], "--pin", root, by="sami").code == 0
    base = dalil("bundle", "export", stick, "--replace", "--json").json()["tip"]
    put(dalil, value="judicial", by="nour")
    assert dalil("bundle", "export", stick).code == 1
    new = dalil("bundle", "export", stick, "--since", base[:10], "--replace")
    assert "1 commits" in new.out
    put(dalil, *mine, value="Sami's", field="overview.title", by="sami")
    answer = dalil(*mine, "bundle", "import", stick, by="sami")
    assert answer.code == 0
    assert "overview.status" in answer.out
    shown = dalil(*mine, "show", CASE, by="sami").out
    assert "judicial" in shown
    assert "Sami's" in shown
    assert dalil(*mine, "verify", by="sami").code == 0


def test_a_bundle_that_is_none_is_one_line(dalil: Dalil, team: Path) -> None:
    (team / "letter").write_text("Dear all")
    answer = dalil("bundle", "import", str(team / "letter"))
    assert answer.code == 1
    assert answer.err.count("\n") == 2
    assert dalil("bundle", "import", str(team / "nothing")).code == 1
