from __future__ import annotations

from rich.cells import cell_len

from store.errors import Sealed
from store.model.check import check
from store.model.fields import load_model
from tests.tui.case.papers import papers
from tui import i18n
from tui.display.case_page import section_page
from tui.display.page import Line, blocks, lay_out
from tui.display.values import View


def _page(section: str, width: int = 78) -> str:
    case = papers()
    lines = section_page(load_model().section(section), View(case.data), check(case.data), width)
    return "\n".join(line.plain for line in lines)


def test_fields_without_a_value_are_not_shown() -> None:
    page = _page("overview")
    assert "Title in another" in page
    assert "Summary" not in page


def test_sensitive_fields_are_marked_and_the_mark_is_explained() -> None:
    page = _page("people")
    assert "◆ Name" in page
    assert "◆ Sensitive" in page
    assert "◆" not in _page("proceedings")


def test_what_is_missing_is_listed_quietly() -> None:
    case = papers()
    case.set("people.p2.capacities", None)
    lines = section_page(load_model().section("people"), View(case.data), check(case.data), 78)
    assert "Still missing: W-01 › Capacity" in "\n".join(line.plain for line in lines)


def test_an_error_names_its_field() -> None:
    case = papers()
    case.set("events.e1.date", "someday")
    lines = section_page(load_model().section("events"), View(case.data), check(case.data), 78)
    assert any("✗" in line.plain and "someday is no date" in line.plain for line in lines)


def test_an_empty_section_says_what_to_do_next() -> None:
    assert "Press e" in _page("notes")


def test_a_case_that_cannot_be_opened_says_why() -> None:
    lines = section_page(
        load_model().section("overview"), View({}), (), 78, fault=Sealed("no key", hint="ask")
    )
    assert [line.plain.strip() for line in lines] == ["no key", "ask"]


def test_items_inside_items_are_laid_out_inside_them() -> None:
    page = _page("proceedings")
    assert "• Arrest warrant · W-01" in page
    assert "• Issued · 2018-10 · October 2018" in page


def test_no_line_is_wider_than_the_page_in_either_direction() -> None:
    for language in ("en", "ar"):
        i18n.use("ar" if language == "ar" else "en")
        for section in load_model().sections:
            made = blocks(section, View(papers().data))
            for width in (40, 78, 140):
                lines = lay_out(made, width, is_mirrored=language == "ar")
                assert all(cell_len(line.plain) <= width for line in lines)


def test_in_arabic_labels_stand_at_the_right() -> None:
    i18n.use("ar")
    made = blocks(load_model().section("overview"), View(papers().data))
    lines = lay_out(made, 78, is_mirrored=True)
    assert lines[0].plain.endswith("الرقم المرجعي  ")


def test_a_long_arabic_paragraph_starts_at_the_right_of_its_column() -> None:
    case = papers()
    case.set("overview.summary", "كلمة " * 40)
    made = blocks(load_model().section("overview"), View(case.data))
    lines = [line.plain for line in lay_out(made, 78) if "كلمة" in line.plain]
    assert len({cell_len(line) for line in lines}) == 1


def test_lines_know_their_item() -> None:
    made = blocks(load_model().section("people"), View(papers().data))
    lines: list[Line] = lay_out(made, 78)
    assert {line.item_id for line in lines} == {"p1", "p2"}
