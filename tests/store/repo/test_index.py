"""The index is changed in process as git would have changed it, or left to git."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from store.repo import index, mirror
from store.repo.index import Replaced, patch
from store.repo.mirror import settle
from store.repo.objects import ObjectReader
from store.repo.run import git
from store.trust.paths import case_path
from tests.store.office import FIRST, SECOND, Office


@pytest.fixture
def by_git(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the git commands that bring the index in step."""
    said: list[str] = []

    def noted(git_dir: str, *arguments: str, **more: Any) -> bytes:
        said.append(arguments[0])
        return git(git_dir, *arguments, **more)

    monkeypatch.setattr(mirror, "git", noted)
    return said


def edit(
    office: Office, case_id: str = FIRST, content: bytes = b"age-encryption.org/v1\n-> X25519 x"
) -> None:
    office.commit("nour", [(case_path("main", case_id), content)])
    with ObjectReader(office.git_dir) as objects:
        assert settle(office.git_dir, objects, office.head()) == 1


def is_in_step(office: Office) -> bool:
    tree = office.git("rev-parse", "HEAD^{tree}")
    return office.is_clean() and office.git("write-tree") == tree and not office.git("fsck")


def test_another_content_needs_no_git_and_git_finds_nothing_wrong(
    office: Office, by_git: list[str]
) -> None:
    for content in (b"age-encryption.org/v1\n-> X25519 x", b"age-encryption.org/v1\n-> X25519 yy"):
        edit(office, FIRST, content)
        edit(office, SECOND, content)
        assert is_in_step(office)
    assert by_git == []


def test_what_is_staged_by_hand_stays(office: Office, by_git: list[str]) -> None:
    (office.folder / "cases/main/notes").write_text("mine")
    office.git("add", "cases/main/notes")
    edit(office)
    assert office.git("status", "--porcelain") == "A  cases/main/notes\n"
    assert by_git == []
    office.git("write-tree")  # now git knows the ids of folders that no commit has
    edit(office, SECOND)
    assert office.git("status", "--porcelain") == "A  cases/main/notes\n"
    assert by_git == ["update-index"]
    office.git("rm", "-q", "--force", "cases/main/notes")
    assert office.is_clean()


@pytest.mark.parametrize(
    "line",
    [
        ("update-index", "--index-version", "4"),
        ("update-index", "--split-index"),
        ("update-index", "--assume-unchanged", case_path("main", FIRST)),
        ("-c", "index.threads=2", "update-index", "--force-write-index"),
        ("-c", "core.untrackedCache=true", "status"),
        ("rm", "-q", "--cached", case_path("main", FIRST)),
    ],
)
def test_an_index_of_another_form_is_brought_in_step_too(
    office: Office, line: tuple[str, ...]
) -> None:
    office.git(*line)
    edit(office)
    office.git("update-index", "--no-assume-unchanged", case_path("main", FIRST))
    assert is_in_step(office)


def test_a_file_that_comes_or_goes_is_a_matter_for_git(office: Office, by_git: list[str]) -> None:
    new = case_path("main", "d" * 20)
    edit(office, "d" * 20)
    office.commit("nour", [(new, None)], "remove case")
    with ObjectReader(office.git_dir) as objects:
        settle(office.git_dir, objects, office.head())
    assert by_git == ["update-index", "update-index"]
    assert is_in_step(office)


def test_the_index_keeps_its_permissions(office: Office) -> None:
    place = Path(office.git_dir, "index")
    place.chmod(0o640)
    edit(office)
    assert place.stat().st_mode & 0o777 == 0o640


def test_bytes_that_are_no_index_are_left_alone(office: Office) -> None:
    path = case_path("main", FIRST)
    old = office.git("rev-parse", f"HEAD:{path}").strip()
    file = Replaced(path, old, "1" * 40)
    raw = Path(office.git_dir, "index").read_bytes()
    assert patch(raw, [file], []) is not None
    assert patch(raw, [file._replace(old="2" * 40)], []) is None
    assert patch(raw, [file._replace(path="cases/none")], []) is None
    assert patch(raw, [file._replace(path="x" * 5000)], []) is None
    for other in (b"", b"DIRC", raw[:-1], raw[:200], raw[1:], b"X" + raw[1:]):
        assert patch(other, [file], []) is None


def test_many_files_at_once_are_a_matter_for_git(office: Office) -> None:
    changes = [(str(number), "1" * 40) for number in range(17)]
    with ObjectReader(office.git_dir) as objects:
        assert index.replacements(objects, "", "", changes) is None
