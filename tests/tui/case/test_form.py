from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.tui.case.test_reading import open_case
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui.app import DalilApp
from tui.screens.form import FormScreen
from tui.widgets.fields.base import TypedLine
from tui.widgets.form import Form, FormRow


async def open_form(pilot: Pilot[None], *keys: str) -> FormScreen:
    """Open the form, at the section of the case that some keys lead to."""
    await open_case(pilot)
    await pilot.press(*keys, "e")
    await until_screen(pilot, "form")
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    return screen


def row(screen: FormScreen, key: str) -> FormRow:
    return next(row for row in screen.query_one(Form).rows if row.field.key == key)


async def focus(pilot: Pilot[None], screen: FormScreen, path: str) -> None:
    assert screen.query_one(Form).focus_path(path)
    await pilot.pause()


def test_typing_changes_the_document_and_undo_brings_it_back(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await focus(pilot, screen, "overview.title")
        await pilot.press("end", "!", "?")
        assert screen.editing.get("overview.title").endswith("checkpoint!?")
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert row(screen, "title").query_one(TypedLine).value.endswith("checkpoint")
        await pilot.press("ctrl+y")
        assert screen.editing.get("overview.title").endswith("checkpoint!?")

    drive(app, scenario)


def test_a_date_shows_its_reading_and_its_problem_as_one_types(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        period = row(screen, "period")
        line = period.query_one(TypedLine)
        line.value = "2012-05/2014"
        await pilot.pause()
        assert "between May 2012 and 2014" in shown_text(app)
        line.value = "2012-15"
        await pilot.pause()
        assert period.has_class("-wrong")
        assert "2012-15 is no date" in shown_text(app)
        line.value = "٢٠١٢"
        await pilot.pause()
        assert not period.has_class("-wrong")

    drive(app, scenario)


def test_a_choice_is_made_by_typing_its_name_in_the_other_language(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await focus(pilot, screen, "overview.status")
        await pilot.press("ق", "ض", "ا", "ء")
        await until_screen(pilot, "picker")
        await pilot.press("enter")
        await until_screen(pilot, "form")
        assert screen.editing.get("overview.status") == "judicial"
        await pilot.press("delete")
        assert screen.editing.get("overview.status") is None

    drive(app, scenario)


def test_several_are_chosen_one_after_the_other(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot, "3")
        await focus(pilot, screen, "events.e1.victims")
        await pilot.press("enter")
        await until_screen(pilot, "picker")
        await pilot.press("W", "enter", "escape")
        await until_screen(pilot, "form")
        assert screen.editing.get("events.e1.victims") == ["p1", "p2"]

    drive(app, scenario)


def test_yes_no_and_unknown_are_walked_through(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot, "2")
        await focus(pilot, screen, "people.p1.minor")
        await pilot.press("right")
        assert screen.editing.get("people.p1.minor") == "unknown"
        await pilot.press("delete")
        assert screen.editing.get("people.p1.minor") is None

    drive(app, scenario)


def test_names_and_places_are_written_part_by_part(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot, "2")
        lines = {line.name: line for line in row(screen, "name").query(TypedLine)}
        lines["ar.father"].value = "سمير"
        place = {line.name: line for line in row(screen, "birthplace").query(TypedLine)}
        place["name"].value = "Tall Zayt"
        place["lat"].value = "95"
        await pilot.pause()
        assert screen.editing.get("people.p1.name.ar") == {
            "given": "رامي",
            "father": "سمير",
            "family": "حداد",
        }
        assert screen.editing.get("people.p1.birthplace") == {"name": "Tall Zayt", "lat": 95}
        assert row(screen, "birthplace").has_class("-wrong")

    drive(app, scenario)


def test_a_repeated_value_is_added_moved_and_removed(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot, "2")
        aliases = row(screen, "aliases")
        aliases.query(TypedLine).last().value = "Abu Rami"
        await pilot.pause()
        assert len(aliases.query(TypedLine)) == 3
        await focus(pilot, screen, "people.p1.aliases")
        await pilot.press("alt+down")
        assert screen.editing.get("people.p1.aliases") == ["Abu Rami", "Abu Samir"]
        aliases.query(TypedLine).first().value = ""
        await pilot.pause()
        assert screen.editing.get("people.p1.aliases") == ["Abu Samir"]

    drive(app, scenario)


def test_items_are_added_moved_and_removed_after_one_question(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot, "2", "j")
        await pilot.press("alt+up")
        assert [item["id"] for item in screen.editing.get("people")] == ["p2", "p1"]
        await pilot.press("ctrl+n")
        assert len(screen.editing.get("people")) == 3
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert len(screen.editing.get("people")) == 2  # it was empty: no question
        await pilot.press("ctrl+r")
        await until_screen(pilot, "confirm")
        await pilot.press("tab", "enter")
        await until_screen(pilot, "form")
        await pilot.pause()
        assert [item["id"] for item in screen.editing.get("people")] == ["p2"]

    drive(app, scenario)


def test_one_goes_into_a_warrant_and_its_history_and_out_again(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot, "5")
        await focus(pilot, screen, "proceedings.j1.instruments")
        await pilot.press("enter")
        await until(pilot, lambda: screen.spot.base == "proceedings.j1.instruments.w1")
        await focus(pilot, screen, "proceedings.j1.instruments.w1.history")
        await pilot.press("down", "enter")
        await until(pilot, lambda: len(screen.editing.get(screen.spot.path)) == 2)
        assert screen.spot.path == "proceedings.j1.instruments.w1.history"
        await pilot.press("escape", "escape")
        assert screen.spot.base == "proceedings.j1"

    drive(app, scenario)


def test_another_item_is_shown_in_the_same_widgets(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot, "2")
        form = screen.query_one(Form)
        screen.query_one(OptionList).focus()
        await pilot.press("down")
        await until(pilot, lambda: screen.spot.item == "p2")
        assert screen.query_one(Form) is form
        assert row(screen, "pseudonym").query_one(TypedLine).value == "W-01"
        assert not screen.editing.is_changed

    drive(app, scenario)


def test_the_form_keeps_what_was_typed_when_the_language_changes(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot)
        await focus(pilot, screen, "overview.title")
        await pilot.press("!")
        app.action_toggle_language()
        await pilot.pause()
        await pilot.pause()
        typed = screen.editing.get("overview.title")
        assert "!" in typed
        assert row(screen, "title").query_one(TypedLine).value == typed
        assert screen.query_one(Form).has_focus_within

    drive(app, scenario)


def test_an_empty_list_says_what_to_do_and_its_first_item_opens_the_form(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        screen = await open_form(pilot, "6")
        assert "ctrl+n" in shown_text(app)
        await pilot.press("ctrl+n", "x")
        assert screen.editing.get("notes")[0]["subject"] == "x"

    drive(app, scenario)
