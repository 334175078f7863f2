"""Make a new git repository whose settings cannot change what is in it."""

from __future__ import annotations

import os

from store.errors import BadFormat, Refused, Unwritable
from store.repo.run import git

__all__ = ["ATTRIBUTES", "create_repository", "git_dir_of", "not_ours"]

# Wins over every .gitattributes: no filter, no line ends, no merge driver, no diff program.
ATTRIBUTES = "* -text -eol -working-tree-encoding -filter -diff -merge -ident\n"


def create_repository(path: str) -> str:
    """Make an empty repository with a work tree, branch `main`, and give its git folder.

    Raises:
        Refused: the folder holds something already.
        Unwritable: it cannot be made.
    """
    path = os.path.abspath(path)
    git_dir = os.path.join(path, ".git")
    try:
        os.makedirs(path, exist_ok=True)
        if os.listdir(path):
            raise Refused("{path} is not empty", hint="choose a new folder", path=path)
        git(git_dir, "init", "--quiet", "--template=", "--initial-branch=main", work_tree=path)
        os.makedirs(os.path.join(git_dir, "info"), exist_ok=True)
        with open(os.path.join(git_dir, "info", "attributes"), "w", encoding="ascii") as file:
            file.write(ATTRIBUTES)
        os.makedirs(os.path.join(git_dir, "dalil"), mode=0o700, exist_ok=True)
    except OSError as error:
        raise Unwritable(
            "cannot make a repository in {path}: {reason}",
            path=path,
            reason=error.strerror or str(error.errno),
        ) from error
    return git_dir


def git_dir_of(path: str) -> str:
    """Find the git folder of a repository: of this folder or one above it, or of a bare one.

    Raises:
        BadFormat: there is none.
    """
    try:
        here = os.path.abspath(path)
    except FileNotFoundError:
        raise BadFormat("the folder you are in is gone", hint="go to another one") from None
    while True:
        inside = os.path.join(here, ".git")
        for candidate in (inside, here):
            if os.path.isdir(os.path.join(candidate, "objects")) and os.path.isfile(
                os.path.join(candidate, "HEAD")
            ):
                return candidate
        above = os.path.dirname(here)
        if above == here:
            raise BadFormat(
                "{path} is no git repository",
                hint="go to one, or name it with -C; `dalil init DIR` makes a new one",
                path=path,
            )
        here = above


def not_ours(path: str) -> BadFormat:
    """Say that a git repository is none of Dalil's."""
    return BadFormat(
        "{path} is a git repository, but not one of Dalil's",
        hint="`dalil init DIR` makes a new one",
        path=path,
    )
