from __future__ import annotations

import time
from pathlib import Path

import pytest

from store.model.case import Case
from store.remote import news
from store.remote import state as states
from store.remote.bundle import export_bundle, import_bundle
from store.remote.standing import sync_state
from store.remote.sync import look, sync
from store.trust.membership import remove_member
from tests.store.changing import change, is_sound
from tests.store.office import FIRST, HIDDEN, SECOND, Office, fill
from tests.store.remote.remotes import (
    connect,
    go,
    guard,
)

AGE = b"age-encryption.org/v1\n"
"""How a file of ciphertext begins: enough for who has no key."""


def title(office: Office, case_id: str = FIRST, by: str = "nour") -> str:
    with office.open(by) as vault:
        return vault.get(case_id).title


def test_what_one_saves_reaches_the_other(mine: Office, office: Office) -> None:
    mine.edit("sami", "news")
    there = go(mine, "sami")
    assert (there.state, there.pushed, there.incoming, there.error) == ("done", 1, (), None)
    here = go(office)
    assert (here.state, here.pushed) == ("done", 0)
    assert title(office) == "news"
    assert office.head() == mine.head()
    assert office.is_clean()


def test_nothing_to_do_is_done(mine: Office) -> None:
    done = go(mine, "sami")
    assert (done.state, done.pushed, done.incoming, done.merged) == ("done", 0, (), None)


def test_what_came_is_told_by_who_case_and_field(mine: Office, office: Office) -> None:
    commit = mine.edit("sami", "news")
    go(mine, "sami")
    (came,) = go(office).incoming
    assert (came.commit, came.by, came.message, came.policy) == (commit, "sami", "edit case", False)
    (case,) = came.cases
    assert (case.case_id, case.state, case.title) == (FIRST, "open", "news")
    assert case.fields == ("overview.title",)


def test_of_a_sealed_case_only_that_it_changed_is_told(mine: Office, office: Office) -> None:
    office.edit("nour", "hidden", HIDDEN)
    go(office)
    (came,) = go(mine, "sami").incoming
    assert [(one.case_id, one.state, one.title) for one in came.cases] == [(HIDDEN, "sealed", "")]


def test_an_empty_remote_is_filled(office: Office, tmp_path: Path) -> None:
    office.git("init", "-q", "--bare", "-b", "main", str(tmp_path / "new.git"))
    remote = Office(tmp_path / "new.git", office.homes)
    connect(office, remote)
    with office.open() as vault:
        seen = look(vault)
        assert (seen.fetched.state, seen.incoming, seen.outgoing) == ("behind", (), 4)
    done = go(office)
    assert (done.state, done.pushed, remote.head()) == ("done", 4, office.head())
    assert go(office).state == "done"


def test_the_stages_and_their_progress_are_told(mine: Office, office: Office) -> None:
    mine.edit("sami", "one")
    stages: list[str] = []
    counted: list[tuple[int, int]] = []
    with mine.open("sami") as vault:
        sync(vault, stage=stages.append, progress=lambda *two: counted.append(two))
    assert stages == ["fetch", "push"]
    assert counted
    assert counted[-1][0] == counted[-1][1]


def test_a_look_says_what_would_come_and_go_and_moves_nothing(
    mine: Office, office: Office, server: Office
) -> None:
    office.edit("nour", "news")
    go(office)
    before = mine.head()
    with mine.open("sami") as vault:
        seen = look(vault)
        assert [one.cases[0].title for one in seen.incoming] == ["news"]
        assert seen.outgoing == 0
        assert sync_state(vault)[:3] == (0, 1, "behind")
    assert mine.head() == before
    assert go(mine, "sami").state == "done"
    mine.edit("sami", "one")
    with mine.open("sami") as vault:
        assert look(vault).outgoing == 1
        assert sync_state(vault)[:3] == (1, 0, "ahead")


def test_several_remotes_are_kept_in_step(
    mine: Office, office: Office, server: Office, tmp_path: Path
) -> None:
    second = office.clone(tmp_path / "second.git", "--bare")
    connect(mine, second, "stick")
    tip = mine.edit("sami", "one")
    assert go(mine, "sami").state == "done"
    with mine.open("sami") as vault:
        assert sync_state(vault, "stick").state == "never"
    assert go(mine, "sami", "stick").pushed == 1
    assert server.head() == second.head() == tip
    assert states.read(mine.git_dir).keys() == {"origin", "stick"}


def test_looking_at_the_state_walks_no_history_and_asks_nobody(mine: Office) -> None:
    mine.edit("sami", "one")
    with mine.open("sami") as vault:
        assert sync_state(vault)[:3] == (1, 0, "ahead")
        begun = time.perf_counter()
        for _ in range(100):
            sync_state(vault)
        assert time.perf_counter() - begun < 1


def test_a_copy_without_remotes_has_none(office: Office) -> None:
    with office.open() as vault:
        assert sync_state(vault)[:3] == (0, 0, "none")


@pytest.mark.usefixtures("by_ssh")
def test_with_our_hook_between_them_two_stay_in_step(
    mine: Office, office: Office, server: Office
) -> None:
    guard(server)
    for number in range(3):
        office.edit("nour", f"{number}")
        assert go(office).state == "done"
        assert go(mine, "sami").state == "done"
        mine.edit("sami", f"{number} again")
        assert go(mine, "sami").state == "done"
        assert go(office).state == "done"
    assert office.head() == mine.head() == server.head()


@pytest.mark.usefixtures("by_ssh")
def test_both_saved_and_both_have_all_of_it(mine: Office, office: Office, server: Office) -> None:
    guard(server)
    office.edit("nour", "hers")
    mine.edit("sami", "his", SECOND)
    assert go(office).state == "done"
    done = go(mine, "sami")
    assert (done.state, done.error) == ("done", None)
    assert done.merged is not None
    assert done.merged.state == "merged"
    assert [one.by for one in done.incoming] == ["nour"]
    assert done.pushed == 2
    assert go(office).state == "done"
    for each in (mine, office):
        assert (title(each), title(each, SECOND)) == ("hers", "his")
        assert each.head() == server.head()
        assert is_sound(each)


def test_a_bundle_and_a_save_here_are_merged_as_by_a_sync(
    mine: Office, office: Office, tmp_path: Path
) -> None:
    office.edit("nour", "hers")
    with office.open() as vault:
        export_bundle(vault, str(tmp_path / "stick"))
    mine.edit("sami", "his", SECOND)
    with mine.open("sami") as vault:
        done = import_bundle(vault, str(tmp_path / "stick"))
        assert done.merged is not None
        assert done.merged.state == "merged"
        assert vault.get(FIRST).title == "hers"
    assert is_sound(mine)
    assert go(mine, "sami").state == "done"
    assert go(office).state == "done"
    assert title(office, SECOND) == "his"


def test_of_an_import_of_hundreds_only_some_are_read(mine: Office, office: Office) -> None:
    with office.open() as vault:
        cases = [Case.empty(f"{number:020x}", "main") for number in range(news.MOST + 5)]
        for number, case in enumerate(cases):
            fill(case, number + 10)
        vault.import_cases(cases, why="x")
    go(office)
    (came,) = go(mine, "sami").incoming
    states_ = [one.state for one in came.cases]
    assert (states_.count("open"), states_.count("unread")) == (news.MOST, 5)


def test_a_new_policy_is_told_as_such(mine: Office, office: Office) -> None:
    change(office, lambda policy: remove_member(policy, "lina"))
    go(office)
    (came,) = go(mine, "sami").incoming
    assert (came.by, came.policy, came.message) == ("nour", True, "policy")
