from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.app import App, ComposeResult

from store.model.fields import KINDS, Field, load_model
from tests.tui.case.papers import papers
from tui.display.values import View
from tui.editing import Editing
from tui.screens.new_case import next_reference
from tui.screens.picker import Choice, matching
from tui.widgets.fields.base import TypedLine
from tui.widgets.fields.date import DateEditor
from tui.widgets.fields.line import read_number
from tui.widgets.fields.repeat import RepeatEditor
from tui.widgets.form import EDITORS, Form, editor_for


def test_every_kind_of_field_has_a_widget() -> None:
    assert set(EDITORS) == KINDS


@pytest.mark.parametrize(
    "field", [field for _, field in load_model().walk()], ids=lambda field: field.key
)
def test_every_field_of_the_table_makes_an_editor(field: Field) -> None:
    assert editor_for(field, None, View({})).field.key == field.key


class Bench(App[None]):
    """Nothing but a form."""

    def __init__(self, fields: tuple[Field, ...], editing: Editing) -> None:
        super().__init__()
        self.form = Form(fields, "overview", editing, View(editing.case.data))

    def compose(self) -> ComposeResult:
        yield self.form


def test_a_new_entry_in_the_table_is_in_the_form_without_any_code() -> None:
    labels = {"en": "Weather", "ar": "الطقس"}
    fields = (
        Field("weather", "text", labels),
        Field("seen", "date", labels, repeatable=True),
    )

    async def scenario() -> None:
        bench = Bench(fields, Editing(papers()))
        async with bench.run_test():
            rows = bench.form.rows
            assert [row.path for row in rows] == ["overview.weather", "overview.seen"]
            assert isinstance(rows[1].editor, RepeatEditor)
            assert len(rows[1].editor.query(DateEditor)) == 1

    asyncio.run(scenario())


def test_no_form_of_the_table_mounts_too_many_inputs() -> None:
    case = papers()

    async def scenario() -> None:
        for section in load_model().sections:
            bench = Bench(section.fields, Editing(case))
            async with bench.run_test():
                assert len(bench.query(TypedLine)) <= 60, section.key

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("typed", "value"),
    [("36", 36), ("٣٦", 36), ("36.25", 36.25), ("about 3", "about 3"), ("", None), ("nan", "nan")],
)
def test_a_number_is_read_and_what_is_none_stays_as_typed(typed: str, value: Any) -> None:
    assert read_number(typed) == value


CHOICES = [
    Choice("FR", "France", "فرنسا"),
    Choice("ICC", "International Criminal Court", "المحكمة الجنائية الدولية"),
    Choice("CA", "Canada", "كندا"),
]


@pytest.mark.parametrize(
    ("query", "first"),
    [("fra", "FR"), ("جنائيه", "ICC"), ("icc", "ICC"), ("court crim", "ICC"), ("ca", "CA")],
)
def test_a_choice_is_found_by_code_and_by_either_language(query: str, first: str) -> None:
    assert matching(query, CHOICES)[0].value == first


def test_without_a_query_all_choices_keep_their_order() -> None:
    assert matching("", CHOICES) == CHOICES
    assert matching("zzz", CHOICES) == []


@pytest.mark.parametrize(
    ("references", "suggested"),
    [
        ([], "SY-2026-0001"),
        (["SY-2026-0007", "SY-2026-0003", "SY-2025-0112"], "SY-2026-0008"),
        (["DU-2025-0112", "", "none"], "DU-2026-0001"),
    ],
)
def test_the_next_free_number_is_suggested(references: list[str], suggested: str) -> None:
    assert next_reference(references, 2026) == suggested
