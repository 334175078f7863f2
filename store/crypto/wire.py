"""The length-prefixed strings of the SSH wire format (RFC 4251 section 5)."""

from __future__ import annotations

from store.errors import BadFormat

__all__ = ["cut", "split", "string"]


def string(data: bytes) -> bytes:
    """Put a 32-bit length before `data`."""
    return len(data).to_bytes(4, "big") + data


def cut(data: bytes, count: int, start: int = 0) -> tuple[list[bytes], int]:
    """Cut `count` strings from `data` at `start`; give them and the offset after the last.

    Raises:
        BadFormat: `data` ends before them.
    """
    parts = []
    size = len(data)
    for _ in range(count):
        first = start + 4
        start = first + int.from_bytes(data[first - 4 : first], "big")
        if first > size or start > size:
            raise BadFormat("a string of the SSH wire format is cut short")
        parts.append(data[first:start])
    return parts, start


def split(data: bytes, count: int, start: int = 0) -> list[bytes]:
    """Cut exactly `count` strings, which fill `data` from `start` to its end.

    Raises:
        BadFormat: `data` ends before, or goes on after them.
    """
    parts, end = cut(data, count, start)
    if end != len(data):
        raise BadFormat("there are bytes after the end of an SSH structure")
    return parts
