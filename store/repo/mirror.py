"""Keep index and work tree in step with the main branch, after the fact.

The work tree is for people and stock tools; the program never reads it. A marker names the commit
that it shows. Whatever interrupts the bringing in step, the next one starts from the marker.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from store.errors import StoreError, Unwritable
from store.repo.commit import parse
from store.repo.index import patch, replacements
from store.repo.marker import MARKER, is_behind, read_marker
from store.repo.objects import ObjectReader
from store.repo.run import git
from store.repo.swap import link, put_in_place, remove_remains
from store.repo.trees import differences, list_files

__all__ = ["settle"]

_NO_BLOB = "0" * 40
_STRANGE = frozenset(("", ".", "..", ".git"))
"""No step of a path of ours; but a hostile index or marker could have led to one."""


def settle(git_dir: str, objects: ObjectReader, tip: str) -> int:
    """Bring index and work tree to `tip` and give the number of files that changed.

    A bare repository has neither: nothing to do. The caller holds the mirror's lock.

    Raises:
        Unwritable: the disk does not take it, or something strange stands in the work tree.
        StoreError: another program holds the index.
    """
    if not is_behind(git_dir, tip):
        return 0
    shown = read_marker(git_dir)
    mirror = _Mirror(git_dir, objects)
    try:
        count = mirror.update(shown, tip) if shown else None
        if count is None:
            count = mirror.make(tip)
        mirror.mark(tip)
    except OSError as error:
        raise Unwritable(
            "the work tree cannot be brought in step: {reason}",
            hint="the cases are safe; the next start tries again",
            reason=error.strerror or str(error.errno),
        ) from error
    return count


class _Mirror:
    """The work tree and index of one repository.

    Files are written here and not by git, which would ask the repository's own settings how.
    """

    def __init__(self, git_dir: str, objects: ObjectReader) -> None:
        self._git_dir = git_dir
        self._objects = objects
        self._work_tree = os.path.dirname(git_dir)
        self._index = os.path.join(git_dir, "index")
        self._next = os.path.join(git_dir, "dalil", "index.next")
        self._folders: set[str] = {self._work_tree}

    def mark(self, *commits: str) -> None:
        """Say of which commits something is shown from now on."""
        marker = "\n".join(dict.fromkeys(commits))
        self.write(os.path.join(self._git_dir, MARKER), marker.encode())

    def update(self, shown: Sequence[str], tip: str) -> int | None:
        """Change what differs between commits; None when that cannot be done from here."""
        self._begin_index()
        try:
            old, new = [self._tree(commit) for commit in shown], self._tree(tip)
            found = {path: b for each in old for path, b in differences(self._objects, each, new)}
            changes = list(found.items())
            if len(old) > 1 or not self._patch_index(old[0], new, changes):
                self._change_index(changes)
        except Unwritable:
            raise
        except (StoreError, FileNotFoundError):
            return None  # a commit shown is gone, or the index is gone or damaged
        self.mark(*shown, tip)
        self._write_files(changes)
        self._end_index()
        return len(changes)

    def make(self, tip: str) -> int:
        """Write everything anew; what the old index names and `tip` does not have is taken away.

        At any time the index names every file that is ours: the next one finds them by it.
        """
        files = dict(list_files(self._objects, self._tree(tip)))
        gone = [(path, None) for path in self._listed() if path not in files]
        self._write_files(gone)
        self._begin_index()
        self._git("read-tree", "--end-of-options", tip)
        self._end_index()
        self._write_files(list(files.items()))
        return len(gone) + len(files)

    def write(self, path: str, content: bytes) -> None:
        """Replace a file. No fsync: what is lost is made again from objects, which are durable."""
        temporary = os.path.join(self._git_dir, "dalil", "mirror.next")
        with open(temporary, "wb") as file:
            file.write(content)
        os.replace(temporary, path)

    def _write_files(self, changes: Sequence[tuple[str, str | None]]) -> None:
        for path, blob in changes:
            if not _STRANGE.isdisjoint(path.split("/")):
                continue
            file = os.path.join(self._work_tree, path)
            if blob is not None:
                self._make_folder(os.path.dirname(file))
                self.write(file, self._objects.read(blob)[1])
            elif self._is_inside(os.path.dirname(file)):
                self._remove(file)

    def _make_folder(self, folder: str) -> None:
        """Make a folder of the work tree; a link there would lead out of it."""
        if folder in self._folders:
            return
        self._make_folder(os.path.dirname(folder))
        if os.path.islink(folder):
            os.unlink(folder)
        os.makedirs(folder, exist_ok=True)
        self._folders.add(folder)

    def _is_inside(self, folder: str) -> bool:
        while folder != self._work_tree:
            if os.path.islink(folder):
                return False
            folder = os.path.dirname(folder)
        return True

    def _remove(self, file: str) -> None:
        with suppress(FileNotFoundError):
            os.unlink(file)
        folder = os.path.dirname(file)
        while folder != self._work_tree and os.path.isdir(folder) and not os.listdir(folder):
            os.rmdir(folder)
            self._folders.discard(folder)
            folder = os.path.dirname(folder)

    def _tree(self, commit: str) -> str:
        return parse(self._objects.read(commit)[1]).tree

    def _patch_index(self, old: str, new: str, changes: Sequence[tuple[str, str | None]]) -> bool:
        """Write the next index without git, where only contents changed; say whether it is done."""
        replaced = replacements(self._objects, old, new, changes)
        if replaced is None:
            return False
        with open(self._index, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            patched = patch(file.read(), *replaced)
        if patched is None:
            return False
        with open(self._next, "xb") as file:
            os.fchmod(file.fileno(), mode & 0o777)
            file.write(patched)
        return True

    def _change_index(self, changes: Sequence[tuple[str, str | None]]) -> None:
        """Write the next index by git."""
        link(self._index, self._next)
        lines = (
            f"100644 {blob}\t{path}\0" if blob else f"0 {_NO_BLOB}\t{path}\0"
            for path, blob in changes
        )
        self._git("update-index", "-z", "--index-info", stdin="".join(lines).encode())

    def _listed(self) -> list[str]:
        """Give the files that the index names."""
        if not os.path.exists(self._index):
            return []
        try:
            said = git(self._git_dir, "ls-files", "-z", work_tree=self._work_tree)
        except StoreError:
            return []  # a damaged index: it is replaced
        return said.decode("utf-8", "surrogateescape").split("\0")[:-1]

    def _begin_index(self) -> None:
        remove_remains(self._next, self._index)
        with suppress(FileNotFoundError):
            os.unlink(f"{self._next}.lock")

    def _end_index(self) -> None:
        # Git leaves an index alone in which nothing changes: then both names are one file.
        if not os.path.exists(self._index) or not os.path.samefile(self._index, self._next):
            put_in_place(self._next, self._index)

    def _git(self, *arguments: str, stdin: bytes = b"") -> None:
        git(self._git_dir, *arguments, stdin=stdin, index=self._next)
