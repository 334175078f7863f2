"""A case with sealed parts, as its history, its row and a restoration show it."""

from __future__ import annotations

import pytest

from store.errors import BadFormat, Moved, Refused, Sealed
from store.history import case_entries, case_history, case_notes, changes
from store.renewal import changed_rows
from store.revision import case_change
from store.sealing import move, unseal
from tests.store.office import FIRST, HIDDEN, Office
from tests.store.sealed_office import SECRET, home_text, with_a_sealed_witness


@pytest.fixture
def sealed(office: Office) -> Office:
    """Give an office with a sealed witness."""
    return with_a_sealed_witness(office)


def test_a_case_that_was_moved_away_comes_back_by_nobody_who_cannot_write_it(
    office: Office,
) -> None:
    with office.open("sami") as vault:
        version = case_entries(vault, FIRST)[0].commit
    with office.open("nour") as vault:
        move(vault, FIRST, "witness", "she is in danger")
    before = office.head()
    with office.open("sami") as vault:
        with pytest.raises(Sealed):
            vault.revert(FIRST, version, "where is it?")
        with pytest.raises(Sealed), vault.new(why="again", case_id=FIRST) as case:
            case.set("overview.title", "another under its id")
    assert office.head() == before


def test_an_item_sealed_now_stays_sealed_when_an_open_version_is_restored(sealed: Office) -> None:
    with sealed.open("nour") as vault:
        open_version = case_entries(vault, FIRST)[2].commit
        assert vault.get(FIRST, open_version).get("people.p2.sealed") is None
        vault.revert(FIRST, open_version, "back")
        case = vault.get(FIRST)
        assert case.get("people.p2.sealed") == "witness"
        assert case.get("people.p2.name.la.given") == "Open-Name"
        assert "Open-Name" not in home_text(vault)
    with sealed.open("sami") as vault:
        before = vault.tip
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "changed")
        vault.revert(FIRST, open_version, "by somebody who sees the stub only")
        assert vault.get(FIRST).get("people.p2.sealed") == "witness"
        assert "Open-Name" not in home_text(vault)
        assert vault.get(FIRST, open_version).get("people.p2.name.la.given") == "Open-Name"
        assert vault.get(FIRST).title != "changed"
    with sealed.open("nour") as vault:
        assert vault.get(FIRST).get("people.p2.name.la.given") == "Open-Name"
        sealed_version = case_entries(vault, FIRST)[3].commit
        assert SECRET in vault.text(FIRST, sealed_version).decode()
        unseal(vault, FIRST, "p2", "she agreed")
        vault.revert(FIRST, sealed_version, "the name as it was while it was sealed")
        assert vault.get(FIRST).get("people.p2.sealed") == "witness"
        assert SECRET not in home_text(vault)
        assert before


def test_a_damaged_part_keeps_nobody_from_the_rest_and_can_be_restored(sealed: Office) -> None:
    with sealed.open("nour") as vault:
        good = vault.tip
    path = f"cases/witness/{FIRST[:2]}/{FIRST}.age"
    sealed.commit("nour", [(path, b"age-encryption.org/v1\n-> X25519 nonsense")])
    with sealed.open("nour") as vault:
        assert vault.get(FIRST).closed == ("witness",)
        assert [row.state for row in vault.summaries() if row.id == FIRST] == ["open"]
        with pytest.raises(Refused, match="sealed"), vault.edit(FIRST, why="x") as case:
            case.set("people.p2.note", "over the damaged one")
        vault.revert(FIRST, good, "from the history")
        assert vault.get(FIRST).get("people.p2.name.la.given") == SECRET
        vault.refresh()
    home = f"cases/main/{FIRST[:2]}/{FIRST}.age"
    sealed.commit("nour", [(home, b"age-encryption.org/v1\n-> X25519 nonsense")])
    with sealed.open("sami") as vault:
        with pytest.raises(BadFormat):
            vault.get(FIRST)
        with pytest.raises(Refused, match="part in witness"):
            vault.revert(FIRST, good, "he does not know what is sealed")
    with sealed.open("nour") as vault:
        vault.revert(FIRST, case_entries(vault, FIRST)[-2].commit, "an open version")
        assert vault.get(FIRST).get("people.p2.sealed") == "witness"
        assert "Open-Name" not in home_text(vault)


