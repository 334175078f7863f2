"""What two people did to a case apart is one case afterwards."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from store.errors import BadFormat, NotFound
from store.model.case import Case
from store.model.conflict import Mark, conflicts, resolve
from store.model.diff import apply, diff
from store.model.merge import Side, merge, merge_bases
from store.model.parts import join, split
from store.model.shape import check_shape

Data = dict[str, Any]

HEAD: Data = {"dalil": 1, "id": "a" * 20, "compartment": "main"}
BREADTH = {"main": 3, "court": 2, "witness": 1}


def case(**sections: Any) -> Data:
    return HEAD | copy.deepcopy(sections)


def person(**fields: Any) -> Data:
    return case(people=[{"id": "p1", **fields}])


def merged(base: Data | None, nour: Data | None, sami: Data | None) -> Data:
    """Merge what nour did at first and sami later, either way round."""
    sides = Side(nour, "nour", "2026-01-01T00:00:00Z"), Side(sami, "sami", "2026-01-02T00:00:00Z")
    result = merge(base, *sides, breadth=BREADTH.__getitem__)
    assert result == merge(base, *sides[::-1], breadth=BREADTH.__getitem__)
    assert result is not None
    return result


def held(data: Data) -> dict[str, list[Any]]:
    """Give the values in conflict by path, oldest first."""
    return {one.path: [value.value for value in one.values] for one in conflicts(data)}


# -- fields ----------------------------------------------------------------------------------


def test_different_fields_are_both_taken() -> None:
    assert merged(person(), person(fate="dead"), person(sex="male")) == person(
        fate="dead", sex="male"
    )


def test_one_field_changed_by_both_keeps_both_values_and_the_later_stands() -> None:
    result = merged(person(fate="missing"), person(fate="dead"), person(fate="released"))
    assert result["people"] == [{"id": "p1", "fate": "released"}]
    (conflict,) = conflicts(result)
    assert conflict.path == "people.p1.fate"
    assert conflict.base == "missing"
    assert [(value.by, value.value) for value in conflict.values] == [
        ("nour", "dead"),
        ("sami", "released"),
    ]


def test_the_same_change_on_both_sides_is_none() -> None:
    assert merged(person(), person(fate="dead"), person(fate="dead")) == person(fate="dead")


def test_true_and_one_are_two_values() -> None:
    result = merged(case(x=0), case(x=True), case(x=1))
    assert held(result) == {"x": [True, 1]}
    assert result["x"] is not True


def test_an_edit_stands_over_an_earlier_or_later_deletion() -> None:
    base = person(fate="missing")
    for result, order in (
        (merged(base, person(), person(fate="dead")), [Mark.GONE, "dead"]),
        (merged(base, person(fate="dead"), person()), ["dead", Mark.GONE]),
    ):
        assert result["people"] == [{"id": "p1", "fate": "dead"}]
        assert held(result) == {"people.p1.fate": order}


def test_a_name_is_merged_by_script_and_part() -> None:
    base = person(name={"la": {"given": "Rami"}})
    one = person(name={"la": {"given": "Rami", "family": "Saleh"}})
    other = person(name={"la": {"given": "Rami"}, "ar": {"given": "رامي"}})
    assert merged(base, one, other)["people"][0]["name"] == {
        "la": {"given": "Rami", "family": "Saleh"},
        "ar": {"given": "رامي"},
    }


def test_a_place_taken_away_on_one_side_stays_whole_when_the_other_edited_it() -> None:
    base = case(events=[{"id": "e1", "place": {"name": "Dayr", "lat": 1}}])
    other = case(events=[{"id": "e1", "place": {"name": "Dayr", "lat": 2}}])
    result = merged(base, case(events=[{"id": "e1"}]), other)
    assert result["events"] == other["events"]
    assert held(result) == {"events.e1.place": [Mark.GONE, {"name": "Dayr", "lat": 2}]}


def test_lists_of_values_are_sets() -> None:
    base = case(overview={"languages": ["ar", "en", "ku"]})
    one = case(overview={"languages": ["ar", "ku", "fr"]})
    other = case(overview={"languages": ["ar", "en", "ku", "tr"]})
    assert merged(base, one, other) == case(overview={"languages": ["ar", "ku", "fr", "tr"]})


def test_a_place_of_several_that_was_changed_is_one_away_and_one_new() -> None:
    base = case(overview={"places": [{"name": "A"}, {"name": "B"}]})
    one = case(overview={"places": [{"name": "A", "lat": 1}, {"name": "B"}]})
    other = case(overview={"places": [{"name": "A"}, {"name": "B"}, {"name": "C"}]})
    places = merged(base, one, other)["overview"]["places"]
    assert places == [{"name": "A", "lat": 1}, {"name": "B"}, {"name": "C"}]


def test_unknown_keys_are_merged_too() -> None:
    result = merged(
        case(x={"a": 1, "b": 1}), case(x={"a": 2, "b": 1}), case(x={"a": 1, "b": 2}, y=["z"])
    )
    assert result == case(x={"a": 2, "b": 2}, y=["z"])


# -- items -----------------------------------------------------------------------------------


def test_items_that_both_added_are_all_kept_the_earlier_first() -> None:
    base = case(notes=[{"id": "n1"}])
    one = case(notes=[{"id": "n1"}, {"id": "n2"}])
    other = case(notes=[{"id": "n1"}, {"id": "n3"}, {"id": "n4"}])
    assert [item["id"] for item in merged(base, one, other)["notes"]] == ["n1", "n2", "n3", "n4"]


def test_an_item_moved_on_one_side_and_edited_on_the_other_is_both() -> None:
    base = case(notes=[{"id": "n1"}, {"id": "n2"}, {"id": "n3"}])
    one = case(notes=[{"id": "n3"}, {"id": "n1"}, {"id": "n2"}])
    other = case(notes=[{"id": "n1"}, {"id": "n2"}, {"id": "n3", "text": "x"}, {"id": "n4"}])
    assert merged(base, one, other)["notes"] == [
        {"id": "n3", "text": "x"},
        {"id": "n4"},
        {"id": "n1"},
        {"id": "n2"},
    ]


def test_an_item_taken_away_goes_and_an_edited_one_stays_and_says_so() -> None:
    base = case(notes=[{"id": "n1", "text": "a"}, {"id": "n2", "text": "b"}])
    other = case(notes=[{"id": "n1", "text": "a"}, {"id": "n2", "text": "new"}])
    result = merged(base, case(), other)
    assert result["notes"] == [{"id": "n2", "text": "new"}]
    assert held(result) == {"notes.n2": [Mark.GONE, Mark.HERE]}


def test_items_inside_items_are_merged_by_id() -> None:
    def proceeding(*history: Data) -> Data:
        return case(
            proceedings=[{"id": "j1", "instruments": [{"id": "w1", "history": [*history]}]}]
        )

    first = {"id": "s1", "status": "issued"}
    result = merged(
        proceeding(first),
        proceeding({**first, "by": "court"}, {"id": "s2"}),
        proceeding({**first, "date": "2013"}),
    )
    assert result == proceeding({**first, "by": "court", "date": "2013"}, {"id": "s2"})


def test_links_to_an_item_that_was_taken_away_stay() -> None:
    base = case(people=[{"id": "p1"}, {"id": "p2"}], events=[{"id": "e1"}])
    one = case(people=[{"id": "p2"}], events=[{"id": "e1"}])
    other = case(people=[{"id": "p1"}, {"id": "p2"}], events=[{"id": "e1", "victims": ["p1"]}])
    result = merged(base, one, other)
    assert result["people"] == [{"id": "p2"}]
    assert result["events"] == [{"id": "e1", "victims": ["p1"]}]


def test_a_case_taken_away_on_one_side_and_edited_on_the_other_stays_and_says_so() -> None:
    result = merged(person(), None, person(fate="dead"))
    assert result["people"] == [{"id": "p1", "fate": "dead"}]
    assert held(result) == {"": [Mark.GONE, Mark.HERE]}
    assert resolve(result, "", Mark.GONE) is None
    assert resolve(result, "", Mark.HERE) == person(fate="dead")


def test_a_case_taken_away_and_not_edited_goes() -> None:
    sides = Side(None, "nour", "1"), Side(person() | {"changed": {"by": "x"}}, "sami", "2")
    assert merge(person(), *sides) is None


# -- long texts ------------------------------------------------------------------------------


def test_long_texts_are_merged_by_paragraph() -> None:
    result = merged(
        person(note="one\n\ntwo\n\nthree"),
        person(note="ONE\n\ntwo\n\nthree"),
        person(note="one\n\ntwo\n\nthree\n\nfour\n"),
    )
    assert result == person(note="ONE\n\ntwo\n\nthree\n\nfour\n")


def test_paragraphs_put_in_at_one_place_are_both_kept_the_earlier_first() -> None:
    result = merged(
        person(note="a\n\nz"), person(note="a\n\nnour\n\nz"), person(note="a\n\nsami\n\nz")
    )
    assert result == person(note="a\n\nnour\n\nsami\n\nz")


def test_a_paragraph_that_both_wrote_anew_keeps_both_whole_texts() -> None:
    nour, sami = "NOUR\n\ntwo\n\nx", "SAMI\n\ntwo"
    result = merged(person(note="one\n\ntwo"), person(note=nour), person(note=sami))
    assert result["people"][0]["note"] == "SAMI\n\ntwo\n\nx"
    assert held(result) == {"people.p1.note": [nour, sami]}


def test_a_paragraph_taken_away_on_one_side_and_edited_on_the_other_stays() -> None:
    result = merged(person(note="a\n\nb\n\nc"), person(note="a\n\nB\n\nc"), person(note="a\n\nc"))
    assert result["people"][0]["note"] == "a\n\nB\n\nc"
    assert len(held(result)["people.p1.note"]) == 2


# -- where things lie ------------------------------------------------------------------------


def test_a_case_moved_on_one_side_and_edited_on_the_other_is_both() -> None:
    moved = person() | {"compartment": "witness"}
    assert merged(person(), moved, person(fate="dead")) == person(fate="dead") | {
        "compartment": "witness"
    }


def test_of_two_compartments_the_one_that_fewer_read_stands() -> None:
    base = person()
    one, other = person() | {"compartment": "witness"}, person() | {"compartment": "court"}
    for result in (merged(base, one, other), merged(base, other, one)):
        assert result["compartment"] == "witness"
        assert set(held(result)["compartment"]) == {"witness", "court"}


def test_an_item_sealed_on_one_side_and_edited_on_the_other_is_sealed_with_the_edit() -> None:
    result = merged(
        person(fate="missing"),
        person(fate="missing", sealed="witness", pseudonym="W-03"),
        person(fate="dead"),
    )
    assert result == person(fate="dead", sealed="witness", pseudonym="W-03")
    home, parts = split(result, {})
    assert "dead" not in str(home)
    assert (parts["witness"] or {})["people"] == [{"id": "p1", "fate": "dead"}]


def test_a_stub_that_could_not_be_opened_says_nothing_of_what_is_behind_it() -> None:
    result = merged(
        person(fate="missing", sex="male"),
        person(sealed="witness", pseudonym="W-03"),
        person(fate="dead", sex="male"),
    )
    assert result == person(fate="dead", sex="male", sealed="witness", pseudonym="W-03")


def test_what_was_written_under_seal_is_not_opened_by_a_merge() -> None:
    sealed = {"sealed": "witness", "pseudonym": "W-03"}
    result = merged(
        person(fate="missing", **sealed),
        person(fate="missing", pseudonym="W-03"),
        person(fate="dead", **sealed),
    )
    assert result["people"] == [{"id": "p1", "fate": "dead", **sealed}]
    assert held(result) == {"people.p1.sealed": [Mark.GONE, "witness"]}


def test_what_was_written_for_few_is_not_moved_to_many_by_a_merge() -> None:
    base = person() | {"compartment": "witness"}
    result = merged(base, person(), person(fate="dead") | {"compartment": "witness"})
    assert result["compartment"] == "witness"
    assert held(result) == {"compartment": ["main", "witness"]}


def test_what_is_unsealed_and_not_edited_is_open() -> None:
    result = merged(
        person(sealed="witness", fate="dead"),
        person(fate="dead"),
        person(sealed="witness", fate="dead"),
    )
    assert result == person(fate="dead")


def test_what_is_sealed_into_the_compartment_its_case_moves_to_lies_open_there() -> None:
    moved = person(fate="dead") | {"compartment": "witness"}
    result = merged(person(fate="dead"), person(fate="dead", sealed="witness"), moved)
    assert result == moved


def test_a_conflict_about_something_sealed_lies_with_it() -> None:
    sealed = {"sealed": "witness", "pseudonym": "W-03"}
    result = merged(person(fate="missing"), person(fate="dead", **sealed), person(fate="released"))
    home, parts = split(result, {})
    part = parts["witness"] or {}
    assert "conflicts" not in home
    assert [one["path"] for one in part["conflicts"]] == ["people.p1.fate"]
    assert join(home, {"witness": part}) == result
    assert split(result, {"witness": part}) == (home, {"witness": part})
    del result["people"]
    home, parts = split(result, {"witness": part})
    assert "dead" not in str(home)
    assert parts == {"witness": None}


def test_a_conflict_stays_with_its_item_when_two_go_by_one_id() -> None:
    sealed = {"sealed": "witness"}
    both = person(fate="dead", **sealed), person(fate="released", **sealed)
    part = split(merged(person(fate="missing", **sealed), *both), {})[1]["witness"] or {}
    joined = join(person(fate="alive"), {"witness": part})
    assert [one.path for one in conflicts(joined)] == ["people.p1s.fate"]
    home, parts = split(joined, {"witness": part})
    assert "dead" not in str(home)
    assert "dead" in str(parts["witness"])


# -- merges of merges --------------------------------------------------------------------------


def clash() -> tuple[Data, Data]:
    """Give a case, and one in which its fate is in conflict."""
    base = person(fate="missing")
    return base, merged(base, person(fate="dead"), person(fate="released"))


def test_a_third_value_joins_a_conflict() -> None:
    base, version = clash()
    sides = Side(version, "nour", "2026-01-03"), Side(person(fate="arrested"), "lina", "2025")
    result = merge(base, *sides) or {}
    assert held(result) == {"people.p1.fate": ["arrested", "dead", "released"]}
    assert result["people"][0]["fate"] == "released"


def test_a_conflict_that_one_side_settled_is_settled() -> None:
    _, version = clash()
    for choice in ("dead", "released", "alive", Mark.GONE, Mark.HERE):
        settled = resolve(version, "people.p1.fate", choice)
        edited = copy.deepcopy(version)
        edited["people"][0]["sex"] = "male"
        result = merged(version, settled, edited)
        assert held(result) == {}
        assert result["people"][0].get("fate") == (settled or {})["people"][0].get("fate")


def test_a_conflict_that_both_settled_differently_is_one_again() -> None:
    _, version = clash()
    one, other = (resolve(version, "people.p1.fate", value) for value in ("dead", "released"))
    assert held(merged(version, one, other)) == {"people.p1.fate": ["dead", "released"]}


def test_a_conflict_settled_here_and_grown_there_stays_with_all_its_values() -> None:
    base, version = clash()
    third = Side(person(fate="arrested"), "lina", "2025")
    grown = merge(base, Side(version, "sami", "2026-01-03"), third)
    result = merged(version, resolve(version, "people.p1.fate", "alive"), grown)
    assert set(held(result)["people.p1.fate"]) == {"arrested", "dead", "released", "alive"}


def test_settling_a_conflict_inside_an_item_keeps_it_from_being_taken_away_unseen() -> None:
    _, version = clash()
    settled = resolve(version, "people.p1.fate", Mark.HERE)
    gone = {key: value for key, value in version.items() if key not in ("people", "conflicts")}
    assert held(merged(version, settled, gone)) == {"people.p1": [Mark.HERE, Mark.GONE]}


def test_who_wrote_a_value_is_asked_of_each_side_for_what_is_in_conflict() -> None:
    asked: list[str] = []

    def credit(path: str) -> tuple[str, str]:
        asked.append(path)
        return "lina", "2027-01-01T00:00:00Z"

    sides = (
        Side(person(fate="dead", sex="male"), "nour", "2026", credit),
        Side(person(fate="released"), "sami", "2026-02"),
    )
    result = merge(person(fate="missing"), *sides) or {}
    assert asked == ["people.p1.fate"]
    assert [value.by for value in conflicts(result)[0].values] == ["sami", "lina"]
    assert result["people"][0]["fate"] == "dead"


def test_the_values_of_several_bases_are_no_news() -> None:
    nour, sami = person(fate="dead"), person(fate="released")
    crossed = merged(person(fate="missing"), nour, sami)
    settled = resolve(crossed, "people.p1.fate", "dead")
    virtual = merge_bases([nour, sami])
    assert virtual == merge_bases([sami, nour])
    assert merged(virtual, crossed, crossed) == crossed
    assert merged(virtual, settled, crossed) == settled
    assert merged(virtual, crossed, settled) == settled
    assert merge_bases([None, nour]) == nour
    assert merge_bases([None]) is None


# -- conflicts as data -------------------------------------------------------------------------


def test_settling_what_is_not_in_conflict_is_refused() -> None:
    with pytest.raises(NotFound):
        resolve(person(), "people.p1.fate", "dead")


def test_a_conflict_about_what_was_taken_away_is_none() -> None:
    _, version = clash()
    kept = Case(copy.deepcopy(version))
    kept.remove("people.p1")
    assert conflicts(kept.data) == ()


def test_a_conflict_of_an_unknown_key_with_dots_can_be_settled() -> None:
    result = merged(case(), case(**{"x.y": {"a.b": 1}}), case(**{"x.y": {"a.b": 2}}))
    assert held(result) == {"x.y.a.b": [1, 2]}
    assert resolve(result, "x.y.a.b", 3) == case(**{"x.y": {"a.b": 3}})
    assert resolve(result, "x.y.a.b", Mark.GONE) == case()


def test_the_difference_tells_that_a_conflict_came_or_was_settled() -> None:
    base, version = clash()
    settled = resolve(version, "people.p1.fate", Mark.HERE) or {}
    (change,) = diff(version, settled)
    assert (change.kind, change.new) == ("conflict", None)
    assert [one.kind for one in diff(base, version)] == ["set", "conflict"]
    onto = copy.deepcopy(version)
    onto["people"][0]["sex"] = "male"
    assert apply(onto, [change]) == []
    assert onto == person(fate="released", sex="male")
    assert apply(onto, [change]) == [], "it is settled already"
    (came,) = diff(settled, version)
    assert apply(onto, [came]) == []
    assert conflicts(onto) == conflicts(version)


def test_a_conflict_inside_what_gave_way_to_another_value_is_kept_with_that() -> None:
    inner = merged(case(), case(x={"k": 1}), case(x={"k": 2}))
    result = merged(case(), inner, case(x="text"))
    assert list(held(result)) == ["x"]
    assert set(map(str, held(result)["x"])) == {"1", "2", "text", "{'k': 2}"}


def test_conflicts_stand_after_the_head_and_need_their_shape() -> None:
    _, version = clash()
    assert list(Case(version).dump().decode().splitlines())[3] == "conflicts:"
    one = version["conflicts"][0]
    wrongs: list[Any] = [
        {},
        [{"path": "x"}],
        [one, one | {"id": "x1"}],
        [one | {"path": ["x"]}],
        [one | {"values": one["values"][:1]}],
        [one | {"values": ["dead", "alive"]}],
        [{"id": "x1"}],
    ]
    for wrong in wrongs:
        with pytest.raises(BadFormat):
            check_shape(HEAD | {"conflicts": wrong})
    check_shape(version)


def test_conflicts_about_one_path_in_two_parts_are_one() -> None:
    sealed = {"sealed": "witness"}
    both = person(fate="dead", **sealed), person(fate="released", **sealed)
    home, parts = split(merged(person(fate="missing", **sealed), *both), {})
    others = person(fate="alive"), person(fate="released")
    home["conflicts"] = merged(person(fate="missing"), *others)["conflicts"]
    joined = join(home, {"witness": parts["witness"] or {}})
    assert set(held(joined)["people.p1.fate"]) == {"dead", "released", "alive"}
    home, parts = split(joined, {"witness": parts["witness"] or {}})
    assert "conflicts" not in home


def test_what_moves_to_where_an_item_was_sealed_leaves_no_conflict_about_the_seal() -> None:
    moved = person(fate="missing") | {"compartment": "witness"}
    result = merged(
        person(fate="missing", sealed="witness"), moved, person(fate="dead", sealed="witness")
    )
    assert result == person(fate="dead") | {"compartment": "witness"}


def test_what_was_sealed_elsewhere_is_not_opened_to_the_few_who_read_its_case() -> None:
    head = {"compartment": "witness"}
    sealed = {"sealed": "court", "pseudonym": "W-03"}
    result = merged(
        person(fate="missing", **sealed) | head,
        person(fate="missing", pseudonym="W-03") | head,
        person(fate="dead", **sealed) | head,
    )
    assert result["people"] == [{"id": "p1", "fate": "dead", **sealed}]


def test_of_lines_that_crossed_what_both_chose_differently_is_a_conflict_again() -> None:
    base, version = clash()
    virtual = merge_bases([version, base])
    one, other = (resolve(version, "people.p1.fate", value) for value in ("dead", Mark.GONE))
    assert held(merged(virtual, one, other)) == {"people.p1.fate": ["dead", Mark.GONE]}
    assert merged(virtual, one, version) == one


def test_what_is_sealed_for_others_does_not_take_along_what_was_moved_to_fewer() -> None:
    sealed = {"sealed": "court", "pseudonym": "W-03"}
    few = {"compartment": "witness"}
    for written in ({}, {"note": "typed where few read it"}):
        moved = person(fate="dead", **written) | few
        result = merged(person(fate="dead"), person(fate="dead", **sealed), moved)
        assert result["compartment"] == "witness"
        assert "sealed" not in result["people"][0]
        assert split(result, {})[1] == {}
        assert held(result) == {"people.p1.sealed": ["court", Mark.GONE]}


def test_of_lines_that_crossed_what_was_written_for_few_is_not_moved_to_many() -> None:
    bases = [person() | {"compartment": name} for name in ("main", "witness")]
    crossed = merged(person() | {"compartment": "court"}, *bases)
    assert held(crossed) == {"compartment": ["main", "witness"]}
    settled = resolve(crossed, "compartment", "main")
    written = copy.deepcopy(crossed)
    written["people"][0]["note"] = "typed where few read it"
    assert merged(merge_bases(bases), written, settled)["compartment"] == "witness"
