"""Two lines, of which one took rights away, joined aside and hung onto a commit before both."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import time
import zlib

import pytest
from msgspec.structs import replace

from store.crypto.signer import FileSigner
from store.trust.policy import Member, Revoked, dump
from tests.store.trust.team import Team, case, entry, sealed
from tests.store.trust.test_parting import change, edit, join, refused, team

__all__ = ["team"]
ORDERS = pytest.mark.parametrize("is_turned", [False, True], ids=["as it is", "turned"])


def hang(team: Team, side: str, base: str, by: str = "sami") -> str:
    """Merge a side line into a main line that knows nothing of what is on it."""
    old = team.save(by, {entry(900): sealed("j")}, parents=[base], message="journal")
    return join(team, by, old, side, base)


@ORDERS
def test_who_was_removed_is_not_let_in_by_a_merge_aside(team: Team, *, is_turned: bool) -> None:
    base = team.tip
    removal = change(team, base, 3, omar=Member(left=3))
    late = edit(team, "omar", base, 1)
    ends = (late, removal) if is_turned else (removal, late)
    side = join(team, "sami", *ends, base)
    hang(team, side, base)
    assert refused(team, base) == [(side if is_turned else late, 2)]


def test_the_keys_of_a_removed_admin_are_of_no_use_to_a_reviewer(team: Team) -> None:
    base = team.tip
    removal = change(team, base, 3, adam=Member(left=3))
    files = {case(1, "witness"): sealed("forged"), "README.md": b"adam's\n"}
    late = team.save("adam", files, parents=[base])
    hang(team, join(team, "lina", removal, late, base), base, by="lina")
    assert refused(team, base) == [(late, 2)]


def test_a_merge_aside_that_is_itself_brought_in_aside(team: Team) -> None:
    base = team.tip
    removal = change(team, base, 3, omar=Member(left=3))
    late = edit(team, "omar", base, 1)
    unaware = join(team, "sami", edit(team, "sami", base, 2), late, base)
    hang(team, join(team, "sami", removal, unaware, base), base)
    assert refused(team, base) == [(late, 2)]


def test_work_that_stands_on_the_main_line_of_the_side_already(team: Team) -> None:
    """The merge that brings the removal brings the removed member's commit along, too."""
    base = team.tip
    removal = change(team, base, 3, omar=Member(left=3))
    late = edit(team, "omar", base, 1)
    after = edit(team, "sami", late, 2)
    both = join(team, "sami", removal, late, base)
    join(team, "sami", after, both, late)
    assert refused(team, base) == [(late, 2)]


def test_who_was_demoted_is_not_let_in_aside(team: Team) -> None:
    base = team.tip
    raised = change(team, base, 3, lina=team.member("lina", "editor", "main"))
    lowered = change(team, raised, 4)
    late = edit(team, "lina", raised, 1)
    hang(team, join(team, "sami", lowered, late, raised), base)
    assert refused(team, base) == [(late, 4)]


def test_a_revoked_key_is_not_let_in_aside(team: Team) -> None:
    base = team.tip
    usual = team.policy(3, adam=team.member("adam", "admin", "main"))
    omar = replace(usual.members["omar"], sign=(FileSigner.new().public,))
    gone = Revoked(team.keys["omar"].public, base)
    text = dump(replace(usual, members={**usual.members, "omar": omar}, revoked=(gone,)))
    removal = team.save("nour", {"policy.yaml": text}, parents=[base], message="policy")
    late = edit(team, "omar", base, 1)
    hang(team, join(team, "sami", removal, late, base), base)
    assert refused(team, base) == [(late, 2)]


def test_what_an_honest_merge_let_in_counts_aside_too(team: Team) -> None:
    """Omar lost one compartment, and wrote in the other one: an editor may join that."""
    two = team.member("omar", "editor", "main", "witness")
    base = change(team, team.tip, 3, omar=two)
    lost = change(team, base, 4)
    work = edit(team, "omar", base, 1)
    side = join(team, "sami", lost, work, base)
    assert refused(team, base, lost) == []
    hang(team, side, base)
    assert refused(team, base, side) == []


