"""Trees are spliced as git would, and differences found without reading what is the same."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import BadFormat
from store.repo.objects import ObjectReader
from store.repo.trees import differences, find, list_files, parse_tree, splice
from store.repo.write import write_objects
from tests.store.office import write_blobs

names = st.sampled_from(["a", "b", "a.b", "ab", "a-", "a0", "b.age"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)


def is_sound(files: dict[str, bytes]) -> bool:
    """Is no file also a folder?"""
    folders = {path.rsplit("/", n)[0] for path in files for n in range(1, path.count("/") + 1)}
    return not folders & files.keys()


@pytest.fixture(scope="module")
def git_dir() -> str:
    folder = tempfile.mkdtemp()
    subprocess.run(["git", "init", "--quiet", "--bare", folder], check=True)
    return folder


def write(
    objects: ObjectReader, git_dir: str, tree: str | None, changes: list[tuple[str, str | None]]
) -> str | None:
    oid, trees = splice(objects, tree, changes)
    write_objects(git_dir, [(o, "tree", raw) for o, raw in trees])
    return oid


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(
    st.dictionaries(paths, st.binary(max_size=3), min_size=1, max_size=6).filter(is_sound),
    st.dictionaries(paths, st.binary(max_size=3), min_size=1, max_size=6).filter(is_sound),
)
def test_splicing_makes_the_trees_that_git_makes(
    git_dir: str, old: dict[str, bytes], new: dict[str, bytes]
) -> None:
    contents = [*old.values(), *new.values()]
    blobs = dict(zip(contents, write_blobs(git_dir, contents), strict=True))
    with ObjectReader(git_dir) as objects:
        first = write(objects, git_dir, None, [(p, blobs[c]) for p, c in old.items()])
        second = write(objects, git_dir, None, [(p, blobs[c]) for p, c in new.items()])
        assert first is not None
        assert second is not None
        assert first == by_git(git_dir, {p: blobs[c] for p, c in old.items()})
        assert dict(list_files(objects, first)) == {p: blobs[c] for p, c in old.items()}
        changes = list(differences(objects, first, second))
        expected = {p: blobs[c] for p, c in new.items() if old.get(p) != c}
        expected_all = expected | {p: None for p in old if p not in new}
        assert dict(changes) == expected_all
        gone = [(p, None) for p in old if p not in new]
        kept = write(objects, git_dir, first, [*gone])
        again = write(objects, git_dir, kept, [(p, blobs[c]) for p, c in new.items()])
        assert again == second
        assert write(objects, git_dir, first, [(p, None) for p in old]) is None
        for path, content in old.items():
            assert find(objects, first, path) == blobs[content]
        assert find(objects, first, "none/such") is None


def by_git(git_dir: str, files: dict[str, str]) -> str:
    index = Path(git_dir, "test-index")
    index.unlink(missing_ok=True)
    lines = "".join(f"100644 {oid}\t{path}\n" for path, oid in files.items())
    git = ["git", f"--git-dir={git_dir}"]
    env = {"GIT_INDEX_FILE": str(index), "PATH": "/usr/bin:/bin"}
    subprocess.run(
        [*git, "update-index", "--index-info"], input=lines.encode(), env=env, check=True
    )
    done = subprocess.run([*git, "write-tree"], env=env, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@given(st.binary(min_size=1, max_size=60))
def test_bytes_that_are_no_tree_are_refused(raw: bytes) -> None:
    try:
        entries = parse_tree(raw)
    except BadFormat:
        return
    assert sum(len(e.mode) + len(e.name) + 22 for e in entries.values()) == len(raw)
