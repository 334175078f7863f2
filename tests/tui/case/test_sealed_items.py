"""Sealed items on the screens: a stub that says who can open it, a mark, and the dialogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store.crypto import identity
from store.founding import found
from store.sealing import seal
from store.trust.policy import Member
from store.vault import Vault
from tests.tui.case.papers import CASE_ID, PAPERS, papers
from tests.tui.case.test_reading import open_case, page
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.screens.browse import BrowseScreen
from tui.screens.case import CaseScreen
from tui.screens.form import FormScreen
from tui.screens.seal import SealScreen

NAME = "Rami"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A repository of two members; only nour reads witness."""
    for handle in ("nour", "sami"):
        identity.create(tmp_path / handle, passphrase=None, comment="")
    keys = identity.public(tmp_path / "sami")
    sami = Member("editor", (keys.sign,), (keys.age,), ("main",))
    nour, folder = identity.unlock(tmp_path / "nour"), str(tmp_path / "repository")
    found(folder, "Desk", "nour", nour, members={"sami": sami}, compartments=("main", "witness"))
    with (
        Vault.open(folder, nour) as vault,
        vault.new(why="first", case_id=CASE_ID) as case,
    ):
        case.data.update({key: papers().data[key] for key in PAPERS})
    return tmp_path


def app_of(team: Path, handle: str) -> DalilApp:
    return DalilApp(team / "repository", team / handle)


def sealed_by_nour(team: Path) -> Vault:
    vault = Vault.open(str(team / "repository"), identity.unlock(team / "nour"))
    seal(vault, CASE_ID, "p1", "witness", why="he is in danger")
    return vault


def test_who_cannot_open_it_sees_the_pseudonym_and_who_can(team: Path) -> None:
    sealed_by_nour(team).close()

    async def scenario(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, DalilApp)
        screen = await open_case(pilot)
        await pilot.press("2")
        text = page(screen)
        assert "V-01 · sealed" in text
        assert "nour" in text
        assert NAME not in text
        await pilot.press("3")
        assert "V-01 · sealed" in page(screen)  # where an event links to the person
        await pilot.press("2", "e")
        await until_screen(pilot, "form")
        form = app.screen
        assert isinstance(form, FormScreen)
        assert not form.has_form
        assert form.check_action("remove_item", ()) is False
        shown = shown_text(app)
        assert "sealed into witness" in shown
        assert "Who can open it: nour" in shown
        await pilot.press("escape")
        await until_screen(pilot, "case")
        await pilot.press("u")
        await until(pilot, lambda: "cannot open" in shown_text(app))
        await pilot.press("escape")
        await until_screen(pilot, "browse")
        browse = app.screen
        assert isinstance(browse, BrowseScreen)
        await until(pilot, lambda: browse.catalogue is not None and browse.catalogue.can_search)
        assert browse.catalogue is not None
        assert len(browse.catalogue.cases) == 1

    drive(app_of(team, "sami"), scenario, size=(130, 40))


def test_who_can_open_it_sees_all_of_it_with_a_mark(team: Path) -> None:
    sealed_by_nour(team).close()

    async def scenario(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, DalilApp)
        await until_screen(pilot, "browse")
        await until(pilot, lambda: "⊘ witness" in shown_text(app))  # the preview
        screen = await open_case(pilot)
        await pilot.press("2")
        assert NAME in page(screen)
        assert "⊘ witness" in page(screen)
        await pilot.press("e")
        await until_screen(pilot, "form")
        assert "⊘ witness" in shown_text(app)
        form = app.screen
        assert isinstance(form, FormScreen)
        assert form.has_form

    drive(app_of(team, "nour"), scenario, size=(130, 40))


def test_an_item_is_sealed_and_unsealed_by_key(team: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, DalilApp)
        screen = await open_case(pilot)
        await pilot.press("s")
        await until(pilot, lambda: "Only an item of a list" in shown_text(app))
        await pilot.press("2", "j", "s")
        await until_screen(pilot, "seal")
        shown = shown_text(app)
        assert "Seal: W-01" in shown
        assert "only nour can read it from now on" in shown
        assert "stay readable to those who had them: sami" in " ".join(shown.split())
        assert app.screen.query_one("#as", Input).value == "W-01"
        app.screen.query_one("#as", Input).value = "W-05"
        await pilot.press("enter")
        assert isinstance(app.screen, SealScreen)  # there is no reason yet
        app.screen.query_one("#why", Input).value = "she asked for it"
        await pilot.press("enter")
        await until_screen(pilot, "case")
        await until(pilot, lambda: "⊘ witness" in page(screen))
        assert app.open_vault.get(CASE_ID).get("people.p2.pseudonym") == "W-05"
        await pilot.press("j", "u")
        await until_screen(pilot, "seal")
        app.screen.query_one("#why", Input).value = "she is safe"
        await pilot.press("enter")
        await until(pilot, lambda: app.open_vault.get(CASE_ID).parts == {})
        await until_screen(pilot, "case")
        await pilot.press("M")
        await until_screen(pilot, "seal")
        app.screen.query_one("#why", Input).value = "all of it"
        await pilot.press("enter")
        await until(pilot, lambda: app.open_vault.get(CASE_ID).compartment == "witness")
        await until_screen(pilot, "case")

    drive(app_of(team, "nour"), scenario, size=(110, 34))


def test_what_was_typed_into_the_dialogue_outlives_a_lock(team: Path) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, DalilApp)
        await open_case(pilot)
        await pilot.press("2", "s")
        await until_screen(pilot, "seal")
        app.screen.query_one("#why", Input).value = "half a reason"
        kept = app.screen.unsaved() if isinstance(app.screen, SealScreen) else None
        assert kept is not None
        again = SealScreen.restore(kept)
        await pilot.press("escape", "escape")
        await until_screen(pilot, "browse")
        await app.push_screen(again)
        await until_screen(pilot, "seal")
        assert app.screen.query_one("#why", Input).value == "half a reason"

    drive(app_of(team, "nour"), scenario)


def test_an_item_sealed_while_the_form_was_open_is_not_saved_and_what_was_typed_stays(
    team: Path,
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, DalilApp)
        screen = await open_case(pilot)
        assert isinstance(screen, CaseScreen)
        await pilot.press("2", "e")
        await until_screen(pilot, "form")
        form = app.screen
        assert isinstance(form, FormScreen)
        form.editing.set("people.p1.note", "typed meanwhile")
        sealed_by_nour(team).close()
        await pilot.press("ctrl+s")
        await until_screen(pilot, "save")
        form.editing.why = "x"
        app.screen.query_one("LongText").text = "x"  # type: ignore[attr-defined]
        await pilot.pause()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "is sealed into witness" in " ".join(shown_text(app).split()))
        assert form.editing.get("people.p1.note") == "typed meanwhile"

    drive(app_of(team, "sami"), scenario, size=(110, 34))
