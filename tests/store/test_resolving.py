"""Resolving conflicts: what was decided stands, in one signed commit; nobody is overwritten."""

from __future__ import annotations

from typing import Any

import pytest

from store.errors import BadFormat, Moved, NotFound, Refused
from store.history import case_history
from store.model.case import Case
from store.model.conflict import Mark, conflicts, encode, make_record
from store.resolving import Decision, find_conflict, resolve_conflicts, standing
from store.vault import Vault
from tests.store.disputes import put
from tests.store.office import FIRST, SECOND, Office

STATUS, TITLE, PERSON = "overview.status", "overview.title", "people.p1"


def _entry(by: str, value: Any) -> dict[str, Any]:
    at = f"2026-11-2{len(by) % 10}T10:00:00Z"
    return {
        "by": by,
        "at": at,
        **({value.value: True} if isinstance(value, Mark) else {"value": value}),
    }


def _dispute(
    office: Office, *found: tuple[str, Any, list[dict[str, Any]]], case_id: str = FIRST
) -> None:
    """Leave a case in conflict, as a merge does."""
    with office.open("nour") as vault:
        case = vault.get(case_id)
        made = [make_record(path, entries, base) for path, base, entries in found]
        put(vault, Case(encode(case.data, made), case.parts, case.closed))


STATUSES = (STATUS, "intake", [_entry("nour", "intake"), _entry("sami", "building")])


def _decide(vault: Vault, path: str, value: Any, case_id: str = FIRST) -> Decision:
    case = vault.get(case_id)
    conflict = find_conflict(case, path)
    return Decision(conflict, standing(case, conflict), value)


def test_the_value_that_was_taken_stands_and_the_conflict_is_gone(office: Office) -> None:
    _dispute(office, STATUSES)
    with office.open("sami") as vault:
        done = resolve_conflicts(vault, FIRST, [_decide(vault, STATUS, "building")], "he said so")
        case = vault.get(FIRST)
        assert (case.status, conflicts(case.data), done.left) == ("building", (), 0)
        newest = case_history(vault, FIRST)[0]
        assert (newest.why, newest.signer, newest.commit) == ("he said so", "sami", done.commit)
        assert vault.verify().is_authentic
    assert office.git("log", "-1", "--format=%s").strip() == "resolve case"
    assert office.git("rev-list", "--count", f"{done.commit}^..{done.commit}").strip() == "1"
    assert office.is_clean()


def test_several_are_resolved_at_once_and_the_others_stay(office: Office) -> None:
    titles = (TITLE, None, [_entry("nour", "One"), _entry("sami", "Two")])
    persons = (PERSON, None, [_entry("nour", Mark.GONE), _entry("sami", Mark.HERE)])
    _dispute(office, STATUSES, titles, persons)
    with office.open("nour") as vault:
        decisions = [_decide(vault, STATUS, "review"), _decide(vault, PERSON, None)]
        done = resolve_conflicts(vault, FIRST, decisions, "because")
        case = vault.get(FIRST)
        assert (case.status, case.get(PERSON), done.left) == ("review", None, 1)
        assert [one.path for one in conflicts(case.data)] == [TITLE]


def test_to_keep_what_stands_ends_the_conflict_and_changes_nothing_else(office: Office) -> None:
    persons = (PERSON, None, [_entry("nour", Mark.GONE), _entry("sami", Mark.HERE)])
    _dispute(office, persons)
    with office.open("nour") as vault:
        before = vault.get(FIRST)
        resolve_conflicts(vault, FIRST, [_decide(vault, PERSON, before.get(PERSON))], "he is real")
        after = vault.get(FIRST)
        assert after.get("people") == before.get("people")
        assert conflicts(after.data) == ()


def test_whoever_comes_second_is_told_and_overwrites_nothing(office: Office) -> None:
    _dispute(office, STATUSES)
    with office.open("nour") as vault, office.open("sami") as other:
        decision = _decide(vault, STATUS, "building")
        resolve_conflicts(other, FIRST, [_decide(other, STATUS, "review")], "quicker")
        with pytest.raises(Moved) as fault:
            resolve_conflicts(vault, FIRST, [decision], "slower")
        assert str(fault.value) == "sami resolved the conflict at overview.status meanwhile"
        assert vault.get(FIRST).status == "review"


@pytest.mark.parametrize("what", ["another value", "another edit"])
def test_a_decision_holds_only_for_what_was_seen(office: Office, what: str) -> None:
    _dispute(office, STATUSES)
    with office.open("nour") as vault, office.open("sami") as other:
        decision = _decide(vault, STATUS, "building")
        if what == "another edit":
            with other.edit(FIRST, why="no idea of it") as case:
                case.set(STATUS, "judicial")
        else:
            grown = (STATUS, "intake", [*STATUSES[2], _entry("lina-2", "closed")])
            _dispute(office, grown)
        before = vault.refresh() and vault.tip
        with pytest.raises(Moved) as fault:
            resolve_conflicts(vault, FIRST, [decision], "slower")
        assert "is not as it was" in str(fault.value)
        assert vault.tip == before


