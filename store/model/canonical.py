"""Read YAML as Dalil writes it, line by line; whatever looks otherwise is left to libyaml.

Nearly every part is in the canonical form: block style, two spaces, a key and its value a line.
That takes no scanner. Nothing is refused here: a document that breaks a rule, or only might mean
something else, gives None, and libyaml reads it or says what is wrong with it. What is given is
what libyaml gives; tests/store/model/test_canonical.py holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

__all__ = ["read", "resolve"]

_LEVELS = 11
"""How deep mappings may nest here; with a list around each, still less than the codec allows."""
_MOST_HEADS = 4096
_HEAD = re.compile(r"((?:  ){0,9})(- )?([A-Za-z_][A-Za-z0-9_-]{0,63})")
_NUMBER_START = frozenset("-0123456789")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Any] = {"": None, "null": None, "~": None, "true": True, "false": False}
_SPECIAL = frozenset(" -?:,[]{}#&*!|>'\"%@`") | {""}
"""How a value begins that is no plain text, or might not be."""
_LITERAL_ENDS = {"|": "\n", "|-": ""}

_Head = tuple[int, bool, str]  # the level, whether an item begins, the key
_heads: dict[str, _Head] = {}


class _Doubt(Exception):
    """The document is not surely in the canonical form."""


def read(text: bytes) -> dict[str, Any] | None:
    """Read a document in the canonical form; None for one that is not, or not surely."""
    try:
        lines = text.decode().rstrip("\n").split("\n")
    except UnicodeDecodeError:
        return None
    # No tab, no other line end, nothing unseen; libyaml takes all that is printable.
    if text[-1:] != b"\n" or not "".join(lines).isprintable():
        return None
    try:
        return _build(iter(lines))
    except _Doubt:
        return None


def resolve(plain: str) -> Any:
    """Give a plain scalar its value: null, true/false, a number, or the text itself."""
    if plain[:1] in _NUMBER_START:
        if _INTEGER.fullmatch(plain):
            return int(plain)
        if _FLOAT.fullmatch(plain):
            return float(plain)
        return plain
    return _WORDS.get(plain, plain)


def _build(lines: Iterator[str]) -> dict[str, Any]:  # noqa: C901, PLR0912, PLR0915 - a call a line would double its time
    """Build the document: each level has its open mapping, and the list open at its last key."""
    top: dict[str, Any] = {}
    mappings = [top] * _LEVELS
    lists: list[list[Any] | None] = [None] * _LEVELS
    deepest = 0  # the level of the innermost open mapping
    waiting: str | None = None  # its last key, where the value is still to come
    line = next(lines, None)
    while line is not None:
        head, colon, value = line.partition(": ")
        if colon:
            level, is_item, key = _heads.get(head) or _learn(head)
        elif line[-1:] == ":":
            level, is_item, key = _heads.get(line[:-1]) or _learn(line[:-1])
        else:
            head, _, value = line.partition("- ")
            level, is_item, key = len(head) // 2, True, ""
            if head != "  " * level:
                raise _Doubt
        # Where does it stand?
        if waiting is not None:
            if is_item and level == deepest:
                mappings[level][waiting] = lists[level] = []
            elif not is_item and level == deepest + 1:
                mappings[deepest][waiting] = mappings[level] = {}
            else:
                raise _Doubt
            waiting = None
        elif level > deepest:
            raise _Doubt
        if is_item:
            items = lists[level]
            if items is None:
                raise _Doubt
            if not key:
                deepest = level
                items.append(_scalar(value))
                line = next(lines, None)
                continue
            level += 1
            here: dict[str, Any] = {}
            mappings[level] = here
            items.append(here)
        else:
            here = mappings[level]
            if key in here:
                raise _Doubt
        deepest = level
        lists[level] = None
        # What does it hold?
        if not colon:
            waiting = key
        elif (
            value[:1] not in _SPECIAL and ":" not in value and "#" not in value and value[-1] != " "
        ):
            here[key] = resolve(value) if value[0] in _NUMBER_START else _WORDS.get(value, value)
        elif value in _LITERAL_ENDS:
            here[key], line = _literal(lines, "  " * (level + 1), _LITERAL_ENDS[value])
            continue
        else:
            here[key] = _scalar(value)
        line = next(lines, None)
    if waiting is not None:
        raise _Doubt
    return top


def _learn(head: str) -> _Head:
    """Take the beginning of a line apart: few are new, for cases have the same fields."""
    found = _HEAD.fullmatch(head)
    if found is None:
        raise _Doubt
    if len(_heads) >= _MOST_HEADS:
        _heads.clear()
    known = _heads[head] = len(found[1]) // 2, found[2] is not None, found[3]
    return known


def _scalar(value: str) -> Any:
    """Give the value of a plain or single-quoted scalar that stands on one line."""
    first, last = value[:1], value[-1:]
    if first == "'":
        inside = value[1:-1]
        if len(value) < 2 or last != "'" or "'" in inside.replace("''", ""):  # noqa: PLR2004 - two quotes
            raise _Doubt
        return inside.replace("''", "'")
    if first not in _SPECIAL and last not in (" ", ":") and ": " not in value and " #" not in value:
        return resolve(value)
    if first == "-" and type(number := resolve(value)) is not str:
        return number
    raise _Doubt


def _literal(lines: Iterator[str], indentation: str, end: str) -> tuple[str, str | None]:
    """Give the text of a literal block, and the line after it."""
    width = len(indentation)
    line = next(lines, None)
    # A first line that is empty, or indented further, would make the block's indentation a guess.
    if line is None or not line.startswith(indentation) or line[width : width + 1] in ("", " "):
        raise _Doubt
    content = []
    while line is not None and (not line or line.startswith(indentation)):
        content.append(line[width:])
        line = next(lines, None)
    return "\n".join(content).rstrip("\n") + end, line
