from __future__ import annotations

import pytest

from store.model.diff import diff
from store.model.fields import load_model
from tests.tui.case.papers import papers
from tui import i18n
from tui.display.changes import change_text, path_text
from tui.display.values import View, date_reading, item_title, value_text, value_texts

VIEW = View(papers().data, {"a" * 20: "SY-2020-0001 The market"})


def _text(path: str, *, short: bool = False) -> str:
    field = load_model().field(path)
    assert field is not None
    return value_text(field, papers().get(path), VIEW, short=short)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("overview.kind", "Enforced disappearance"),
        ("overview.period", "2013~ · about 2013"),
        ("overview.places", "Tall Zayt (35.1, 36.7 ± 500 m)"),
        ("people.p1.name", "Rami Haddad · رامي حداد"),
        ("people.p1.minor", "no"),
        ("events.e1.victims", "V-01 · Rami Haddad"),
        ("events.e1.sources", "EV-0001 · Interview"),
        ("proceedings.j1.state", "France"),
        ("overview.summary", ""),
    ],
)
def test_a_value_is_written_as_a_person_reads_it(path: str, text: str) -> None:
    assert _text(path) == text


def test_in_arabic_terms_and_names_are_arabic() -> None:
    i18n.use("ar")
    assert _text("overview.kind") == "اختفاء قسري"
    assert _text("people.p1.name", short=True) == "رامي حداد"


def test_behind_arabic_words_a_date_is_said_in_words() -> None:
    i18n.use("ar")
    assert _text("events.e1.date", short=True) == "نحو أيار 2013"


def test_a_link_to_something_missing_shows_its_id() -> None:
    field = load_model().field("events.e1.victims")
    assert field is not None
    assert value_texts(field, ["p9"], VIEW) == ["p9"]


def test_another_case_is_named_when_it_is_known() -> None:
    field = load_model().field("overview.related")
    assert field is not None
    assert value_texts(field, ["a" * 20, "b" * 20], VIEW) == [
        "SY-2020-0001 The market",
        "b" * 20,
    ]


def test_a_date_without_a_reading_of_its_own_is_not_repeated() -> None:
    assert [date_reading(text) for text in ("2013", "٢٠١٣", "not a date", "2013?")] == [
        *("", "", ""),
        "perhaps 2013",
    ]


def test_an_item_without_any_title_field_is_called_by_its_id() -> None:
    section = load_model().section("notes")
    assert item_title(section, {"id": "n7"}, VIEW) == "(without a title: n7)"


def test_a_path_is_said_in_words() -> None:
    assert path_text("people.p1.name.ar.given", VIEW) == (
        "People › V-01 · Rami Haddad › Name › Arabic › Given"
    )
    assert path_text("proceedings.j1.instruments.w1.type", VIEW) == (
        "Proceedings › Investigating judges, Paris · France › Warrants and notices › "
        "Arrest warrant · W-01 › Kind"
    )
    assert path_text("unknown.thing", VIEW) == "unknown › thing"


def test_changes_are_said_with_titles_and_labels() -> None:
    old, new = papers(), papers()
    new.set("overview.status", "review")
    new.remove("people.p2")
    new.add("notes", {"id": "n1", "subject": "A call", "text": "…"})
    new.set("people.p1.name.la.given", "Ramy")
    texts = {
        change.path: change_text(change, View(old.data), View(new.data))[:3]
        for change in diff(old.data, new.data)
    }
    assert texts["overview.status"] == ("Overview › Status", "Building", "In review")
    assert texts["people.p2"] == ("People", "W-01", "")
    assert texts["notes.n1"] == ("Notes", "", "A call")
    assert texts["people.p1.name.la.given"][1:] == ("Rami", "Ramy")


def test_another_order_is_said_with_the_titles() -> None:
    old, new = papers(), papers()
    new.move("people.p2", 0)
    (change,) = diff(old.data, new.data)
    text = change_text(change, View(old.data), View(new.data))
    assert (text.kind, text.old) == ("moved", "V-01 · Rami Haddad, W-01")