def test_an_edit_of_the_field_leaves_its_conflict_to_be_decided(office: Office) -> None:
    _dispute(office, STATUSES)
    with office.open("nour") as vault:
        with vault.edit(FIRST, why="x") as case:
            case.set(STATUS, "judicial")
        assert [one.path for one in conflicts(vault.get(FIRST).data)] == [STATUS]
        resolve_conflicts(vault, FIRST, [_decide(vault, STATUS, "judicial")], "it stays")
        assert vault.get(FIRST).status == "judicial"
        assert conflicts(vault.get(FIRST).data) == ()


def test_who_may_not_write_sees_conflicts_and_resolves_none(office: Office) -> None:
    _dispute(office, STATUSES)
    with office.open("lina") as vault:
        decision, before = _decide(vault, STATUS, "building"), vault.tip
        with pytest.raises(Refused, match="lina is reviewer"):
            resolve_conflicts(vault, FIRST, [decision], "x")
        assert vault.tip == before


def test_a_resolve_needs_a_reason_and_a_value_that_holds(office: Office) -> None:
    _dispute(office, STATUSES)
    with office.open("nour") as vault:
        before = vault.tip
        with pytest.raises(BadFormat):
            resolve_conflicts(vault, FIRST, [_decide(vault, STATUS, "building")], "  ")
        with pytest.raises(BadFormat):
            resolve_conflicts(vault, FIRST, [_decide(vault, STATUS, "no such status")], "x")
        assert vault.tip == before


def test_where_there_is_no_conflict_it_is_said_where_there_are(office: Office) -> None:
    _dispute(office, STATUSES)
    with office.open("nour") as vault:
        with pytest.raises(NotFound) as fault:
            find_conflict(vault.get(FIRST), TITLE)
        assert fault.value.values["paths"] == STATUS
        with pytest.raises(NotFound):
            find_conflict(vault.get(SECOND), TITLE)


def test_a_case_that_one_took_away_and_another_changed_is_kept_or_goes(office: Office) -> None:
    whole = ("", None, [_entry("nour", Mark.GONE), _entry("sami", Mark.HERE)])
    _dispute(office, whole)
    _dispute(office, whole, case_id=SECOND)
    with office.open("nour") as vault:
        resolve_conflicts(vault, FIRST, [_decide(vault, "", value=True)], "needed")
        assert conflicts(vault.get(FIRST).data) == ()
        resolve_conflicts(vault, SECOND, [_decide(vault, "", None, SECOND)], "made twice")
        with pytest.raises(NotFound):
            vault.get(SECOND)
        assert vault.verify().is_authentic


def test_who_reads_a_case_is_not_changed_by_a_resolve(office: Office) -> None:
    places = ("compartment", "main", [_entry("nour", "witness"), _entry("sami", "main")])
    _dispute(office, places)
    with office.open("nour") as vault:
        before = vault.tip
        with pytest.raises(Refused, match="decides who can read it"):
            resolve_conflicts(vault, FIRST, [_decide(vault, "compartment", "witness")], "x")
        assert vault.tip == before
        resolve_conflicts(vault, FIRST, [_decide(vault, "compartment", "main")], "x")
        assert conflicts(vault.get(FIRST).data) == ()


def test_a_conflict_in_something_sealed_is_seen_and_resolved_by_its_readers_only(
    office: Office,
) -> None:
    from store.sealing import seal

    with office.open("nour") as vault:
        seal(vault, FIRST, PERSON, "witness", pseudonym="W-01", why="afraid")
    fate = (f"{PERSON}.fate", "missing", [_entry("nour", "released"), _entry("omar", "detained")])
    _dispute(office, fate, STATUSES)
    with office.open("sami") as vault:
        case = vault.get(FIRST)
        assert [one.path for one in conflicts(case.data)] == [STATUS]
        assert "detained" not in vault.text(FIRST).decode()
        rows = {row.id: row.conflicts for row in vault.summaries()}
        assert rows[FIRST] == 1
    with office.open("nour") as vault:
        assert {row.id: row.conflicts for row in vault.summaries()}[FIRST] == 2
        home = vault.places(FIRST, vault.tip)["main"]
        resolve_conflicts(vault, FIRST, [_decide(vault, f"{PERSON}.fate", "detained")], "seen")
        assert vault.get(FIRST).get(f"{PERSON}.fate") == "detained"
        assert vault.places(FIRST, vault.tip)["main"] == home
        assert [one.path for one in conflicts(vault.get(FIRST).data)] == [STATUS]


def test_the_list_counts_conflicts_and_remembers_them(office: Office) -> None:
    _dispute(office, STATUSES)
    for _ in range(2):  # the second time out of the index
        with office.open("nour") as vault:
            listing = vault.listing()
            assert {row.id: row.conflicts for row in listing.rows}[FIRST] == 1
            listing.keep()
