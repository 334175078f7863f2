"""Items of a case are sealed into a smaller compartment, and nothing of them is left outside."""

from __future__ import annotations

import time
from typing import Any

import pytest

from store.errors import BadFormat, NotFound, Refused, Sealed
from store.history import case_entries, case_history, changes
from store.model.case import Case
from store.model.check import check
from store.sealing import find_item, move, next_pseudonym, seal, unseal
from tests.store.office import FIRST, SECOND, Office
from tests.store.sealed_office import SECRET, grant, home_text, with_a_sealed_witness


@pytest.fixture
def sealed(office: Office) -> Office:
    """Give an office with a sealed witness."""
    return with_a_sealed_witness(office)


def test_members_of_both_compartments_see_one_case_and_the_others_a_stub(sealed: Office) -> None:
    with sealed.open("nour") as vault:
        case = vault.get(FIRST)
        assert case.get("people.p2.name.la.given") == SECRET
        assert case.get("people.p2.sealed") == "witness"
        assert (list(case.parts), case.closed) == (["witness"], ())
        assert SECRET not in home_text(vault)
        assert SECRET in vault.text(FIRST).decode()
        assert case.parts["witness"]["part_of"] == "main"
    with sealed.open("sami") as vault:
        case = vault.get(FIRST)
        assert case.get("people.p2") == {"id": "p2", "pseudonym": "W-01", "sealed": "witness"}
        assert (case.parts, case.closed) == ({}, ("witness",))
        assert case.is_locked(case.get("people.p2"))
        assert not [problem for problem in check(case.data) if "p2" in problem.path]
        assert SECRET not in vault.text(FIRST).decode()


def test_a_sealing_is_one_commit_that_says_who_keeps_what_was_readable(sealed: Office) -> None:
    before = sealed.count()
    with sealed.open("nour") as vault:
        done = seal(vault, FIRST, "events.e1", "witness", pseudonym="E-7", why="where she was")
        assert (done.path, done.compartment, done.pseudonym) == ("events.e1", "witness", "E-7")
        assert done.still_read_by == ("lina", "sami")
        assert done.newly_read_by == ()
        assert sealed.count() == before + 1
        assert sealed.git("log", "-1", "--format=%s").strip() == "seal case"
        undone = unseal(vault, FIRST, "p2", "she agreed")
        assert undone.newly_read_by == ("lina", "sami")
        assert sealed.git("log", "-1", "--format=%s").strip() == "unseal case"
        assert SECRET in home_text(vault)
        assert vault.get(FIRST).get("people.p2.pseudonym") == "W-01"
        unseal(vault, FIRST, "e1", "too")
        assert "E-7" not in home_text(vault)
        assert list(vault.places(FIRST, vault.tip)) == ["main"]
        assert vault.verify().is_authentic
    with sealed.open("sami") as vault:
        assert vault.get(FIRST).get("people.p2.name.la.given") == SECRET


def test_each_part_keeps_who_changed_it_and_only_changed_parts_are_written(sealed: Office) -> None:
    with sealed.open("nour", clock=lambda: time.time() + 60) as vault:
        home = vault.places(FIRST, vault.tip)["main"]
        with vault.edit(FIRST, why=f"more about {SECRET}") as case:
            case.set("people.p2.occupation", "nurse")
        assert vault.places(FIRST, vault.tip)["main"] == home
        assert vault.get(FIRST).changed.why == f"more about {SECRET}"
        part = vault.places(FIRST, vault.tip)["witness"]
        vault.clock = lambda: time.time() + 120
        with vault.edit(FIRST, why="a title") as case:
            case.set("overview.title", "T")
        assert vault.places(FIRST, vault.tip)["witness"] == part
    with sealed.open("sami") as vault:
        assert vault.get(FIRST).changed.why == "a title"


