from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from store.policy_change import apply_policy
from store.trust.membership import remove_member
from store.trust.policy import dump
from store.writing import Author, make_commit
from tests.store.remote.remotes import fake_ssh
from tests.tui.piloting import drive, shown_text, until, until_screen
from tests.tui.sync.team import HOUSE, SHOP, Team
from tui.app import DalilApp
from tui.display.flags import FLAG
from tui.screens.sync import SyncScreen
from tui.widgets.changes_view import ChangesView
from tui.widgets.sync_list import SyncList, field_names


async def open_sync(pilot: Pilot[None]) -> SyncScreen:
    """Go to the screen, and wait until it has read what there is."""
    await until_screen(pilot, "browse")
    await until(pilot, lambda: "case" in shown_text(the_app(pilot)).splitlines()[1])
    await pilot.press("y")
    await until_screen(pilot, "sync")
    screen = pilot.app.screen
    assert isinstance(screen, SyncScreen)
    await until(pilot, lambda: screen.remotes is not None)
    await pilot.pause()
    return screen


async def press_and_wait(pilot: Pilot[None], key: str) -> None:
    """Begin a run, and wait for its end."""
    app = the_app(pilot)
    before = app.sync_run.runs
    await pilot.press(key)
    await until(pilot, lambda: app.sync_run.runs > before)
    await pilot.pause()


def the_app(pilot: Pilot[None]) -> DalilApp:
    app = pilot.app
    assert isinstance(app, DalilApp)
    return app


def said(screen: SyncScreen) -> str:
    return str(screen.query_one("#sentences", Static).render())


def header(screen: SyncScreen) -> str:
    return shown_text(screen.app).splitlines()[0]


