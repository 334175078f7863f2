"""Syncs that go wrong: a hostile or silent remote, a dropped line, a kill, a race, a removal."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from store.errors import Moved, NotFound, Remote
from store.remote import fetch as fetching
from store.remote import sync as syncing
from store.remote.bundle import export_bundle, import_bundle
from store.remote.fetch import Fetched
from store.remote.push import push
from store.remote.standing import sync_state
from store.remote.sync import sync
from store.repo import carrier
from store.repo.carrier import Way
from store.repo.faults import Asks, Declined
from store.trust.membership import remove_member, set_role
from tests.store.changing import change, is_sound
from tests.store.office import FIRST, SECOND, Office, wait_until
from tests.store.remote.remotes import (
    cut_line,
    fake_program,
    go,
    guard,
    hook,
    readdress,
    send,
    serve,
)

AGE = b"age-encryption.org/v1\n"
"""How a file of ciphertext begins: enough for who has no key."""


def title(office: Office, case_id: str = FIRST, by: str = "nour") -> str:
    with office.open(by) as vault:
        return vault.get(case_id).title


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "_PAUSE", 0.001)


def test_an_empty_remote_that_had_something_is_refused(mine: Office, server: Office) -> None:
    server.git("update-ref", "-d", "refs/heads/main")
    mine.edit("sami", "one")
    done = go(mine, "sami")
    assert done.state == "refused"
    assert done.fetched is not None
    assert done.fetched.state == "rollback"


def test_a_rolled_back_remote_gets_nothing(mine: Office, office: Office, server: Office) -> None:
    before = office.head()
    office.edit("nour", "news")
    go(office)
    go(mine, "sami")
    mine.edit("sami", "mine")
    serve(server, before)
    assert go(mine, "sami").state == "refused"
    assert server.head() == before


def test_a_forged_history_is_refused_and_nothing_is_built_on_it(
    mine: Office, office: Office, server: Office
) -> None:
    tip = mine.edit("sami", "mine", SECOND)
    office.commit("sami", [("cases/main/aa/x.age", b"plain")], signed_by="stranger")
    send(office, server)
    forged = server.head()
    done = go(mine, "sami")
    assert (done.state, mine.head(), server.head()) == ("refused", tip, forged)
    assert done.fetched is not None
    assert done.fetched.report is not None
    assert done.fetched.report.failures
    with mine.open("sami") as vault:
        assert sync_state(vault).state == "refused"


def test_a_broken_history_of_our_own_is_not_sent(mine: Office, server: Office) -> None:
    before = server.head()
    mine.commit("sami", [("README.md", b"x")])
    assert go(mine, "sami").state == "refused"
    assert server.head() == before


def test_without_the_remote_one_is_offline_and_later_not(
    mine: Office, server: Office, tmp_path: Path
) -> None:
    tip = mine.edit("sami", "one")
    server.folder.rename(tmp_path / "away.git")
    away = go(mine, "sami")
    assert away.state == "offline"
    assert isinstance(away.error, Remote)
    with mine.open("sami") as vault:
        assert sync_state(vault)[:3] == (1, 0, "offline")
    (tmp_path / "away.git").rename(server.folder)
    assert go(mine, "sami").state == "done"
    assert server.head() == tip
    with mine.open("sami") as vault:
        assert sync_state(vault)[:3] == (0, 0, "even")


def test_a_remote_that_wants_a_password_needs_a_person(
    mine: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "echo 'nour@example.org: Permission denied (publickey,password).' >&2; exit 255"
    monkeypatch.setenv("PATH", fake_program(tmp_path / "bin", script))
    readdress(mine, "nour@example.org:x")
    done = go(mine, "sami")
    assert done.state == "needs_you"
    assert isinstance(done.error, Asks)


def test_a_remote_that_hangs_ends_in_offline(
    mine: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", fake_program(tmp_path / "bin", "exec sleep 60"))
    monkeypatch.setattr(carrier, "_FIRST_WORD", 0.3)
    readdress(mine, "nour@example.org:x")
    begun = time.monotonic()
    assert go(mine, "sami").state == "offline"
    assert time.monotonic() - begun < 10


@pytest.mark.usefixtures("by_ssh")
def test_what_a_server_declines_needs_a_person_and_is_said_in_its_words(
    mine: Office, server: Office, *, quick: None
) -> None:
    hook(server, "echo 'closed until Sunday' >&2; exit 1")
    mine.edit("sami", "one")
    done = go(mine, "sami")
    assert done.state == "needs_you"
    assert isinstance(done.error, Declined)
    assert "closed until Sunday" in str(done.error)


def test_an_unknown_remote_and_a_damaged_memory_are_told(mine: Office) -> None:
    done = go(mine, "sami", "elsewhere")
    assert done.state == "needs_you"
    assert isinstance(done.error, NotFound)
    (Path(mine.git_dir) / "dalil" / "remotes.yaml").write_text("x")
    assert go(mine, "sami").state == "needs_you"


def test_commits_of_somebody_who_was_removed_meanwhile_stay_and_are_told(
    mine: Office, office: Office, server: Office
) -> None:
    tip = mine.edit("sami", "late")
    change(office, lambda policy: remove_member(policy, "sami"))
    go(office)
    done = go(mine, "sami")
    assert done.state == "needs_you"
    assert done.error is not None
    assert "sami is no member" in str(done.error)
    assert (mine.head(), server.head()) == (tip, office.head())
    assert title(mine, by="sami") == "late"


def test_a_sync_that_is_stopped_changes_nothing(
    mine: Office, office: Office, server: Office
) -> None:
    office.edit("nour", "news")
    go(office)
    before = mine.head()
    with mine.open("sami") as vault:
        assert sync(vault, is_cancelled=lambda: True).state == "cancelled"
    assert mine.head() == before
    assert go(mine, "sami").state == "done"


@pytest.mark.parametrize("where", ["fetch", "push"])
def test_a_process_killed_in_the_middle_is_made_up_for_by_the_next(
    mine: Office, office: Office, server: Office, tmp_path: Path, where: str
) -> None:
    office.edit("nour", "theirs")
    if where == "fetch":
        go(office)  # what is to be fetched
        script = f'touch {tmp_path}/there; while [ $# -gt 1 ]; do shift; done; sh -c "$1"; sleep 30'
    else:
        hook(server, f"touch {tmp_path}/there; sleep 30; exit 0")
        script = 'while [ $# -gt 1 ]; do shift; done; exec sh -c "$1"'
    path = fake_program(tmp_path / "bin", script)
    who = mine if where == "fetch" else office
    readdress(who, f"x@y:{server.folder}")
    code = (
        "import sys; from store.crypto import identity; from store.vault import Vault\n"
        "from store.remote.sync import sync\n"
        "with Vault.open(sys.argv[1], identity.unlock(sys.argv[2])) as vault: sync(vault)"
    )
    home = office.homes["sami" if where == "fetch" else "nour"]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(who.folder), str(home)],
        env={"PATH": path, "PYTHONPATH": str(Path(__file__).parents[3])},
    ) as process:
        wait_until((tmp_path / "there").exists, 20)
        time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
    assert is_sound(who)
    hook(server, "exit 0")
    readdress(who, str(server.folder))
    assert go(who, "sami" if where == "fetch" else "nour").state == "done"
    assert server.head() == who.head() == office.head()
    assert is_sound(who)


def test_a_save_between_judging_and_moving_is_not_lost(
    mine: Office, office: Office, monkeypatch: pytest.MonkeyPatch, *, quick: None
) -> None:
    office.edit("nour", "theirs")
    go(office)
    with mine.open("sami") as vault:
        judged = fetching._judge

        def judge_and_save(*arguments: Any) -> Fetched:
            found = judged(*arguments)
            monkeypatch.undo()
            mine.edit("sami", "mine", SECOND)
            vault.refresh()
            return found

        monkeypatch.setattr(fetching, "_judge", judge_and_save)
        with pytest.raises(Moved):
            fetching.fetch(vault)
        assert vault.get(SECOND).title == "mine"


_RACER = """
import sys
from store.crypto import identity
from store.remote.sync import sync
from store.vault import Vault
folder, home, case, count = sys.argv[1:]
with Vault.open(folder, identity.unlock(home)) as vault:
    for number in range(int(count)):
        with vault.edit(case, why="x") as draft:
            draft.set("overview.title", f"{number}")
        done = sync(vault)
        assert done.state == "done", done.error
