"""Objects are written as git writes them: whole, and once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.errors import Unwritable
from store.repo import write
from store.repo.objects import object_id
from store.repo.write import write_objects
from tests.store.office import Office, write_blobs


def test_git_reads_what_was_written_loose_and_packed(office: Office) -> None:
    for contents in ([b"one", b"\0two"], [b"%d" % n for n in range(300)]):
        for oid, content in zip(write_blobs(office.git_dir, contents), contents, strict=True):
            assert oid == object_id("blob", content)
        assert office.git("cat-file", "-p", oid).encode() == content
    assert len(list(Path(office.git_dir).glob("objects/pack/*.pack"))) == 1
    assert not list(Path(office.git_dir).rglob("tmp_*"))
    assert "error" not in office.git("fsck", "--strict", check=False)


def test_an_object_that_is_there_is_not_written_again(office: Office) -> None:
    [oid] = write_blobs(office.git_dir, [b"one"])
    path = Path(office.git_dir, "objects", oid[:2], oid[2:])
    before = path.stat().st_ino
    write_objects(office.git_dir, [(oid, "blob", b"one")])
    assert path.stat().st_ino == before
    assert path.stat().st_mode & 0o777 == 0o444


def test_what_fails_half_way_leaves_no_piece(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_names: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", fails)
    with pytest.raises(Unwritable, match="No space left"):
        write_blobs(office.git_dir, [b"one"])
    assert not list(Path(office.git_dir).rglob("tmp_*"))


def test_what_a_killed_writer_left_is_taken_away_by_the_next(office: Office) -> None:
    objects = Path(office.git_dir, "objects")
    mine, others = objects / "tmp_dalil_0123456789ab", objects / "tmp_obj_of_git"
    mine.touch()
    others.touch()
    write_blobs(office.git_dir, [b"one"])
    assert not mine.exists()
    assert others.exists()


def test_a_folder_of_an_object_that_is_there_is_made_durable(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wrote it may have been killed before that."""
    [oid] = write_blobs(office.git_dir, [b"one"])
    synced: list[str] = []
    monkeypatch.setattr(write, "sync_folder", synced.append)
    write_objects(office.git_dir, [(oid, "blob", b"one")])
    assert str(Path(office.git_dir, "objects", oid[:2])) in synced
