"""Rule 3 with a threshold: so many admins' words for this very change, and for no other."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from store.crypto import sshsig
from store.trust.approvals import approve, approver, digest, statement
from store.trust.paths import approval_path
from store.trust.policy import Policy, dump
from tests.store.trust.team import File, Team, sealed


def rules(team: Team) -> list[tuple[int, str]]:
    return [(finding.rule, finding.text()) for finding in team.verify().failures]


def three(team: Team, version: int, threshold: int = 2, **members: None) -> Policy:
    """Give a policy of three admins, of whom changes need two."""
    admins = {name: team.member(name, "admin", "main") for name in ("sami", "lina")}
    return replace(team.policy(version, **{**admins, **members}), threshold=threshold)


def begin(team: Team) -> None:
    """Make changes of the policy need two admins from here on."""
    team.save("nour", {"policy.yaml": dump(three(team, 2))}, message="policy")


def said(team: Team, new: Policy, parent: str = "", root: str = "") -> bytes:
    """Give what an approval of a policy on top of a commit says."""
    old = team.files[parent or team.tip]["policy.yaml"][1]
    return statement(root or team.root(), team.put("blob", old), digest(dump(new)))


def change(team: Team, new: Policy, words: dict[str, bytes], by: str = "nour") -> None:
    """Commit a policy with approvals, by handle."""
    files: dict[str, File] = {"policy.yaml": dump(new)}
    files |= {approval_path(new.version, handle): word for handle, word in words.items()}
    team.save(by, files, message="policy")


def test_one_admin_is_not_enough(team: Team) -> None:
    begin(team)
    parent = team.tip
    change(team, three(team, 3, omar=None), {})
    few = f"the policy was changed by 1 admins, and {parent[:12]} asks for 2"
    assert rules(team) == [(3, few)]


def test_two_admins_are(team: Team) -> None:
    begin(team)
    new = three(team, 3, omar=None)
    change(team, new, {"sami": approve(said(team, new), team.keys["sami"])})
    assert rules(team) == []


def test_the_threshold_is_that_of_the_policy_that_is_replaced(team: Team) -> None:
    begin(team)
    parent = team.tip
    change(team, three(team, 3, threshold=1), {})
    few = f"the policy was changed by 1 admins, and {parent[:12]} asks for 2"
    assert rules(team) == [(3, few)]


def test_a_word_of_ones_own_counts_once(team: Team) -> None:
    begin(team)
    parent, new = team.tip, three(team, 3, omar=None)
    change(team, new, {"nour": approve(said(team, new), team.keys["nour"])})
    few = f"the policy was changed by 1 admins, and {parent[:12]} asks for 2"
    assert rules(team) == [(3, few)]


@pytest.mark.parametrize(
    "forge",
    [
        lambda team, _new: approve(said(team, three(team, 3)), team.keys["sami"]),
        lambda team, new: approve(said(team, new, parent=team.root()), team.keys["sami"]),
        lambda team, new: approve(said(team, new, root="ab" * 20), team.keys["sami"]),
        lambda team, new: approve(said(team, new), team.keys["omar"]),
        lambda team, new: approve(said(team, new), team.keys["lina"]),
        lambda team, new: sshsig.sign(said(team, new), team.keys["sami"], namespace="git"),
        lambda team, new: approve(said(team, new), team.keys["sami"])[:-5],
        lambda _team, _new: b"yes, go on\n",
    ],
    ids=["text", "previous", "repository", "editor", "other-admin", "namespace", "cut", "words"],
)
def test_a_word_that_does_not_fit_fails_and_does_not_count(team: Team, forge: object) -> None:
    begin(team)
    parent, new = team.tip, three(team, 3, omar=None)
    assert callable(forge)
    change(team, new, {"sami": forge(team, new)})
    stray = (
        "approvals/3/sami.sig is no admin's word for the change of the policy with which it comes"
    )
    few = f"the policy was changed by 1 admins, and {parent[:12]} asks for 2"
    assert sorted(rules(team)) == sorted([(3, stray), (3, few)])


def test_a_word_comes_with_its_policy_and_not_before_or_after(team: Team) -> None:
    begin(team)
    new = three(team, 3, omar=None)
    word = approve(said(team, new), team.keys["sami"])
    team.save("nour", {approval_path(3, "sami"): word}, message="policy")
    stray = (
        "approvals/3/sami.sig is no admin's word for the change of the policy with which it comes"
    )
    assert rules(team) == [(3, stray)]


def test_a_word_stands_for_good(team: Team) -> None:
    begin(team)
    new = three(team, 3, omar=None)
    change(team, new, {"sami": approve(said(team, new), team.keys["sami"])})
    good = team.tip
    lost = "approvals/3/sami.sig was changed or taken away; it may only be added once"
    team.save("nour", {approval_path(3, "sami"): None}, message="policy")
    assert (4, lost) in rules(team)
    team.save("nour", {approval_path(3, "sami"): b"x"}, parents=[good], message="policy")
    assert (4, lost) in rules(team)


def test_an_editor_adds_no_word(team: Team) -> None:
    begin(team)
    word = approve(said(team, three(team, 3)), team.keys["omar"])
    team.save("omar", {approval_path(3, "omar"): word}, message="policy")
    assert (4, "omar (editor) may not write approvals/3/omar.sig") in rules(team)


def test_words_of_both_sides_come_through_a_merge(team: Team) -> None:
    begin(team)
    base, new = team.tip, three(team, 3, omar=None)
    word = approve(said(team, new), team.keys["sami"])
    change(team, new, {"sami": word})
    left = team.tip
    right = team.save("sami", {"cases/main/01/01" + "0" * 18 + ".age": sealed("a")}, parents=[base])
    added = {"cases/main/01/01" + "0" * 18 + ".age": sealed("a")}
    team.save("nour", dict(added), parents=[left, right], message="merge")
    assert rules(team) == []
    taken = {"policy.yaml": dump(new), approval_path(3, "sami"): word}
    team.save("nour", dict(taken), parents=[right, left], message="merge")
    assert rules(team) == []


def test_a_new_policy_over_two_needs_the_words_of_both(team: Team) -> None:
    begin(team)
    base = team.tip
    ours, theirs = three(team, 3, omar=None), replace(three(team, 3), name="Theirs")
    change(team, ours, {"sami": approve(said(team, ours, base), team.keys["sami"])})
    left = team.tip
    files: dict[str, File] = {
        "policy.yaml": dump(theirs),
        approval_path(3, "sami"): approve(said(team, theirs, base), team.keys["sami"]),
    }
    right = team.save("lina", files, parents=[base], message="policy")
    both = replace(three(team, 4, omar=None), name="Theirs")
    word = approve(said(team, both, left), team.keys["lina"])
    merged: dict[str, File] = {"policy.yaml": dump(both), approval_path(4, "lina"): word}
    team.save("nour", merged, parents=[left, right], message="merge")
    assert rules(team) == []
    team.save("nour", {"policy.yaml": dump(both)}, parents=[left, right], message="merge")
    assert [rule for rule, _ in rules(team)] == [3, 3]


def test_an_old_proposal_is_not_put_into_force_again(team: Team) -> None:
    begin(team)
    new = three(team, 3, omar=None)
    word = approve(said(team, new), team.keys["sami"])
    change(team, new, {"sami": word})
    other = three(team, 4)
    change(team, other, {"lina": approve(said(team, other), team.keys["lina"])})
    assert rules(team) == []
    again = replace(new, version=5)
    change(team, again, {"sami": word})
    assert {rule for rule, _ in rules(team)} == {3}


def test_who_approved_is_known_by_the_key(team: Team) -> None:
    text = statement("a" * 40, "b" * 40, digest(b"policy"))
    assert text == (
        b"dalil policy approval 1\nrepository " + b"a" * 40 + b"\nprevious " + b"b" * 40
        + b"\npolicy " + digest(b"policy").encode() + b"\n"
    )  # fmt: skip
    policy = three(team, 2)
    assert approver(policy, text, approve(text, team.keys["lina"])) == "lina"
    assert approver(policy, text, approve(text, team.keys["omar"])) is None
    assert approver(policy, text + b"x", approve(text, team.keys["lina"])) is None
