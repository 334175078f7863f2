"""A pack written in process, as git reads it."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from store.errors import Unwritable
from store.repo import pack as packs
from store.repo.objects import ObjectReader, object_id
from store.repo.pack import PackWriter, append, entry_of


@pytest.fixture
def git_dir(tmp_path: Path) -> str:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "r.git")], check=True)
    return str(tmp_path / "r.git")


def files(git_dir: str) -> list[str]:
    return sorted(os.listdir(os.path.join(git_dir, "objects", "pack")))


def check(git_dir: str) -> None:
    """Let git verify packs and objects."""
    for name in files(git_dir):
        if name.endswith(".idx"):
            place = os.path.join(git_dir, "objects", "pack", name)
            subprocess.run(["git", "verify-pack", place], check=True)
    subprocess.run(["git", f"--git-dir={git_dir}", "fsck", "--strict"], check=True)


SIZES = (0, 1, 15, 16, 2047, 2048, 65_535, 65_536, 131_070, 131_071, 400_000)


def test_git_reads_objects_of_every_size(git_dir: str) -> None:
    contents = [os.urandom(size) for size in SIZES]
    with PackWriter(git_dir) as pack:
        pack.add([entry_of("blob", content) for content in contents])
        pack.finish()
    check(git_dir)
    with ObjectReader(git_dir) as objects:
        found = objects.read_many([object_id("blob", content) for content in contents])
    assert found == [("blob", content) for content in contents]
    assert [name.rpartition(".")[2] for name in files(git_dir)] == ["idx", "pack"]


def test_an_object_that_is_added_twice_stands_once(git_dir: str) -> None:
    with PackWriter(git_dir) as pack:
        pack.add([entry_of("blob", b"one"), entry_of("blob", b"one")])
        pack.add([entry_of("blob", b"one"), entry_of("tree", b"")])
        pack.finish()
    check(git_dir)
    [index] = [name for name in files(git_dir) if name.endswith(".idx")]
    place = os.path.join(git_dir, "objects", "pack", index)
    shown = subprocess.run(
        ["git", "show-index"], input=Path(place).read_bytes(), check=True, capture_output=True
    )
    assert len(shown.stdout.splitlines()) == 2


def test_others_may_write_into_it_at_places_of_their_own(git_dir: str) -> None:
    first = [entry_of("blob", os.urandom(100)) for _ in range(5)]
    second = [entry_of("blob", os.urandom(3000)) for _ in range(5)]
    with PackWriter(git_dir) as pack:
        start = pack.end
        middle = start + sum(len(entry.data) for entry in first)
        end = middle + sum(len(entry.data) for entry in second)
        with open(pack.path, "r+b") as file:
            pack.take(append(file.fileno(), second, middle), end)
            pack.take(append(file.fileno(), first, start), middle)
        pack.add([entry_of("blob", b"last")])
        pack.finish()
    check(git_dir)


def test_nothing_is_left_of_a_pack_that_was_not_finished(git_dir: str) -> None:
    with suppress(ZeroDivisionError), PackWriter(git_dir) as pack:
        pack.add([entry_of("blob", b"one")])
        raise ZeroDivisionError
    assert files(git_dir) == []


def test_what_a_killed_one_left_is_taken_away(git_dir: str) -> None:
    folder = Path(git_dir, "objects", "pack")
    for name in ("tmp_dalil_0123", "tmp_dalil_0123.idx", "tmp_pack_of_git"):
        (folder / name).write_bytes(b"cut sho")
    with PackWriter(git_dir) as pack:
        pack.add([entry_of("blob", b"one")])
    assert files(git_dir) == ["tmp_pack_of_git"]


def test_a_disk_that_takes_nothing_is_told(git_dir: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with PackWriter(git_dir) as pack:
        pack.add([entry_of("blob", b"one")])
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(Unwritable, match="No space left"):
            pack.finish()
    assert files(git_dir) == []


def test_offsets_beyond_two_gibibytes_have_a_table_of_their_own(git_dir: str) -> None:
    far = entry_of("blob", b"far away")
    with PackWriter(git_dir) as pack:
        near = entry_of("blob", b"near")
        pack.add([near])
        pack.take([packs.Placed(far.oid, far.crc, 2**31 + 5)], 2**31 + 100)
        index = os.path.join(git_dir, "far.idx")
        Path(index).write_bytes(pack._index(bytes(20)))
    with open(index, "rb") as file:
        done = subprocess.run(
            ["git", "show-index"], stdin=file, capture_output=True, text=True, check=True
        )
    offsets = {line.split()[1]: int(line.split()[0]) for line in done.stdout.splitlines()}
    assert offsets == {near.oid: 12, far.oid: 2**31 + 5}