def test_whoever_cannot_open_a_stub_may_neither_change_nor_remove_it(sealed: Office) -> None:
    with sealed.open("sami") as vault:
        stub = {"id": "p2", "pseudonym": "W-01", "sealed": "witness"}
        for damaged in (None, stub | {"note": "x"}, stub | {"pseudonym": "W-9"}, {"id": "p2"}):
            before = vault.get(FIRST)
            after = before.copy()
            after.data["people"] = [after.get("people.p1"), *([damaged] if damaged else [])]
            with pytest.raises(Refused, match=r"people\.p2 is sealed"):
                vault.put(before, after, why="x")
        with pytest.raises(Refused, match="cannot open"):
            unseal(vault, FIRST, "p2", "x")
        with vault.edit(FIRST, why="the rest can be changed") as case:
            case.set("people.p1.note", "x")
            case.move("people.p2", 0)
    with sealed.open("nour") as vault:
        assert [person["id"] for person in vault.get(FIRST).get("people")] == ["p2", "p1"]
        with vault.edit(FIRST, why="removed by who may") as case:
            case.remove("people.p2")
        assert list(vault.places(FIRST, vault.tip)) == ["main"]


def test_an_item_sealed_meanwhile_is_not_written_into_the_open(office: Office) -> None:
    with office.open("sami") as sami, office.open("nour") as nour:
        before = sami.get(FIRST)
        seal(nour, FIRST, "p1", "witness", why="meanwhile")
        for path in ("people.p1.note", "people.p1.name.la.given"):
            after = before.copy()
            after.set(path, SECRET)
            with pytest.raises(Refused, match=r"people\.p1 is sealed into witness"):
                sami.put(before, after, why="x")
        after = before.copy()
        after.set("overview.title", "another field")
        assert sami.put(before, after, why="x") is not None
        mine = before.copy()  # whoever can open it goes on, and it goes where the rest is
        mine.set("people.p1.note", SECRET)
        assert nour.put(before, mine, why="x") is not None
        assert SECRET not in home_text(nour)
        assert nour.get(FIRST).get("people.p1.note") == SECRET


def test_an_edit_neither_seals_nor_unseals(sealed: Office) -> None:
    with sealed.open("nour") as vault:
        for path, mark in (("people.p2", None), ("people.p1", "witness"), ("people.p2", "court")):
            before = vault.get(FIRST)
            after = before.copy()
            item = after.get(path)
            item.pop("sealed", None)
            item |= {"sealed": mark} if mark else {}
            with pytest.raises(Refused, match="sealed or unsealed"):
                vault.put(before, after, why="x")
        case = Case.empty("d" * 20, "main")
        case.add("people", {"sealed": "main", "note": "x"})
        with pytest.raises(BadFormat, match="compartment that its case is in"):
            vault.import_cases([case], why="x")


def test_a_sealed_item_keeps_a_name_for_the_others(sealed: Office) -> None:
    with sealed.open() as vault:
        with (
            pytest.raises(BadFormat, match="its pseudonym is all that the others see"),
            vault.edit(FIRST, why="x") as case,
        ):
            case.set("people.p2.pseudonym", "")
        with vault.edit(FIRST, why="x") as case:
            case.set("people.p2.pseudonym", "W-99")
    with sealed.open("sami") as vault:
        assert vault.get(FIRST).get("people.p2.pseudonym") == "W-99"


def test_a_mark_that_would_seal_nothing_is_refused(sealed: Office) -> None:
    def mark_overview(case: Case) -> None:
        case.data["overview"]["sealed"] = "witness"

    def mark_below_an_item(case: Case) -> None:
        case.get("people.p1")["contacts"] = [{"id": "x", "sealed": "witness"}]

    def mark_all(case: Case) -> None:
        case.data["sealed"] = "witness"

    with sealed.open("nour") as vault:
        for mark in (mark_overview, mark_below_an_item, mark_all):
            before = vault.get(FIRST)
            after = before.copy()
            mark(after)
            with pytest.raises(BadFormat, match="would seal nothing"):
                vault.put(before, after, why="x")
            after = Case({**after.data, "id": "d" * 20, "people": after.data["people"][:1]})
            after.data.pop("events")
            with pytest.raises(BadFormat, match="would seal nothing"):
                vault.import_cases([after], why="x")


