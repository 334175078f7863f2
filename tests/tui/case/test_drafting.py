"""Drafts as the screens make, offer and end them; the terminal's part is `test_drafts.py`."""

from __future__ import annotations

import ast
import json
import os
import resource
from importlib import import_module
from pathlib import Path

import pytest
from textual.pilot import Pilot

import tui
from store.crypto import identity
from store.drafts import Drafts
from store.policy_change import apply_policy
from store.trust.membership import create_compartment
from store.vault import Vault
from tests.store.office import files_with
from tests.tui.case.papers import CASE_ID
from tests.tui.case.test_form import open_form, row
from tests.tui.case.test_saving import ask_to_save
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui import drafting_app
from tui.app import DalilApp
from tui.kept import WHO_TYPES, read_text
from tui.kept_document import KeptDocument
from tui.screens.base import DalilScreen
from tui.screens.form import FormScreen
from tui.widgets.draft_list import DraftList
from tui.widgets.fields.base import TypedLine

TYPED = "Qandil the baker"


@pytest.fixture(autouse=True)
def _in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look more often what is typed."""
    monkeypatch.setattr(drafting_app, "_EVERY", 0.1)


@pytest.fixture
def drafts(desk: Path) -> Drafts:
    return Drafts(str(desk / "repository" / ".git"), identity.public(desk / "home").age)


def lying(drafts: Drafts) -> list[bytes]:
    """Give the texts of the drafts that nobody has open."""
    key = identity.unlock(Path(drafts.folder).parents[4] / "home").age
    return [drafts.read(each.name, key) for each in drafts.waiting() if not each.is_open]


async def type_title(pilot: Pilot[None], text: str = TYPED) -> FormScreen:
    screen = await open_form(pilot)
    row(screen, "title").query_one(TypedLine).focus()
    await pilot.press("end", *text)
    return screen


async def leave_a_draft(pilot: Pilot[None], text: str = TYPED) -> None:
    """Type, and put it aside."""
    await type_title(pilot, text)
    await pilot.press("escape")
    await until_screen(pilot, "leave")
    await pilot.press("tab", "tab", "enter")
    await until_screen(pilot, "case")


async def open_drafts(pilot: Pilot[None]) -> DraftList:
    await pilot.press("escape")
    await until_screen(pilot, "browse")
    await pilot.press("D")
    await until_screen(pilot, "drafts")
    rows = pilot.app.screen.query_one(DraftList)
    await until(pilot, lambda: rows.count() > 0)
    return rows


def test_what_is_typed_lies_on_the_disk_soon_and_goes_with_the_save(
    app: DalilApp, drafts: Drafts, desk: Path
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await type_title(pilot)
        await until(pilot, lambda: len(drafts.waiting()) == 1)
        assert drafts.waiting()[0].is_open
        assert files_with(TYPED, [desk]) == []
        await ask_to_save(pilot, "He was a baker")
        await pilot.press("ctrl+s")
        await until_screen(pilot, "case")
        assert os.listdir(drafts.folder) == []

    drive(app, scenario)


def test_what_is_taken_back_is_no_draft(app: DalilApp, drafts: Drafts) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await type_title(pilot)
        await until(pilot, lambda: len(drafts.waiting()) == 1)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: drafts.waiting() == [])
        await pilot.press("x")
        await until(pilot, lambda: len(drafts.waiting()) == 1)

    drive(app, scenario)


def test_leaving_throws_it_away_or_puts_it_aside_as_one_chooses(
    app: DalilApp, drafts: Drafts
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await type_title(pilot)
        await until(pilot, lambda: len(drafts.waiting()) == 1)
        await pilot.press("escape")
        await until_screen(pilot, "leave")
        await pilot.press("tab", "tab", "tab", "enter")
        await until_screen(pilot, "case")
        assert drafts.waiting() == []
        await pilot.press("escape")
        await leave_a_draft(pilot)
        assert len(lying(drafts)) == 1
        await pilot.press("escape")
        await until(pilot, lambda: "1 draft that was not saved" in shown_text(app))

    drive(app, scenario)


def test_leaving_the_program_can_keep_all_as_drafts(app: DalilApp, drafts: Drafts) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await type_title(pilot)
        await ask_to_save(pilot, "A reason, half")
        await pilot.press("ctrl+q")
        await until_screen(pilot, "leave")
        await pilot.press("tab", "tab", "enter")
        await until(pilot, lambda: app._exit)

    drive(app, scenario)
    (text,) = lying(drafts)
    kept = KeptDocument.load(read_text(text)[1])
    assert TYPED in kept.editing.case.title
    assert kept.editing.why == "A reason, half"


def test_leaving_the_program_can_throw_all_away(app: DalilApp, drafts: Drafts) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await type_title(pilot)
        await until(pilot, lambda: len(drafts.waiting()) == 1)
        await pilot.press("ctrl+q")
        await until_screen(pilot, "leave")
        await pilot.press("tab", "tab", "tab", "enter")
        await until(pilot, lambda: app._exit)

    drive(app, scenario)
    assert drafts.waiting() == []


def test_a_draft_goes_on_in_the_same_file_and_ends_with_its_save(
    app: DalilApp, other: Vault, drafts: Drafts
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await leave_a_draft(pilot)
        await open_drafts(pilot)
        (name,) = [each.name for each in drafts.waiting()]
        await until(pilot, lambda: "1 change" in shown_text(app))
        await pilot.press("enter")
        await until_screen(pilot, "form")
        assert drafts.waiting()[0].is_open
        await until(pilot, lambda: app.waiting == ())
        screen = app.screen
        assert isinstance(screen, FormScreen)
        row(screen, "title").query_one(TypedLine).focus()
        await pilot.press("end", "!")
        await ask_to_save(pilot, "He was a baker")
        await until(pilot, lambda: [each.name for each in drafts.waiting()] == [name])
        await pilot.press("ctrl+s")
        await until_screen(pilot, "drafts")
        await until(pilot, lambda: "There are no drafts" in shown_text(app))
        assert os.listdir(drafts.folder) == []

    drive(app, scenario)
    other.refresh()
    assert other.get(CASE_ID).title.endswith(TYPED + "!")


def test_a_draft_that_is_opened_and_saved_at_once_goes_too(
    app: DalilApp, drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting_app, "_EVERY", 1000.0)

    async def scenario(pilot: Pilot[None]) -> None:
        await leave_a_draft(pilot)
        await open_drafts(pilot)
        await pilot.press("enter")
        await until_screen(pilot, "form")
        await ask_to_save(pilot, "He was a baker")
        await pilot.press("ctrl+s")
        await until_screen(pilot, "drafts")
        assert os.listdir(drafts.folder) == []

    drive(app, scenario)


def test_a_field_that_both_changed_is_shown_with_both_values(
    app: DalilApp, other: Vault, drafts: Drafts
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await leave_a_draft(pilot)
        with other.edit(CASE_ID, why="meanwhile") as case:
            case.set("overview.title", "Theirs")
        await open_drafts(pilot)
        await pilot.press("enter")
        await until_screen(pilot, "form")
        await until(pilot, lambda: "has changed the same field since" in shown_text(app))
        await ask_to_save(pilot, "Mine")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "theirs “Theirs”" in shown_text(app))
        assert len(drafts.waiting()) == 1
        await pilot.press("ctrl+s")
        await until_screen(pilot, "drafts")
        assert drafts.waiting() == []

    drive(app, scenario)
    other.refresh()
    assert TYPED in other.get(CASE_ID).title


def test_a_draft_whose_save_was_made_before_the_program_was_killed_says_so_and_goes(
    app: DalilApp, other: Vault, drafts: Drafts
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await leave_a_draft(pilot)
        kept = KeptDocument.load(read_text(lying(drafts)[0])[1])
        with other.edit(CASE_ID, why="saved") as case:
            case.data["overview"] = kept.editing.case.data["overview"]
        await open_drafts(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "had been saved already" in shown_text(app))
        await until(pilot, lambda: drafts.waiting() == [])

    drive(app, scenario)


def test_a_draft_of_a_case_that_is_not_there_is_still_read(app: DalilApp, drafts: Drafts) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await leave_a_draft(pilot)
        key = identity.unlock(app.home).age
        found = drafts.take(drafts.waiting()[0].name)
        text = found.read(key)
        found.write(text.replace(CASE_ID.encode(), b"f" * 20))
        found.keep()
        await open_drafts(pilot)
        await pilot.press("enter")
        await until_screen(pilot, "form")
        await until(pilot, lambda: "not there any more" in shown_text(app))
        assert TYPED in shown_text(app)
        await ask_to_save(pilot, "Mine")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "there is no case" in shown_text(app))
        assert len(drafts.waiting()) == 1

    drive(app, scenario)


def test_a_draft_of_a_new_case_is_saved_once_whatever_was_cut_off(
    app: DalilApp, other: Vault, drafts: Drafts
) -> None:
    async def go_on(pilot: Pilot[None]) -> None:
        await pilot.press("D")
        await until_screen(pilot, "drafts")
        rows = app.screen.query_one(DraftList)
        await until(pilot, lambda: rows.count() == 1)
        await pilot.press("enter")

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await pilot.press("n")
        await until_screen(pilot, "form")
        screen = app.screen
        assert isinstance(screen, FormScreen)
        row(screen, "title").query_one(TypedLine).focus()
        await pilot.press(*TYPED, "escape")
        await until_screen(pilot, "leave")
        await pilot.press("tab", "tab", "enter")
        await until_screen(pilot, "browse")
        (text,) = lying(drafts)
        await go_on(pilot)
        await until_screen(pilot, "form")
        await ask_to_save(pilot, "By telephone")
        await pilot.press("ctrl+s")
        await until_screen(pilot, "drafts")
        assert drafts.waiting() == []
        again = drafts.begin()  # as if the program had been killed right after the commit
        again.write(text)
        again.keep()
        await pilot.press("escape")
        await until_screen(pilot, "browse")
        await go_on(pilot)
        await until(pilot, lambda: "had been saved already" in shown_text(app))
        await until(pilot, lambda: drafts.waiting() == [])

    drive(app, scenario)
    other.refresh()
    assert [each.title for each in other.summaries()].count(TYPED) == 1


def test_a_draft_is_thrown_away_after_one_question(app: DalilApp, drafts: Drafts) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await leave_a_draft(pilot)
        await open_drafts(pilot)
        await pilot.press("d")
        await until_screen(pilot, "confirm")
        await pilot.press("escape")
        assert len(drafts.waiting()) == 1
        await pilot.press("d")
        await until_screen(pilot, "confirm")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: drafts.waiting() == [])

    drive(app, scenario)


def test_one_that_is_open_in_another_window_is_shown_and_not_opened(
    app: DalilApp, drafts: Drafts
) -> None:
    theirs = drafts.begin()
    theirs.write(b"whatever")

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await pilot.pause(0.2)
        assert app.waiting == ()
        await pilot.press("D")
        await until_screen(pilot, "drafts")
        await until(pilot, lambda: "open in another window" in shown_text(app))
        await pilot.press("enter", "d")
        assert app.screen.id is None
        assert getattr(app.screen, "NAME", "") == "drafts"

    drive(app, scenario)
    theirs.discard()


def test_one_that_cannot_be_read_says_so_and_stays(app: DalilApp, drafts: Drafts) -> None:
    for text in (b"nonsense", b"dalil draft 1 form\n{}", b"dalil draft 1 of the future\n"):
        draft = drafts.begin()
        draft.write(text)
        draft.keep()
    broken = drafts.begin()
    broken.write(b"x")
    Path(drafts.folder, broken.name + ".age").write_bytes(b"")
    broken.keep()

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        await until(pilot, lambda: "4 drafts that were not saved" in shown_text(app))
        await pilot.press("D")
        await until_screen(pilot, "drafts")
        rows = app.screen.query_one(DraftList)
        await until(pilot, lambda: rows.count() == 4)
        for _ in range(4):
            await pilot.press("enter")
            await pilot.pause(0.2)
            assert getattr(app.screen, "NAME", "") == "drafts"
            await pilot.press("down")

    drive(app, scenario)
    assert [each.is_open for each in drafts.waiting()] == [False] * 4


def test_a_full_disk_is_told_once_and_typing_goes_on(
    app: DalilApp, drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    told: list[str] = []

    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        row(screen, "title").query_one(TypedLine).focus()
        monkeypatch.setattr(app, "notify", lambda *_, **said: told.append(said["title"]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, was[1]))
        try:
            for letter in "abcdef":
                await pilot.press(letter)
                await pilot.pause(0.15)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, was)
        assert told == ["What you type is not kept on this disk now"]
        assert screen.editing.case.title.endswith("abcdef")
        await pilot.press("g")
        await until(pilot, lambda: len(drafts.waiting()) == 1)

    drive(app, scenario)


def test_a_lock_leaves_a_draft_that_the_same_window_goes_on_with(
    app: DalilApp, drafts: Drafts
) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await type_title(pilot)
        await pilot.press("ctrl+l")
        await until_screen(pilot, "door")
        (found,) = drafts.waiting()
        assert found.is_open
        await until(pilot, lambda: "Locked" in shown_text(app))
        await pilot.press("enter")
        await until_screen(pilot, "form")
        assert app.waiting == ()
        await pilot.press("end", "!")
        await ask_to_save(pilot, "He was a baker")
        await until(pilot, lambda: [each.name for each in drafts.waiting()] == [found.name])
        await pilot.press("ctrl+s")
        await until_screen(pilot, "browse")
        assert os.listdir(drafts.folder) == []

    drive(app, scenario)


@pytest.mark.parametrize("kind", ["lock", "destroy"])
def test_panic_leaves_a_draft_or_nothing_at_all(
    app: DalilApp, drafts: Drafts, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.screens import panic

    monkeypatch.setattr(panic, "_SECOND", 0.1)
    app.settings = app.settings._replace(panic=kind)

    async def scenario(pilot: Pilot[None]) -> None:
        await type_title(pilot)
        await until(pilot, lambda: len(drafts.waiting()) == 1)
        await pilot.press("!")
        await pilot.press("ctrl+g")
        await until(pilot, lambda: app._exit)

    drive(app, scenario)
    if kind == "lock":
        assert TYPED.encode() + b"!" in lying(drafts)[0]
    else:
        assert drafts.waiting() == []


async def open_a_reason(pilot: Pilot[None], drafts: Drafts) -> None:
    """Open a draft of the reason for moving a case, which leads to the case and its dialogue."""
    draft = drafts.begin()
    kept = {"case": CASE_ID, "what": "move", "item": "", "into": "", "as": "", "why": TYPED}
    draft.write(b"dalil draft 1 seal\n" + json.dumps(kept).encode())
    draft.keep()
    await until_screen(pilot, "browse")
    await pilot.press("D")
    await until_screen(pilot, "drafts")
    await until(pilot, lambda: "a reason for sealing" in shown_text(pilot.app))  # type: ignore[arg-type]
    await pilot.press("enter")


def test_a_reason_leads_back_to_its_dialogue_and_goes_with_it(
    app: DalilApp, drafts: Drafts, desk: Path
) -> None:
    with Vault.open(str(desk / "repository"), identity.unlock(desk / "home")) as vault:
        apply_policy(vault, create_compartment(vault.policy, "witness", ("nour",)))

    async def scenario(pilot: Pilot[None]) -> None:
        await open_a_reason(pilot, drafts)
        await until_screen(pilot, "seal")
        await pilot.press("escape")
        await until(pilot, lambda: drafts.waiting() == [])

    drive(app, scenario)


def test_a_reason_whose_dialogue_does_not_open_stays_a_draft(app: DalilApp, drafts: Drafts) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await open_a_reason(pilot, drafts)
        await until_screen(pilot, "case")
        await until(pilot, lambda: "no other compartment" in shown_text(app))
        await pilot.press("escape")
        await until_screen(pilot, "drafts")

    drive(app, scenario)
    assert TYPED.encode() in lying(drafts)[0]


def test_every_screen_with_unsaved_text_has_a_name_in_a_draft() -> None:
    folder = Path(tui.__file__).parent
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(entry, ast.FunctionDef) and entry.name == "unsaved"
                for entry in node.body
            ):
                place = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
                found.add(getattr(import_module(place), node.name))
    named = set()
    for place in WHO_TYPES.values():
        module, _, name = place.partition(":")
        named.add(getattr(import_module(module), name))
    for screen in found - {DalilScreen}:
        assert any(issubclass(each, screen) for each in named), screen
    assert all(each.unsaved is not DalilScreen.unsaved for each in named)
