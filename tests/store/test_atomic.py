"""A file is replaced as a whole, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.atomic import write_file
from store.errors import Unwritable


def test_a_file_is_made_with_exactly_the_mode_asked_for(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        write_file(tmp_path / "a", b"text", 0o644)
        write_file(tmp_path / "b", b"text")
    finally:
        os.umask(old)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600


def test_an_old_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old, and longer than the new")
    path.chmod(0o644)
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["a"]


def test_a_name_without_a_folder_is_written_in_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_file("a", b"")
    assert (tmp_path / "a").read_bytes() == b""


def test_a_symbolic_link_is_replaced_and_its_target_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write_file(tmp_path / "link", b"new")
    assert (tmp_path / "target").read_bytes() == b"old"
    assert not (tmp_path / "link").is_symlink()


def test_a_missing_folder_is_reported_with_the_path(tmp_path: Path) -> None:
    with pytest.raises(Unwritable, match=r"no/a: No such file"):
        write_file(tmp_path / "no" / "a", b"text")


def test_a_folder_in_the_way_is_reported_and_no_piece_is_left(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(Unwritable, match="Is a directory"):
        write_file(tmp_path / "a", b"text")
    assert os.listdir(tmp_path) == ["a"]


def test_a_full_disk_leaves_the_old_file_and_no_piece(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    # A limit on the size of a file stands for the full disk: both make write() fail.
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"
        "from store.atomic import write_file; write_file(sys.argv[1], bytes(5000))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a")], capture_output=True, check=False
    )
    assert b"Unwritable: cannot write" in run.stderr
    assert b"File too large" in run.stderr
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_what_a_killed_process_left_is_taken_away_when_nobody_can_be_writing_it(
    tmp_path: Path,
) -> None:
    names = (".a.old.tmp", ".a.fresh.tmp", ".b.old.tmp", ".a.old")
    for name in names:
        (tmp_path / name).write_bytes(b"half")
        if "old" in name:
            os.utime(tmp_path / name, (1, 1))
    write_file(tmp_path / "a", b"whole")
    assert sorted(os.listdir(tmp_path)) == sorted({"a", *names} - {".a.old.tmp"})
