"""A recovery key as text on paper: short groups, and a check word at the end of each line.

The whole text is an age identity file too: what is for people stands in comments, and the key once
more in its own line, so that `age -d -i` reads a sheet that was typed or scanned as it stands.
"""

from __future__ import annotations

import re
import unicodedata

from store.crypto import age
from store.crypto.bech32 import LETTERS
from store.errors import BadFormat
from store.words import words

__all__ = ["LINES", "groups", "read", "read_line", "same_letters", "write"]

_PREFIX = "AGE-SECRET-KEY-1"
_LENGTH = 58
_GROUP = 4
_PER_LINE = 16
LINES = -(-_LENGTH // _PER_LINE)
"""How many lines with letters there are."""

# Bech32 has none of these letters, so each can only be one of its own, badly read.
_MISREAD = str.maketrans("O1IB", "0LL8")
_NUMBERED = re.compile(r"([1-9])[.):]?\s+(\S.*)")


def write(identity: age.Identity) -> str:
    """Give the sheet, line by line, for a printer or a pen."""
    letters = identity.secret.removeprefix(_PREFIX)
    lines = [
        "# Dalil recovery key. It opens every case: keep this sheet where no computer is.",
        f"# public key: {identity.recipient}",
        f"# in words:   {' '.join(words(identity.recipient))}",
        "#",
    ]
    for number in range(1, LINES + 1):
        row = " ".join(groups(letters, number))
        lines.append(f"#   {number}   {row:<19}   {_check_word(number, _row(letters, number))}")
    return "\n".join((*lines, "#", identity.secret, ""))


def groups(letters: str, number: int) -> list[str]:
    """Cut one line, counted from 1, of the key's letters into its groups of four."""
    row = _row(letters.removeprefix(_PREFIX), number)
    return [row[at : at + _GROUP] for at in range(0, len(row), _GROUP)]


def same_letters(typed: str, group: str) -> bool:
    """Say whether somebody typed this group, in any case and spacing, O for 0 and the like."""
    return "".join(_plain(typed).split()).upper().translate(_MISREAD) == group


def read(text: str) -> age.Identity:
    """Read a sheet: its numbered lines, in any spacing and case, or the line with the whole key.

    Raises:
        BadFormat: a line is wrong; the error names it.
    """
    rows: dict[int, str] = {}
    for line in _plain(text).splitlines():
        bare = line.strip().lstrip("#").strip()
        if bare.upper().startswith(_PREFIX):
            return _identity("".join(bare.split()).upper().removeprefix(_PREFIX))
        numbered = _NUMBERED.fullmatch(bare)
        if numbered is not None:
            number, bare = int(numbered[1]), numbered[2]
        elif line.lstrip().startswith("#") or not bare:
            continue
        else:
            number = len(rows) + 1
        if number > LINES:
            raise BadFormat("the paper has no line {line}", line=number)
        rows[number] = read_line(number, bare)
    missing = [number for number in range(1, LINES + 1) if number not in rows]
    if missing:
        raise BadFormat(
            "line {line} of the paper is missing",
            hint="there are {count} lines, each with a number and a check word",
            line=missing[0],
            count=LINES,
        )
    return _identity("".join(rows[number] for number in sorted(rows)))


def read_line(number: int, text: str) -> str:
    """Read one line of groups and its check word; give the letters.

    Raises:
        BadFormat: something in it is wrong.
    """
    *parts, word = _plain(text).split() or [""]
    letters = "".join(parts).upper().translate(_MISREAD)
    wrong = sorted(set(letters.lower()) - set(LETTERS))
    if wrong:
        raise BadFormat(
            "line {line} of the paper: {letter} is no letter that such a key has",
            hint="compare the line letter by letter",
            line=number,
            letter=ascii(wrong[0])[1:-1],
        )
    expected = min(_PER_LINE, _LENGTH - _PER_LINE * (number - 1))
    if len(letters) != expected:
        raise BadFormat(
            "line {line} of the paper has {count} letters before its check word, not {expected}",
            hint="the last word of a line is its check word; compare the line letter by letter",
            line=number,
            count=len(letters),
            expected=expected,
        )
    if word.lower() != _check_word(number, letters):
        raise BadFormat(
            "line {line} of the paper does not fit its check word",
            hint="a letter of it is wrong, or the word: compare the line letter by letter",
            line=number,
        )
    return letters


def _plain(text: str) -> str:
    """Take back what a keyboard or editor made of it: Arabic digits, wide letters, unseen marks."""
    marks = {ord(c): "" for c in text if unicodedata.category(c) == "Cf"}
    digits = {ord(c): str(unicodedata.decimal(c)) for c in text if c.isdecimal()}
    return unicodedata.normalize("NFKC", text.translate(marks | digits))


def _identity(letters: str) -> age.Identity:
    return age.Identity(_PREFIX + letters.translate(_MISREAD))


def _row(letters: str, number: int) -> str:
    return letters[(number - 1) * _PER_LINE : number * _PER_LINE]


def _check_word(number: int, letters: str) -> str:
    return words(f"{number} {letters}", 1)[0]
