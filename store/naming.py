"""How a person names a case or a commit: by its id, a beginning of it, or a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import NotFound, Sealed
from store.places import compartments_with_cases
from store.repo.commit import parse
from store.repo.trees import find, list_files

if TYPE_CHECKING:
    from store.reader import Reader

__all__ = ["find_case", "find_commit"]

_SHORTEST_PREFIX = 4
_HEX = frozenset("0123456789abcdef")
_DIGITS = 9


def find_case(reader: Reader, words: str) -> str:
    """Give the id of the one case that goes by these words.

    Raises:
        NotFound: none does, or more than one.
        Sealed: there is no key that could open what it is called.
    """
    words = words.strip()
    found = _by_prefix(reader, words) if set(words) <= _HEX else []
    if words and not found:
        from store.listing import ids_of_reference

        found = ids_of_reference(reader, words)
    if len(found) == 1:
        return found[0]
    if not found and words and reader.identity is None:
        raise Sealed(
            "there is no key here to look up {words} with",
            hint="name the case by its id, or make keys: dalil key new",
            words=words,
        )
    if found:
        raise NotFound(
            "{count} cases go by {words}",
            hint="name one by its id: {ids}",
            count=len(found),
            words=words,
            ids=", ".join(found[:10]),
        )
    raise NotFound("no case goes by {words}", hint="`dalil list` shows them all", words=words)


def find_commit(reader: Reader, words: str) -> str:
    """Give the id of the one commit of the verified history that begins so.

    `HEAD` is the last verified one, and `HEAD~2` stands two before it, as git counts.

    Raises:
        NotFound: none does, or more than one.
    """
    from store.repo.run import git

    words = words.strip()
    if words.startswith("HEAD"):
        return _counted_back(reader, words)
    words = words.lower()
    said = git(reader.git_dir, "rev-list", "--end-of-options", reader.tip).decode().split()
    found = [commit for commit in said if commit.startswith(words)] if words else []
    if len(found) == 1:
        return found[0]
    message = "{count} commits begin with {words}" if found else "no commit begins with {words}"
    raise NotFound(
        message,
        hint="`dalil log` lists them; HEAD is the last one, HEAD~1 the one before it",
        count=len(found),
        words=words,
    )


def _counted_back(reader: Reader, words: str) -> str:
    sign, count = words[4:5], words[5:] or "1"
    is_sound = words == "HEAD" or (
        sign in ("~", "^") and count.isdecimal() and len(count) < _DIGITS
    )
    if not is_sound or (sign == "^" and count != "1"):
        raise NotFound(
            "{words} is no way to name a commit",
            hint="write the beginning of its id, HEAD, or HEAD~2 for two before it",
            words=words,
        )
    commit = reader.tip
    for _ in range(int(count) if sign else 0):
        parents = parse(reader.objects.read(commit)[1]).parents
        if not parents:
            raise NotFound("the history does not go back as far as {words}", words=words)
        commit = parents[0]
    return commit


def _by_prefix(reader: Reader, prefix: str) -> list[str]:
    if len(prefix) < _SHORTEST_PREFIX:
        return []
    tree = reader.tree(reader.tip)
    found: list[str] = []
    for compartment in compartments_with_cases(reader.objects, tree):
        shard = find(reader.objects, tree, f"cases/{compartment}/{prefix[:2]}")
        names = [path for path, _ in list_files(reader.objects, shard)] if shard else []
        found += [name[:20] for name in names if name.startswith(prefix) and "~" not in name]
    return list(dict.fromkeys(found))
