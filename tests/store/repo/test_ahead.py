"""Commits read ahead are what the repository holds, or they are left out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from store.repo.ahead import commits_ahead
from store.repo.objects import ObjectReader, object_id

HEADER = (
    b"author nour <nour@dalil.invalid> 1700000000 +0000\n"
    b"committer nour <nour@dalil.invalid> 1700000000 +0000\n"
)


@pytest.fixture
def git_dir(tmp_path: Path) -> str:
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "r"], check=True)
    return str(tmp_path / "r")


def put(git_dir: str, kind: str, data: bytes) -> str:
    line = [
        "git",
        f"--git-dir={git_dir}",
        "hash-object",
        "-w",
        "-t",
        kind,
        "--stdin",
        "--literally",
    ]
    return subprocess.run(line, input=data, capture_output=True, check=True).stdout.decode().strip()


def commit(git_dir: str, message: bytes, *parents: str, extra: bytes = b"") -> str:
    tree = put(git_dir, "tree", b"")
    up = b"".join(b"parent %b\n" % parent.encode() for parent in parents)
    raw = b"tree %b\n%b%b%b\n%b" % (tree.encode(), up, HEADER, extra, message)
    return put(git_dir, "commit", raw)


def test_the_newest_comes_first_and_what_is_left_out_is_left_out(git_dir: str) -> None:
    first = commit(git_dir, b"new case\n")
    second = commit(git_dir, b"edit case\n", first)
    third = commit(git_dir, b"edit case\n", second)

    assert [oid for oid, _ in commits_ahead(git_dir, third, [])] == [third, second, first]
    assert [oid for oid, _ in commits_ahead(git_dir, third, [first])] == [third, second]


@pytest.mark.parametrize(
    ("message", "extra"),
    [
        (b"edit case\n", b""),
        (b"edit case\n", b"gpgsig -----BEGIN\n AAAA\n -----END\n"),
        (b"one\n\ntwo\n    indented\n", b""),
        (b"", b""),
        (b"\n\nblank lines first\n", b""),
        (b"blank lines last\n\n\n", b""),
        (b"no newline", b""),
        (b"caf\xe9\n", b"encoding ISO-8859-1\n"),
        (b"a\0" + b"1" * 40 + b"\ntree x\n\n    y\0", b""),
        (b"a\0" + b"\nflush\ncontents HEAD\n" * 9 + b"\0", b""),
    ],
)
def test_each_commit_is_whole_or_left_out(git_dir: str, message: bytes, extra: bytes) -> None:
    oid = commit(git_dir, message, extra=extra)

    found = list(commits_ahead(git_dir, oid, []))

    assert len(found) <= 1
    assert all(object_id("commit", raw) == oid for oid, raw in found)
    assert found or not message.startswith(b"edit case")


def test_where_git_fails_there_is_nothing(git_dir: str) -> None:
    assert list(commits_ahead(git_dir, "0" * 40, [])) == []


def test_commits_read_ahead_and_other_objects_come_in_the_order_asked(git_dir: str) -> None:
    first = commit(git_dir, b"new case\n")
    tip = commit(git_dir, b"no newline", first)
    blob = put(git_dir, "blob", b"text")
    with ObjectReader(git_dir) as objects:
        plain = objects.read_many([blob, first, tip, first])

        assert objects.reachable(tip, []) == [first]
        assert objects.read_many([blob, first, tip, first]) == plain
        assert objects.read_many([blob, first, tip, first]) == plain
