"""Keep index and work tree in step with the main branch, after the fact.

The work tree is for people and stock tools; the program never reads it. A marker names the commit
that it shows. Whatever interrupts the bringing in step, the next one starts from the marker.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from store.errors import NotFound
from store.repo.objects import ObjectReader
from store.repo.run import git

__all__ = ["changed_files", "is_behind", "settle"]

_MARKER = "dalil/mirror"
_NO_BLOB = "0" * 40


def settle(git_dir: str, objects: ObjectReader, tip: str) -> int:
    """Bring index and work tree to `tip` and give the number of files that changed.

    A bare repository has neither: nothing to do.
    """
    if not is_behind(git_dir, tip):
        return 0
    work_tree = os.path.dirname(git_dir)
    shown = _read_marker(git_dir)
    try:
        changes = list(changed_files(git_dir, shown, tip)) if shown else None
    except NotFound:
        changes = None  # the marker names a commit that is gone
    if changes is None or not os.path.exists(os.path.join(git_dir, "index")):
        git(git_dir, "read-tree", "--end-of-options", tip)
        git(git_dir, "checkout-index", "--all", "--force", "--quiet", work_tree=work_tree)
        count = 1
    else:
        count = len(changes)
        _update(git_dir, work_tree, objects, changes)
    _write_quickly(os.path.join(git_dir, _MARKER), tip.encode())
    return count


def is_behind(git_dir: str, tip: str) -> bool:
    """Does the work tree show another commit than `tip`? A bare repository has none."""
    return os.path.basename(git_dir) == ".git" and _read_marker(git_dir) != tip


def changed_files(git_dir: str, old: str, new: str) -> Iterator[tuple[str, str | None]]:
    """Go through the files that differ between two commits: path and new blob, None when gone."""
    said = git(
        git_dir, "diff-tree", "-r", "-z", "--raw", "--no-renames", "--end-of-options", old, new
    )
    parts = said.decode("utf-8", "surrogateescape").split("\0")
    for head, path in zip(parts[::2], parts[1::2], strict=False):
        blob = head.split(" ")[3]
        yield path, None if blob == _NO_BLOB else blob


def _update(
    git_dir: str, work_tree: str, objects: ObjectReader, changes: list[tuple[str, str | None]]
) -> None:
    for path, blob in changes:
        file = os.path.join(work_tree, path)
        if blob is None:
            _remove(file, work_tree)
        else:
            os.makedirs(os.path.dirname(file), exist_ok=True)
            _write_quickly(file, objects.read(blob)[1])
    lines = (
        f"100644 {blob}\t{path}\0" if blob else f"0 {_NO_BLOB}\t{path}\0" for path, blob in changes
    )
    git(git_dir, "update-index", "-z", "--index-info", stdin="".join(lines).encode())


def _remove(file: str, work_tree: str) -> None:
    if os.path.lexists(file):
        os.unlink(file)
    folder = os.path.dirname(file)
    while folder != work_tree and os.path.isdir(folder) and not os.listdir(folder):
        os.rmdir(folder)
        folder = os.path.dirname(folder)


def _write_quickly(path: str, content: bytes) -> None:
    # No fsync: what is lost here is made again from the objects, which are durable.
    temporary = f"{path}.{os.urandom(6).hex()}.tmp"
    with open(temporary, "wb") as file:
        file.write(content)
    os.replace(temporary, path)


def _read_marker(git_dir: str) -> str | None:
    try:
        with open(os.path.join(git_dir, _MARKER), encoding="ascii") as file:
            marker = file.read(41)
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return marker if len(marker) == len(_NO_BLOB) and marker.isalnum() else None