def main_of(folder: Path) -> str:
    git = ["git", "-C", str(folder), "rev-parse", "refs/heads/main"]
    return subprocess.run(git, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
def test_what_is_to_go_is_listed_and_no_remote_is_asked_for_it(
    team: Team, size: tuple[int, int]
) -> None:
    team.edit("nour", "overview.title", "A shop owner who disappeared")
    shutil.rmtree(team.server)

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        rows = screen.query_one(SyncList)
        await until(pilot, lambda: rows.count() == 1)
        row = rows.row_text(0)
        for word in ("⇡", "nour", "SY-2024-0017", "Title"):
            assert word in row
        view = screen.query_one(ChangesView)
        await until(pilot, lambda: "who disappeared" in shown_text(screen.app) and bool(view))
        assert screen.focused is rows
        assert "↑1 ↓0" in header(screen)
        assert not screen.app.sync_run.runs

    drive(team.app("nour"), scenario, size)


def test_what_would_come_is_shown_before_anything_moves(team: Team) -> None:
    team.edit("sami", "overview.title", "Disappearance in Jobar")
    team.sync("sami")
    before = main_of(team.copy("nour"))

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        await press_and_wait(pilot, "l")
        assert "1 change would come" in said(screen)
        row = screen.query_one(SyncList).row_text(0)
        for word in ("⇣", "sami", "SY-2024-0017 Disapp", "Title"):
            assert word in row
        assert main_of(team.copy("nour")) == before

    drive(team.app("nour"), scenario, (100, 30))


def test_a_sync_says_what_came_and_what_went_and_enter_opens_the_case(team: Team) -> None:
    team.edit("sami", "overview.title", "Disappearance in Jobar")
    team.sync("sami")
    team.edit("nour", "overview.status", "closed", HOUSE)

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        await press_and_wait(pilot, "y")
        assert "✓ In step with origin" in said(screen)
        assert "1 change came in, 2 commits went out" in said(screen)
        assert "had" not in header(screen)
        await until(pilot, lambda: "↑0 ↓0" in header(screen))
        rows = screen.query_one(SyncList)
        await until(pilot, lambda: rows.count() == 1)
        assert "↓" in rows.row_text(0)
        assert main_of(team.copy("nour")) == main_of(team.server)
        await pilot.press("enter")
        await until_screen(pilot, "case")
        await until(pilot, lambda: "Disappearance in Jobar" in shown_text(screen.app))

    drive(team.app("nour"), scenario)


@pytest.mark.parametrize("who_merges", ["nour", "sami"])
def test_a_conflict_that_came_is_told_whoever_merged_it_and_one_key_shows_it(
    team: Team, who_merges: str
) -> None:
    team.edit("sami", "overview.title", "Disappearance in Jobar")
    team.edit("nour", "overview.title", "A shop owner who disappeared")
    team.sync("sami")
    if who_merges == "sami":
        team.sync("nour")
    opened = "nour" if who_merges == "nour" else "sami"

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        await press_and_wait(pilot, "y")
        assert "⚑ 1 field has two values: C on its case shows them" in said(screen)
        rows = screen.query_one(SyncList)
        await until(pilot, lambda: "⚑ 1" in rows.row_text(0))
        await pilot.press("C")
        await until_screen(pilot, "conflicts")

    drive(team.app(opened), scenario)


def test_without_a_remote_the_screen_says_how_to_name_one(team: Team) -> None:
    team.forget_remotes("nour")

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        assert "dalil remote add origin URL" in said(screen)
        assert "dalil bundle export FILE" in said(screen)
        assert "↑" not in header(screen)
        await pilot.press("y", "l")
        assert not the_app(pilot).sync_run.runs

    drive(team.app("nour"), scenario)


def test_a_remote_that_is_gone_is_offline_and_nothing_is_lost(team: Team) -> None:
    team.edit("nour", "overview.title", "A shop owner who disappeared")
    shutil.rmtree(team.server)

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        await press_and_wait(pilot, "y")
        assert "○ origin was not reached" in said(screen)
        assert "Nothing is lost" in said(screen)
        await until(pilot, lambda: "↑1 ↓0 ○ offline" in header(screen))
        await press_and_wait(pilot, "l")
        assert "○ origin was not reached" in said(screen)

    drive(team.app("nour"), scenario)


def test_a_remote_that_was_rolled_back_is_refused_and_leads_to_verifying(team: Team) -> None:
    team.edit("nour", "overview.title", "A shop owner who disappeared")
    team.sync("nour")
    git = ["git", "-C", str(team.server), "update-ref", "refs/heads/main", "main~2"]
    subprocess.run(git, check=True)

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        await press_and_wait(pilot, "y")
        assert "✗ origin was rolled back" in said(screen)
        assert "refs/dalil/evidence/" in said(screen)
        await until(pilot, lambda: "✗ refused" in header(screen))
        await pilot.press("v")
        await until_screen(pilot, "verify")

    drive(team.app("nour"), scenario)


def test_a_server_that_takes_nothing_needs_a_person_and_is_told_in_its_words(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{fake_ssh(tmp_path / 'by-ssh')}:/usr/bin:/bin")
    team.connect("nour", f"nour@example.org:{team.server}")
    hook = team.server / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nprintf 'the quota \\033[31mis used up\\n' >&2\nexit 1\n")
    hook.chmod(0o755)
    team.edit("nour", "overview.title", "A shop owner who disappeared")

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        await press_and_wait(pilot, "y")
        assert "the quota" in said(screen)
        assert "\x1b" not in shown_text(screen.app)
        await until(pilot, lambda: "! needs you" in header(screen))

    drive(team.app("nour"), scenario)


def test_the_screen_is_told_in_arabic_too(team: Team) -> None:
    team.edit("nour", "overview.title", "متجر")
    shutil.rmtree(team.server)

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        await press_and_wait(pilot, "y")
        the_app(pilot).action_toggle_language()
        await pilot.pause()
        assert "تعذّر الوصول إلى origin" in said(screen)
        assert "لم يضع شيء" in said(screen)
        the_app(pilot).action_toggle_language()

    drive(team.app("nour"), scenario)


def test_a_sync_needs_no_screen_and_is_told_in_passing(team: Team) -> None:
    team.edit("sami", "overview.title", "Disappearance in Jobar")
    team.sync("sami")

    async def scenario(pilot: Pilot[None]) -> None:
        app = the_app(pilot)
        await until_screen(pilot, "browse")
        app.begin_sync("sync")
        await pilot.press("slash", "h", "o")
        await until(pilot, lambda: app.sync_run.runs == 1)
        await until(pilot, lambda: "In step with origin" in shown_text(app))
        assert app.screen.query_one(Input).value == "ho"
        assert app.screen.query_one(Input).has_focus
        vault = app.open_vault
        await until(pilot, lambda: vault.get(SHOP).title == "Disappearance in Jobar")

    drive(team.app("nour"), scenario, (100, 30))


def test_a_change_of_members_came_and_enter_shows_its_commit(team: Team) -> None:
    with team.open("nour") as vault:
        assert vault.identity is not None
        before = vault.policy
        after = msgspec.structs.replace(before, name="Another name", version=before.version + 1)
        author = Author("nour", vault.identity.signer, int(time.time()))
        files = [("policy.yaml", dump(after))]
        make_commit(vault.git_dir, vault.objects, vault.tip, files, "policy", author)
    team.sync("nour")

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        await press_and_wait(pilot, "y")
        rows = screen.query_one(SyncList)
        await until(pilot, lambda: rows.count() == 1)
        assert "Members and access changed" in rows.row_text(0)
        await until(pilot, lambda: "Another name" in shown_text(screen.app))
        await pilot.press("enter")
        await until_screen(pilot, "history")

    drive(team.app("sami"), scenario, (140, 40))


def test_what_cannot_be_merged_is_not_said_to_be_here(team: Team) -> None:
    with team.open("nour") as vault:
        apply_policy(vault, remove_member(vault.policy, "sami"))
    team.sync("nour")
    team.edit("sami", "overview.title", "Sami was not told", HOUSE)

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        await press_and_wait(pilot, "y")
        assert "sami is no member at origin any more" in said(screen)
        assert "1 change would come" in said(screen)
        assert "came in" not in said(screen)
        rows = screen.query_one(SyncList)
        await until(pilot, lambda: rows.count() > 1)
        assert {row.way for row in rows.rows} == {"comes", "goes"}
        await until(pilot, lambda: "! needs you" in header(screen))

    drive(team.app("sami"), scenario)


def test_a_sync_of_another_program_is_seen_in_the_header(team: Team) -> None:
    team.edit("nour", "overview.title", "A shop owner who disappeared")

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_sync(pilot)
        await until(pilot, lambda: "↑1 ↓0" in header(screen))
        await asyncio.to_thread(team.sync, "nour")
        await until(pilot, lambda: "↑0 ↓0" in header(screen))

    drive(team.app("nour"), scenario)


def test_the_marks_of_conflicts_are_named_by_their_sign() -> None:
    paths = ["overview.status", "conflicts.x07d9fc93", "conflicts.x5db49ce0"]
    assert field_names(paths) == ["Status", FLAG]