def test_a_new_case_may_hold_sealed_items(office: Office) -> None:
    with office.open("nour") as vault:
        case = Case.empty("d" * 20, "main")
        case.add("people", {"id": "p1", "sealed": "witness", "pseudonym": "W-1", "note": SECRET})
        vault.import_cases([case], why="imported")
        assert list(vault.places("d" * 20, vault.tip)) == ["main", "witness"]
        assert vault.get("d" * 20).get("people.p1.note") == SECRET
    with office.open("sami") as vault:
        assert vault.get("d" * 20).get("people.p1.note") is None
        case = Case.empty("e" * 20, "main")
        case.add("people", {"id": "p1", "sealed": "witness", "pseudonym": "W-1", "note": SECRET})
        with pytest.raises(Refused, match="witness"):
            vault.import_cases([case], why="imported")


def test_what_cannot_be_sealed_is_refused_in_one_line(sealed: Office) -> None:
    with sealed.open("nour") as vault:
        for item, compartment, message in (
            ("p1", "main", "nothing of it can be sealed there"),
            ("p2", "witness", "sealed already"),
            ("p1", "court", "no compartment court"),
        ):
            with pytest.raises(Refused, match=message):
                seal(vault, FIRST, item, compartment, why="x")
        with pytest.raises(NotFound, match="no item"):
            seal(vault, FIRST, "p9", "witness", why="x")
        for pseudonym in ("W-01", "a\nb", "x" * 40):
            with pytest.raises(BadFormat):
                seal(vault, FIRST, "p1", "witness", pseudonym=pseudonym, why="x")
        with pytest.raises(BadFormat, match="reason"):
            seal(vault, FIRST, "p1", "witness", why=" ")
        with pytest.raises(Refused, match="not sealed"):
            unseal(vault, FIRST, "p1", "x")
    refused = pytest.raises(Refused, match="may not change cases in witness")
    with sealed.open("sami") as vault, refused:
        seal(vault, FIRST, "p1", "witness", why="x")
    refused = pytest.raises(Refused, match="may not change cases in main")
    with sealed.open("lina") as vault, refused:
        seal(vault, FIRST, "p1", "witness", why="x")


def test_the_pseudonym_is_by_capacity_and_the_next_that_is_free() -> None:
    people: list[dict[str, Any]] = [
        {"id": "p1", "capacities": ["witness"]},
        {"id": "p2", "sealed": "witness", "pseudonym": "W-04"},
        {"id": "p3", "capacities": ["victim"]},
        {"id": "p4", "capacities": ["victim"], "pseudonym": "Amal"},
        {"id": "p5", "capacities": ["suspect"]},
        {"id": "p6"},
    ]
    rest = {"evidence": [{"id": "v1"}], "notes": [{"id": "p1"}], "events": [{"id": "e1"}]}
    case = Case({"people": people, **rest})
    names = [next_pseudonym(case, f"people.p{n}") for n in (1, 3, 4, 5, 6)]
    assert names == ["W-05", "V-01", "Amal", "S-01", "P-01"]
    assert next_pseudonym(case, "evidence.v1") == "E-01"
    assert next_pseudonym(case, "notes.p1") == "N-01"
    assert find_item(case, "v1") == "evidence.v1"
    with pytest.raises(NotFound, match="2 items"):
        find_item(case, "p1")


