"""Merges: only what differs from every parent counts as changed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.store.trust.team import File, Team, case, entry, sealed


class Fork:
    """Two lines of work over one base, ready to be merged."""

    def __init__(self, team: Team) -> None:
        self.team = team
        base = team.save("sami", {case(1): sealed("base"), case(2): sealed("base")})
        self.left = team.save(
            "sami", {case(1): sealed("left"), entry(1): sealed("j1")}, parents=[base]
        )
        self.right = team.save(
            "nour",
            {case(1): sealed("right"), case(3, "witness"): sealed("w"), entry(2): sealed("j2")},
            parents=[base],
        )

    def merge(self, by: str, changes: Mapping[str, File]) -> list[tuple[int, str]]:
        """Merge right into left, taking over what right added unless told otherwise."""
        right = self.team.files[self.right]
        taken: dict[str, File] = {
            path: right[path] for path in (case(3, "witness"), entry(2)) if path not in changes
        }
        self.team.save(by, {**taken, **changes}, parents=[self.left, self.right], message="merge")
        return [(one.rule, one.text()) for one in self.team.verify().failures]


@pytest.fixture
def fork(team: Team) -> Fork:
    """Give two lines of work that are not merged yet."""
    return Fork(team)


def test_an_honest_merge_carries_over_what_its_author_could_not_write(fork: Fork) -> None:
    assert fork.merge("sami", {case(1): sealed("both")}) == []


def test_a_blind_merge_keeps_the_other_version_beside_the_first(fork: Fork) -> None:
    assert fork.merge("lina", {case(1, sibling="~0a0b0c0d"): sealed("right")}) == []


def test_a_sibling_must_be_a_parents_version_of_the_same_case(fork: Fork) -> None:
    other, new = case(2, sibling="~0a0b0c0d"), case(1, sibling="~0a0b0c0d")
    found = fork.merge("lina", {other: sealed("right"), new: sealed("made up")})

    assert sorted(found) == sorted(
        (4, f"lina (reviewer) may not write {path}") for path in (case(1), other, new)
    )


def test_an_evil_merge_is_held_to_what_its_author_may_write(fork: Fork) -> None:
    path = case(3, "witness")

    assert fork.merge("sami", {path: sealed("w2")}) == [(4, f"sami (editor) may not write {path}")]


def test_a_merge_may_not_bring_in_plain_text(fork: Fork) -> None:
    assert fork.merge("sami", {case(1): b"plain\n"}) == [
        (4, f"{case(1)} is not encrypted: it does not begin as an age file does")
    ]


@pytest.mark.parametrize("path", [entry(1), entry(2)])
def test_a_merge_may_not_lose_journal_entries_of_either_side(fork: Fork, path: str) -> None:
    if path == entry(2):  # the right side's: leave it out
        right = fork.team.files[fork.right]
        witness = case(3, "witness")
        fork.team.save(
            "nour", {witness: right[witness]}, parents=[fork.left, fork.right], message="merge"
        )
        found = [(one.rule, one.text()) for one in fork.team.verify().failures]
    else:
        found = fork.merge("nour", {path: None})

    assert found == [(4, f"{path} was changed or taken away; it may only be added once")]


def test_a_merge_may_not_lose_the_journal_of_one_side_as_a_whole(team: Team) -> None:
    base = team.tip
    left = team.save("sami", {case(1): sealed("a")}, parents=[base])
    right = team.save("sami", {entry(1): sealed("j")}, parents=[base])
    team.save("sami", {}, parents=[left, right], message="merge")

    texts = [one.text() for one in team.verify().failures]
    assert texts == [f"{entry(1)} was changed or taken away; it may only be added once"]


def test_a_merge_in_which_one_side_took_a_case_away_is_no_new_change(team: Team) -> None:
    base = team.save("sami", {case(1): sealed("a"), case(2): sealed("b")})
    left = team.save("sami", {case(1): None}, parents=[base])
    right = team.save("sami", {case(2): sealed("c")}, parents=[base])
    team.save("lina", {case(2): sealed("c")}, parents=[left, right], message="merge")

    assert team.verify().failures == ()


def test_a_merge_may_not_take_away_what_both_sides_have(team: Team) -> None:
    base = team.save("sami", {case(1): sealed("a"), case(2): sealed("b")})
    left = team.save("sami", {case(3): sealed("c")}, parents=[base])
    right = team.save("sami", {case(4): sealed("d")}, parents=[base])
    changes: dict[str, File] = {case(4): sealed("d"), case(1): None}
    team.save("lina", changes, parents=[left, right], message="merge")

    texts = [one.text() for one in team.verify().failures]
    assert texts == [f"lina (reviewer) may not write {case(1)}"]


def test_a_bad_commit_on_a_side_line_spoils_the_merge_that_takes_it_in(team: Team) -> None:
    base = team.tip
    left = team.save("sami", {case(1): sealed("a")}, parents=[base])
    right = team.save("lina", {case(2): sealed("b")}, parents=[base])
    team.save("sami", {case(2): sealed("b")}, parents=[left, right], message="merge")

    report = team.verify()

    assert [one.commit for one in report.failures] == [right]
    assert report.verified_tip == left
