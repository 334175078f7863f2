"""A case by path: read, changed, ordered, checked, compared."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadFormat, NotFound, Unsupported
from store.model.case import Case, display_name
from store.model.check import check
from store.model.diff import apply, diff
from store.model.fields import KINDS, load_model
from store.model.summarize import searched_text, summarize

ID = "0123456789abcdef0123"
HEAD = b"dalil: 1\nid: 0123456789abcdef0123\ncompartment: main\n"


def a_case() -> Case:
    case = Case.empty(ID, "main")
    case.set("overview.reference", "SY-2024-0001")
    case.set("overview.title", "Disappearance of a shop owner")
    case.set("overview.kind", ["enforced_disappearance"])
    case.set("overview.status", "intake")
    case.add("people", {"id": "p1", "capacities": ["victim"]})
    case.set("people.p1.name.la", {"given": "Rami", "family": "Haddad"})
    case.set("people.p1.name.ar.given", "رامي")
    case.add("events", {"id": "e1", "type": "arrest", "victims": ["p1"], "date": "2013~"})
    return case


def parse(text: bytes) -> Case:
    return Case.parse(text, case_id=ID, compartment="main")


def test_a_case_survives_its_way_to_text_and_back() -> None:
    case = a_case()
    assert parse(case.dump()).data == case.data
    assert parse(case.dump()).dump() == case.dump()


def test_unknown_keys_survive_and_stand_last() -> None:
    case = a_case()
    case.data = {"future": {"x": 1}, **case.data}
    case.data["overview"] = {"unheard_of": "kept", **case.data["overview"]}
    again = parse(case.dump())
    assert again.data == case.data
    assert list(again.data)[-1] == "future"
    assert list(again.data["overview"])[-1] == "unheard_of"


def test_keys_are_written_in_the_order_of_the_table() -> None:
    case = Case.empty(ID, "main")
    case.set("overview.status", "intake")
    case.set("overview.reference", "R")
    case.set("overview.title", "T")
    assert list(parse(case.dump()).data["overview"]) == ["reference", "title", "status"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"dalil: 1\nid: ffffffffffffffffffff\ncompartment: main\n", BadFormat),
        (b"dalil: 1\nid: 0123456789abcdef0123\ncompartment: witness\n", BadFormat),
        (b"dalil: 2\nid: 0123456789abcdef0123\ncompartment: main\n", Unsupported),
        (b"id: 0123456789abcdef0123\ncompartment: main\n", BadFormat),
        (HEAD + b"people: text\n", BadFormat),
        (HEAD + b"overview: [a]\n", BadFormat),
        (
            HEAD + b"people:\n- {name: x}\n",
            BadFormat,
        ),
        (
            HEAD + b"people:\n- {id: p1}\n- {id: p1}\n",
            BadFormat,
        ),
        (
            HEAD + b"people:\n- {id: p1, name: x}\n",
            BadFormat,
        ),
    ],
)
def test_a_part_that_is_not_what_its_path_and_table_say_is_refused(
    text: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        parse(text)


def test_nothing_is_left_of_what_was_emptied() -> None:
    case = a_case()
    case.set("people.p1.name.ar.given", "")
    case.set("people.p1.name.la", None)
    assert "name" not in case.get("people.p1")
    assert case.get("people.p1") is not None


def test_an_item_is_added_moved_and_removed_by_its_id() -> None:
    case = a_case()
    second = case.add("people", {"capacities": ["witness"]})
    case.move(f"people.{second}", 0)
    assert [person["id"] for person in case.get("people")] == [second, "p1"]
    case.remove(f"people.{second}")
    assert [person["id"] for person in case.get("people")] == ["p1"]
    with pytest.raises(NotFound):
        case.remove(f"people.{second}")


def test_items_inside_items_have_paths_too() -> None:
    case = a_case()
    proceeding = case.add("proceedings", {"state": "FR"})
    warrant = case.add(f"proceedings.{proceeding}.instruments", {"type": "arrest_warrant"})
    path = f"proceedings.{proceeding}.instruments.{warrant}.history"
    step = case.add(path, {"status": "issued"})
    assert case.get(f"{path}.{step}.status") == "issued"


@pytest.mark.parametrize(
    "path",
    ["overview.nonsense", "people.p9.sex", "people.sex", "nonsense.x", "people.p1.name.xx.given",
     "people.p1.name.ar.nonsense", "proceedings.j1.instruments.w1.type", "", "overview."],
)  # fmt: skip
def test_a_path_the_case_or_the_table_does_not_have_is_refused(path: str) -> None:
    case = a_case()
    before = copy.deepcopy(case.data)
    with pytest.raises(NotFound):
        case.set(path, "x")
    assert case.data == before


def test_text_is_stored_composed_and_with_plain_line_ends() -> None:
    case = a_case()
    case.set("overview.summary", "e\u0301\r\nline")
    assert case.get("overview.summary") == "é\nline"


def test_a_name_is_shown_in_the_script_asked_for_where_there_is_one() -> None:
    name = {"la": {"family": "Haddad", "given": "Rami"}, "ar": {"given": "رامي"}}
    assert display_name(name, "en") == "Rami Haddad"
    assert display_name(name, "ar") == "رامي"
    assert display_name({"ar": {"given": "رامي"}}, "en") == "رامي"
    assert display_name({}, "en") == ""


def problems(path: str, value: Any) -> list[tuple[str, str]]:
    case = a_case()
    case.set(path, value)
    return [(problem.path, problem.severity) for problem in check(case.data)]


def test_a_good_case_has_no_problem() -> None:
    assert check(a_case().data) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("overview.status", "nonsense"),
        ("overview.kind", ["torture", "nonsense"]),
        ("overview.period", "soon"),
        ("overview.title", 5),
        ("people.p1.minor", "maybe"),
        ("people.p1.minor", 1),
        ("events.e1.victims", ["p7"]),
        ("events.e1.place", {"name": "x", "lat": 99}),
        ("events.e1.place", {"name": 5}),
        ("people.p1.name", {"xx": {}, "la": {"given": "R"}}),
        ("people.p1.name.la.given", 5),
    ],
)
def test_what_is_wrong_is_an_error_at_its_path(path: str, value: object) -> None:
    found = problems(path, value)
    assert [severity for _, severity in found] == ["error"]
    assert path.startswith(found[0][0])


def test_what_is_missing_is_a_warning() -> None:
    assert problems("overview.status", None) == [("overview.status", "warning")]


def test_every_kind_of_the_table_is_known_and_every_vocabulary_is_there() -> None:
    model = load_model()
    for path, field in model.walk():
        assert field.kind in KINDS, path
        assert field.labels["en"], path
        assert field.labels["ar"], path
        if field.kind in ("choice", "choices"):
            terms = model.vocabulary(field.vocabulary).terms
            assert len({term.code for term in terms}) == len(terms) > 1, path
        if field.kind == "items":
            assert field.prefix, path


def test_a_difference_names_each_field_item_and_order() -> None:
    old, new = a_case(), a_case()
    new.set("overview.status", "building")
    new.set("people.p1.name.la.given", "Ramy")
    second = new.add("people", {"capacities": ["witness"]})
    new.move(f"people.{second}", 0)
    new.remove("events.e1")
    found = {
        change.path: (change.kind, change.old, change.new) for change in diff(old.data, new.data)
    }
    assert found["overview.status"] == ("set", "intake", "building")
    assert found["people.p1.name.la.given"] == ("set", "Rami", "Ramy")
    assert found[f"people.{second}"][0] == "added"
    assert found["events.e1"][0] == "removed"
    assert len(found) == 4


def test_a_change_of_order_alone_is_found() -> None:
    old = a_case()
    old.add("people", {"id": "p2", "capacities": ["witness"]})
    new = old.copy()
    new.move("people.p2", 0)
    (change,) = diff(old.data, new.data)
    assert change.kind == "moved"
    assert apply(old.data, [change]) == []
    assert old.data == new.data


steps = st.lists(
    st.sampled_from(
        [
            ("overview.status", "building"),
            ("overview.status", None),
            ("overview.title", "Another"),
            ("people.p1.sex", "male"),
            ("people.p1.name.la.given", "R"),
            ("people.p1.aliases", ["x", "y"]),
            ("events.e1.date", "2014"),
            ("events.e1.place", {"name": "a"}),
            ("overview.places", [{"name": "a"}, {"name": "b"}]),
        ]
    )
)


def changed(changes: list[tuple[str, object]]) -> Case:
    case = a_case()
    for path, value in changes:
        case.set(path, value)
    return case


@given(steps)
def test_applying_a_difference_gives_the_new_version(changes: list[tuple[str, object]]) -> None:
    old, new = a_case(), changed(changes)
    missed = apply(old.data, diff(old.data, new.data))
    assert missed == []
    assert old.data == new.data


@given(steps, steps)
def test_what_somebody_else_changed_is_never_overwritten(
    mine: list[tuple[str, object]], theirs: list[tuple[str, object]]
) -> None:
    base, my_case, their_case = a_case(), changed(mine), changed(theirs)
    result = their_case.copy()
    missed = {change.path for change in apply(result.data, diff(base.data, my_case.data))}
    for change in diff(base.data, their_case.data):
        if change.kind == "set" and not any(change.path.startswith(path) for path in missed):
            standing = result.get(change.path)
            assert standing in (change.new, my_case.get(change.path))
        elif change.kind == "set":
            assert result.get(change.path) == change.new


def test_a_summary_holds_what_the_list_shows() -> None:
    case = a_case()
    case.data["changed"] = {"by": "nour", "at": "2024-11-04T09:12:44Z", "why": "x"}
    row = summarize(case)
    assert (row.reference, row.status, row.changed_by) == ("SY-2024-0001", "intake", "nour")
    assert row.people == ("Rami Haddad · رامي",)
    assert "Rami Haddad" in searched_text(case)
    assert "رامي" in searched_text(case)


def test_no_line_break_of_a_case_gets_into_its_row() -> None:
    case = a_case()
    case.set("overview.title", "a\nb\tc\u2028d\x00")
    row = summarize(case)
    assert row.title.split() == ["a", "b", "c", "d"]
    assert "\n" not in row.title + searched_text(case)
    assert "\t" not in row.title + searched_text(case)
