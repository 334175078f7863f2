"""Objects are read in order, each hashed again, and one that is amiss hides no other."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from store.errors import BadFormat, StoreError
from store.repo.objects import MAIN, ObjectReader, object_id
from store.repo.write import write_objects
from tests.store.office import Office, loose, write_blobs


@pytest.fixture
def git_dir(office: Office) -> str:
    return office.git_dir


def test_what_is_written_is_read_in_the_order_asked(git_dir: str, office: Office) -> None:
    contents = [b"", b"a", b"\0\n" * 100, bytes(200_000), b"a"]
    oids = write_blobs(git_dir, contents)
    with ObjectReader(git_dir) as objects:
        assert objects.read_many(oids) == [("blob", content) for content in contents]
        assert objects.read_many([]) == []
        assert objects.read(oids[1]) == ("blob", b"a")
        assert objects.resolve(MAIN) == office.head()
        assert objects.resolve("refs/heads/none") is None
        many = write_blobs(git_dir, [b"%d" % n for n in range(2500)])
        assert [data for _, data in objects.read_many(many)] == [b"%d" % n for n in range(2500)]


@pytest.mark.parametrize("kind", ["commit", "tree", "blob"])
def test_an_id_is_gits_own(office: Office, kind: str) -> None:
    oid = office.git(
        "rev-parse", {"commit": "HEAD", "tree": "HEAD:", "blob": "HEAD:README.md"}[kind]
    )
    with ObjectReader(office.git_dir) as objects:
        found, data = objects.read(oid.strip())
    assert found == kind
    assert object_id(kind, data) == oid.strip()


@pytest.mark.parametrize("position", [0, 3, 9])
def test_a_missing_object_is_named_and_the_reader_goes_on(git_dir: str, position: int) -> None:
    oids = write_blobs(git_dir, [b"%d" % n for n in range(9)])
    asked = [*oids[:position], "f" * 40, *oids[position:]]
    with ObjectReader(git_dir) as objects:
        with pytest.raises(BadFormat, match=r"f{40} is missing"):
            objects.read_many(asked)
        assert objects.read_many(oids) == [("blob", b"%d" % n) for n in range(9)]


def test_an_altered_object_is_refused_and_the_reader_goes_on(git_dir: str) -> None:
    good, bad, other = write_blobs(git_dir, [b"good", b"bad", b"other"])
    loose(git_dir, bad).write_bytes(loose(git_dir, other).read_bytes())
    with ObjectReader(git_dir) as objects:
        with pytest.raises(BadFormat):
            objects.read_many([good, bad, other])
        assert objects.read_many([good, other]) == [("blob", b"good"), ("blob", b"other")]


def test_a_name_that_is_no_id_is_refused(git_dir: str) -> None:
    with ObjectReader(git_dir) as objects:
        for name in ("HEAD", MAIN, "", "a\nb", f"x\ncontents {MAIN}", "f" * 39):
            with pytest.raises(StoreError):
                objects.read(name)
            assert objects.resolve(MAIN)


def test_a_reader_whose_git_was_killed_says_so_and_starts_anew(
    git_dir: str, office: Office
) -> None:
    with ObjectReader(git_dir) as objects:
        head = office.head()
        objects.read(head)
        assert objects._process is not None
        objects._process.kill()
        objects._process.stdout.read()
        with pytest.raises(StoreError):
            objects.resolve(MAIN)
        assert objects.resolve(MAIN) == head


def test_what_another_process_writes_is_seen(git_dir: str) -> None:
    with ObjectReader(git_dir) as objects:
        objects.resolve(MAIN)
        for contents in ([b"loose"], [b"pack %d" % n for n in range(200)]):
            oids = write_blobs(git_dir, contents)
            assert [data for _, data in objects.read_many(oids)] == contents


def test_what_cannot_be_written_is_one_line(git_dir: str) -> None:
    ids = ((content, object_id("blob", content)) for content in map(bytes, range(999)))
    content, oid = next(one for one in ids if not Path(git_dir, "objects", one[1][:2]).exists())
    Path(git_dir, "objects", oid[:2]).write_text("in the way")
    with pytest.raises(StoreError) as caught:
        write_objects(git_dir, [(oid, "blob", content)])
    assert "\n" not in str(caught.value)


def test_no_process_outlives_its_reader(git_dir: str) -> None:
    with ObjectReader(git_dir) as objects:
        objects.resolve(MAIN)
        process = objects._process
    assert process is not None
    with pytest.raises(ChildProcessError):
        os.waitpid(process.id, os.WNOHANG)
    assert threading.active_count() == 1
