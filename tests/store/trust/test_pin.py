from __future__ import annotations

import stat
from pathlib import Path

import pytest

from store.errors import BadFormat
from store.model import codec
from store.trust import pin
from store.trust.pin import Pin

PIN = Pin("a" * 40, "b" * 40, "2026-11-22T09:30:00Z", 214)


def test_a_pin_is_read_as_it_was_written(tmp_path: Path) -> None:
    pin.write(tmp_path / "pin.yaml", PIN)

    assert pin.read(tmp_path / "pin.yaml") == PIN


def test_a_pin_is_yaml_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "pin.yaml"

    pin.write(path, PIN)

    assert codec.load(path.read_bytes())["commits"] == 214
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_is_no_pin(tmp_path: Path) -> None:
    assert pin.read(tmp_path / "pin.yaml") is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"root: x\n",
        b"\xff\xfe",
        b"a" * 5000,
        f"root: {'a' * 40}\ntip: {'b' * 40}\nverified_at: now\ncommits: 1\n".encode(),
        f"root: {'a' * 40}\ntip: {'b' * 40}\nverified_at: 2026-11-22T09:30:00Z\n"
        "commits: 1\ncommits: 2\n".encode(),
    ],
)
def test_a_damaged_pin_is_not_taken_for_none(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "pin.yaml"
    path.write_bytes(text)

    with pytest.raises(BadFormat, match="damaged"):
        pin.read(path)
