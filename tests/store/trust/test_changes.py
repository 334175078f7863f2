"""What a commit changed is the same, whether it is found the short way or the long one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from store.repo.objects import object_id
from store.trust import changes
from store.trust.changes import TOP, Changes, Comparison, compare
from store.trust.reading import Reader
from store.trust.tree_cache import TreeCache

PATHS = [
    "README.md",
    "policy.yaml",
    "readme.md",
    "journal/main/ab/" + "ab" * 10 + "/a1.age",
    "timestamps/a.tsr",
    "notes/plain.txt",
    *(f"cases/main/{n:02x}/{n:02x}{m:018x}.age" for n in range(4) for m in range(2)),
    "cases/main/00/" + "00" * 10 + "~0a0b0c0d.age",
    "cases/witness/ab/" + "ab" * 10 + ".age",
]
MODES = ["100644"] * 9 + ["100755", "120000"]
FILES = st.dictionaries(
    st.sampled_from(PATHS), st.tuples(st.sampled_from(MODES), st.integers(0, 3))
)
Files = dict[str, tuple[str, int]]


class Memory:
    """Trees in memory."""

    def __init__(self) -> None:
        self.trees: dict[str, bytes] = {}

    def read_many(self, oids: Sequence[str]) -> list[tuple[str, bytes]]:
        return [("tree", self.trees[oid]) for oid in oids]

    def put(self, files: Files) -> bytes:
        below: dict[str, Files] = {}
        entries: list[tuple[str, bytes]] = []
        for path, (mode, content) in files.items():
            top, _, rest = path.partition("/")
            if rest:
                below.setdefault(top, {})[rest] = (mode, content)
            else:
                entries.append((top, f"{mode} {top}\0".encode() + bytes([content]) * 20))
        for top, inner in below.items():
            entries.append((f"{top}/", f"40000 {top}\0".encode() + self.put(inner)))
        raw = b"".join(entry for _, entry in sorted(entries))
        oid = object_id("tree", raw)
        self.trees[oid] = raw
        return bytes.fromhex(oid)


def found(memory: Memory, roots: Sequence[bytes]) -> list[tuple[object, ...]]:
    """Compare each root with the one before; give all that was found, in a fixed order."""
    trees = TreeCache(Reader(memory))
    everything: list[tuple[object, ...]] = []
    for old, new in pairwise(roots):
        one = Changes()
        compare(trees, [Comparison(one, TOP, new, (old,))])
        notes = sorted((note.message, note.values["path"]) for note in one.notes)
        everything.append((sorted(one.files), sorted(one.lost), notes))
    return everything


@settings(max_examples=200, deadline=None)
@given(FILES, st.lists(st.tuples(FILES, st.sampled_from(PATHS)), max_size=4))
def test_the_short_way_finds_what_the_long_way_finds(
    start: Files, edits: list[tuple[Files, str]]
) -> None:
    memory, files = Memory(), start
    roots = [memory.put(files)]
    for change, gone in edits:
        files = {**files, **dict(list(change.items())[:2])}
        if len(change) > 2:
            files.pop(gone, None)
        roots.append(memory.put(files))

    short = found(memory, roots)
    with patch.object(changes, "_take_usual", return_value=False):
        assert found(memory, roots) == short