def test_a_case_moves_with_what_is_sealed_and_is_joined_where_that_lies(sealed: Office) -> None:
    before = sealed.head()
    with sealed.open("nour") as vault:
        done = move(vault, FIRST, "witness", "too dangerous")
        assert done.still_read_by == ("lina", "sami")
        assert sealed.git("log", "-1", "--format=%s").strip() == "move case"
        assert list(vault.places(FIRST, vault.tip)) == ["witness"]
        case = vault.get(FIRST)
        assert (case.compartment, case.get("people.p2.sealed")) == ("witness", None)
        assert case.get("people.p2.name.la.given") == SECRET
        with pytest.raises(Refused, match="already"):
            move(vault, FIRST, "witness", "again")
        assert case_history(vault, FIRST)[0].why == "too dangerous"
        assert [entry.message for entry in case_entries(vault, FIRST)] == [
            *("move case", "edit case", "seal case", "edit case", "new case")
        ]
        assert [c.path for c in changes(vault, FIRST, vault.tip)] == ["people.p2.sealed"]
        with vault.edit(FIRST, why="written in witness only") as case:
            case.set("people.p2.note", "after the move")
        narrow = vault.tip
        with vault.edit(FIRST, why="taken out before it goes back") as case:
            case.set("people.p2.note", None)
        move(vault, FIRST, "main", "back")
        assert vault.verify().is_authentic
    with sealed.open("sami") as vault:
        assert vault.get(FIRST).get("people.p2.name.la.given") == SECRET
        with pytest.raises(Refused, match="may not change cases in witness"):
            move(vault, FIRST, "witness", "x")
    with sealed.open("nour") as vault:
        with pytest.raises(Refused, match="stood in witness, which lina, sami cannot read"):
            vault.revert(FIRST, narrow, "x")
        vault.revert(FIRST, before, "what main could read then")
        assert vault.get(FIRST).get("people.p2.sealed") == "witness"
        assert SECRET not in home_text(vault)


def test_whoever_cannot_open_all_parts_does_not_move_the_case(sealed: Office) -> None:
    grant(sealed, "court", ["nour", "sami"])
    with sealed.open("sami") as vault:
        with pytest.raises(Refused, match="a part in witness that you cannot open"):
            move(vault, FIRST, "court", "x")
        move(vault, SECOND, "court", "this one is whole")
    with sealed.open("nour") as vault:
        seal(vault, FIRST, "p1", "court", why="a second circle")
        move(vault, FIRST, "court", "joined with one, and not with the other")
        assert list(vault.places(FIRST, vault.tip)) == ["court", "witness"]
        assert vault.get(FIRST).parts["witness"]["part_of"] == "court"
        assert vault.get(FIRST).get("people.p1.sealed") is None
        assert vault.get(FIRST).get("people.p2.name.la.given") == SECRET
    with sealed.open("lina") as vault, pytest.raises(Sealed):
        vault.get(FIRST)


def test_who_was_taken_out_after_a_sealing_comes_back_sealed(sealed: Office) -> None:
    with sealed.open("nour") as vault:
        before = case_history(vault, FIRST)[2].commit  # the version before the sealing
        assert "Open-Name" in home_text(vault, before)
        with vault.edit(FIRST, why="no witness after all") as case:
            case.remove("people.p2")
        assert vault.get(FIRST).get("people.p2") is None
        vault.revert(FIRST, before, "a witness after all")
        assert vault.get(FIRST).get("people.p2.name.la.given") == "Open-Name"
        assert vault.get(FIRST).get("people.p2.sealed") == "witness"
        assert "Open-Name" not in home_text(vault)


def test_who_was_unsealed_before_being_taken_out_comes_back_open(sealed: Office) -> None:
    with sealed.open("nour") as vault:
        before = case_history(vault, FIRST)[2].commit
        unseal(vault, FIRST, "p2", "she agreed")
        with vault.edit(FIRST, why="no witness after all") as case:
            case.remove("people.p2")
        vault.revert(FIRST, before, "a witness after all")
        assert vault.get(FIRST).get("people.p2.sealed") is None
