"""The one way the history is listed: commits and the files that each changed, as git tells them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.repo.run import git

__all__ = ["log"]

_HEAD = "\x01"
# What the repository's own settings could have git print or leave out otherwise.
_PLAIN = ("--no-color", "--no-show-signature", "--no-relative", "--no-follow", "--encoding=UTF-8")
_CHANGES = ("--raw", "--no-renames", "--diff-merges=first-parent", "--root", "--no-abbrev", "-z")


def log(
    git_dir: str, tip: str, *options: str, form: str = "%H", paths: Sequence[str] = ()
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Give each commit from `tip` on, as `form` prints it, and paths with blobs that it changed.

    They are those that its first parent has not; a path that was taken away has an empty blob. A
    path is what follows a line of modes, whatever it looks like: a stranger may have chosen it.
    """
    said = git(
        git_dir,
        "log",
        *_PLAIN,
        "-O/dev/null",
        "--topo-order",
        *_CHANGES,
        f"--format={_HEAD}{form}",
        *options,
        "--end-of-options",
        tip,
        "--",
        *paths,
    )
    head, modes = "", ""
    changed = list[tuple[str, str]]()
    for part in said.decode("utf-8", "surrogateescape").split("\0"):
        if modes:
            changed.append((part, _blob(modes)))
            modes = ""
        elif part.startswith(_HEAD):
            if head:
                yield head, changed
            head, changed = part.removeprefix(_HEAD).strip(), []
        elif part.lstrip("\n").startswith(":"):
            modes = part
    if head:
        yield head, changed


def _blob(modes: str) -> str:
    """Take the new blob from `:100644 100644 <old> <new> M`; empty when the file is gone."""
    blob = modes.split()[3]
    return blob if blob.strip("0") else ""
