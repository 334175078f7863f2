from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.trust.paths import (
    RepoPath,
    case_path,
    is_compartment,
    is_folder,
    journal_path,
    key_path,
    parse_path,
)

ID = "0123456789abcdef0123"


def test_each_kind_of_path_is_taken_apart() -> None:
    assert parse_path("README.md") == RepoPath("readme")
    assert parse_path("policy.yaml") == RepoPath("policy")
    assert parse_path("model.yaml") == RepoPath("model")
    assert parse_path("keys/main/12.age") == RepoPath("key", "main", epoch=12)
    assert parse_path(f"cases/main/01/{ID}.age") == RepoPath("case", "main", ID)
    sibling = parse_path(f"cases/main/01/{ID}~89abcdef.age")
    assert sibling == RepoPath("case", "main", ID, sibling="89abcdef")
    assert parse_path(f"journal/w-1/01/{ID}/a-1.age") == RepoPath("journal", "w-1", ID, entry="a-1")
    approval = parse_path("approvals/12/nour_2.sig")
    assert approval == RepoPath("approval", entry="nour_2", version=12)
    assert parse_path("timestamps/a1.tsr") == RepoPath("timestamp", entry="a1.tsr")


@pytest.mark.parametrize(
    "path",
    [
        "readme.md",
        "README.md/x",
        ".gitattributes",
        "cases",
        f"cases/main/02/{ID}.age",
        f"cases/Main/01/{ID}.age",
        f"cases/main/01/{ID.upper()}.age",
        f"cases/main/01/{ID}",
        f"cases/main/01/{ID}.age\n",
        f"cases/main/01/{ID}~1.age",
        f"cases//01/{ID}.age",
        f"cases/../01/{ID}.age",
        "keys/main/0.age",
        "keys/main/01.age",
        "keys/main/+1.age",
        "keys/main/٣.age",
        f"journal/main/01/{ID}/A.age",
        f"journal/main/01/{ID}/-a.age",
        "timestamps/a.sh",
        "approvals/0/nour.sig",
        "approvals/01/nour.sig",
        "approvals/1/Nour.sig",
        "approvals/1/nour.age",
        "approvals/nour.sig",
        "",
        "/",
    ],
)
def test_other_paths_are_unknown(path: str) -> None:
    assert parse_path(path) is None


@given(
    compartment=st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True),
    name=st.from_regex(r"[0-9a-f]{20}", fullmatch=True),
    epoch=st.integers(1, 999_999),
)
def test_paths_that_are_made_are_understood_with_all_their_folders(
    compartment: str, name: str, epoch: int
) -> None:
    assert parse_path(case_path(compartment, name)) == RepoPath("case", compartment, name)
    with_sibling = case_path(compartment, name, "0a0b0c0d")
    assert parse_path(with_sibling) == RepoPath("case", compartment, name, sibling="0a0b0c0d")
    assert parse_path(key_path(compartment, epoch)) == RepoPath("key", compartment, epoch=epoch)
    path = journal_path(compartment, name, "e-1")
    assert parse_path(path) == RepoPath("journal", compartment, name, entry="e-1")
    for made in (path, with_sibling, key_path(compartment, epoch)):
        folder = made
        while "/" in folder:
            folder = folder.rpartition("/")[0]
            assert is_folder(folder)
            assert parse_path(folder) is None


@given(st.text())
def test_no_text_makes_the_grammar_fail(text: str) -> None:
    assert parse_path(text) is None or not is_folder(text)


def test_folders_outside_the_grammar_are_unknown() -> None:
    for folder in ("", "Cases", "cases/main/0", f"cases/main/01/{ID}", f"journal/main/02/{ID}"):
        assert not is_folder(folder)


def test_compartments_have_short_lower_case_names() -> None:
    assert is_compartment("witness-2")
    for name in ("", "Main", "2main", "-a", "a_b", "a" * 33, "a\n"):
        assert not is_compartment(name)
