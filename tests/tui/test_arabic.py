"""How screens look from the right: what a reader of Arabic sees in the cells of the terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from store.model.case import Case
from tests.tui.piloting import drive, shown_text, until, until_screen
from tui import i18n
from tui.app import DalilApp
from tui.commands import command
from tui.display.change_page import Paragraph, lay_out_paragraphs
from tui.display.direction import RTL, aligned, paragraphs, reading_from
from tui.display.line_filter import DisplayFilter
from tui.display.preview_text import preview_text
from tui.widgets.key_bar import _Item
from tui.widgets.key_table import KeyRow, KeyTable
from tui.widgets.typed import TypedInput

LONG = "أخذوا رجلين من المتجر وقال W-01 إن السيارة كانت بيضاء ولم يعودا منذ ذلك اليوم"


@pytest.fixture(autouse=True)
def _arabic() -> Iterator[None]:
    i18n.use("ar")
    yield
    i18n.use("en")


def drawn(content: Content) -> list[str]:
    """Give the lines of a text as the filter of an Arabic screen makes them."""
    made = DisplayFilter("app", is_mirrored=True)
    lines = []
    for line in content.split("\n"):
        segments = line.render_segments()
        lines.append("".join(segment.text for segment in made.apply(segments, Color(0, 0, 0))))
    return lines


def test_every_line_of_a_paragraph_keeps_its_direction_and_its_side() -> None:
    for width in range(12, 60):
        text = paragraphs(Content(LONG), width, is_mirrored=True)
        for stored, line in zip(text.plain.split("\n"), drawn(text), strict=True):
            assert cell_len(line) == width
            assert not line.endswith(" ")
            if stored.strip().startswith("W-01"):
                assert line.endswith("W-01")


def test_what_is_composed_of_parts_is_read_from_the_right_also_when_it_begins_in_latin() -> None:
    line = drawn(paragraphs(Content("Dutch police · هولندا").stylize(RTL), 40, is_mirrored=True))
    assert line[0].endswith("· Dutch police")


def test_english_text_on_an_arabic_screen_stays_at_the_left() -> None:
    lines = drawn(paragraphs(Content("He was taken from his shop"), 12, is_mirrored=True))
    assert lines[0] == "He was taken"


def test_the_reference_of_a_case_in_the_preview_stands_before_its_title() -> None:
    case = Case.empty("0" * 20, "main").copy()
    case.set("overview.reference", "SY-2025-0110")
    case.set("overview.title", "اختفاء أم وولديها، والتحقق من هوية أحد الولدين بعد أعوام")
    lines = drawn(paragraphs(preview_text(case), 30, is_mirrored=True))
    assert lines[0].endswith("· SY-2025-0110")
    assert "SY" not in lines[1]


def test_the_lines_of_a_paragraph_against_the_screen_begin_under_each_other() -> None:
    assert aligned(["He was", "taken"], is_rtl=False, is_mirrored=True) == ["He was", "taken "]
    assert aligned(["سمر بيت", "سم"], is_rtl=True, is_mirrored=False) == ["سمر بيت", "     سم"]


def test_a_label_and_its_value_are_read_from_the_right() -> None:
    parts = (("السبب:", "quiet"), (" Two reviewers agree on the exhibit", "value"))
    lines = lay_out_paragraphs([Paragraph(parts)], 24, is_mirrored=True)
    assert {line.base for line in lines} == {"rtl"}


def test_an_empty_line_to_type_into_has_its_cursor_at_the_right() -> None:
    cursor, plain = Style(reverse=True), Style()
    typed = DisplayFilter("app", is_mirrored=True, is_typed=True)
    line = [Segment("▎", plain), Segment(" ", cursor), Segment("     ", plain)]
    assert [s.style for s in typed.apply(line, Color(0, 0, 0))] == [plain, plain, cursor]
    latin = [Segment("ab", plain), Segment(" ", cursor), Segment("     ", plain)]
    assert typed.apply(latin, Color(0, 0, 0)) == latin


def test_a_style_keeps_its_looks_when_it_says_a_direction() -> None:
    bold = reading_from(Style(bold=True), is_rtl=True)
    assert bold.bold
    assert bold.meta == {"direction": "rtl"}


def test_keys_in_the_footer_keep_their_order(app: DalilApp) -> None:
    i18n.use("en")

    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        app.action_toggle_language()
        await pilot.pause(0.2)
        footer = shown_text(app).splitlines()[-1]
        assert "^p" in footer
        assert "p^" not in footer
        assert footer.index("^p") < footer.index("n") < footer.index("e")

    drive(app, scenario)


def test_a_digit_in_the_footer_stands_at_the_right_of_its_label_like_other_keys() -> None:
    for name, key in (("take", "1"), ("take_base", "b"), ("save", "^s")):
        found = command(name)
        assert found is not None
        item = _Item(found, Static(), key, enabled=True)
        assert drawn(item.text)[0].endswith(f" {key}")


def test_a_long_label_in_the_help_pushes_no_key_to_a_line_of_its_own() -> None:
    table = KeyTable([KeyRow("m", "الأعضاء والمفاتيح", "من الأعضاء"), KeyRow("n", "جديدة", LONG)])
    rows = [row for at in (0, 1) for row in table._lines(table._rows[at], 78)]
    assert len(rows) == 3
    assert {row.cell_length for row in rows} == {78}


def test_the_line_to_search_in_begins_at_the_right(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        app.action_toggle_language()
        await pilot.pause(0.2)
        assert app.screen.query(TypedInput).first().get_line_filters()[-1] is app._typing_filter
        assert app._typing_filter._side.is_mirrored == (i18n.language() == "ar")

    drive(app, scenario)


def test_in_the_filters_the_left_arrow_leads_on(app: DalilApp) -> None:
    async def scenario(pilot: Pilot[None]) -> None:
        await until_screen(pilot, "browse")
        i18n.use("ar")
        await pilot.press("f")
        await until_screen(pilot, "filters")
        options = pilot.app.screen.query_one(OptionList)
        await until(pilot, lambda: options.highlighted_option is not None)
        places = [options.highlighted]
        for key in ("left", "right", "tab", "shift+tab"):
            await pilot.press(key)
            places.append(options.highlighted)
        first, second, back, again, last = places
        assert first == back == last
        assert second == again != first

    drive(app, scenario)
