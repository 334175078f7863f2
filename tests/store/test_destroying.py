"""What panic destroys: overwritten, taken away, and nothing besides."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.crypto import identity
from store.destroying import destroy


@pytest.fixture
def home(tmp_path: Path) -> Path:
    identity.create(tmp_path / "home", passphrase=None, comment="")
    (tmp_path / "home" / "settings.yaml").write_text("panic: destroy\n")
    return tmp_path / "home"


@pytest.fixture
def git_dir(tmp_path: Path) -> Path:
    """A repository's folder with what Dalil keeps in it, and what is not only its own."""
    folder = tmp_path / "repository" / ".git"
    kept = ("objects/ab/evidence", "lock")
    gone = ("pin.yaml", "remotes.yaml", ".pin.yaml.0011.tmp", "index/a.age", "drafts/b/c.age")
    for name in (*kept, *gone):
        path = folder / "dalil" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"what it holds" * 1000)
    return folder


def test_keys_index_drafts_and_pin_are_gone_and_the_rest_stays(home: Path, git_dir: Path) -> None:
    (home / ".age_identity.0011.tmp").write_bytes(b"cut off")
    assert destroy(home, str(git_dir)) == []
    assert [path.name for path in home.iterdir()] == ["settings.yaml"]
    left = {str(p.relative_to(git_dir)) for p in git_dir.rglob("*") if p.is_file()}
    assert left == {"dalil/objects/ab/evidence", "dalil/lock"}
    assert identity.state(home) == "none"
    assert destroy(home, str(git_dir)) == []


def test_what_a_file_held_is_overwritten_before_it_is_taken_away(home: Path, git_dir: Path) -> None:
    paths = [home / "age_identity", home / "signing_key", git_dir / "dalil" / "index" / "a.age"]
    before = [path.read_bytes() for path in paths]
    opened = [os.open(path, os.O_RDONLY) for path in paths]  # as who looks at the disk itself
    destroy(home, str(git_dir))
    for descriptor, old in zip(opened, before, strict=True):
        now = os.pread(descriptor, 1 << 20, 0)
        assert len(now) == len(old)
        assert old[:16] not in now
        assert sum(a == b for a, b in zip(now, old, strict=True)) < len(old) / 4
        os.close(descriptor)


def test_a_read_only_file_and_a_link_are_taken_away_and_what_it_leads_to_is_not(
    home: Path, git_dir: Path, tmp_path: Path
) -> None:
    (home / "age_identity").chmod(0o400)
    other = tmp_path / "other"
    other.write_text("of somebody else")
    (git_dir / "dalil" / "index" / "link").symlink_to(other)
    assert destroy(home, str(git_dir)) == []
    assert other.read_text() == "of somebody else"
    assert not (git_dir / "dalil" / "index" / "link").is_symlink()


def test_it_goes_on_after_a_fault_and_says_what_is_left(
    home: Path, git_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stubborn = str(home / "age_identity")
    unlink = os.unlink

    def refuse(path: str) -> None:
        if path == stubborn:
            raise PermissionError(1, "no")
        unlink(path)

    monkeypatch.setattr(os, "unlink", refuse)
    assert destroy(home, str(git_dir)) == [stubborn]
    assert not (home / "signing_key").exists()
    assert b"AGE-SECRET-KEY" not in (home / "age_identity").read_bytes()


def test_without_a_repository_or_keys_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert destroy(tmp_path / "nowhere", None) == []
    assert destroy(tmp_path / "nowhere", str(tmp_path)) == []
