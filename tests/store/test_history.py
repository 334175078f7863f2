"""The audit log: who signed what, when and why, and what each commit did."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from store.crypto.sshsig import sign
from store.errors import NotFound
from store.history import (
    case_changes,
    case_entries,
    case_history,
    case_notes,
    changes,
    place_of,
    policy_change,
    repository_history,
)
from store.repo import commit as commits
from store.repo.objects import ObjectReader, object_id
from store.repo.write import write_objects
from store.trust.paths import case_path
from tests.store.office import FIRST, HIDDEN, MARKER, SECOND, Office


def test_every_commit_is_listed_with_its_signer_and_paths(office: Office) -> None:
    office.edit("sami", "new title")
    with office.open() as vault:
        entries = repository_history(vault)
        assert [entry.message for entry in entries] == ["edit case", *["new case"] * 3, "policy"]
        assert [entry.signer for entry in entries] == ["sami", *["nour"] * 4]
        assert {entry.signature for entry in entries} == {"verified"}
        assert entries[0].commit == vault.tip
        assert entries[0].author == "sami"
        assert entries[0].paths == (case_path("main", FIRST),)
        assert entries[1].paths == (case_path("witness", HIDDEN),)
        assert set(entries[-1].paths) == {
            "README.md", "policy.yaml", "keys/main/1.age", "keys/witness/1.age"
        }  # fmt: skip
        time.strptime(entries[0].at, "%Y-%m-%dT%H:%M:%SZ")


def test_a_window_of_the_history_is_what_the_whole_has_there(office: Office) -> None:
    for number in range(4):
        office.edit("sami", f"title {number}")
    with office.open() as vault:
        whole = repository_history(vault)
        assert len(whole) == 8
        for start in (0, 1, 5, 7, 8, 100):
            for count in (0, 1, 3, 100):
                part = repository_history(vault, start=start, count=count)
                assert part == whole[start : start + count]
        assert [place_of(vault, entry.commit) for entry in whole] == list(range(8))
        assert place_of(vault, "0" * 40) is None


def test_the_history_of_a_case_tells_each_version_and_its_reason(office: Office) -> None:
    with office.open("sami") as vault:
        with vault.edit(FIRST, why="He was released") as case:
            case.set("overview.status", "building")
            case.add("people", {"id": "p2", "capacities": ["witness"]})
        with vault.edit(SECOND, why="another case") as case:
            case.set("overview.title", "x")
        versions = case_history(vault, FIRST)
        assert [(v.by, v.signer, v.signature, v.why) for v in versions] == [
            ("sami", "sami", "verified", "He was released"),
            ("nour", "nour", "verified", "taken in"),
        ]
        listed = changes(vault, FIRST, versions[0].commit)
        assert [(c.path, c.old, c.new, c.kind) for c in listed] == [
            ("overview.status", "intake", "building", "set"),
            ("people.p2", None, {"id": "p2", "capacities": ["witness"]}, "added"),
        ]
        first = changes(vault, FIRST, versions[1].commit)
        assert ("overview.title", None, f"{MARKER} 1", "set") in first
        with pytest.raises(NotFound):
            case_history(vault, "f" * 20)
        with pytest.raises(NotFound):
            case_entries(vault, "../policy")
        assert case_entries(vault, FIRST)[0].paths == (case_path("main", FIRST),)


def test_a_case_that_was_taken_away_has_a_history_still(office: Office) -> None:
    office.commit("nour", [(case_path("main", FIRST), None)], "remove case")
    with office.open() as vault:
        [removed, made] = case_history(vault, FIRST)
        assert removed.why == ""
        assert made.why == "taken in"
        [note] = case_notes(vault, removed.commit, [case_path("main", FIRST)])
        assert note.state == "removed"
        assert all(change.new is None for change in changes(vault, FIRST, removed.commit))


def test_sealed_and_damaged_versions_are_listed_and_say_so(office: Office) -> None:
    office.commit(
        "sami", [(case_path("main", FIRST), b"age-encryption.org/v1\n-> X25519 nonsense")]
    )
    office.edit("nour", "hidden", HIDDEN)
    with office.open("lina") as vault:
        entries = repository_history(vault)
        assert len(entries) == 6
        [sealed] = case_changes(vault, entries[0])
        assert (sealed.state, sealed.changes) == ("sealed", ())
        [damaged] = case_changes(vault, entries[1])
        assert (damaged.state, damaged.changes) == ("damaged", ())
        assert [note.state for note in case_notes(vault, entries[0].commit, entries[0].paths)] == [
            "sealed"
        ]
        assert [v.why for v in case_history(vault, HIDDEN)] == ["", ""]
        assert [v.why for v in case_history(vault, FIRST)] == ["", "taken in"]
    with office.open(None) as vault:
        assert [v.signer for v in case_history(vault, HIDDEN)] == ["nour", "nour"]


def test_an_author_is_a_claim_and_the_signer_is_not(office: Office) -> None:
    path = case_path("main", SECOND)
    with office.open() as vault:
        content = vault.objects.read(vault.places(FIRST, vault.tip)["main"])[1]
    office.commit("nour", [(path, content)], signed_by="sami")
    with office.open() as vault:
        entry = repository_history(vault, count=1)[0]
        assert (entry.author, entry.signer, entry.signature) == ("nour", "sami", "verified")


def test_commits_after_the_verified_ones_are_shown_as_such(office: Office) -> None:
    office.commit("nour", [("policy.yaml", b"nonsense")], "policy")
    office.git("commit", "--quiet", "--allow-empty", "-m", "by hand \x1b[31m\x01")
    office.commit("sami", [(case_path("main", FIRST), None)], signed_by="stranger")
    with office.open() as vault:
        assert vault.trust.state == "broken"
        signatures = [(e.signature, e.signer) for e in repository_history(vault)]
        assert signatures == [
            ("bad", None), ("bad", None), ("unverified", "nour"), *[("verified", "nour")] * 4
        ]  # fmt: skip


def test_a_merge_is_told_against_its_first_parent(office: Office, tmp_path: Path) -> None:
    fork = office.copy(tmp_path / "fork")
    theirs = fork.edit("sami", "theirs", SECOND)
    ours = office.edit("nour", "ours", FIRST)
    office.git("fetch", "--quiet", str(fork.folder), "main")
    tree = office.git("merge-tree", "--write-tree", ours, theirs).strip()
    raw = commits.build(tree, (ours, theirs), "nour", int(time.time()), "merge")
    signed = commits.insert_signature(raw, sign(raw, office.keys("nour").signer))
    merge = object_id("commit", signed)
    write_objects(office.git_dir, [(merge, "commit", signed)])
    office.git("update-ref", "refs/heads/main", merge)
    with office.open() as vault:
        assert vault.trust.state == "authentic"
        assert vault.get(SECOND).title == "theirs"
        [entry, *others] = repository_history(vault)
        assert entry.message == "merge"
        assert entry.paths == (case_path("main", SECOND),)
        assert {other.commit for other in others} >= {ours, theirs}
        [change] = case_changes(vault, entry)
        assert [(c.path, c.new) for c in change.changes] == [("overview.title", "theirs")]
    assert office.is_clean()


def test_a_change_of_the_policy_gives_both_policies(office: Office) -> None:
    from store.trust.policy import Member, dump

    with office.open() as vault:
        policy = vault.policy
        members = policy.members | {"lina": Member(left=2)}
    office.commit(
        "nour", [("policy.yaml", dump(type(policy)(policy.name, 2, members, policy.compartments)))],
        "policy",
    )  # fmt: skip
    with office.open() as vault:
        [entry, other, *_, first] = repository_history(vault)
        pair = policy_change(vault, entry)
        assert pair is not None
        assert (pair[0] and pair[0].version, pair[1].version) == (1, 2)
        assert policy_change(vault, other) is None
        founding = policy_change(vault, first)
        assert founding is not None
        assert founding[0] is None
    with office.open("lina") as vault:
        assert vault.handle is None
        assert [e.signer for e in repository_history(vault)] == ["nour"] * 5


def test_strange_names_in_a_commit_by_hand_confuse_no_list(office: Office) -> None:
    for name in ("line\nfeed", "tab\there", ":100644 x", "\x01abc", "quote\"'", "قضية"):
        (office.folder / name).write_text("x")
    office.git("add", "--all")
    office.git("commit", "--quiet", "-m", "strange")
    with office.open() as vault:
        entries = repository_history(vault)
        assert len(entries) == 5
        assert len(entries[0].paths) == 6
        assert case_changes(vault, entries[0]) == []


def test_a_lost_object_in_the_middle_is_one_clear_line(office: Office) -> None:
    from store.errors import StoreError

    office.edit("sami", "x")
    parent = office.git("rev-parse", "HEAD~2").strip()
    (Path(office.git_dir) / "objects" / parent[:2] / parent[2:]).unlink()
    with office.open() as vault:
        assert vault.get(FIRST).title == "x"
        with pytest.raises(StoreError) as caught:
            repository_history(vault)
        assert "\n" not in str(caught.value)
        assert "missing" in str(caught.value) or "read" in str(caught.value)
    with ObjectReader(office.git_dir) as objects, pytest.raises(StoreError, match="missing"):
        objects.read(parent)
