"""Reading from the command line: list, search, show, log, diff, verify."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.tui.cli.conftest import Dalil


def test_the_list_shows_each_case_and_what_is_sealed(dalil: Dalil) -> None:
    assert [row["reference"] for row in dalil("list", "--sort", "reference", "--json").json()] == [
        "SY-2018-0003",
        "SY-2024-0001",
        "SY-2024-0002",
    ]
    answer = dalil("list", by="lina")
    assert answer.code == 0
    assert "sealed · witness" in answer.out
    assert "A witness of the first case" not in answer.out


def test_the_list_can_be_narrowed(dalil: Dalil) -> None:
    assert "SY-2024-0002" in dalil("list", "--compartment", "witness").out
    nothing = dalil("list", "--status", "closed")
    assert (nothing.code, nothing.out) == (0, "")
    assert "no case is like that" in nothing.err


@pytest.mark.parametrize(
    ("name", "word", "known"),
    [
        ("kind", "detension", "detention, "),
        ("status", "close", "closed, "),
        ("compartment", "wittness", "witness, main"),
        ("by", "noor", "nour, "),
        ("year", "last", "such as 2013"),
    ],
)
def test_a_filter_that_no_case_can_pass_is_refused(
    dalil: Dalil, name: str, word: str, known: str
) -> None:
    for more in ((), ("--json",)):
        answer = dalil("list", f"--{name}", word, *more)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith("error: ")
        assert known in answer.err.splitlines()[1]


def test_filters_take_what_cases_can_have(dalil: Dalil) -> None:
    assert len(dalil("list", "--kind", "detention", "--by", "nour").out.splitlines()) == 3
    for line in (("--by", "lina"), ("--kind", "torture"), ("--year", "1999")):
        assert "no case is like that" in dalil("list", *line).err


def test_a_commit_can_be_counted_back_from_the_last(dalil: Dalil) -> None:
    for status in ("review", "judicial"):
        dalil("set", "SY-2018-0003", "overview.status", status, "--why", "x")
    case_id = dalil("show", "SY-2018-0003", "--json").json()["id"]
    for commit, status in (
        ("HEAD", "judicial"),
        ("HEAD~0", "judicial"),
        ("HEAD^", "review"),
        ("HEAD~", "review"),
        ("HEAD~2", "intake"),
    ):
        shown = dalil("show", case_id, "--at", commit, "--json").json()
        assert shown["overview"]["status"] == status
    assert "review → judicial" in dalil("diff", case_id, "HEAD~1", "HEAD").out
    for wrong in ("HEAD~99", "HEAD~" + "9" * 5000, "HEAD^2", "HEAD~x", "HEADS", "main", "~1", "²"):
        answer = dalil("show", case_id, "--at", wrong)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith("error: ")


def test_show_is_read_the_same_in_any_form(dalil: Dalil, team: Path) -> None:
    shown = dalil("show", "SY-2018-0003")
    folder = str(team / "repository")
    lines: tuple[tuple[str, ...], ...] = (
        ("-C", folder, "show", "SY-2018-0003"),
        ("show", "-C", folder, "SY-2018-0003"),
        ("show", f"-C{folder}", "SY-2018-0003"),
        ("show", "SY-2018-0003", "--at", "HEAD"),
        ("show", "--", "SY-2018-0003"),
    )
    for line in lines:
        assert dalil(*line) == shown
    assert dalil("show", "--json", "SY-2018-0003") == dalil("show", "SY-2018-0003", "--json")
    for wrong in (("show",), ("--json", "show", "x"), ("show", "a", "b"), ("show", "x", "-C")):
        assert dalil(*wrong).code == 2


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_shown_case_is_all_there_when_the_process_has_ended(
    dalil: Dalil, team: Path, form: tuple[str, ...]
) -> None:
    """Less than a buffer of it, and the fast path, which ends without Python's own clearing up."""
    case_id = dalil("list", "--json").json()[0]["id"]
    command = [sys.executable, "-m", "tui", "-C", str(team / "repository"), "show", case_id, *form]
    env = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    env |= {"DALIL_HOME": str(team / "nour"), "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert (done.returncode, done.stdout) == (0, dalil("show", case_id, *form).out)
    with open("/dev/full", "w") as full:
        none = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, env=env)
    assert (none.returncode, none.stderr[:6]) == (1, b"error:")


def test_a_name_is_found_in_another_spelling(dalil: Dalil) -> None:
    assert "SY-2018-0003" in dalil("search", "mamluk").out.splitlines()[0]
    assert dalil("search", "مملوك", "--json").json()[0]["reference"] == "SY-2018-0003"
    assert "nothing found" in dalil("search", "2999").err


def test_a_case_is_shown_by_reference_id_or_beginning_of_it(dalil: Dalil) -> None:
    shown = dalil("show", "SY-2018-0003")
    data = yaml.safe_load(shown.out)
    assert data["overview"]["title"] == "Warrants against three officers"
    assert dalil("show", data["id"]).out == shown.out
    assert dalil("show", data["id"][:8]).out == shown.out
    assert dalil("show", data["id"], "--json").json() == data


