"""Index and work tree follow main, whatever stood in their way."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from store.repo.marker import is_behind
from store.repo.mirror import settle
from store.repo.objects import ObjectReader
from store.trust.paths import case_path
from tests.store.office import FIRST, SECOND, Office


def bring_in_step(office: Office) -> int:
    with ObjectReader(office.git_dir) as objects:
        return settle(office.git_dir, objects, office.head())


def test_only_what_differs_is_written(office: Office) -> None:
    office.commit("nour", [(case_path("main", FIRST), b"age-encryption.org/v1\n-> X25519 x")])
    untouched = office.folder / case_path("main", SECOND)
    before = untouched.stat().st_mtime_ns
    assert is_behind(office.git_dir, office.head())
    assert bring_in_step(office) == 1
    assert not is_behind(office.git_dir, office.head())
    assert bring_in_step(office) == 0
    assert untouched.stat().st_mtime_ns == before
    assert office.is_clean()


def test_a_file_that_is_gone_is_taken_away_with_its_empty_folders(office: Office) -> None:
    office.commit("nour", [(case_path("main", FIRST), None)], "remove case")
    assert bring_in_step(office) == 1
    assert not (office.folder / "cases/main/aa").exists()
    assert (office.folder / "cases/main/bb").exists()
    assert office.is_clean()


@pytest.mark.parametrize("marker", [None, b"", b"garbage", b"\xff", b"0" * 40, b"a" * 100])
@pytest.mark.parametrize("index", ["whole", "gone", b"", b"garbage" * 20])
def test_from_any_state_it_is_made_anew(
    office: Office, marker: bytes | None, index: str | bytes
) -> None:
    place = Path(office.git_dir, "dalil", "mirror")
    place.unlink() if marker is None else place.write_bytes(marker)
    if index == "gone":
        os.unlink(os.path.join(office.git_dir, "index"))
    elif isinstance(index, bytes):
        Path(office.git_dir, "index").write_bytes(index)
    office.commit("nour", [(case_path("main", FIRST), None)], "remove case")
    bring_in_step(office)
    if index == "whole":
        assert office.is_clean()
    assert office.git("diff", "--name-status", "HEAD") == ""


def test_work_done_by_hand_on_other_files_stays(office: Office) -> None:
    (office.folder / "notes").write_text("mine")
    shutil.rmtree(office.folder / "keys")
    office.commit("nour", [(case_path("main", FIRST), None)], "remove case")
    bring_in_step(office)
    assert (office.folder / "notes").read_text() == "mine"
    assert office.git("status", "--porcelain").split() == [
        "D", "keys/main/1.age", "D", "keys/witness/1.age", "??", "notes"
    ]  # fmt: skip


def test_a_bare_repository_has_no_mirror(office: Office, tmp_path: Path) -> None:
    bare = office.clone(tmp_path / "bare", "--bare")
    before = sorted(os.listdir(bare.folder))
    assert bring_in_step(bare) == 0
    assert sorted(os.listdir(bare.folder)) == before


@pytest.mark.parametrize("marker", ["known", "unknown"])
@pytest.mark.parametrize("begun", ["index", "mirror"])
def test_what_was_begun_for_a_tip_that_main_has_left_is_undone(
    office: Office, monkeypatch: pytest.MonkeyPatch, begun: str, marker: str
) -> None:
    """Killed while a file came in, and the next commit takes it away again."""
    path, other = case_path("main", "e" * 20), case_path("main", FIRST)
    before = (office.folder / other).read_bytes()
    office.commit("nour", [(path, b"age-encryption.org/v1\n-> X25519 x"), (other, b"age")])
    if marker == "unknown":
        Path(office.git_dir, "dalil", "mirror").unlink()
    real = os.replace if begun == "mirror" else os.rename

    def dies(old: str, new: str) -> None:
        if os.path.basename(new) == begun and Path(office.folder, path).exists():
            raise KeyboardInterrupt
        real(old, new)

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(os, real.__name__, dies)
        bring_in_step(office)
    assert Path(office.folder, path).exists()
    office.commit("nour", [(path, None), (other, before)])
    bring_in_step(office)
    assert office.is_clean()
