from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from store.model.summary import locked_summary
from tests.tui.browse.shelf import summaries
from tui import i18n
from tui.cases.cells import age, cell


def test_a_text_that_is_too_long_is_cut_to_its_column() -> None:
    case = summaries(1)[0]._replace(title="Shelling of the Thursday market of Bayt Qurayshah")
    found = cell(case, "title", 20, "")
    assert found.text == "Shelling of the Thu…"
    assert found.width == cell_len(found.text) == 20


def test_the_letters_found_are_marked() -> None:
    case = summaries(8)[7]
    found = cell(case, "people", 20, "hassan")
    assert [found.text[start:end] for start, end in found.marked] == ["Hasan"]


def test_a_title_shows_where_else_in_the_case_the_words_are() -> None:
    found = cell(summaries(1)[0], "title", 40, "homs", lambda: "Case of 0 · Hasan 0 · Homs")
    assert found.text == "Case of 0 · Homs"
    assert [found.text[start:end] for start, end in found.marked] == ["Homs"]


def test_a_long_title_is_shown_from_where_it_was_found() -> None:
    title = "Forged sale of a house and of the garden behind it in Jisr Sumayran"
    case = summaries(1)[0]._replace(title=title)
    found = cell(case, "title", 30, "sumayran")
    assert found.text == "…behind it in Jisr Sumayran"
    assert [found.text[start:end] for start, end in found.marked] == ["Sumayran"]


def test_a_sealed_case_says_so_by_sign_and_word() -> None:
    case = locked_summary("abcdef0123456789abcd", "witness", "sealed")
    assert cell(case, "reference", 12, "").text == "abcdef01"
    assert cell(case, "title", 40, "hasan").text == "⊘ sealed · witness"


def test_people_are_named_in_the_script_of_the_screen() -> None:
    case = summaries(1)[0]
    assert cell(case, "people", 30, "").text == "Hasan 0"
    i18n.use("ar")
    assert cell(case, "people", 30, "").text == "حسن 0"


def test_an_escape_sequence_in_a_title_becomes_visible_marks() -> None:
    case = summaries(1)[0]._replace(title="a\x1b[2Jb")
    assert cell(case, "title", 30, "").text == "a␛[2Jb"


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("2026-11-22T11:59:40Z", "0 min"),
        ("2026-11-22T09:00:00Z", "3 h"),
        ("2026-11-20T12:00:00Z", "2 d"),
        ("2026-11-01T12:00:00Z", "3 w"),
        ("2024-11-01T12:00:00Z", "2 y"),
        ("2027-01-01T00:00:00Z", "0 min"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(then: str, said: str) -> None:
    assert age(then, datetime(2026, 11, 22, 12, tzinfo=UTC)) == said
