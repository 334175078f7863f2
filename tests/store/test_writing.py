"""One signed commit on top of another: everything is on the disk before main moves."""

# ruff: noqa: PT012
# What a signer does in the block is what is tested.

from __future__ import annotations

from pathlib import Path

import pytest

from store.crypto import sshsig
from store.errors import Moved, StoreError
from store.repo.objects import ObjectReader
from store.trust.commits import Commit, parse
from store.writing import Author, make_commit
from tests.store.office import Office

PATH = "cases/main/dd/" + "d" * 20 + ".age"


def test_a_commit_adds_changes_and_takes_away_and_is_signed(office: Office) -> None:
    author = Author("sami", office.keys("sami").signer, 1_800_000_000)
    with ObjectReader(office.git_dir) as objects:
        parent = office.head()
        gone = office.git("ls-tree", "-r", "--name-only", "HEAD", "cases").split()[0]
        changes = [(PATH, b"new"), ("README.md", b"read"), (gone, None)]
        commit = make_commit(office.git_dir, objects, parent, changes, "edit case", author)
        raw = objects.read(commit)[1]
    assert office.head() == commit
    said = office.git("show", "--name-status", "--format=%an|%ae|%at|%cn|%s|%P", "--no-renames")
    head, _, rest = said.partition("\n\n")
    assert head == f"sami|sami@dalil.invalid|1800000000|sami|edit case|{parent}"
    assert sorted(rest.split("\n")[:3]) == [f"A\t{PATH}", f"D\t{gone}", "M\tREADME.md"] or sorted(
        rest.split()
    ) == sorted(["M", "README.md", "D", gone, "A", PATH])
    parsed = parse(raw)
    assert isinstance(parsed, Commit)
    assert sshsig.verify(parsed.signature, parsed.payload) == author.signer.public


def test_a_commit_on_an_old_parent_is_refused(office: Office) -> None:
    author = Author("sami", office.keys("sami").signer, 1_800_000_000)
    before, parent = office.head(), office.git("rev-parse", "HEAD~1").strip()
    with ObjectReader(office.git_dir) as objects, pytest.raises(Moved):
        make_commit(office.git_dir, objects, parent, [(PATH, b"new")], "edit case", author)
    assert office.head() == before


def test_a_signer_that_fails_leaves_main_where_it_is(office: Office) -> None:
    class Broken:
        public = office.keys("sami").signer.public

        def sign_blob(self, _data: bytes) -> bytes:
            raise StoreError("the agent does not answer")

    before = office.head()
    with ObjectReader(office.git_dir) as objects, pytest.raises(StoreError, match="agent"):
        author = Author("sami", Broken(), 1)
        make_commit(office.git_dir, objects, before, [(PATH, b"new")], "edit case", author)
    assert office.head() == before
    assert not list(Path(office.git_dir).rglob("main.lock"))