def test_what_an_admin_took_in_counts_aside_too(team: Team) -> None:
    base = team.tip
    late = edit(team, "omar", base, 1)
    removal = change(team, base, 3, omar=Member(left=3))
    side = join(team, "nour", late, removal, base)
    hang(team, side, base)
    assert refused(team, base, late, side) == []
    assert [f.commit for f in team.verify().findings if f.rule == 2] == [side]


@ORDERS
def test_a_part_added_on_an_old_commit_to_a_foreign_case(team: Team, *, is_turned: bool) -> None:
    base = team.tip
    case_of_nour = edit(team, "nour", base, 7, "witness")
    beside = edit(team, "omar", base, 7)
    ends = (beside, case_of_nour) if is_turned else (case_of_nour, beside)
    merge = join(team, "omar", *ends, base)
    assert refused(team, base, *ends) == [(merge, 4)]
    hang(team, merge, base)
    assert refused(team, base) == [(merge, 4)]


def test_a_version_beside_a_foreign_case_that_was_added_on_an_old_commit(team: Team) -> None:
    base = team.tip
    case_of_nour = edit(team, "nour", base, 7, "witness")
    path = case(7, sibling="~0badcafe")
    beside = team.save("omar", {path: sealed("omar's")}, parents=[base])
    merge = join(team, "omar", case_of_nour, beside, base)
    assert refused(team, base, case_of_nour) == [(merge, 4)]


def test_who_may_write_both_parts_may_put_them_beside_each_other(team: Team) -> None:
    base = team.tip
    one = edit(team, "nour", base, 7, "witness")
    other = edit(team, "omar", base, 7)
    join(team, "nour", one, other, base)
    assert refused(team, base, one) == []


def test_a_case_that_was_moved_on_one_side_and_edited_on_the_other(team: Team) -> None:
    """Both homes stay (decision 37), and whoever comes first may merge so."""
    base = edit(team, "sami", team.tip, 7)
    moved = team.save("nour", {case(7): None, case(7, "witness"): sealed("moved")}, parents=[base])
    edited = edit(team, "omar", base, 7)
    files = {case(7): team.files[edited][case(7)][1]}
    team.save("sami", files, parents=[moved, edited], message="merge")
    assert refused(team, base, moved) == []


def test_merges_by_strangers_cost_no_walk(team: Team) -> None:
    """Each would ask where two long lines parted: 4,000 of them took 10 seconds, 8,000 took 40."""
    tree = team.tree(team.files[team.tip])
    made: list[bytes] = []

    def commit(*parents: str) -> str:
        above = "".join(f"parent {parent}\n" for parent in parents)
        who = f"a <a@x> {1_700_001_000 + len(made)} +0000"
        made.append(f"tree {tree}\n{above}author {who}\ncommitter {who}\n\nm\n".encode())
        return hashlib.sha1(b"commit %d\0%b" % (len(made[-1]), made[-1])).hexdigest()  # noqa: S324

    left, right = [team.tip], [team.tip]
    for _ in range(1000):
        left.append(commit(left[-1]))
        right.append(commit(right[-1]))
    tip = team.tip
    for one, other in zip(left[:0:-1], right[1:], strict=True):
        tip = commit(tip, commit(one, other))
    line = ["git", "-C", str(team.git_dir), "index-pack", "--stdin"]
    subprocess.run(line, input=packed(made), check=True, capture_output=True)
    begun = time.process_time()
    assert not team.verify(tip).is_authentic
    assert time.process_time() - begun < 4


def packed(commits: list[bytes]) -> bytes:
    """Write commits as a pack."""
    pack = bytearray(b"PACK" + struct.pack(">II", 2, len(commits)))
    for raw in commits:
        size = len(raw)
        pack += bytes([0x90 | (size & 15) if size > 15 else 0x10 | size])
        size >>= 4
        while size:
            pack += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
            size >>= 7
        pack += zlib.compress(raw, 1)
    return bytes(pack) + hashlib.sha1(pack).digest()  # noqa: S324
