"""What was once verified is never given up, and nothing unverified is ever read or built on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.errors import BadFormat, BadSignature, Cancelled, StoreError
from store.repo.create import git_dir_of
from store.repo.verified import VERIFIED
from store.trust import pin as pins
from store.trust.paths import case_path
from store.vault import Vault
from tests.store.office import FIRST, SECOND, Office


def pin_of(office: Office) -> pins.Pin | None:
    return pins.read(os.path.join(office.git_dir, "dalil", "pin.yaml"))


def test_a_founder_trusts_what_he_founded(office: Office) -> None:
    with office.open() as vault:
        trust = vault.trust
        assert trust.state == "authentic"
        assert trust.commits == 4 == office.count()
        assert trust.root == office.git("rev-list", "--max-parents=0", "main").strip()
        assert trust.tip == office.head()


def test_a_fresh_clone_is_unpinned_until_the_right_root_is_confirmed(
    office: Office, tmp_path: Path
) -> None:
    clone = office.clone(tmp_path / "clone")
    another = Office(tmp_path / "another", office.homes).found()
    with office.open() as vault:
        root = vault.trust.root
    with clone.open("lina") as vault:
        assert vault.trust.state == "unpinned"
        assert vault.trust.root == root
        assert vault.get(FIRST).id == FIRST
        assert vault.verify().is_authentic
        assert vault.trust.state == "unpinned"
        assert pin_of(clone) is None
        with pytest.raises(BadFormat, match="not where this history begins"):
            vault.verify(root=office.head())
        for wrong in (another, "0" * 40):
            report = vault.verify(root=wrong)
            assert not report.is_authentic
            assert report.findings
            assert vault.trust.state == "unpinned"
            assert vault.get(FIRST).id == FIRST
            assert pin_of(clone) is None
        assert vault.verify(root=root).is_authentic
        assert vault.trust.state == "authentic"
    pin = pin_of(clone)
    assert pin is not None
    assert (pin.root, pin.tip, pin.commits) == (root, office.head(), 4)
    with clone.open("sami") as vault, vault.edit(FIRST, why="from the clone") as case:
        case.set("overview.title", "another")
    assert clone.is_clean()


@pytest.mark.parametrize("root", ["HEAD", "main", "abc", "", "a" * 39 + "\n", "A" * 40, "--all"])
def test_a_root_that_is_no_commit_id_is_refused(office: Office, root: str) -> None:
    with office.open() as vault, pytest.raises(BadFormat):
        vault.verify(root=root)


def test_a_wrong_root_changes_nothing_where_one_is_pinned(office: Office) -> None:
    pin = pin_of(office)
    with office.open() as vault:
        assert not vault.verify(root="0" * 40).is_authentic
        assert vault.trust.state == "authentic"
    assert pin_of(office) == pin


def test_a_history_that_was_rolled_back_is_refused(office: Office) -> None:
    last = office.edit("sami", "the last")
    with office.open() as before:
        office.git("reset", "--quiet", "--hard", "HEAD~2")
        assert before.refresh()
        for vault in (before, office.open()):
            assert vault.trust.state == "broken"
            assert vault.tip == last
            assert vault.get(FIRST).title == "the last"
            assert len(vault.summaries()) == 3
            for _ in range(2):
                report = vault.verify()
                assert not report.is_authentic
                assert report.failures
                assert vault.trust.state == "broken"
                assert vault.get(FIRST).title == "the last"
            with pytest.raises(BadSignature), vault.edit(FIRST, why="x") as case:
                case.set("overview.title", "more")
        vault.close()
    pin = pin_of(office)
    assert pin is not None
    assert pin.tip == last


def test_a_rollback_of_what_was_saved_and_not_yet_settled_is_refused(office: Office) -> None:
    before = office.head()
    with office.open("sami") as vault:
        vault.settles_later = True
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "the last")
        office.git("update-ref", "refs/heads/main", before)
        for _ in range(2):
            vault.refresh()
            assert vault.trust.state == "broken"
            assert vault.get(FIRST).title == "the last"
            assert not vault.verify().is_authentic


def test_a_history_that_was_put_right_is_trusted_again(office: Office) -> None:
    last = office.edit("sami", "the last")
    with office.open() as vault:
        office.git("update-ref", "refs/heads/main", "HEAD~1")
        assert vault.refresh()
        assert vault.trust.state == "broken"
        office.git("update-ref", "refs/heads/main", last)
        assert vault.refresh()
        assert vault.trust.state == "authentic"
        assert not vault.trust.findings
        with vault.edit(FIRST, why="x") as case:
            case.set("overview.title", "more")
        assert vault.last_save is not None


def test_a_fork_is_refused(office: Office, tmp_path: Path) -> None:
    fork = office.copy(tmp_path / "fork")
    theirs = fork.edit("sami", "theirs")
    ours = office.edit("nour", "ours")
    office.git("fetch", "--quiet", str(fork.folder), "main")
    office.git("update-ref", "refs/heads/main", theirs)
    with office.open() as vault:
        assert vault.trust.state == "broken"
        assert vault.tip == ours
        assert vault.get(FIRST).title == "ours"
        assert vault.verify().failures


def test_a_commit_without_a_signature_is_never_read(office: Office) -> None:
    good = office.head()
    (office.folder / "cases/main/aa" / f"{FIRST}.age").unlink()
    office.git("commit", "--quiet", "--all", "-m", "edit case")
    with office.open() as vault:
        assert vault.trust.state == "broken"
        assert vault.tip == good
        assert vault.get(FIRST).id == FIRST
        assert len(vault.summaries()) == 3
        [finding] = vault.verify().failures
        assert finding.commit == office.head()
        assert finding.rule == 1


def test_a_merge_by_stock_git_is_refused(office: Office, tmp_path: Path) -> None:
    fork = office.copy(tmp_path / "fork")
    fork.edit("sami", "theirs", SECOND)
    ours = office.edit("nour", "ours")
    office.git("pull", "--quiet", "--no-rebase", "--no-edit", str(fork.folder), "main")
    with office.open() as vault:
        assert vault.trust.state == "broken"
        assert vault.tip == ours
        assert vault.verify().failures


def test_a_commit_by_another_members_name_or_a_stranger_is_refused(office: Office) -> None:
    good = office.head()
    file = case_path("main", "d" * 20), b"age-encryption.org/v1\n-> X25519 x"
    office.commit("nour", [file], signed_by="stranger")
    with office.open() as vault:
        assert vault.trust.state == "broken"
        assert vault.tip == good


def test_a_plaintext_where_a_ciphertext_belongs_is_refused(office: Office) -> None:
    good = office.head()
    office.commit("sami", [(f"cases/main/aa/{FIRST}.age", b"dalil: 1\n")])
    with office.open() as vault:
        assert vault.trust.state == "broken"
        assert vault.tip == good
        assert vault.get(FIRST).id == FIRST


def test_a_verification_can_be_stopped_and_leaves_the_trust_as_it_was(office: Office) -> None:
    with office.open() as vault:
        trust = vault.trust
        with pytest.raises(Cancelled):
            vault.verify(is_cancelled=lambda: True)
        assert vault.trust == trust
        seen: list[tuple[int, int]] = []
        vault.verify(lambda done, total: seen.append((done, total)))
        assert seen[-1] == (4, 4)


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"\xff\xfe\0", b"root: x\n" * 1000])
def test_a_damaged_pin_is_one_clear_line_and_can_be_set_anew(
    office: Office, garbage: bytes
) -> None:
    with office.open() as vault:
        root = vault.trust.root
    Path(office.git_dir, "dalil", "pin.yaml").write_bytes(garbage)
    with pytest.raises(BadFormat, match="pin") as caught:
        office.open()
    assert "--pin" in caught.value.advice()
    with Vault(git_dir_of(str(office.folder)), None) as vault:
        with pytest.raises(BadFormat):
            vault.verify()
        assert vault.verify(root=root).is_authentic
    with office.open() as vault:
        assert vault.trust.state == "authentic"


def test_a_pin_that_is_a_folder_is_one_clear_line(office: Office) -> None:
    path = Path(office.git_dir, "dalil", "pin.yaml")
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreError, match="pin"):
        office.open()


def test_a_repository_that_is_not_ours_is_told_by_a_verification_too(tmp_path: Path) -> None:
    office = Office(tmp_path / "plain", {})
    office.folder.mkdir()
    office.git("init", "--quiet", "-b", "main")
    with Vault(office.git_dir, None) as vault, pytest.raises(BadFormat, match="not one of Dalil"):
        vault.verify()
    (office.folder / "a").write_text("a")
    office.git("add", "a")
    office.git("commit", "--quiet", "-m", "a")
    with Vault(office.git_dir, None) as vault, pytest.raises(BadFormat, match="not one of Dalil"):
        vault.verify()


def test_confirming_the_pinned_root_again_does_not_accept_a_rollback(office: Office) -> None:
    last = office.edit("sami", "the last")
    pin = pin_of(office)
    assert pin is not None
    office.git("reset", "--quiet", "--hard", "HEAD~2")
    with office.open() as vault:
        report = vault.verify(root=pin.root)
        assert not report.is_authentic
        assert report.failures
        assert vault.trust.state == "broken"
        assert vault.tip == last
    assert pin_of(office) == pin


def test_a_damaged_pin_is_put_right_by_confirming_the_root(office: Office) -> None:
    good = pin_of(office)
    assert good is not None
    with office.open() as vault:
        Path(vault.pin_path).write_bytes(b"garbage")
        assert vault.verify(root=good.root).is_authentic
    pin = pin_of(office)
    assert pin is not None
    assert (pin.root, pin.tip, pin.commits) == (good.root, office.head(), 4)


@pytest.mark.parametrize("how", ["fork", "rollback"])
def test_gc_does_not_take_what_was_verified(office: Office, how: str) -> None:
    before = office.head()
    last = office.edit("sami", "the last")
    office.git("update-ref", "refs/heads/main", before)
    if how == "fork":
        office.git("commit", "--quiet", "--allow-empty", "-m", "edit case")
    office.git("reflog", "expire", "--expire=all", "--expire-unreachable=all", "--all")
    office.git("gc", "--quiet", "--prune=now")
    with office.open() as vault:
        assert vault.trust.state == "broken"
        assert vault.tip == last
        assert vault.get(FIRST).title == "the last"


def test_the_ref_of_the_last_verified_commit_moves_with_it(office: Office) -> None:
    ref = Path(office.git_dir, VERIFIED)
    last = office.edit("sami", "the last")
    assert ref.read_text() == f"{last}\n"
    written = ref.stat().st_ino
    with office.open() as vault:
        vault.verify()
        vault.settle()
    assert ref.stat().st_ino == written
    assert not list(Path(office.git_dir, "dalil").glob("verified*"))
