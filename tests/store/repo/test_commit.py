"""A commit is built as git builds it, and taken apart strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadFormat
from store.repo.commit import Commit, build, insert_signature, parse, tree_of
from tests.store.office import Office

TREE, PARENT = "a" * 40, "b" * 40
handles = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)


@given(
    st.lists(st.from_regex(r"[0-9a-f]{40}", fullmatch=True), max_size=3).map(tuple),
    handles,
    st.integers(0, 10**11),
    st.sampled_from(["edit case", "import 40 cases", "policy"]),
)
def test_what_is_built_is_read_back(
    parents: tuple[str, ...], handle: str, time: int, message: str
) -> None:
    raw = build(TREE, parents, handle, time, message)
    assert parse(raw) == Commit(TREE, parents, handle, handle, time, message)
    assert parse(insert_signature(raw, b"-----BEGIN\nAB\nCD\n-----END\n")) == parse(raw)
    assert tree_of(raw) == TREE


def test_git_reads_it_the_same(office: Office) -> None:
    raw = office.git("cat-file", "commit", "HEAD").encode()
    said = (
        office.git("log", "-1", "--format=%T%x00%P%x00%an%x00%cn%x00%ct%x00%s").strip().split("\0")
    )
    commit = parse(raw)
    assert said == [
        commit.tree, " ".join(commit.parents), commit.author, commit.committer, str(commit.time),
        commit.message,
    ]  # fmt: skip


@given(st.binary(max_size=200))
def test_anything_else_is_refused(raw: bytes) -> None:
    with pytest.raises(BadFormat):
        parse(raw)


@pytest.mark.parametrize("raw", [b"", b"tree ", b"tree " + b"a" * 41, b"tree " + b"g" * 40 + b"\n"])
def test_what_begins_with_no_tree_is_no_commit(raw: bytes) -> None:
    with pytest.raises(BadFormat):
        tree_of(raw)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"tree a", b"tree g"),
        (b"tree ", b"tee "),
        (b"parent b", b"parent B"),
        (b"committer nour <", b"committer nour "),
        (b" +0000", b" +00"),
        (b"17", b"-17"),
        (b"17", b"9" * 13),
    ],
)
def test_a_damaged_head_is_refused(old: bytes, new: bytes) -> None:
    raw = build(TREE, (PARENT,), "nour", 17, "edit case")
    with pytest.raises(BadFormat):
        parse(raw.replace(old, new))


def test_a_signature_that_looks_like_a_header_is_none() -> None:
    raw = insert_signature(build(TREE, (PARENT,), "nour", 17, "x"), b"x\nparent " + b"c" * 40)
    assert parse(raw).parents == (PARENT,)
