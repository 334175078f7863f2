"""Rules 3 and 4: policy changes, and what each member may write where."""

from __future__ import annotations

import pytest

from store.trust.policy import dump
from tests.store.trust.team import File, Team, case, entry, sealed


def rules(team: Team) -> list[tuple[int, str]]:
    return [(finding.rule, finding.text()) for finding in team.verify().failures]


def test_an_admin_changes_the_policy_one_version_at_a_time(team: Team) -> None:
    team.save("nour", {"policy.yaml": dump(team.policy(2, omar=None))}, message="policy")
    team.save("nour", {"policy.yaml": dump(team.policy(3))}, message="policy")

    assert rules(team) == []


@pytest.mark.parametrize("version", [1, 3])
def test_a_policy_that_skips_or_keeps_its_version_is_refused(team: Team, version: int) -> None:
    team.save("nour", {"policy.yaml": dump(team.policy(version, omar=None))}, message="policy")

    assert rules(team) == [(3, f"the policy was changed to version {version} instead of 2")]


def test_an_editor_cannot_change_the_policy(team: Team) -> None:
    root = team.tip
    grown = team.policy(2, sami=team.member("sami", "admin", "main", "witness"))
    team.save("sami", {"policy.yaml": dump(grown)}, message="policy")

    assert rules(team) == [(3, f"sami changed the policy, but is no admin at {root[:12]}")]


def test_a_commit_without_a_readable_policy_is_refused_once(team: Team) -> None:
    team.save("nour", {"policy.yaml": b"members: nobody\n"}, message="policy")
    team.save("sami", {case(1): sealed("a")})

    [(rule, text)] = rules(team)
    assert rule == 3
    assert "policy.yaml" in text


def test_taking_the_policy_away_is_refused(team: Team) -> None:
    team.save("nour", {"policy.yaml": None}, message="policy")

    assert rules(team) == [(3, "there is no policy.yaml")]


def test_an_old_policy_does_not_come_back_through_a_merge(team: Team) -> None:
    old = team.tip
    new = team.save("nour", {"policy.yaml": dump(team.policy(2, omar=None))}, message="policy")
    side = team.save("sami", {case(1): sealed("a")}, parents=[old])
    before = dump(team.policy())
    changes: dict[str, File] = {"policy.yaml": before, case(1): sealed("a")}
    team.save("nour", changes, parents=[new, side], message="merge")

    assert rules(team) == [(3, "the policy goes back to version 1, though a parent has 2")]


def test_a_former_admin_cannot_change_the_policy_from_an_old_commit(team: Team) -> None:
    team.save(
        "nour",
        {"policy.yaml": dump(team.policy(2, sami=team.member("sami", "admin", "main")))},
        message="policy",
    )
    old = team.tip
    demoted = team.save("nour", {"policy.yaml": dump(team.policy(3))}, message="policy")
    grown = team.policy(3, sami=team.member("sami", "admin", "main", "witness"))
    fork = team.save("sami", {"policy.yaml": dump(grown)}, parents=[old], message="policy")
    team.save("nour", {}, parents=[demoted, fork], message="merge")

    assert rules(team) == [
        (3, f"sami changed the policy, but is no admin at {demoted[:12]}"),
        (3, "the policy was changed on both sides, and the merge takes one of them"),
    ]


@pytest.mark.parametrize(
    ("by", "path", "is_allowed"),
    [
        ("sami", case(1), True),
        ("sami", case(1, sibling="~0a0b0c0d"), True),
        ("sami", entry(1), True),
        ("lina", entry(1), True),
        ("nour", case(1, "witness"), True),
        ("nour", "model.yaml", True),
        ("nour", "keys/main/2.age", True),
        ("sami", case(1, "witness"), False),
        ("sami", entry(1).replace("main", "witness", 1), False),
        ("sami", "keys/main/2.age", False),
        ("sami", "model.yaml", False),
        ("sami", "README.md", False),
        ("lina", case(1), False),
        ("lina", "keys/main/1.age", False),
    ],
)
def test_members_write_what_their_role_and_compartments_allow(
    team: Team, by: str, path: str, *, is_allowed: bool
) -> None:
    team.save(by, {path: sealed("text")})

    role = {"sami": "editor", "lina": "reviewer"}.get(by)
    expected = [] if is_allowed else [(4, f"{by} ({role}) may not write {path}")]
    assert rules(team) == expected