"""


def test_two_that_outrun_each_other_again_and_again_both_get_through(
    mine: Office, office: Office, server: Office
) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", _RACER, str(one.folder), str(one.homes[who]), case, "12"],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        for one, who, case in ((mine, "sami", FIRST), (office, "nour", SECOND))
    ]
    assert [racer.wait(120) for racer in racers] == [0, 0]
    assert go(mine, "sami").state == "done"
    assert go(office).state == "done"
    assert mine.head() == office.head() == server.head()
    assert (title(mine, by="sami"), title(mine, SECOND, by="sami")) == ("11", "11")
    assert is_sound(mine)
    lost = [commit for commit in mine.git("log", "--format=%s").split("\n") if "edit" in commit]
    assert len(lost) == 24


@pytest.mark.usefixtures("by_ssh")
def test_what_a_member_wrote_there_before_the_removal_came_is_for_an_admin_to_take_in(
    mine: Office, office: Office, server: Office
) -> None:
    guard(server)
    mine.edit("sami", "just in time")
    assert go(mine, "sami").state == "done"
    change(office, lambda policy: remove_member(policy, "sami"))
    before = office.head()
    asked = go(office)
    assert asked.state == "needs_you"
    assert "an admin has to say" in str(asked.error)
    assert [one.cases[0].title for one in asked.incoming] == ["just in time"]
    assert office.head() == before
    with office.open() as vault, office.open() as window:
        done = sync(vault, take_in=["sami"])
        window.refresh()
        assert (window.trust.state, window.tip) == ("authentic", vault.tip)
    assert (done.state, done.error) == ("done", None)
    assert title(office) == "just in time"
    assert server.head() == office.head()
    assert is_sound(office)
    assert go(mine, "sami").state == "done"
    with mine.open("sami") as vault:
        assert vault.handle is None


def test_only_an_admin_can_take_in_what_a_removed_member_wrote(
    mine: Office, office: Office, server: Office, tmp_path: Path
) -> None:
    third = office.copy(tmp_path / "third")
    change(office, lambda policy: remove_member(policy, "lina"))
    with office.open() as vault:
        export_bundle(vault, str(tmp_path / "stick"))
    with mine.open("sami") as vault:
        import_bundle(vault, str(tmp_path / "stick"))
    third.commit("lina", [(f"journal/main/aa/{'a' * 20}/1.age", AGE)], "journal")
    send(third, server)
    before = mine.head()
    with mine.open("sami") as vault:
        assert sync(vault, take_in=["lina"]).state == "needs_you"
    assert mine.head() == before


def test_who_takes_one_member_in_takes_nobody_else_in(
    mine: Office, office: Office, server: Office
) -> None:
    mine.commit("lina", [(f"journal/main/aa/{'a' * 20}/1.age", AGE)], "journal")
    mine.edit("sami", "just in time")
    assert go(mine, "sami").state == "done"
    change(office, lambda policy: remove_member(policy, "lina"))
    change(office, lambda policy: set_role(policy, "sami", "reviewer"))
    before = office.head()
    with office.open() as vault:
        done = sync(vault, take_in=["lina"])
        assert (done.state, office.head()) == ("refused", before)
        assert "sami (reviewer) may not write" in str(done.error)
        done = sync(vault, take_in=["lina", "sami"])
    assert (done.state, done.error) == ("done", None)
    assert title(office) == "just in time"
    assert is_sound(office)


@pytest.mark.parametrize("count", [20, 300, 900, 3000])
def test_a_line_that_drops_in_the_middle_is_made_up_for_by_the_next_sync(
    mine: Office,
    office: Office,
    server: Office,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    count: int,
    quick: None,
) -> None:
    office.edit("nour", "theirs")
    go(office)
    mine.edit("sami", "mine", SECOND)
    with monkeypatch.context() as bad:
        bad.setenv("PATH", cut_line(tmp_path / "bin", count))
        readdress(mine, f"x@y:{server.folder}")
        assert go(mine, "sami").state in ("offline", "done")
    assert is_sound(mine)
    readdress(mine, str(server.folder))
    assert go(mine, "sami").state == "done"
    assert go(office).state == "done"
    assert mine.head() == office.head() == server.head()
    assert (title(office), title(office, SECOND)) == ("theirs", "mine")


def test_an_answer_that_is_lost_after_a_push_is_no_loss(
    mine: Office, server: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tip = mine.edit("sami", "mine")
    monkeypatch.setenv("PATH", cut_line(tmp_path / "bin", 0))
    readdress(mine, f"x@y:{server.folder}")
    with mine.open("sami") as vault, pytest.raises(Remote):
        push(vault, "origin", Way("", ""))
    assert server.head() == tip
    readdress(mine, str(server.folder))
    again = go(mine, "sami")
    assert (again.state, again.pushed) == ("done", 0)
