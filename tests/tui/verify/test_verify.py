from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, Static

from store.trust import pin
from tests.tui.history.trail import forget_pin, open_app, tamper
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.screens.history import HistoryScreen
from tui.screens.verify import VerifyScreen
from tui.widgets.findings_table import FindingsTable
from tui.widgets.history_list import HistoryList


async def open_verify(pilot: Pilot[None]) -> VerifyScreen:
    """Open the screen, which begins at once, and wait for the result."""
    await until_screen(pilot, "browse")
    pilot.app.push_screen(VerifyScreen())
    await until_screen(pilot, "verify")
    screen = pilot.app.screen
    assert isinstance(screen, VerifyScreen)
    await until(pilot, lambda: screen.report is not None)
    await pilot.pause()
    return screen


def verdict(screen: VerifyScreen) -> str:
    return str(screen.query_one("#verdict", Static).render())


def pin_of(place: Path) -> pin.Pin | None:
    return pin.read(place / "repository" / ".git" / "dalil" / "pin.yaml")


def test_an_authentic_history_is_said_to_be_so_in_a_sentence(built: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_verify(pilot)
        root = screen.trust.root
        assert verdict(screen).startswith(f"✓ Authentic: all 7 commits from root {root[:10]} to ")
        assert not screen.query_one(FindingsTable).display
        assert " ".join((root[:4], root[4:8], root[8:12])) in shown_text(screen.app)
        assert "7 commits, just now" in shown_text(screen.app)

    drive(open_app(built, "lina"), scenario)


def test_findings_lead_to_their_commit_in_the_history(place: Path) -> None:
    commit = tamper(place)

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_verify(pilot)
        assert verdict(screen).startswith("✗ Not authentic: 1 commit breaks the rules.")
        assert f"as of {screen.trust.tip[:10]}, the last commit" in verdict(screen)
        assert screen.trust.tip != commit
        assert "✗ not authentic" in shown_text(screen.app)
        row = screen.query_one(FindingsTable).row_text(0)
        assert "✗ failure" in row
        assert "signature" in row
        assert "What to do:" in str(screen.query_one("#words", Static).render())
        await pilot.press("enter")
        await until_screen(pilot, "history")
        history = pilot.app.screen
        assert isinstance(history, HistoryScreen)
        await until(pilot, lambda: history.query_one(HistoryList).count() > 0)
        assert history.entry is not None
        assert history.entry.commit == commit

    drive(open_app(place, "nour"), scenario)


def test_an_unknown_root_is_pinned_only_when_the_digits_of_a_colleague_fit(place: Path) -> None:
    forget_pin(place)

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_verify(pilot)
        root = screen.trust.root
        assert "nobody has confirmed" in verdict(screen)
        assert root[:4] not in shown_text(screen.app)
        for typed, fault in (("12ab", "at least 16 digits"), ("0" * 16, "not the digits")):
            screen.query_one("#digits", Input).value = typed
            await pilot.press("enter")
            assert fault in str(screen.query_one("#fault", Static).render())
            assert pin_of(place) is None
        kept = VerifyScreen.restore(screen.unsaved() or b"")
        assert kept._digits == "0" * 16
        screen.query_one("#digits", Input).value = f"{root[:4]} {root[4:18].upper()}"
        await pilot.press("enter")
        await until(pilot, lambda: screen.trust.state == "authentic")
        await until(pilot, lambda: verdict(screen).startswith("✓ Authentic"))
        found = pin_of(place)
        assert found is not None
        assert found.root == root

    drive(open_app(place, "nour"), scenario)


def test_a_verification_that_is_stopped_decides_nothing(built: Path) -> None:
    app = open_app(built, "nour")

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_verify(pilot)
        before = screen.trust
        with screen.vault._mutex:  # the thread waits for it: there is time to stop it
            await pilot.press("v")
            states = [screen.is_verifying]
            await pilot.press("escape")
            states.append(screen.is_verifying)
        assert states == [True, False]
        assert "Stopped" in verdict(screen)
        await app.workers.wait_for_complete()
        assert screen.report is None
        assert screen.trust is before
        await pilot.press("escape")
        await until_screen(pilot, "browse")

    drive(app, scenario)


def test_the_result_is_told_in_arabic_too(place: Path) -> None:
    tamper(place)

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_verify(pilot)
        assert isinstance(pilot.app, DalilApp)
        pilot.app.action_toggle_language()
        await pilot.pause()
        assert "غير أصيل" in verdict(screen)
        assert "الإيداع غير موقّع" in screen.query_one(FindingsTable).row_text(0)
        pilot.app.action_toggle_language()

    drive(open_app(place, "nour"), scenario)