def test_a_reviewer_may_not_take_a_case_away_either(team: Team) -> None:
    team.save("sami", {case(1): sealed("a"), case(2): sealed("b")}, message="new case")
    team.save("lina", {case(1): None})

    assert rules(team) == [(4, f"lina (reviewer) may not write {case(1)}")]


def test_nothing_lies_in_a_compartment_that_is_not_there(team: Team) -> None:
    team.save("nour", {case(1, "nowhere"): sealed("a")})

    assert rules(team) == [(4, f"{case(1, 'nowhere')} lies in no compartment")]


@pytest.mark.parametrize(
    ("path", "file", "said"),
    [
        (case(1), b"title: plain text\n", "is not encrypted"),
        (entry(1), b"-----BEGIN AGE ENCRYPTED FILE-----\n", "is not encrypted"),
        (case(1), ("120000", b"/etc/passwd"), "is a symbolic link"),
        (case(1), ("100755", sealed("a")), "is an executable file"),
        (case(1), ("160000", b"a" * 40), "is a submodule"),
        (case(1), ("100664", sealed("a")), "is no regular file"),
        (".gitattributes", b"* text\n", "is not a file that belongs here"),
        (".gitmodules", b"", "is not a file that belongs here"),
        ("readme.md", b"", "differs from another path in case only"),
        ("Keys/main/1.age", sealed("a"), "differs from another path in case only"),
        (case(1).upper(), sealed("a"), "differs from another path in case only"),
        ("cases/main/zz/a.age", sealed("a"), "is not a folder that belongs here"),
        ("cases/main/01/a.age", sealed("a"), "is not a file that belongs here"),
        ("notes/plain.txt", b"", "is not a folder that belongs here"),
        ("caf\udcff", b"", "is not a file that belongs here"),
    ],
)
def test_a_tree_holds_only_what_belongs_there(team: Team, path: str, file: File, said: str) -> None:
    team.save("nour", {case(9): sealed("z")}, message="new case")
    team.save("nour", {path: file})

    [(rule, text)] = rules(team)
    assert rule == 4
    assert said in text


def test_a_case_fold_twin_in_a_crowded_folder_is_found(team: Team) -> None:
    team.save("sami", {case(n): sealed("a") for n in range(16, 300)}, message="import 284 cases")
    twin = case(16).rpartition("/")[0].rpartition("/")[0] + "/AB/" + "ab" + "0" * 18 + ".age"
    team.save("sami", {twin: sealed("b")})

    [(rule, text)] = rules(team)
    assert rule == 4
    assert "is not a folder that belongs here" in text


def test_many_edits_of_a_crowded_folder_are_each_seen(team: Team) -> None:
    team.save("sami", {case(n): sealed("a") for n in range(16, 300)}, message="import 284 cases")
    for number in (16, 17, 32, 299, 150):
        team.save("sami", {case(number): sealed("b")})
    team.save("sami", {case(300): sealed("c"), case(33): None})
    assert rules(team) == []

    team.save("lina", {case(16): sealed("d"), case(299): sealed("d"), case(700): sealed("d")})
    assert sorted(text for _, text in rules(team)) == sorted(
        f"lina (reviewer) may not write {case(number)}" for number in (16, 299, 700)
    )


def test_the_journal_only_grows(team: Team) -> None:
    team.save("lina", {entry(1): sealed("a"), entry(1, "a2"): sealed("b")}, message="journal")
    team.save("lina", {entry(2): sealed("c")}, message="journal")
    assert rules(team) == []

    good = team.tip
    team.save("nour", {entry(1): sealed("altered")})
    assert rules(team) == [(4, f"{entry(1)} was changed or taken away; it may only be added once")]

    team.save("nour", {entry(1): None}, parents=[good])
    assert rules(team) == [(4, f"{entry(1)} was changed or taken away; it may only be added once")]

    everything = {path: None for path in team.files[good] if path.startswith("journal/")}
    team.save("nour", everything, parents=[good])
    assert len(rules(team)) == 3


def test_timestamps_only_grow(team: Team) -> None:
    team.save("nour", {"timestamps/a.tsr": b"proof"}, message="timestamp")
    team.save("nour", {"timestamps/a.tsr": b"other"}, message="timestamp")

    expected = "timestamps/a.tsr was changed or taken away; it may only be added once"
    assert rules(team) == [(4, expected)]