def test_what_goes_by_no_name_or_by_several_is_said(dalil: Dalil) -> None:
    for words in ("SY-1999-0001", "abcd", "", "~", "../.."):
        answer = dalil("show", words)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith("error: ")


def test_a_sealed_case_has_an_exit_code_of_its_own(dalil: Dalil) -> None:
    case_id = dalil("list", "--compartment", "witness", "--json").json()[0]["id"]
    answer = dalil("show", case_id, by="lina")
    assert (answer.code, answer.out) == (4, "")
    assert "sealed" in answer.err


def test_the_log_tells_who_when_and_why(dalil: Dalil) -> None:
    dalil("set", "SY-2018-0003", "overview.status", "judicial", "--why", "Made public", by="sami")
    first, second = dalil("log", "SY-2018-0003", "-p", "--json").json()
    assert (first["signer"], first["signature"], first["why"]) == (
        "sami",
        "verified",
        "Made public",
    )
    assert first["changes"] == [
        {"path": "overview.status", "old": "intake", "new": "judicial", "kind": "set"}
    ]
    assert second["why"] == "First account"
    assert len(dalil("log", "--json").json()) == 5
    assert len(dalil("log", "-n", "2").out.splitlines()) == 2


def test_two_versions_are_compared_field_by_field(dalil: Dalil) -> None:
    dalil("set", "SY-2018-0003", "overview.status", "review", "--why", "a")
    dalil("set", "SY-2018-0003", "overview.status", "judicial", "--why", "b")
    assert "review → judicial" in dalil("diff", "SY-2018-0003").out
    oldest = dalil("log", "SY-2018-0003", "--json").json()[-1]["commit"]
    assert "intake → judicial" in dalil("diff", "SY-2018-0003", oldest[:10]).out
    assert dalil("show", "SY-2018-0003", "--at", oldest[:10]).out.count("intake") == 1


def test_an_authentic_history_verifies_without_any_key(dalil: Dalil, team: Path) -> None:
    answer = dalil("verify", "--json", by="nobody")
    assert answer.code == 0
    assert answer.json()["authentic"] is True
    assert dalil("verify", str(team / "repository")).out.startswith("authentic: all 4 commits")


def test_an_unsigned_commit_is_named_and_what_stood_before_is_still_read(
    dalil: Dalil, team: Path
) -> None:
    git = ["git", "-C", str(team / "repository"), "-c", "user.name=x", "-c", "user.email=x@x"]
    (team / "repository" / "README.md").write_text("changed")
    subprocess.run([*git, "commit", "-qam", "edit case"], check=True)
    bad = subprocess.run(
        [*git, "rev-parse", "HEAD"], check=True, capture_output=True
    ).stdout.decode()
    verified = dalil("verify")
    assert verified.code == 3
    assert bad[:10] in verified.out
    listed = dalil("list")
    assert listed.code == 3
    assert "SY-2018-0003" in listed.out
    assert "not authentic" in listed.err
    refused = dalil("set", "SY-2018-0003", "overview.status", "closed", "--why", "x")
    assert refused.code == 3


def test_a_clone_is_read_but_not_written_until_its_root_is_confirmed(
    dalil: Dalil, team: Path
) -> None:
    clone = str(team / "clone")
    subprocess.run(["git", "clone", "-q", str(team / "repository"), clone], check=True)
    listed = dalil("-C", clone, "list")
    assert listed.code == 0
    assert "nobody has confirmed" in listed.err
    change = ("-C", clone, "set", "SY-2018-0003", "overview.status", "closed", "--why", "x")
    assert dalil(*change).code == 1
    root = dalil("verify", "--json").json()["root"]
    assert dalil("-C", clone, "verify", "--pin", "0" * 40).code == 3
    assert dalil("-C", clone, "verify", "--pin", root).code == 0
    assert dalil(*change).code == 0


@pytest.mark.parametrize("arguments", [("frob",), ("list", "--frob"), ("set", "x"), ("show",)])
def test_wrong_usage_is_one_line_and_exit_code_2(dalil: Dalil, arguments: tuple[str, ...]) -> None:
    answer = dalil(*arguments)
    assert answer.code == 2
    assert answer.err.startswith("error: ")


def test_escapes_from_a_case_do_not_reach_the_terminal(dalil: Dalil) -> None:
    evil = "a\x1b]0;title\x07b\u202ec\x9b31m"
    dalil("set", "SY-2018-0003", "overview.title", evil, "--why", evil)
    one, many = (
        ("show", "diff"),
        ("list", "log -p", "search warrants", "list --json", "log --json -p"),
    )
    for line in (*(f"{command} SY-2018-0003" for command in one), *many):
        answer = dalil(*line.split())
        assert answer.code == 0
        for hostile in ("\x1b", "\x07", "\u202e", "\x9b"):
            assert hostile not in answer.out + answer.err
    assert dalil("show", "SY-2018-0003", "--json").json()["overview"]["title"] == evil


def test_a_reader_that_goes_away_ends_the_command_quietly(team: Path) -> None:
    line = (
        f"cd {team}/repository; DALIL_HOME={team}/nour {sys.executable} -m tui log --json | head -1"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        ["bash", "-c", f"export PYTHONPATH={root}; {line}"], capture_output=True, check=True
    )
    assert done.stderr == b""
