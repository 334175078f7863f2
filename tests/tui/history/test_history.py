from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from store.crypto import identity
from store.vault import Vault
from tests.tui.history.trail import HOUSE, SHOP, open_app, tamper
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.screens.history import HistoryScreen
from tui.screens.restore import RestoreScreen
from tui.screens.version import VersionScreen
from tui.widgets.changes_view import ChangesView
from tui.widgets.history_list import HistoryList
from tui.widgets.reading import ReadingView

AnyWidget = TypeVar("AnyWidget", bound=Widget)


def dalil(pilot: Pilot[None]) -> DalilApp:
    assert isinstance(pilot.app, DalilApp)
    return pilot.app


def widget(pilot: Pilot[None], kind: type[AnyWidget]) -> AnyWidget:
    return pilot.app.screen.query_one(kind)


def row(pilot: Pilot[None], place: int) -> str:
    return widget(pilot, HistoryList).row_text(place)


def page(pilot: Pilot[None]) -> str:
    return widget(pilot, ChangesView).plain


async def open_history(pilot: Pilot[None], case_id: str | None = None) -> HistoryScreen:
    """Open a history and wait until it is read."""
    await until_screen(pilot, "browse")
    screen = HistoryScreen(case_id)
    pilot.app.push_screen(screen)
    await until_screen(pilot, "history")
    rows = screen.query_one(HistoryList)
    await until(pilot, lambda: rows.count() > 0 and len(rows.notes) > 1)
    return screen


async def go_to(pilot: Pilot[None], words: str) -> None:
    """Put the cursor on the row with these words, and wait for its page."""
    rows = widget(pilot, HistoryList)
    await until(pilot, lambda: any(words in row(pilot, n) for n in range(rows.count())))
    rows.cursor = next(n for n in range(rows.count()) if words in row(pilot, n))
    current = rows.current
    assert current is not None
    await until(pilot, lambda: current.commit[:10] in page(pilot))


