"""`dalil drafts`: what was typed and not saved, from a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from store.crypto import identity
from store.drafts import Draft, Drafts
from store.vault import Vault
from tests.tui.cli.conftest import Dalil
from tests.tui.cli.test_hardware import device, key, omar, touches
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.editing import Editing
from tui.kept_document import KeptDocument

__all__ = ["device", "key", "omar"]

TYPED = "قنديل-Qandil"


def lay(team: Path, handle: str, recipient: str = "") -> Draft:
    """Leave a draft of the first case, as the form leaves it."""
    git_dir = str(team / "repository" / ".git")
    with Vault.open(str(team / "repository"), identity.unlock(team / "nour")) as vault:
        editing = Editing(vault.get(vault.find("SY-2024-0001")))
    editing.set("overview.title", TYPED)
    editing.why = "He told us"
    text = KeptDocument(editing, "overview", is_new=False, is_asking=False).dump()
    draft = Drafts(git_dir, recipient or identity.public(team / handle).age).begin()
    draft.write(b"dalil draft 1 form\n" + text)
    return draft


def test_it_lists_without_a_key_shows_with_it_and_throws_away_when_sure(
    team: Path, dalil: Dalil
) -> None:
    draft = lay(team, "nour")
    assert "open in another window" in dalil("drafts").out
    draft.keep()
    (listed,) = dalil("drafts", "--json").json()
    assert (listed["draft"], listed["open"]) == (draft.name, False)
    shown = dalil("drafts", "show", draft.name[:5])
    assert f"overview.title: {TYPED}" in shown.out, shown.err
    assert "why: He told us" in shown.out
    assert dalil("drafts", "show", draft.name, "--json").json()["changes"] == {
        "overview.title": TYPED
    }
    asked = dalil("drafts", "discard", draft.name)
    assert (asked.code, "throws 1 drafts away" in asked.err) == (1, True)
    assert dalil("drafts", "discard", "--all", "--yes").code == 0
    empty = dalil("drafts", "list")
    assert (empty.code, empty.out) == (0, "")
    assert "There are no drafts" in empty.err


def test_another_member_of_the_same_copy_is_told_of_it_and_no_more(
    team: Path, dalil: Dalil
) -> None:
    lay(team, "nour").keep()
    listed = dalil("drafts", by="sami")
    assert listed.out == ""
    assert "1 draft here is for other keys" in listed.err
    assert dalil("drafts", "show", "", by="sami").code == 1


def test_one_that_is_open_stays_and_a_name_that_is_none_is_said(team: Path, dalil: Dalil) -> None:
    draft = lay(team, "nour")
    refused = dalil("drafts", "discard", draft.name, "--yes")
    assert (refused.code, "another window" in refused.err) == (1, True)
    assert dalil("drafts", "discard", "--all", "--yes").code == 0
    assert dalil("drafts", "show", "zzz").code == 1
    assert "0 drafts begin with zzz" in dalil("drafts", "show", "zzz").err
    draft.discard()


@pytest.mark.usefixtures("omar")
def test_a_key_in_hardware_is_asked_only_when_a_draft_is_opened(
    team: Path, device: Path, key: object, dalil: Dalil
) -> None:
    app = DalilApp(team / "repository", team / "omar")
    seen: list[int] = []

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await until(pilot, lambda: "Forced return" in shown_text(app))
        before = touches(device)
        await pilot.press("n")
        await until(pilot, lambda: getattr(app.screen, "NAME", "") in ("form", "new_case"))
        if getattr(app.screen, "NAME", "") == "new_case":
            await pilot.pause(0.3)
            await pilot.press("enter")
        await until_screen(pilot, "form")
        await pilot.press(*"Qandil")
        await pilot.press("escape")
        await until_screen(pilot, "leave")
        await pilot.press("tab", "tab", "enter")
        await until_screen(pilot, "browse")
        await until(pilot, lambda: "1 draft that was not saved" in shown_text(app))
        await pilot.press("D")
        await until(pilot, lambda: "opens with your key" in shown_text(app))
        assert touches(device) == before
        await pilot.press("enter")
        await until_screen(pilot, "form")
        assert "Qandil" in shown_text(app)
        seen.append(touches(device) - before)

    drive(app, scenario)
    assert seen == [1]
    (listed,) = dalil("drafts", "--json", by="omar").json()
    shown = dalil("drafts", "show", listed["draft"], "--json", by="omar")
    assert "Qandil" in json.dumps(shown.json()["changes"])
