from __future__ import annotations

import stat
from pathlib import Path

import pytest

from store.checkout import verify_checkout
from store.errors import BadFormat, NotFound, Refused
from tests.store.office import Office
from tests.store.remote.remotes import entries


@pytest.fixture
def root(office: Office) -> str:
    return office.git("rev-list", "--max-parents=0", "main").strip()


def test_a_detached_checkout_is_verified_from_the_root_that_is_named(
    office: Office, root: str, tmp_path: Path
) -> None:
    build = office.clone(tmp_path / "build")
    build.git("checkout", "-q", "--detach")
    build.git("branch", "-q", "-D", "main")
    report = verify_checkout(str(build.folder), root)
    assert report.is_authentic
    assert (report.tip, report.commits) == (office.head(), 4)


def test_nothing_is_written(office: Office, root: str, tmp_path: Path) -> None:
    build = office.clone(tmp_path / "build")
    before = entries(build.folder)
    verify_checkout(str(build.folder), root)
    assert entries(build.folder) == before
    assert not (build.folder / ".git" / "dalil").exists()


def test_a_folder_that_cannot_be_written_is_verified(
    office: Office, root: str, tmp_path: Path
) -> None:
    build = office.clone(tmp_path / "build.git", "--bare")
    build.folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert verify_checkout(str(build.folder), root).is_authentic


def test_a_bad_commit_is_found(office: Office, root: str) -> None:
    bad = office.commit("lina", [("README.md", b"x")])
    report = verify_checkout(str(office.folder), root)
    assert [finding.commit for finding in report.failures] == [bad]


def test_a_piece_of_the_history_is_refused_with_what_to_do(
    office: Office, root: str, tmp_path: Path
) -> None:
    office.git("clone", "-q", "--depth=1", f"file://{office.folder}", str(tmp_path / "build"))
    with pytest.raises(Refused) as caught:
        verify_checkout(str(tmp_path / "build"), root)
    assert "fetch-depth" in caught.value.advice()


def test_only_a_root_commit_will_do(office: Office, root: str, tmp_path: Path) -> None:
    for name in ("", "main", "--all", root[:12], office.head()):
        with pytest.raises(BadFormat):
            verify_checkout(str(office.folder), name)
    assert not verify_checkout(str(office.folder), "0" * 40).is_authentic
    office.git("init", "-q", str(tmp_path / "empty"))
    with pytest.raises(NotFound):
        verify_checkout(str(tmp_path / "empty"), root)