def test_the_history_of_all_tells_when_who_which_case_and_why(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_history(pilot)
        assert screen.query_one(HistoryList).count() == 7
        assert "✓" in row(pilot, 0)
        assert "sami" in row(pilot, 0)
        assert "D-02" in row(pilot, 0)
        assert "A neighbour came" in row(pilot, 0)
        assert "new: First account" in row(pilot, 5)

    drive(open_app(built, "nour"), scenario, (140, 40))


def test_a_long_text_is_told_by_the_words_that_differ(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_history(pilot, SHOP)
        await go_to(pilot, "The car was grey")
        text = page(pilot)
        assert "Overview › Status" in text
        assert "−  Intake" in text
        assert "in a white car" in text
        assert "in a grey car" in text
        assert "three times" not in text

    drive(open_app(built, "nour"), scenario)


def test_founding_and_policy_are_told_in_words(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_history(pilot)
        await go_to(pilot, "Members and access changed")
        assert "omar is a member now: reviewer, in main" in page(pilot)
        assert "nour is" not in page(pilot)
        await go_to(pilot, "The repository was founded")
        assert "nour is a member now: admin, in main, witness" in page(pilot)

    drive(open_app(built, "nour"), scenario)


def test_a_case_without_a_key_is_listed_as_sealed(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_history(pilot)
        await go_to(pilot, "sealed  ")
        assert "witness" in row(pilot, widget(pilot, HistoryList).cursor)
        assert "None of your keys opens it" in page(pilot)
        assert "✓ verified" in page(pilot)
        assert "She spoke alone" not in shown_text(dalil(pilot))

    drive(open_app(built, "lina"), scenario)


@pytest.mark.parametrize(("words", "found"), [("sami", 2), ("neighbor", 0), ("deeds D-02", 1)])
def test_the_history_is_filtered_by_member_case_and_reason(
    built: Path, words: str, found: int
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_history(pilot)
        await pilot.press("slash")
        screen.query_one("#filter", Input).value = words
        await until(pilot, lambda: screen.query_one(HistoryList).count() == found)
        await pilot.press("escape")
        assert screen.query_one(HistoryList).count() == 7
        assert pilot.app.screen is screen

    drive(open_app(built, "nour"), scenario)


def test_an_older_version_is_read_under_a_banner_and_not_as_markup(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_history(pilot, SHOP)
        await go_to(pilot, "First account")
        await pilot.press("enter")
        await until_screen(pilot, "version")
        assert isinstance(pilot.app.screen, VersionScreen)
        view = widget(pilot, ReadingView)
        await until(pilot, lambda: "white" in view.plain)
        shown = shown_text(dalil(pilot))
        assert "An older version, to read only: as nour left it" in shown
        assert "A shop owner [b]taken[/b]" in shown
        assert pilot.app.screen.check_action("edit", ()) is False
        await pilot.press("escape")
        await until_screen(pilot, "history")

    drive(open_app(built, "nour"), scenario)


def test_two_marked_versions_are_compared_the_older_one_first(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_history(pilot, SHOP)
        await pilot.press("space", "space", "c")
        await until(pilot, lambda: page(pilot).startswith("−"))
        older, newer = page(pilot).splitlines()[:2]
        assert "nour" in older
        assert "sami" in newer
        assert "+  Building" in page(pilot)

    drive(open_app(built, "nour"), scenario)


def test_restoring_makes_a_new_signed_commit(place: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_history(pilot, SHOP)
        await go_to(pilot, "First account")
        await pilot.press("r")
        await until_screen(pilot, "restore")
        assert isinstance(pilot.app.screen, RestoreScreen)
        assert "2 fields change" in shown_text(dalil(pilot))
        assert "in a white car" in page(pilot)
        await pilot.press("enter")  # without a reason nothing happens
        assert isinstance(pilot.app.screen, RestoreScreen)
        pilot.app.screen.query_one("#why", Input).value = "It was another car"
        await pilot.press("enter")
        await until_screen(pilot, "history")
        rows = widget(pilot, HistoryList)
        await until(pilot, lambda: rows.count() == 3)
        await until(pilot, lambda: "restored: It was" in row(pilot, 0))
        assert rows.entries[0].signature == "verified"

    drive(open_app(place, "sami"), scenario)
    with Vault.open(str(place / "repository"), identity.unlock(str(place / "sami"))) as vault:
        assert vault.trust.state == "authentic"
        assert vault.trust.commits == 8
        assert vault.get(SHOP).status == "intake"
        assert vault.get(SHOP).changed.why == "It was another car"


def test_a_reviewer_is_told_at_once_that_nothing_can_be_restored(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_history(pilot, HOUSE)
        await go_to(pilot, "The deeds were found")
        await pilot.press("r")
        await until(pilot, lambda: len(pilot.app._notifications) > 0)
        assert "may not change" in next(iter(pilot.app._notifications)).title
        assert isinstance(pilot.app.screen, HistoryScreen)

    drive(open_app(built, "lina"), scenario)


def test_an_unsigned_commit_is_shown_as_bad_and_cannot_be_restored(place: Path) -> None:
    commit = tamper(place)

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_history(pilot)
        entry = screen.query_one(HistoryList).entries[0]
        assert (entry.commit, entry.signature, entry.signer) == (commit, "bad", None)
        assert "✗" in row(pilot, 0)
        assert "! nour" in row(pilot, 0)
        await go_to(pilot, "! nour")
        assert "No member signed this. It names nour as its author" in page(pilot)
        await pilot.press("r")
        await until(pilot, lambda: len(pilot.app._notifications) > 0)
        assert pilot.app.screen is screen

    drive(open_app(place, "nour"), scenario)


def test_another_language_keeps_the_commit_under_the_cursor(place: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_history(pilot)
        await go_to(pilot, "The deeds were found")
        entry = widget(pilot, HistoryList).current
        dalil(pilot).action_toggle_language()
        await until(pilot, lambda: widget(pilot, HistoryList).count() == 7)
        await until(pilot, lambda: widget(pilot, HistoryList).current == entry)
        await until(pilot, lambda: "وقّعه" in page(pilot))
        dalil(pilot).action_toggle_language()

    drive(open_app(place, "nour"), scenario)


def test_a_lock_while_asking_for_a_reason_leads_back_to_the_question(place: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_history(pilot, SHOP)
        await go_to(pilot, "First account")
        await pilot.press("r")
        await until_screen(pilot, "restore")
        pilot.app.screen.query_one("#why", Input).value = "It was another car"
        await pilot.press("ctrl+l")
        await until_screen(pilot, "door")
        await until(pilot, lambda: "Locked" in shown_text(dalil(pilot)))
        await pilot.press("enter")
        await until_screen(pilot, "restore")
        assert pilot.app.screen.query_one("#why", Input).value == "It was another car"
        assert "2 fields change" in shown_text(dalil(pilot))

    drive(open_app(place, "sami"), scenario)
