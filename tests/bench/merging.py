"""Merge a hundred cases that both sides have changed: beside opening and sealing just those."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from store.committing import commit_parts
from store.crypto import identity
from store.merging import merge_tip
from store.model.case import Case
from store.part import open_part, seal_part
from store.repo.objects import object_id
from store.repo.pack import write_pack
from store.repo.write import write_objects
from store.trust.paths import case_path
from store.vault import Vault
from store.writing import Author, build_commit
from tests.bench.measure import Figure, in_turn, seconds
from tests.bench.repositories import Made, Shelf
from tests.bench.scale import Scale

__all__ = ["merge"]

_COUNT = 100
_LIMIT = 2.0


class _Lines:
    """An open repository in which, each time, two lines change the same cases and are merged."""

    def __init__(self, made: Made, folder: str) -> None:
        shutil.copytree(Path(made.repository) / ".git", Path(folder) / ".git")
        self.vault = Vault.open(folder, identity.unlock(made.home))
        self.vault.settles_later = True  # the mirror takes as long as there are files to write
        ids = [row.id for row in self.vault.summaries()]
        self._ids = ids[:: max(1, len(ids) // _COUNT)][:_COUNT]
        self._turns = count(1)
        self.blobs: list[str] = []

    def merge(self) -> float:
        """Change all of them on both sides, and time the merge."""
        turn, base = next(self._turns), self.vault.tip
        theirs = self._line("lead", turn)
        edited = self._edited("status_note", turn)
        parts = [(case.id, "main", case.data) for case in edited]
        ours = commit_parts(self.vault, self.vault.author, parts, "ours", "edit 100 cases")
        self.blobs = [
            self.vault.places(case_id, commit)["main"]
            for commit in (base, theirs, ours)
            for case_id in self._ids
        ]
        taken = seconds(lambda: merge_tip(self.vault, theirs))
        assert self.vault.tip not in (ours, theirs)
        return taken

    def bare(self) -> float:
        """Time what cannot be left out: three versions decrypted and parsed, one encrypted."""
        return seconds(self._bare)

    def _bare(self) -> None:
        keys, recipient = self.vault.keys_of("main"), self.vault.recipient("main")
        cases = [
            Case.parse(open_part(data, keys), case_id=self._ids[n % _COUNT], compartment="main")
            for n, (_, data) in enumerate(self.vault.objects.read_many(self.blobs))
        ]
        for case in cases[-_COUNT:]:
            seal_part(case, recipient)

    def _edited(self, field: str, turn: int) -> list[Case]:
        cases = [self.vault.get(case_id) for case_id in self._ids]
        for case in cases:
            case.data.setdefault("overview", {})[field] = f"turn {turn}"
        return cases

    def _line(self, field: str, turn: int) -> str:
        """Make a commit beside main."""
        vault, recipient = self.vault, self.vault.recipient("main")
        contents = [seal_part(case, recipient) for case in self._edited(field, turn)]
        write_pack(vault.git_dir, contents)
        entries = [
            (case_path("main", case_id), object_id("blob", content))
            for case_id, content in zip(self._ids, contents, strict=True)
        ]
        author = Author(vault.handle or "", vault.author.signer, int(vault.clock()))
        built = build_commit(vault.objects, (vault.tip,), entries, "edit 100 cases", author)
        write_objects(vault.git_dir, built)
        return built[-1][0]


def merge(shelf: Shelf, scale: Scale) -> Iterator[Figure]:
    """Merge in a small repository and in the usual one: only what changed may matter."""
    found = []
    for cases in (scale.cases // 10, scale.cases):
        with TemporaryDirectory() as folder:
            lines = _Lines(shelf.cases(cases), folder)
            ours, bare = in_turn(scale.rounds_of(5), lines.merge, lines.bare)
            lines.vault.close()
        found.append(ours)
        yield Figure(
            f"merge {_COUNT} cases of {cases:,} changed on both sides",
            f"{ours * 1000:.0f} ms",
            f"decrypt, parse, encrypt: {bare * 1000:.0f} ms",
            ours / bare,
            _LIMIT,
        )
    yield Figure(
        "merge: ten times the cases",
        f"{found[1] * 1000:.0f} ms",
        f"{found[0] * 1000:.0f} ms",
        found[1] / found[0],
        1.5,
    )
