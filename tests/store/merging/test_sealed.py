"""Cases with parts that not everybody opens: seals, moves, and merges by those who see little."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.model.conflict import conflicts
from store.sealing import move, seal, unseal
from store.trust.paths import case_path
from tests.store.merging.lines import change, merge, paths, read
from tests.store.office import FIRST, HIDDEN, Office, files_with
from tests.store.sealed_office import SECRET, home_text, with_a_sealed_witness

NORTH = "Hidden-In-The-North"


@pytest.fixture
def sealed(office: Office) -> Office:
    return with_a_sealed_witness(office)


@pytest.fixture
def apart(sealed: Office, tmp_path: Path) -> Office:
    """Give another clone of the office with a sealed witness."""
    return sealed.copy(tmp_path / "apart")


def with_a_witness(office: Office) -> None:
    def add(case: object) -> None:
        case.add("people", {"id": "p2", "capacities": ["witness"]})  # type: ignore[attr-defined] # a case
        case.set("people.p2.name.la.given", "Open-Name")  # type: ignore[attr-defined] # a case

    change(office, "sami", add)


def seal_as_nour(office: Office) -> None:
    with office.open("nour") as vault:
        seal(vault, FIRST, "p2", "witness", why="she is in danger")


def move_as_nour(office: Office) -> None:
    with office.open("nour") as vault:
        move(vault, FIRST, "witness", why="too many read it")


def test_the_open_and_the_sealed_part_are_each_merged(sealed: Office, apart: Office) -> None:
    change(sealed, "nour", people__p2__note="from here", overview__status="building")
    change(apart, "nour", people__p2__fate="released", overview__title="from there")
    assert merge(sealed, apart).conflicts == 0
    case = read(sealed)
    assert (case.get("people.p2.note"), case.get("people.p2.fate")) == ("from here", "released")
    assert (case.status, case.title) == ("building", "from there")


def test_who_cannot_open_the_sealed_part_merges_the_rest(sealed: Office, apart: Office) -> None:
    change(sealed, "sami", overview__status="building")
    change(apart, "nour", people__p2__fate="released", overview__title="from there")
    merged = merge(sealed, apart, "sami")
    assert (merged.conflicts, merged.blind) == (0, ())
    case = read(sealed)
    assert (case.status, case.title) == ("building", "from there")
    assert case.get("people.p2.fate") == "released"


def test_a_sealed_part_changed_on_both_sides_stands_beside_for_who_cannot_open_it(
    sealed: Office, apart: Office
) -> None:
    change(sealed, "nour", people__p2__note="from here")
    change(sealed, "sami", overview__status="building")
    change(apart, "nour", people__p2__fate="released", overview__title="from there")
    merged = merge(sealed, apart, "sami")
    assert merged.blind == (FIRST,)
    names = [path for path in paths(sealed) if "witness" in path]
    assert len(names) == 2
    assert "~" in names[1]
    case = read(sealed)
    assert (case.status, case.title) == ("building", "from there")


def test_a_blind_merge_does_not_depend_on_the_side(
    sealed: Office, apart: Office, tmp_path: Path
) -> None:
    change(sealed, "nour", people__p2__note="from here")
    change(apart, "nour", people__p2__fate="released")
    mine = sealed.copy(tmp_path / "mine")
    merge(sealed, apart, "sami")
    merge(apart, mine, "sami")
    trees = {clone.git("rev-parse", "main^{tree}") for clone in (sealed, apart)}
    assert len(trees) == 1
    assert merge(sealed, apart, "sami").blind == ()
    assert sealed.git("rev-parse", "main^{tree}") in trees


def test_sealed_on_one_side_and_edited_on_the_other_is_sealed_with_the_edit(
    office: Office, tmp_path: Path
) -> None:
    with_a_witness(office)
    other = office.copy(tmp_path / "later")
    seal_as_nour(other)
    change(office, "sami", people__p2__note=NORTH)
    merge(office, other)
    case = read(office)
    assert case.get("people.p2.note") == NORTH
    assert case.get("people.p2.sealed") == "witness"
    with office.open("nour") as vault:
        assert NORTH not in home_text(vault)
        assert "Open-Name" not in home_text(vault)


def test_sealed_by_another_and_edited_by_one_who_cannot_open_it_keeps_both(
    office: Office, tmp_path: Path
) -> None:
    with_a_witness(office)
    other = office.copy(tmp_path / "later")
    seal_as_nour(other)
    change(office, "sami", people__p2__note=NORTH)
    merged = merge(office, other, "sami")
    assert merged.blind == (FIRST,)
    with office.open("sami") as vault:
        assert "sealed: witness" in home_text(vault)
        assert NORTH not in home_text(vault)
    assert len([path for path in paths(office) if "main" in path and "~" in path]) == 1


def test_sealed_by_another_while_the_rest_was_edited_is_merged_by_who_sees_a_stub(
    office: Office, tmp_path: Path
) -> None:
    with_a_witness(office)
    other = office.copy(tmp_path / "later")
    seal_as_nour(other)
    change(office, "sami", overview__status="building", people__p1__fate="released")
    assert merge(office, other, "sami").blind == ()
    case = read(office)
    assert (case.status, case.get("people.p1.fate")) == ("building", "released")
    assert case.get("people.p2.name.la.given") == "Open-Name"
    with office.open("sami") as vault:
        assert "Open-Name" not in home_text(vault)


def test_moved_on_one_side_and_edited_on_the_other_is_moved_with_the_edit(
    office: Office, other: Office
) -> None:
    change(office, "sami", overview__status="building")
    move_as_nour(other)
    assert merge(office, other).conflicts == 0
    case = read(office)
    assert (case.compartment, case.status) == ("witness", "building")
    assert paths(office) == [case_path("witness", FIRST)]


def test_moved_by_another_to_where_the_editor_cannot_follow_keeps_both(
    office: Office, other: Office
) -> None:
    change(office, "sami", overview__status="building")
    move_as_nour(other)
    assert merge(office, other, "sami").blind == (FIRST,)
    assert paths(office) == [case_path("main", FIRST), case_path("witness", FIRST)]
    assert read(office, "sami").status == "building"


def test_moved_and_taken_away_stays_moved_and_says_so(office: Office, other: Office) -> None:
    move_as_nour(other)
    office.commit("nour", [(case_path("main", FIRST), None)], "remove case")
    assert merge(office, other).conflicts == 1
    case = read(office)
    assert case.compartment == "witness"
    assert [conflict.path for conflict in conflicts(case.data)] == [""]


def test_unsealed_on_one_side_and_edited_inside_on_the_other(sealed: Office, apart: Office) -> None:
    with apart.open("nour") as vault:
        unseal(vault, FIRST, "p2", why="she says so")
    change(sealed, "nour", people__p2__fate="released")
    merge(sealed, apart)
    case = read(sealed)
    assert case.get("people.p2.fate") == "released"
    assert case.get("people.p2.name.la.given") == SECRET


def test_a_case_that_nobody_here_can_open_is_merged_by_who_edits_others(
    office: Office, other: Office
) -> None:
    change(office, "nour", case_id=HIDDEN, overview__status="building")
    change(office, "sami", overview__status="building")
    change(other, "nour", case_id=HIDDEN, overview__title="from there")
    merged = merge(office, other, "sami")
    assert merged.blind == (HIDDEN,)
    assert len(paths(office, HIDDEN)) == 2


def test_a_reviewer_joins_journals_and_decides_nothing(office: Office, other: Office) -> None:
    change(office, "sami", overview__status="building")
    change(other, "nour", overview__title="from there")
    entries = ["journal/main/aa/" + FIRST + f"/{name}.age" for name in ("one", "two")]
    with office.open("lina") as vault:
        content = vault.objects.read(vault.places(FIRST, vault.tip)["main"])[1]
    office.commit("lina", [(entries[0], content)], "journal")
    other.commit("lina", [(entries[1], content)], "journal")
    merged = merge(office, other, "lina")
    assert merged.blind == (FIRST,)
    assert len(paths(office)) == 2 + 2
    assert office.git("ls-tree", "-r", "--name-only", "main", "journal/").split() == entries


def test_a_keyless_reader_cannot_merge(office: Office, other: Office) -> None:
    from store.errors import Refused
    from store.merging import merge_tip
    from tests.store.merging.lines import bring

    change(office, "sami", overview__status="building")
    change(other, "nour", overview__title="from there")
    theirs = bring(office, other)
    with office.open("stranger") as vault, pytest.raises(Refused, match="only a member"):
        merge_tip(vault, theirs)


def test_nothing_of_what_was_sealed_comes_to_the_disk(sealed: Office, apart: Office) -> None:
    change(sealed, "nour", people__p2__note=NORTH)
    change(apart, "nour", people__p2__note=f"{NORTH} or not")
    merge(sealed, apart)
    assert not files_with(SECRET, [sealed.folder])
    assert not files_with(NORTH, [sealed.folder])
    with sealed.open("nour") as vault:
        assert NORTH not in home_text(vault)
