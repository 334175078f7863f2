"""What was merged blind, put together by somebody who can open it."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.merging import Merged, join_siblings
from store.model.conflict import conflicts
from store.sealing import move
from store.trust import membership as m
from store.trust.paths import case_path
from tests.store.changing import change as change_policy
from tests.store.changing import is_sound
from tests.store.merging.lines import change, merge, paths, read
from tests.store.merging.test_sealed import NORTH, move_as_nour, seal_as_nour, with_a_witness
from tests.store.office import FIRST, HIDDEN, Office
from tests.store.sealed_office import home_text, with_a_sealed_witness


def join(office: Office, handle: str = "nour", since: str = "") -> Merged:
    with office.open(handle) as vault:
        merged = join_siblings(vault, since=since)
        assert vault.tip == merged.commit == office.head()
    assert is_sound(office)
    return merged


@pytest.fixture
def blind(office: Office, other: Office) -> Office:
    """Give an office in which sami has merged two versions of a case that he cannot open."""
    change(office, "nour", case_id=HIDDEN, overview__status="building")
    change(office, "sami", overview__status="building")
    change(other, "nour", case_id=HIDDEN, overview__title="from there")
    merge(office, other, "sami")
    return office


def test_who_can_open_both_versions_makes_one_of_them(blind: Office) -> None:
    merged = join(blind)
    assert (merged.state, merged.cases, merged.conflicts, merged.blind) == (
        "merged",
        (HIDDEN,),
        0,
        (),
    )
    case = read(blind, case_id=HIDDEN)
    assert (case.status, case.title) == ("building", "from there")
    assert paths(blind, HIDDEN) == [case_path("witness", HIDDEN)]
    assert join(blind).state == "nothing"


def test_who_cannot_leaves_them(blind: Office) -> None:
    before = blind.head()
    assert join(blind, "sami") == Merged(before, "nothing", blind=(HIDDEN,))
    assert join(blind, "lina").state == "nothing"


def test_what_came_after_the_blind_merge_stays(blind: Office) -> None:
    with blind.open("nour") as vault:
        title = vault.get(HIDDEN).title
    kept = "building" if title == "from there" else "from there"
    change(blind, "nour", case_id=HIDDEN, overview__summary="Later.")
    join(blind)
    case = read(blind, case_id=HIDDEN)
    assert (case.status, case.title) == ("building", "from there"), kept
    assert case.get("overview.summary") == "Later."


def test_both_versions_of_one_field_become_a_conflict(office: Office, other: Office) -> None:
    change(office, "nour", case_id=HIDDEN, overview__status="building")
    change(office, "sami", overview__status="building")
    change(other, "nour", case_id=HIDDEN, overview__status="closed")
    merge(office, other, "sami")
    assert join(office).conflicts == 1
    (conflict,) = conflicts(read(office, case_id=HIDDEN).data)
    assert {value.value for value in conflict.values} == {"building", "closed"}


def test_a_new_epoch_between_does_not_matter(blind: Office) -> None:
    change_policy(blind, lambda policy: m.advance_epoch(policy, "witness"))
    join(blind)
    case = read(blind, case_id=HIDDEN)
    assert (case.status, case.title) == ("building", "from there")


def test_sealed_here_and_edited_there_ends_sealed_with_the_edit(
    office: Office, tmp_path: Path
) -> None:
    with_a_witness(office)
    other = office.copy(tmp_path / "later")
    seal_as_nour(other)
    change(office, "sami", people__p2__note=NORTH)
    merge(office, other, "sami")
    join(office)
    case = read(office)
    assert case.get("people.p2.note") == NORTH
    assert case.get("people.p2.sealed") == "witness"
    with office.open("nour") as vault:
        assert NORTH not in home_text(vault)
    assert not [path for path in paths(office) if "~" in path]


def test_two_homes_become_one_where_fewer_read(office: Office, other: Office) -> None:
    change(office, "sami", overview__status="building")
    move_as_nour(other)
    merge(office, other, "sami")
    change(office, "sami", overview__title="later")
    assert join(office).cases == (FIRST,)
    case = read(office)
    assert (case.compartment, case.status, case.title) == ("witness", "building", "later")
    assert paths(office) == [case_path("witness", FIRST)]


def test_a_second_home_is_looked_for_in_what_came(office: Office, other: Office) -> None:
    before = office.head()
    change(office, "sami", overview__status="building")
    move_as_nour(other)
    merged = merge(office, other, "sami")
    assert join(office, since=merged.commit).state == "nothing"
    assert join(office, since=before).state == "merged"


def test_a_second_home_where_something_was_sealed_before(office: Office, tmp_path: Path) -> None:
    sealed = with_a_sealed_witness(office)
    apart = sealed.copy(tmp_path / "apart")
    change(sealed, "sami", overview__status="building")
    move_as_nour(apart)
    merge(sealed, apart, "sami")
    join(sealed)
    case = read(sealed)
    assert (case.compartment, case.status) == ("witness", "building")
    assert paths(sealed) == [case_path("witness", FIRST)]


def test_a_version_that_had_two_homes_itself_beside_another(
    office: Office, other: Office, tmp_path: Path
) -> None:
    change(office, "sami", overview__status="building")
    move_as_nour(other)
    merge(office, other, "sami")
    third = office.copy(tmp_path / "third")
    join(office)
    change(office, "nour", overview__lead="from here")
    change(third, "nour", overview__title="from there")
    merge(office, third)
    assert any("~" in path for path in paths(office))
    join(office)
    case = read(office)
    assert case.get("overview.lead") == "from here"
    kept = {c.path: {value.value for value in c.values} for c in conflicts(case.data)}
    assert "building" in kept["overview.status"]
    assert "from there" in kept["overview.title"]
    assert paths(office) == [case_path("witness", FIRST)]


def test_a_sealed_part_beside_another(office: Office, tmp_path: Path) -> None:
    sealed = with_a_sealed_witness(office)
    apart = sealed.copy(tmp_path / "apart")
    change(sealed, "nour", people__p2__note="from here")
    change(apart, "nour", people__p2__fate="released", overview__title="from there")
    merge(sealed, apart, "sami")
    change(sealed, "nour", people__p2__note="later")
    join(sealed)
    case = read(sealed)
    assert (case.get("people.p2.note"), case.get("people.p2.fate")) == ("later", "released")
    assert case.title == "from there"


def test_a_home_that_a_person_put_there_is_none_of_a_merges(office: Office) -> None:
    with office.open("nour") as vault:
        move(vault, FIRST, "witness", why="too many read it")
        blob = vault.objects.read(
            vault.places(FIRST, office.git("rev-parse", "main~1").strip())["main"]
        )
    office.commit("nour", [(case_path("main", FIRST), blob[1])])
    assert join(office).state == "nothing"
