from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from store.audit import Audit, examine
from store.repo.objects import ObjectReader
from store.trust.policy import Member, dump
from store.words import digits, words
from tests.store.trust.team import AGE, Team, case, sealed

YEAR = 365 * 86400
START = 1_700_000_000  # 2023-11-14


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path)
    team.found()
    return team


def audit(team: Team, state: str = "authentic") -> Audit:
    with ObjectReader(str(team.git_dir)) as objects:
        return examine(objects, team.verify(), state, START + 2 * YEAR)


def test_root_and_tip_come_in_words_and_digits(team: Team) -> None:
    found = audit(team)
    assert found.root == (team.root(), words(team.root()), digits(team.root()))
    assert found.tip.commit == team.tip
    assert (found.name, found.made) == ("Team", "2025-11-13T22:13:20Z")


def test_commits_are_counted_by_member_and_month(team: Team) -> None:
    team.save("sami", {case(1): sealed("a")})
    team.save("sami", {case(2): sealed("a")}, time=START + YEAR)
    team.save("nour", {case(2): sealed("b")}, time=START + YEAR)
    found = audit(team)
    assert found.months == {
        "2023-11": {"nour": 1, "sami": 1},
        "2024-11": {"nour": 1, "sami": 1},
    }
    assert (found.first, found.last) == ("2023-11-14T22:14:20Z", "2024-11-13T22:13:20Z")


def test_each_policy_change_says_who_changed_what(team: Team) -> None:
    first = team.tip
    lina = team.member("lina", "editor", "main", "witness")
    team.save(
        "nour",
        {
            "policy.yaml": dump(team.policy(2, omar=Member(left=2), lina=lina)),
            "keys/witness/1.age": AGE,
        },
        message="policy",
    )
    team.save("lina", {case(1): sealed("a")})
    found = audit(team)
    assert [(one.commit, one.by, one.version) for one in found.policies] == [
        (first, "nour", 1),
        (team.verify().tip and found.policies[1].commit, "nour", 2),
    ]
    rows = {(row.who, row.what, row.old, row.new) for row in found.policies[1].rows}
    assert rows == {
        ("lina", "role", "reviewer", "editor"),
        ("lina", "compartment", "", "witness"),
        ("omar", "left", "editor", ""),
    }
    assert ("nour", "role", "", "admin") in {tuple(row) for row in found.policies[0].rows}


def test_members_are_followed_over_time(team: Team) -> None:
    lina = team.member("lina", "editor", "main")
    team.save("nour", {"policy.yaml": dump(team.policy(2, lina=lina))}, message="policy")
    without = team.policy(3, lina=lina, omar=Member(left=3))
    team.save("nour", {"policy.yaml": dump(without)}, message="policy")
    terms = [(t.handle, t.role, t.since_version, t.until_version) for t in audit(team).terms]
    assert terms == [
        ("lina", "reviewer", 1, 2),
        ("lina", "editor", 2, 0),
        ("nour", "admin", 1, 0),
        ("omar", "editor", 1, 3),
        ("sami", "editor", 1, 0),
    ]


def test_a_policy_that_was_refused_makes_nobody_anything(team: Team) -> None:
    sami = team.member("sami", "admin", "main")
    bad = team.policy(2, sami=sami)
    team.save("sami", {"policy.yaml": dump(replace(bad, name="Sami's"))}, message="policy")
    team.save("nour", {"policy.yaml": dump(team.policy(3, sami=sami))}, message="policy")
    found = audit(team, "broken")
    assert [(change.version, change.counts) for change in found.policies] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert {term.role for term in found.terms if term.handle == "sami"} == {"editor"}
    assert found.name == "Team"


def test_a_policy_that_came_by_a_merge_is_told_once(team: Team) -> None:
    base = team.tip
    one = team.save("sami", {case(1): sealed("a")}, parents=[base])
    two = team.save("nour", {"policy.yaml": dump(team.policy(2))}, parents=[base], message="policy")
    team.save("nour", {"policy.yaml": dump(team.policy(2))}, parents=[one, two], message="merge")
    assert [change.version for change in audit(team).policies] == [1, 2]


def test_findings_name_the_member(team: Team) -> None:
    bad = team.save("lina", {case(1): sealed("a")})
    found = audit(team, "broken")
    assert [(one.finding.commit, one.member) for one in found.findings] == [(bad, "lina")]
    assert found.verified_tip == team.root()


def test_a_commit_by_nobody_is_found_and_counted_for_nobody(team: Team) -> None:
    team.save("sami", {case(1): sealed("a")}, namespace="file")
    found = audit(team, "broken")
    assert found.findings[0].member == ""
    assert found.months == {"2023-11": {"nour": 1}}
