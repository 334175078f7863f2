"""age files locked by a passphrase: ours and those of the age program open each other."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.crypto.passphrase import lock, unlock
from store.errors import BadFormat, StoreError, WrongPassphrase

Dialogue = Callable[[Sequence[str], Sequence[str]], bytes]
needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="needs the age program")

LOCKED = lock(b"text", "words", log_n=2)
CHUNK = 64 * 1024


@settings(max_examples=50)
@given(st.binary(max_size=2000), st.text(st.characters(codec="utf-8"), min_size=1))
def test_what_was_locked_is_unlocked(plaintext: bytes, passphrase: str) -> None:
    assert unlock(lock(plaintext, passphrase, log_n=1), passphrase) == plaintext


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_every_size_around_a_chunk_is_read_here_and_by_rage(size: int) -> None:
    plaintext = bytes(range(256)) * (size // 256 + 1)
    locked = lock(plaintext[:size], "words", log_n=4)
    assert unlock(locked, "words") == plaintext[:size]
    assert pyrage.passphrase.decrypt(locked, "words") == plaintext[:size]


def test_another_passphrase_is_told_from_damage() -> None:
    with pytest.raises(WrongPassphrase, match="does not open"):
        unlock(LOCKED, "Words")


def test_an_empty_passphrase_locks_nothing() -> None:
    with pytest.raises(BadFormat, match="empty passphrase"):
        lock(b"text", "")


def test_bytes_that_are_no_utf_8_are_taken_as_they_were_typed() -> None:
    typed = b"w\xf6rter".decode("utf-8", "surrogateescape")
    assert unlock(lock(b"text", typed, log_n=1), typed) == b"text"


def test_a_file_cut_short_anywhere_is_damaged() -> None:
    for length in range(len(LOCKED)):
        with pytest.raises(BadFormat):
            unlock(LOCKED[:length], "words")


def test_an_altered_byte_is_never_taken_for_the_text() -> None:
    for place in range(len(LOCKED)):
        altered = bytearray(LOCKED)
        altered[place] ^= 1
        with pytest.raises(StoreError):
            unlock(bytes(altered), "words")


def test_a_whole_last_chunk_cannot_be_cut_off() -> None:
    locked = lock(bytes(2 * CHUNK), "words", log_n=2)
    with pytest.raises(BadFormat, match="damaged"):
        unlock(locked[: -(CHUNK + 16)], "words")
    with pytest.raises(BadFormat, match="damaged"):
        unlock(locked + bytes(16), "words")


def test_a_work_factor_that_eats_memory_is_refused_before_any_work() -> None:
    start = time.monotonic()
    for asked in (b"21", b"63", b"99"):
        with pytest.raises(BadFormat, match="work factor"):
            unlock(LOCKED.replace(b" 2\n", b" %s\n" % asked, 1), "words")
    assert time.monotonic() - start < 0.1


@pytest.mark.parametrize("text", [b"02", b"0", b"+2", b"100", b"", b"2 2", "٢".encode()])
def test_a_work_factor_has_one_form(text: bytes) -> None:
    with pytest.raises(BadFormat, match="not an age file locked"):
        unlock(LOCKED.replace(b" 2\n", b" %s\n" % text, 1), "words")


def test_base64_that_is_not_canonical_is_refused() -> None:
    start = LOCKED.index(b"-> scrypt ") + len(b"-> scrypt ")
    salt = LOCKED[start : start + 22]
    last = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    sibling = salt[:-1] + last[last.index(salt[-1:]) + 1 :][:1]
    with pytest.raises(BadFormat, match="damaged"):
        unlock(LOCKED.replace(salt, sibling), "words")


@pytest.mark.parametrize("data", [b"", b"AGE-SECRET-KEY-1\n", b"age-encryption.org/v1\n"])
def test_what_is_no_locked_file_is_told(data: bytes) -> None:
    with pytest.raises(BadFormat, match="not an age file locked"):
        unlock(data, "words")


def test_other_threads_run_while_a_passphrase_is_derived() -> None:
    thread = threading.Thread(target=lock, args=(b"text", "words"), kwargs={"log_n": 17})
    thread.start()
    longest, last = 0.0, time.monotonic()
    while thread.is_alive():
        time.sleep(0.001)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
    assert longest < 0.1


@needs_age
@pytest.mark.pty
def test_the_age_program_opens_what_we_locked(tmp_path: Path, dialogue: Dialogue) -> None:
    locked, opened = tmp_path / "locked", tmp_path / "opened"
    locked.write_bytes(lock(b"text" * 40_000, "كلمة السر", log_n=10))
    dialogue(["age", "-d", "-o", str(opened), str(locked)], ["كلمة السر"])
    assert opened.read_bytes() == b"text" * 40_000


@needs_age
@pytest.mark.pty
def test_we_open_what_the_age_program_locked(tmp_path: Path, dialogue: Dialogue) -> None:
    plain, locked = tmp_path / "plain", tmp_path / "locked"
    plain.write_bytes(b"text" * 40_000)
    dialogue(["age", "-p", "-o", str(locked), str(plain)], ["four words", "four words"])
    assert unlock(locked.read_bytes(), "four words") == b"text" * 40_000
