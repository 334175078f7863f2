from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from store.crypto import identity
from store.history import case_history
from store.vault import Vault
from tests.tui.case.papers import CASE_ID
from tests.tui.case.test_form import focus, open_form, row
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.screens.case import CaseScreen
from tui.screens.form import FormScreen
from tui.screens.save import SaveScreen
from tui.widgets.fields.base import TypedLine


async def ask_to_save(pilot: Pilot[None], why: str) -> SaveScreen:
    await pilot.press("ctrl+s")
    await until_screen(pilot, "save")
    screen = pilot.app.screen
    assert isinstance(screen, SaveScreen)
    screen.query_one(TextArea).text = why
    await pilot.pause()
    return screen


async def put(pilot: Pilot[None], screen: FormScreen, key: str, text: str) -> None:
    row(screen, key).query_one(TypedLine).value = text
    await pilot.pause()


def test_a_save_shows_what_changes_asks_why_and_says_which_commit(
    app: DalilApp, other: Vault
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await put(pilot, screen, "title", "A baker taken at a checkpoint")
        await ask_to_save(pilot, "")
        shown = shown_text(app)
        assert "Overview › Title" in shown
        assert "A shop owner" in shown
        await pilot.press("ctrl+s")
        assert "Nothing is saved without a reason" in shown_text(app)
        app.screen.query_one(TextArea).text = "He was a baker"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await until_screen(pilot, "case")
        await until(pilot, lambda: "A baker" in shown_text(app))
        assert app.open_vault.tip[:10] in shown_text(app)

    drive(app, scenario)
    other.refresh()
    newest = case_history(other, CASE_ID)[0]
    assert (newest.why, newest.signer) == ("He was a baker", "nour")
    assert other.get(CASE_ID).get("overview.foreign") == "kept as it is"


def test_going_back_to_the_form_leads_to_the_field_one_came_from(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await put(pilot, screen, "title", "A baker")
        line = row(screen, "summary").query_one(TextArea)
        line.focus()
        await ask_to_save(pilot, "")
        await pilot.press("escape")
        await until_screen(pilot, "form")
        await pilot.pause()
        assert screen.focused is line

    drive(app, scenario)


def test_an_error_blocks_the_save_and_leads_to_its_field(app: DalilApp, other: Vault) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await put(pilot, screen, "period", "someday")
        await pilot.press("ctrl+pagedown", "ctrl+s")
        await until_screen(pilot, "save")
        assert "someday is no date" in shown_text(app)
        await pilot.press("enter")
        await until_screen(pilot, "form")
        await pilot.pause()
        assert screen.focused is row(screen, "period").query_one(TypedLine)

    before = other.tip
    drive(app, scenario)
    other.refresh()
    assert other.tip == before


def test_what_somebody_else_changed_apart_is_merged(app: DalilApp, other: Vault) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await put(pilot, screen, "title", "A baker")
        with other.edit(CASE_ID, why="meanwhile") as case:
            case.set("overview.status", "review")
        await ask_to_save(pilot, "He was a baker")
        await pilot.press("ctrl+s")
        await until_screen(pilot, "case")

    drive(app, scenario)
    other.refresh()
    assert other.get(CASE_ID).get("overview.status") == "review"
    assert other.get(CASE_ID).title == "A baker"


def test_a_field_that_both_changed_is_shown_and_saved_only_when_meant(
    app: DalilApp, other: Vault
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await put(pilot, screen, "title", "Mine")
        with other.edit(CASE_ID, why="meanwhile") as case:
            case.set("overview.title", "Theirs")
        dialogue = await ask_to_save(pilot, "My reason")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "theirs “Theirs”, yours “Mine”" in shown_text(app))
        assert dialogue.query_one(TextArea).text == "My reason"
        assert app.open_vault.get(CASE_ID).title == "Theirs"
        await pilot.press("ctrl+s")
        await until_screen(pilot, "case")

    drive(app, scenario)
    other.refresh()
    assert other.get(CASE_ID).title == "Mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_disk_that_takes_nothing_leaves_the_form_as_it_was(app: DalilApp, desk: Path) -> None:
    objects = desk / "repository" / ".git" / "objects"

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await put(pilot, screen, "title", "A baker")
        await ask_to_save(pilot, "He was a baker")
        objects.chmod(0o500)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(app.screen.query_one("#fault").display))
        await pilot.press("escape")
        assert screen.editing.get("overview.title") == "A baker"

    try:
        drive(app, scenario)
    finally:
        objects.chmod(0o700)


def test_a_history_that_nobody_confirmed_takes_no_save_and_nothing_typed_is_lost(
    app: DalilApp, desk: Path
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await put(pilot, screen, "title", "A baker")
        app.open_vault.trust = app.open_vault.trust._replace(state="unpinned")
        await ask_to_save(pilot, "He was a baker")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "nobody has confirmed" in shown_text(app))
        await pilot.press("escape")
        await until_screen(pilot, "form")
        assert screen.editing.get("overview.title") == "A baker"
        assert screen.editing.why == "He was a baker"

    drive(app, scenario)


def test_leaving_with_unsaved_edits_asks_and_escape_stays(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await put(pilot, screen, "title", "A baker")
        await pilot.press("escape")
        await until_screen(pilot, "leave")
        await pilot.press("escape")
        await until_screen(pilot, "form")
        assert screen.editing.is_changed
        await pilot.press("escape")
        await until_screen(pilot, "leave")
        await pilot.press("tab", "tab", "tab", "enter")
        await until_screen(pilot, "case")
        await until(pilot, lambda: "A shop owner" in shown_text(app))

    drive(app, scenario)


def test_a_lock_keeps_what_was_typed(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot, "2")
        await put(pilot, screen, "pseudonym", "V-77")
        kept = screen.unsaved()
        assert kept is not None
        again = FormScreen.restore(kept)
        assert again.spot.base == "people.p1"
        await app.push_screen(again)
        await pilot.pause()
        assert row(again, "pseudonym").query_one(TypedLine).value == "V-77"

    drive(app, scenario)


def test_nothing_typed_is_nothing_to_keep(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        assert screen.unsaved() is None
        await pilot.press("escape")
        await until_screen(pilot, "case")

    drive(app, scenario)


def test_somebody_who_may_not_write_is_told_before_the_form_opens(
    app: DalilApp, desk: Path
) -> None:
    identity.create(desk / "stranger", passphrase=None, comment="test")
    stranger = DalilApp(desk / "repository", desk / "stranger")

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        screen = CaseScreen(CASE_ID)
        await stranger.push_screen(screen)
        await pilot.pause(0.2)
        await pilot.press("e")
        assert stranger.screen is screen

    drive(stranger, scenario)


def test_a_new_case_gets_the_next_number_and_is_saved(app: DalilApp, other: Vault) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await pilot.pause(0.2)
        await pilot.press("n")
        await until_screen(pilot, "form")
        screen = app.screen
        assert isinstance(screen, FormScreen)
        assert screen.editing.case.reference.endswith("-0001")
        await put(pilot, screen, "title", "A family sent back")
        await focus(pilot, screen, "overview.title")
        await ask_to_save(pilot, "Taken in by telephone")
        await pilot.press("ctrl+s")
        await until_screen(pilot, "browse")

    drive(app, scenario)
    other.refresh()
    titles = {row.title for row in other.summaries()}
    assert titles == {"A shop owner taken at a checkpoint", "A family sent back"}


async def lock_and_open_again(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+l")
    await until_screen(pilot, "door")
    await until(pilot, lambda: "Locked" in shown_text(pilot.app))  # type: ignore[arg-type]
    await pilot.press("enter")


def test_a_new_form_has_nothing_unsaved_and_typing_replaces_the_suggested_number(
    app: DalilApp,
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await pilot.pause(0.2)
        await pilot.press("n")
        await until_screen(pilot, "form")
        screen = app.screen
        assert isinstance(screen, FormScreen)
        assert "unsaved" not in shown_text(app)
        await pilot.press("X")
        assert screen.editing.case.reference == "X"
        await until(pilot, lambda: "1 unsaved change" in shown_text(app))
        again = FormScreen.restore(screen.unsaved() or b"")
        assert [change.path for change in again.editing.edits()] == ["overview.reference"]

    drive(app, scenario)


def test_a_lock_in_the_dialogue_of_the_save_leads_back_to_it_with_the_reason(
    app: DalilApp,
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await put(pilot, screen, "title", "A baker")
        await ask_to_save(pilot, "He was a baker")
        await lock_and_open_again(pilot)
        await until_screen(pilot, "save")
        assert app.screen.query_one(TextArea).text == "He was a baker"
        await pilot.press("ctrl+s")
        await until_screen(pilot, "browse")
        assert app.open_vault.get(CASE_ID).title == "A baker"

    drive(app, scenario)


def test_leaving_the_program_offers_to_save_first(app: DalilApp, other: Vault) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await put(pilot, screen, "title", "A baker")
        await pilot.press("ctrl+q")
        await until_screen(pilot, "leave")
        await pilot.press("ctrl+q")
        assert len(app.screen_stack) == 4  # it asks once
        await pilot.press("enter")
        await until_screen(pilot, "save")
        await pilot.press("escape")
        assert not app.leaves_after_save
        await pilot.press("ctrl+q")
        await until_screen(pilot, "leave")
        await pilot.press("enter")
        await until_screen(pilot, "save")
        app.screen.query_one(TextArea).text = "He was a baker"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app._exit)

    drive(app, scenario)
    other.refresh()
    assert other.get(CASE_ID).title == "A baker"
