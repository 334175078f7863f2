"""Two interfaces and a script on one repository: each sees the others' saves within 2 seconds."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.store.office import FIRST, SECOND, Office, make_homes
from tests.tui.piloting import shown_text, until, until_screen
from tui.app import DalilApp
from tui.screens.browse import BrowseScreen
from tui.screens.case import CaseScreen
from tui.screens.form import FormScreen
from tui.screens.history import HistoryScreen
from tui.widgets.fields.base import TypedLine

WITHIN = 2.0


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("watched")
    office = Office(folder / "files", make_homes(folder))
    office.found()
    office.fill()
    return office


@pytest.fixture
def office(founded: Office, tmp_path: Path) -> Office:
    return founded.copy(tmp_path / "files")


def app_of(office: Office, handle: str) -> DalilApp:
    home = office.folder.parent / f"home-{handle}"
    if not home.exists():
        shutil.copytree(office.homes[handle], home)
    return DalilApp(office.folder, home)


async def at_work(stack: AsyncExitStack, office: Office, handle: str) -> Pilot[None]:
    """Open an interface and wait until its list is complete."""
    pilot = await stack.enter_async_context(app_of(office, handle).run_test(size=(120, 30)))
    await until_screen(pilot, "browse")
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    await until(pilot, lambda: screen.catalogue is not None and screen.catalogue.can_search)
    return pilot


async def seen(pilots: list[Pilot[None]], words: str) -> float:
    """Wait until all of them show some words; give the seconds it took the slowest."""
    start = time.monotonic()
    for pilot in pilots:
        await until(pilot, lambda app=pilot.app: words in shown_text(app))  # type: ignore[misc]
    return time.monotonic() - start


def script(office: Office, handle: str, path: str, value: str, case_id: str = FIRST) -> None:
    """Save with the command line, as a script would."""
    line = [sys.executable, "-c", "from tui.cli import run; run()", "-C", str(office.folder)]
    line += ["set", case_id, path, value, "--why", "by a script"]
    kept = os.environ | {"DALIL_HOME": str(office.homes[handle])}
    subprocess.run(line, check=True, env=kept, stdout=subprocess.DEVNULL)


def save(office: Office, handle: str, path: str, value: str) -> None:
    with office.open(handle) as vault, vault.edit(FIRST, why="meanwhile") as case:
        case.set(path, value)


def test_two_interfaces_and_a_script_see_each_others_saves(office: Office) -> None:
    async def run() -> None:
        async with AsyncExitStack() as stack:
            pilots = [await at_work(stack, office, handle) for handle in ("nour", "sami")]
            await asyncio.to_thread(script, office, "sami", "overview.title", "By the script")
            assert await seen(pilots, "By the script") < WITHIN
            one, other = pilots
            for pilot in pilots:
                await pilot.press("enter")  # on the case that was changed last
                await until_screen(pilot, "case")
                await until(pilot, lambda s=pilot.app.screen: s.case is not None)  # type: ignore[misc]
            await other.press("e")
            await until_screen(other, "form")
            form = other.app.screen
            assert isinstance(form, FormScreen)
            form.query(TypedLine).first().value = "SY-2026-7777"
            await other.press("ctrl+s")
            await until_screen(other, "save")
            await other.press(*"why", "ctrl+s")
            await until_screen(other, "case")
            assert await seen([one], "SY-2026-7777") < WITHIN

    asyncio.run(run())


def test_a_case_being_read_is_renewed_where_one_reads_it(office: Office) -> None:
    with office.open("nour") as vault, vault.edit(FIRST, why="long") as case:
        case.set("overview.summary", "\n".join(f"Line {n}" for n in range(60)))
        case.set("overview.lead", "One who leads")

    async def run() -> None:
        async with AsyncExitStack() as stack:
            pilot = await at_work(stack, office, "nour")
            await pilot.app.push_screen(CaseScreen(FIRST))
            await until(pilot, lambda: "Line 5" in shown_text(pilot.app))  # type: ignore[arg-type]
            await pilot.press("down", "down", "down")
            await pilot.pause()
            page = pilot.app.screen.query_one("ReadingView")
            offset = page.scroll_offset.y
            assert offset > 0
            save(office, "sami", "overview.title", "By Sami")
            assert await seen([pilot], "By Sami") < WITHIN
            assert page.scroll_offset.y == offset

    asyncio.run(run())


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("overview.title", "sami has changed the same meanwhile: Overview › Title"),
        ("overview.status", "sami has saved this case meanwhile"),
    ],
)
def test_a_form_says_that_somebody_saved_its_case_meanwhile(
    office: Office, path: str, said: str
) -> None:
    async def run() -> None:
        async with AsyncExitStack() as stack:
            pilot = await at_work(stack, office, "nour")
            await pilot.app.push_screen(CaseScreen(FIRST))
            await pilot.pause(0.2)
            await pilot.press("e")
            await until_screen(pilot, "form")
            form = pilot.app.screen
            assert isinstance(form, FormScreen)
            lines = {line.name or n: line for n, line in enumerate(form.query(TypedLine))}
            next(x for x in lines.values() if "Qandil" in x.value).value = "Mine"
            script(office, "sami", "overview.title", "x", SECOND)  # of another case it says nothing
            await pilot.pause(WITHIN)
            assert "meanwhile" not in shown_text(pilot.app)  # type: ignore[arg-type]
            save(office, "sami", path, "review")
            assert await seen([pilot], said) < WITHIN
            assert form.editing.get("overview.title") == "Mine"

    asyncio.run(run())


def test_a_history_takes_in_what_comes_and_the_cursor_stays(office: Office) -> None:
    async def run() -> None:
        async with AsyncExitStack() as stack:
            pilot = await at_work(stack, office, "nour")
            screen = HistoryScreen(FIRST)
            await pilot.app.push_screen(screen)
            await until(pilot, lambda: bool(screen.entries))
            before = screen.entry
            save(office, "sami", "overview.title", "By Sami")
            start = time.monotonic()
            await until(pilot, lambda: len(screen.entries) == 2)
            assert time.monotonic() - start < WITHIN
            assert screen.entry == before
            assert screen.entries[0].signer == "sami"

    asyncio.run(run())


def test_a_quiet_interface_asks_the_disk_once_a_second(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(path: object, *args: object, **options: object) -> object:
            if isinstance(path, str | bytes | os.PathLike) and str(office.folder) in str(path):
                asked.append(str(path))
            return real(path, *args, **options)

        return call

    async def run() -> None:
        async with AsyncExitStack() as stack:
            pilot = await at_work(stack, office, "nour")
            await pilot.app.push_screen(CaseScreen(FIRST))
            await pilot.app.push_screen(HistoryScreen(FIRST))
            await pilot.pause(1.5)
            for name in ("stat", "lstat", "open", "listdir", "scandir"):
                monkeypatch.setattr(os, name, counted(getattr(os, name)))
            await pilot.pause(3.0)
            monkeypatch.undo()

    asyncio.run(run())
    assert 2 <= len(asked) <= 4
    looked = {os.path.join(office.git_dir, n) for n in ("refs/heads/main", "dalil/remotes.yaml")}
    assert set(asked) <= looked
