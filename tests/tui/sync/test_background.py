"""A remote that does not answer: nobody waits for it, and it holds nothing up."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.piloting import drive, shown_text, until, until_screen
from tests.tui.sync.team import SHOP, Team
from tui import syncing
from tui.app import DalilApp
from tui.settings import Settings, save
from tui.sync_run import SyncRun
from tui.widgets.reading import ReadingView

HANGING = "#!/bin/sh\necho $$ > {pid}\nexec sleep 600\n"


@pytest.fixture
def hanging(team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a remote over ssh that never says a word; the file where its process is noted."""
    programs, pid = tmp_path / "programs", tmp_path / "pid"
    programs.mkdir()
    script = programs / "ssh"
    script.write_text(HANGING.format(pid=pid))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    team.connect("nour", "ssh://far.example/unit.git")
    return pid


def is_waiting(pid: Path) -> bool:
    """Is the program that talks to the remote there?"""
    if not pid.exists() or not pid.read_text().strip():
        return False
    try:
        os.kill(int(pid.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


async def begin(pilot: Pilot[None], is_there: Callable[[], bool]) -> DalilApp:
    """Begin a sync that hangs."""
    app = pilot.app
    assert isinstance(app, DalilApp)
    await until_screen(pilot, "browse")
    await until(pilot, lambda: "2 cases" in shown_text(app))
    app.begin_sync("sync")
    await until(pilot, is_there)
    return app


def test_a_case_is_read_written_and_saved_while_a_remote_hangs(team: Team, hanging: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        app = await begin(pilot, lambda: is_waiting(hanging))
        await until(pilot, lambda: "⇅ syncing" in shown_text(app).splitlines()[0])
        began = time.monotonic()
        await pilot.press("enter")
        await until_screen(pilot, "case")
        await until(pilot, lambda: len(app.screen.query(ReadingView)) == 1)
        vault = app.open_vault
        with vault.edit(SHOP, why="She told us so") as case:
            case.set("overview.title", "Saved meanwhile")
        await until(pilot, lambda: vault.get(SHOP).title == "Saved meanwhile")
        assert time.monotonic() - began < 10
        assert app.sync_run.kind == "sync"
        app.stop_sync()
        await until(pilot, lambda: app.sync_run.runs == 1)
        assert app.sync_run.results[0].state == "cancelled"
        await until(pilot, lambda: not is_waiting(hanging))

    drive(team.app("nour"), scenario)


def test_leaving_the_screen_lets_a_sync_go_on_and_one_key_stops_it(
    team: Team, hanging: Path
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        app = await begin(pilot, lambda: is_waiting(hanging))
        await pilot.press("y")
        await until_screen(pilot, "sync")
        await pilot.press("escape")
        await until_screen(pilot, "browse")
        assert is_waiting(hanging)
        await pilot.press("y")
        await until_screen(pilot, "sync")
        await until(pilot, lambda: "x stops" in shown_text(app))
        await pilot.press("x")
        await until(pilot, lambda: app.sync_run.runs == 1)
        assert "Stopped before origin was done" in shown_text(app)

    drive(team.app("nour"), scenario)


def test_a_lock_waits_for_no_remote_and_forgets_what_came(team: Team, hanging: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        app = await begin(pilot, lambda: is_waiting(hanging))
        began = time.monotonic()
        await pilot.press("ctrl+l")
        await until_screen(pilot, "door")
        assert time.monotonic() - began < 5
        assert app.sync_run == SyncRun()
        assert app.sync_state is None
        await until(pilot, lambda: not is_waiting(hanging))

    drive(team.app("nour"), scenario)


def test_it_syncs_in_the_background_when_the_settings_say_so(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "_FIRST", 0.1)
    save(team.home("nour"), Settings(sync_minutes=5))
    team.edit("sami", "overview.title", "Disappearance in Jobar")
    team.sync("sami")

    async def scenario(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, DalilApp)
        await until(pilot, lambda: app.sync_run.runs == 1)
        await until(pilot, lambda: "Disappearance in Jobar" in shown_text(app))
        assert "1 change came in" in shown_text(app)

    drive(team.app("nour"), scenario, (100, 30))


def test_a_background_sync_that_fails_says_so_once_and_takes_no_focus(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "_FIRST", 0.1)
    save(team.home("nour"), Settings(sync_minutes=5))
    shutil.rmtree(team.server)

    async def scenario(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, DalilApp)
        await until(pilot, lambda: app.sync_run.runs == 1)
        await until_screen(pilot, "browse")
        await until(pilot, lambda: "○ offline" in shown_text(app).splitlines()[0])
        told = len(app._notifications)
        assert told == 1
        focused = app.screen.focused
        app.begin_sync("sync", is_asked=False)
        await until(pilot, lambda: app.sync_run.runs == 2)
        await pilot.pause()
        assert len(app._notifications) == told
        assert app.screen.focused is focused

    drive(team.app("nour"), scenario, (100, 30))


def test_without_the_setting_no_remote_is_asked(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "_FIRST", 0.1)

    async def scenario(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, DalilApp)
        await until_screen(pilot, "browse")
        await pilot.pause(0.5)
        assert not app.sync_run.kind
        assert not app.sync_run.runs

    drive(team.app("nour"), scenario)
