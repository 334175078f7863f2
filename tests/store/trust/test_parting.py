"""What two lines of a history may say of each other's people where they meet again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from store.crypto.age import new_identity
from store.crypto.signer import FileSigner
from store.repo.objects import object_id
from store.trust.approvals import approve, digest, statement
from store.trust.policy import Member, dump
from tests.store.trust.team import Team, case, sealed

ORDERS = pytest.mark.parametrize("is_turned", [False, True], ids=["as it is", "turned"])


@pytest.fixture
def team(team: Team) -> Team:
    """The team with a second admin, adam, in version 2; dana has keys and is no member yet."""
    for name in ("dana", "adam"):
        team.keys[name] = FileSigner.new()
        team.age[name] = new_identity().recipient
    change(team, team.tip, 2)
    return team


def policy(team: Team, version: int, threshold: int = 1, **members: Member | None) -> bytes:
    others: dict[str, Member | None] = {"adam": team.member("adam", "admin", "main"), **members}
    usual = team.policy(version, **others)
    return dump(replace(usual, threshold=threshold))


def change(
    team: Team, parent: str, version: int, *, by: str = "nour", **members: Member | None
) -> str:
    """Put another policy into force."""
    files = {"policy.yaml": policy(team, version, 1, **members)}
    return team.save(by, files, parents=[parent], message="policy")


def edit(team: Team, by: str, parent: str, number: int, compartment: str = "main") -> str:
    path = case(number, compartment)
    return team.save(by, {path: sealed(f"{by} {number}")}, parents=[parent])


def join(team: Team, by: str, first: str, second: str, base: str) -> str:
    """Merge: all that the first has, and what the second has beyond the commit they share."""
    old = team.files[base]
    files = {path: file for path, file in team.files[second].items() if old.get(path) != file}
    return team.save(by, dict(files), parents=[first, second], message="merge")


def refused(team: Team, *trusted: str) -> list[tuple[str, int]]:
    """Give what fails, which is the same wherever the verification began."""
    found = [[(f.commit, f.rule) for f in team.verify().failures]]
    found += [[(f.commit, f.rule) for f in team.verify(trusted=t).failures] for t in trusted]
    assert all(one == found[0] for one in found), found
    return found[0]


@ORDERS
def test_who_was_taken_in_on_one_side_writes_there(team: Team, *, is_turned: bool) -> None:
    base = team.tip
    main = edit(team, "sami", base, 1)
    side = change(team, base, 3, dana=team.member("dana", "editor", "main"))
    side = edit(team, "dana", side, 2)
    ends = (side, main) if is_turned else (main, side)
    join(team, "nour", *ends, base)
    assert refused(team, base, main, side) == []


@ORDERS
def test_more_rights_on_one_side_are_used_there(team: Team, *, is_turned: bool) -> None:
    base = team.tip
    main = edit(team, "sami", base, 1)
    lina = team.member("lina", "editor", "main", "witness")
    side = change(team, base, 3, lina=lina, sami=team.member("sami", "admin", "main"))
    side = edit(team, "lina", edit(team, "lina", side, 2), 3, "witness")
    side = change(
        team, side, 4, by="sami", lina=lina, sami=team.member("sami", "admin", "main", "witness")
    )
    ends = (side, main) if is_turned else (main, side)
    join(team, "nour", *ends, base)
    assert refused(team, base, main, side) == []


def test_who_was_removed_takes_nobody_in(team: Team) -> None:
    base = team.tip
    main = change(team, base, 3, adam=Member(left=3))
    dana = team.member("dana", "admin", "main")
    evil = change(team, base, 3, by="adam", dana=dana)
    work = edit(team, "dana", evil, 2)
    files = {"policy.yaml": policy(team, 4, dana=dana, adam=Member(left=3))}
    files |= {case(2): team.files[work][case(2)][1]}
    team.save("nour", files, parents=[main, work], message="merge")
    assert (evil, 2) in refused(team, base, main)


def test_what_was_taken_away_stays_so_beside_what_was_given(team: Team) -> None:
    """One commit that needs a right which its own side gave, and one that the other side took."""
    two = team.member("omar", "editor", "main", "witness")
    base = change(team, team.tip, 3, omar=two)
    main = change(team, base, 4)  # omar without witness
    side = change(team, base, 4, omar=team.member("omar", "admin", "main", "witness"))
    work = team.save(
        "omar",
        {case(1, "witness"): sealed("a"), "README.md": b"omar's\n"},
        parents=[side],
    )
    files = {path: team.files[work][path][1] for path in (case(1, "witness"), "README.md")}
    team.save(
        "nour",
        {**files, "policy.yaml": policy(team, 5)},
        parents=[main, work],
        message="merge",
    )
    found = team.verify().failures
    assert [(f.commit, f.rule) for f in found] == [(work, 4)]
    assert case(1, "witness") in found[0].text()
    assert refused(team, base, main) == [(work, 4)]


def test_a_demoted_editor_writes_no_more_from_an_old_commit(team: Team) -> None:
    base = team.tip
    main = change(team, base, 3, omar=team.member("omar", "reviewer", "main"))
    side = edit(team, "omar", base, 1)
    join(team, "nour", main, side, base)
    assert refused(team, base, main) == [(side, 4)]


def test_who_was_taken_in_and_removed_on_one_side_is_kept_out_on_the_other(team: Team) -> None:
    base = team.tip
    dana = team.member("dana", "editor", "main")
    main = change(team, change(team, base, 3, dana=dana), 4, dana=Member(left=4))
    side = edit(team, "dana", change(team, base, 3, dana=dana), 1)
    files = {case(1): team.files[side][case(1)][1]}
    team.save("nour", files, parents=[main, side], message="merge")
    assert refused(team, base, main) == [(side, 2)]


def approved(team: Team, by: Sequence[str], parent: str, version: int, text: bytes) -> str:
    """Put a policy into force with the words of several admins; the first commits."""
    blob = object_id("blob", team.files[parent]["policy.yaml"][1])
    said = statement(team.root(), blob, digest(text))
    words = {f"approvals/{version}/{who}.sig": approve(said, team.keys[who]) for who in by[1:]}
    return team.save(by[0], {"policy.yaml": text, **words}, parents=[parent], message="policy")


def test_the_word_of_a_removed_admin_counts_no_more(team: Team) -> None:
    """Of the two who are needed, one was removed on the mainline since the lines parted."""
    sami = {"sami": team.member("sami", "admin", "main")}
    base = team.save(
        "nour", {"policy.yaml": policy(team, 3, 2, **sami)}, parents=[team.tip], message="policy"
    )
    text = policy(team, 4, 2, **sami, adam=Member(left=4))
    main = approved(team, ("nour", "sami"), base, 4, text)
    dana = team.member("dana", "editor", "main")
    evil = approved(team, ("sami", "adam"), base, 4, policy(team, 4, 2, **sami, dana=dana))
    text = policy(team, 5, 2, **sami, dana=dana, adam=Member(left=4))
    blob = object_id("blob", team.files[main]["policy.yaml"][1])
    said = statement(team.root(), blob, digest(text))
    files = {
        "policy.yaml": text,
        "approvals/5/sami.sig": approve(said, team.keys["sami"]),
        "approvals/4/adam.sig": team.files[evil]["approvals/4/adam.sig"][1],
    }
    team.save("nour", files, parents=[main, evil], message="merge")
    assert (evil, 3) in refused(team, base, main)
    honest = approved(team, ("sami", "nour"), base, 4, policy(team, 4, 2, **sami, dana=dana))
    files["approvals/4/nour.sig"] = team.files[honest]["approvals/4/nour.sig"][1]
    del files["approvals/4/adam.sig"]
    team.save("nour", files, parents=[main, honest], message="merge")
    assert refused(team, base, main) == []


@pytest.mark.parametrize("by", ["nour", "sami"])
def test_only_an_admin_says_that_work_came_before_a_removal(team: Team, by: str) -> None:
    base = team.tip
    late = edit(team, "omar", base, 1)
    removal = change(team, base, 3, omar=Member(left=3))
    merge = join(team, by, late, removal, base)
    if by == "sami":
        assert refused(team, base, late) == [(merge, 2)]
    else:
        assert refused(team, base, late) == []
        [told] = [f for f in team.verify().findings if f.rule == 2]
        assert (told.commit, told.values["who"], told.values["count"]) == (merge, "omar", 1)


def test_a_long_line_of_a_removed_member_costs_one_look(team: Team) -> None:
    base = team.tip
    main = change(team, base, 3, omar=Member(left=3))
    side = base
    for number in range(60):
        side = edit(team, "omar", side, number)
    join(team, "nour", main, side, base)
    assert len(refused(team, main)) == 60