def test_the_history_follows_a_case_through_its_parts(sealed: Office) -> None:
    with sealed.open("nour") as nour, sealed.open("lina") as lina:
        entries = case_entries(nour, FIRST)
        assert [entry.commit for entry in entries] == [e.commit for e in case_entries(lina, FIRST)]
        edited, sealing, *_ = entries
        assert [v.why for v in case_history(nour, FIRST)][:2] == [
            "her real name",
            "she is in danger",
        ]
        assert [v.why for v in case_history(lina, FIRST)][:2] == ["", "she is in danger"]
        (note,) = case_notes(lina, edited.commit, edited.paths)
        assert (note.state, note.compartment, note.title) == ("sealed", "witness", "قنديل-Qandil 1")
        change = case_change(nour, FIRST, edited.commit)
        assert {c.path for c in change.changes} == {"people.p2.name.la.given", "people.p2.note"}
        assert case_change(lina, FIRST, edited.commit).state == "sealed"
        paths = [c.path for c in case_change(nour, FIRST, sealing.commit).changes]
        assert set(paths) == {"people.p2.sealed", "people.p2.pseudonym"}
        seen = case_change(lina, FIRST, sealing.commit)
        assert SECRET not in str(seen.before) + str(seen.after)
        assert ("people.p2.sealed", "witness") in [(c.path, c.new) for c in seen.changes]
        assert changes(lina, FIRST, edited.commit) == []


def test_a_case_makes_one_row_with_the_words_that_this_member_may_read(sealed: Office) -> None:
    for handle, names, found in (
        ("nour", ("Given 1", SECRET), [FIRST]),
        ("sami", ("Given 1", "W-01"), []),
    ):
        with sealed.open(handle) as vault:
            for _ in range(2):  # read anew, then from the index
                listing = vault.listing()
                rows = [row for row in listing.rows if row.id == FIRST]
                assert [row.people for row in rows] == [names]
                assert rows[0].state == "open"
                finder = listing.finder()
                assert [listing.rows[n].id for n in finder.find("Qamar Zaatari")] == found
                assert [listing.rows[n].id for n in finder.find("W-01")] == [FIRST]
                listing.keep()
            assert len(listing.rows) == 3
            assert vault.find(FIRST[:5]) == FIRST
    with sealed.open(None) as vault:
        assert [row.state for row in vault.summaries()] == ["sealed"] * 3


def test_what_changed_is_one_row_too_whichever_part_it_is_in(sealed: Office) -> None:
    with sealed.open("nour") as vault:
        before = vault.tip
        with vault.edit(FIRST, why="x") as case:
            case.set("people.p2.name.la.given", "Zubaida")
        ((case_id, row),) = changed_rows(vault, before, vault.tip).items()
        assert case_id == FIRST
        assert row is not None
        assert row.summary.title
        assert row.summary.people == ("Given 1", "Zubaida")
        assert "Zubaida" in row.text
        assert "Given 1" in row.text
        before = vault.tip
        move(vault, FIRST, "witness", "x")
        ((case_id, row),) = changed_rows(vault, before, vault.tip).items()
        assert row is not None
        assert (case_id, row.summary.compartment) == (FIRST, "witness")
        assert vault.find("SY-2026-0001") == FIRST
    with sealed.open("sami") as vault:
        ((_, row),) = changed_rows(vault, before, vault.tip).items()
        assert row is not None
        assert row.summary.state == "sealed"


def test_whoever_opens_only_the_sealed_part_sees_that_and_can_change_it(sealed: Office) -> None:
    from store.policy_change import apply_policy
    from store.trust.membership import grant as granted
    from store.trust.membership import revoke_access

    with sealed.open("nour") as vault:
        apply_policy(vault, granted(vault.policy, "sami", "witness"))
        apply_policy(vault, revoke_access(vault.policy, "sami", "main"))
        home = vault.places(FIRST, vault.tip)["main"]
    with sealed.open("sami") as vault:
        # He keeps the old epoch key of main, but not the one that its cases have now.
        case = vault.get(FIRST)
        assert (case.title, case.compartment, case.closed) == ("", "main", ("main",))
        assert case.get("people.p2.name.la.given") == SECRET
        rows = {row.id: row for row in vault.summaries()}
        assert (rows[FIRST].state, rows[FIRST].people) == ("part", (SECRET,))
        assert len(rows) == 3
        with vault.edit(FIRST, why="x") as case:
            case.set("people.p2.note", "added")
        assert vault.places(FIRST, vault.tip)["main"] == home
        with pytest.raises(Refused), vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "mine")
    with sealed.open("nour") as vault:
        assert vault.get(FIRST).get("people.p2.note") == "added"
        assert vault.get(HIDDEN).title


def test_somebody_else_taking_the_sealed_item_away_meanwhile_is_noticed(sealed: Office) -> None:
    with sealed.open("nour") as vault, sealed.open("nour") as other:
        before = vault.get(FIRST)
        with other.edit(FIRST, why="x") as case:
            case.set("people.p2.note", "theirs")
        after = before.copy()
        after.set("people.p2.note", "mine")
        with pytest.raises(Moved, match=r"people\.p2\.note"):
            vault.put(before, after, why="x")
