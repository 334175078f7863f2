"""The pin: which root commit this clone trusts, and up to where it was verified.

`.git/dalil/pin.yaml` is YAML of flat `key: value` lines, read without a YAML parser: it is looked
at every time a repository is opened.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from store.atomic import write_file
from store.errors import BadFormat

__all__ = ["Pin", "read", "write"]

_OID = re.compile(r"[0-9a-f]{40}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SIZE_LIMIT = 4096


class Pin(NamedTuple):
    """What this clone trusts.

    `root` and `tip` are commit ids, `tip` the last one verified; `verified_at` is when, in UTC
    (`2026-11-22T09:30:00Z`); `commits` counts the commits of the history up to `tip`.
    """

    root: str
    tip: str
    verified_at: str
    commits: int


def read(path: str | os.PathLike[str]) -> Pin | None:
    """Read the pin; None when there is none.

    Raises:
        BadFormat: the file is there but is no pin.
    """
    try:
        with open(path, "rb") as file:
            text = file.read(_SIZE_LIMIT + 1)
    except FileNotFoundError:
        return None
    pin = _parse(text)
    if pin is None:
        raise BadFormat(
            "the pin {path} is damaged",
            hint="compare the root commit with a colleague, then pin it again with --pin",
            path=os.fspath(path),
        )
    return pin


def write(path: str | os.PathLike[str], pin: Pin) -> None:
    """Write the pin, readable by its owner only; killed anywhere, the old or the new one stays."""
    lines = [f"{key}: {value}\n" for key, value in pin._asdict().items()]
    write_file(path, "".join(lines).encode(), mode=0o600)


def _parse(text: bytes) -> Pin | None:
    if len(text) > _SIZE_LIMIT:
        return None
    lines = text.decode("utf-8", "replace").splitlines()
    pairs = [line.partition(": ")[::2] for line in lines if line.strip()]
    found = dict(pairs)
    if len(pairs) != len(found) or set(found) != set(Pin._fields):
        return None
    is_sound = (
        _OID.fullmatch(found["root"])
        and _OID.fullmatch(found["tip"])
        and _TIME.fullmatch(found["verified_at"])
        and re.fullmatch(r"[0-9]{1,9}", found["commits"])
    )
    if not is_sound:
        return None
    return Pin(found["root"], found["tip"], found["verified_at"], int(found["commits"]))
