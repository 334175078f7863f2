from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from store.errors import BadFormat, Refused, Remote, StoreError
from store.remote.clone import Untrusted, clone
from store.remote.state import read
from store.ticket import Ticket, make
from store.trust.report import Report
from tests.store.office import FIRST, Office, loose
from tests.store.remote.remotes import bare, entries, fake_ssh, foreign, refs, serve


@pytest.fixture
def ticket(office: Office) -> Ticket:
    with office.open() as vault:
        return make(vault)


def test_a_clone_with_a_pin_is_authentic_complete_and_can_be_written(
    server: Office, office: Office, ticket: Ticket, tmp_path: Path
) -> None:
    done = clone(str(server.folder), str(tmp_path / "mine"), expected=ticket.root)
    assert done.is_pinned
    mine = Office(tmp_path / "mine", office.homes)
    assert mine.head() == office.head()
    assert mine.is_clean()
    with mine.open() as vault:
        assert vault.trust.state == "authentic"
        assert vault.trust.commits == 4
        assert vault.get(FIRST).title
    assert mine.edit("sami", "another title") == mine.head()


def test_a_clone_takes_main_and_no_other_ref(
    server: Office, office: Office, ticket: Ticket, tmp_path: Path
) -> None:
    head = office.head()
    for ref in ("refs/heads/other", "refs/tags/v1", "refs/notes/x", "refs/replace/" + head):
        server.git("update-ref", ref, head)
    clone(str(server.folder), str(tmp_path / "mine"), expected=ticket)
    mine = Office(tmp_path / "mine", office.homes)
    assert refs(mine) == dict.fromkeys(
        ("refs/heads/main", "refs/dalil/incoming/origin", "refs/dalil/verified"), head
    )
    assert not entries(tmp_path / "mine" / ".git" / "hooks")


def test_a_clone_with_a_ticket_needs_nothing_else(
    server: Office, ticket: Ticket, tmp_path: Path
) -> None:
    assert clone(str(server.folder), str(tmp_path / "mine"), expected=ticket).is_pinned


def test_a_clone_that_has_moved_on_since_the_ticket_is_taken(
    server: Office, office: Office, ticket: Ticket, tmp_path: Path
) -> None:
    tip = office.edit("sami", "later")
    office.git("push", "-q", str(server.folder), "main")
    assert clone(str(server.folder), str(tmp_path / "mine"), expected=ticket).report.tip == tip


def test_without_a_pin_the_root_is_shown_and_confirmed(
    server: Office, office: Office, tmp_path: Path
) -> None:
    shown: list[Report] = []
    done = clone(
        str(server.folder),
        str(tmp_path / "mine"),
        confirm=lambda report: not shown.append(report),  # type: ignore[func-returns-value] # yes
    )
    assert done.is_pinned
    assert [(one.tip, one.commits) for one in shown] == [(office.head(), 4)]


def test_who_says_no_finds_nothing_left(server: Office, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        clone(str(server.folder), str(tmp_path / "mine"), confirm=lambda _: False)
    assert not (tmp_path / "mine").exists()


def test_a_clone_that_nobody_confirmed_is_read_and_not_written(
    server: Office, office: Office, tmp_path: Path
) -> None:
    assert not clone(str(server.folder), str(tmp_path / "mine")).is_pinned
    mine = Office(tmp_path / "mine", office.homes)
    with mine.open() as vault:
        assert vault.trust.state == "unpinned"
    with pytest.raises(Refused):
        mine.edit("sami", "no")


def test_another_root_than_the_pin_is_refused(
    server: Office, office: Office, tmp_path: Path
) -> None:
    for root in ("0" * 40, office.git("rev-parse", "main^{tree}").strip()):
        with pytest.raises(Untrusted) as caught:
            clone(str(server.folder), str(tmp_path / "mine"), expected=root)
        assert caught.value.exit_code == 3
    assert not (tmp_path / "mine").exists()


def test_a_commit_in_the_middle_is_no_root(server: Office, office: Office, tmp_path: Path) -> None:
    with pytest.raises(BadFormat, match="not where this history begins"):
        clone(str(server.folder), str(tmp_path / "mine"), expected=office.head())
    assert not (tmp_path / "mine").exists()


def test_a_remote_cut_back_behind_the_ticket_is_refused(
    server: Office, office: Office, ticket: Ticket, tmp_path: Path
) -> None:
    serve(server, office.git("rev-parse", "main~1").strip())
    with pytest.raises(Untrusted, match="rolled back"):
        clone(str(server.folder), str(tmp_path / "mine"), expected=ticket)
    assert not (tmp_path / "mine").exists()


def test_a_root_commit_with_other_content_than_the_ticket_says_is_refused(
    server: Office, ticket: Ticket, tmp_path: Path
) -> None:
    forged = ticket._replace(repository="0" * 64)
    with pytest.raises(Untrusted, match="other content"):
        clone(str(server.folder), str(tmp_path / "mine"), expected=forged)


def test_a_forged_commit_is_refused_and_named(
    server: Office, office: Office, ticket: Ticket, tmp_path: Path
) -> None:
    forged = office.commit("sami", [("cases/main/aa/x.age", b"plain")], signed_by="stranger")
    office.git("push", "-q", str(server.folder), "main")
    with pytest.raises(Untrusted) as caught:
        clone(str(server.folder), str(tmp_path / "mine"), expected=ticket)
    assert caught.value.report.failures[0].commit == forged
    assert not (tmp_path / "mine").exists()


def test_a_refused_clone_leaves_a_folder_that_was_there_as_it_was(
    server: Office, office: Office, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(Untrusted):
        clone(str(server.folder), str(tmp_path / "mine"), expected="0" * 40)
    assert list((tmp_path / "mine").iterdir()) == []


def test_a_folder_with_something_in_it_is_not_touched(server: Office, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("mine")
    with pytest.raises(Refused):
        clone(str(server.folder), str(tmp_path / "mine"))
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter"]


def test_a_clone_that_was_killed_is_begun_anew(
    server: Office, ticket: Ticket, tmp_path: Path
) -> None:
    clone(str(server.folder), str(tmp_path / "mine"), expected=ticket)
    for path in (tmp_path / "mine").iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (tmp_path / "mine/.git/dalil/cloning").touch()
    clone(str(server.folder), str(tmp_path / "mine"), expected=ticket)
    assert not (tmp_path / "mine/.git/dalil/cloning").exists()


def test_an_edited_object_of_the_remote_does_not_come_through(
    server: Office, office: Office, ticket: Ticket, tmp_path: Path
) -> None:
    blob = office.git("rev-parse", "main:policy.yaml").strip()
    remote = office.copy(tmp_path / "remote")
    loose(remote.git_dir, blob).write_bytes(b"garbage")
    with pytest.raises(StoreError):
        clone(str(remote.folder), str(tmp_path / "mine"), expected=ticket)
    assert not (tmp_path / "mine").exists()


def test_a_repository_of_others_and_an_empty_one_are_refused(
    office: Office, tmp_path: Path
) -> None:
    with pytest.raises(Remote, match="not one of Dalil's"):
        clone(str(foreign(tmp_path / "foreign")), str(tmp_path / "mine"))
    office.git("init", "-q", "--bare", str(tmp_path / "empty"))
    with pytest.raises(Remote, match="no branch main"):
        clone(str(tmp_path / "empty"), str(tmp_path / "mine"))
    with pytest.raises(Remote, match="cannot be fetched"):
        clone(str(tmp_path / "nowhere"), str(tmp_path / "mine"))
    assert not (tmp_path / "mine").exists()


def test_a_pin_that_is_no_commit_id_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(BadFormat):
        clone(str(tmp_path), str(tmp_path / "mine"), expected="--upload-pack=x")


def test_a_clone_over_ssh_asks_nobody_and_forwards_nothing(
    server: Office, ticket: Ticket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = fake_ssh(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{ssh}:/usr/bin:/bin")
    monkeypatch.setenv("GIT_SSH_COMMAND", "touch /nowhere")
    clone(f"nour@example.org:{server.folder}", str(tmp_path / "mine"), expected=ticket)
    said = (ssh / "arguments").read_text().splitlines()
    assert {"-oBatchMode=yes", "-oForwardAgent=no", "nour@example.org"} <= set(said)
    known = read(str(tmp_path / "mine" / ".git"))["origin"]
    assert known.url == f"nour@example.org:{server.folder}"
    assert known.tip == ticket.tip


def test_a_shallow_remote_is_refused(office: Office, ticket: Ticket, tmp_path: Path) -> None:
    office.git("clone", "-q", "--bare", "--depth=1", f"file://{office.folder}", str(tmp_path / "s"))
    with pytest.raises(StoreError):
        clone(str(tmp_path / "s"), str(tmp_path / "mine"), expected=ticket)
    assert not (tmp_path / "mine").exists()


def test_the_settings_and_hooks_of_a_remote_run_nothing(
    office: Office, ticket: Ticket, tmp_path: Path
) -> None:
    remote = bare(office, tmp_path / "hostile.git")
    trap = tmp_path / "trap"
    trap.write_text(f'#!/bin/sh\ntouch {tmp_path}/sprung\nexec "$@"\n')
    trap.chmod(0o755)
    for name in ("uploadpack.packObjectsHook", "core.fsmonitor", "core.alternateRefsCommand"):
        remote.git("config", name, str(trap))
    clone(str(remote.folder), str(tmp_path / "mine"), expected=ticket)
    assert not (tmp_path / "sprung").exists()
