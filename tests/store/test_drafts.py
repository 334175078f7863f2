"""Drafts on the disk: for one key, in one program at a time, whole or not at all."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.crypto import age, plugins
from store.crypto.plugins import Plugins
from store.crypto.wrapping import PluginIdentity, read_plugin_file
from store.drafts import Drafts
from store.errors import BadFormat, NotFound, Sealed, StoreError, Unwritable
from tests.store.crypto.testkey import install, new_key
from tests.store.office import files_with

TYPED = "قنديل-Qandil".encode()


@pytest.fixture
def key() -> age.Identity:
    return age.new_identity()


@pytest.fixture
def drafts(tmp_path: Path, key: age.Identity) -> Drafts:
    return Drafts(str(tmp_path), key.recipient)


def one(drafts: Drafts) -> str:
    (found,) = drafts.waiting()
    return found.name


def test_what_is_written_is_read_again_and_stands_nowhere_in_plain(
    drafts: Drafts, key: age.Identity, tmp_path: Path
) -> None:
    draft = drafts.begin()
    draft.write(TYPED)
    assert draft.read(key) == TYPED
    draft.write(TYPED + b"\n more")
    assert drafts.read(one(drafts), key) == TYPED + b"\n more"
    assert files_with(TYPED.decode(), [tmp_path]) == []
    draft.keep()
    assert os.stat(drafts.folder).st_mode & 0o777 == 0o700
    (name,) = os.listdir(drafts.folder)
    assert os.stat(os.path.join(drafts.folder, name)).st_mode & 0o777 == 0o600


def test_a_size_tells_little_and_a_name_nothing(drafts: Drafts) -> None:
    sizes = set()
    for length in (1, 50, 3000):
        draft = drafts.begin()
        draft.write(b"x" * length)
        sizes.add(os.path.getsize(os.path.join(drafts.folder, draft.name + ".age")))
        draft.discard()
    assert max(sizes) - min(sizes) < 300  # age adds a stanza of random length


def test_another_key_neither_sees_nor_opens_it(drafts: Drafts, tmp_path: Path) -> None:
    draft = drafts.begin()
    draft.write(TYPED)
    other = age.new_identity()
    theirs = Drafts(str(tmp_path), other.recipient)
    assert theirs.waiting() == []
    assert theirs.of_others() == 1
    with pytest.raises(Sealed):
        drafts.read(draft.name, other)
    draft.discard()


def test_one_that_is_open_is_not_taken_and_one_that_was_kept_or_killed_is(
    drafts: Drafts, key: age.Identity, tmp_path: Path
) -> None:
    draft = drafts.begin()
    draft.write(TYPED)
    assert drafts.waiting()[0].is_open
    with pytest.raises(StoreError, match="another window"):
        drafts.take(draft.name)
    draft.keep()
    assert not drafts.waiting()[0].is_open
    code = (
        "import os, signal; from store.drafts import Drafts;"
        f"draft = Drafts({str(tmp_path)!r}, {key.recipient!r}).take({draft.name!r});"
        f"draft.write(b'later'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    again = drafts.take(one(drafts))
    assert again.read(key) == b"later"
    again.discard()
    assert os.listdir(drafts.folder) == []


def test_what_is_over_is_not_written_again(drafts: Drafts) -> None:
    draft = drafts.begin()
    draft.write(TYPED)
    draft.discard()
    draft.write(b"from a thread that was late")
    assert drafts.waiting() == []
    with pytest.raises(NotFound):
        drafts.take(draft.name)


def test_an_older_text_does_not_replace_a_newer_one(drafts: Drafts, key: age.Identity) -> None:
    draft = drafts.begin()
    draft.write(b"newer", 2)
    draft.write(b"older", 1)
    assert draft.read(key) == b"newer"
    draft.discard()


def test_a_write_that_hangs_is_not_waited_for_when_the_program_ends(
    drafts: Drafts, key: age.Identity
) -> None:
    draft = drafts.begin()
    draft.write(b"first")
    with draft._turn:
        late = threading.Thread(target=draft.write, args=(b"second", 2))
        late.start()
        draft.write(b"third", 3, patience=0.05)
    late.join()
    assert draft.read(key) == b"second"
    draft.discard()


@pytest.mark.parametrize("name", ["../../pin.yaml", "", "0" * 16, "/etc/passwd"])
def test_no_name_leads_elsewhere(drafts: Drafts, key: age.Identity, name: str) -> None:
    with pytest.raises(NotFound):
        drafts.take(name)
    with pytest.raises(NotFound):
        drafts.read(name, key)


def test_a_damaged_one_says_so_and_stays(drafts: Drafts, key: age.Identity) -> None:
    draft = drafts.begin()
    draft.write(TYPED)
    path = Path(drafts.folder, draft.name + ".age")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(BadFormat):
        draft.read(key)
    assert path.exists()
    draft.keep()


def test_what_a_kill_left_half_written_is_swept_away_by_the_next_draft(drafts: Drafts) -> None:
    drafts.begin().discard()
    for name in (".0123456789abcdef.age.00ff.tmp", "0123456789abcdef.lock"):
        Path(drafts.folder, name).write_bytes(b"")
    draft = drafts.begin()
    assert os.listdir(drafts.folder) == [draft.name + ".lock"]
    draft.discard()


@pytest.fixture
def full_disk() -> Iterator[Callable[..., None]]:
    """Make the system refuse every byte that is written to a file, or take them again."""
    was = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(*, is_full: bool) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, was[1]) if is_full else was)

    yield fill
    resource.setrlimit(resource.RLIMIT_FSIZE, was)


def test_a_disk_that_takes_nothing_keeps_what_was_kept(
    drafts: Drafts, key: age.Identity, full_disk: Callable[..., None]
) -> None:
    draft = drafts.begin()
    draft.write(TYPED)
    full_disk(is_full=True)
    with pytest.raises(Unwritable):
        draft.write(b"more")
    full_disk(is_full=False)
    assert draft.read(key) == TYPED
    draft.write(b"more")
    assert draft.read(key) == b"more"
    draft.discard()
    assert os.listdir(drafts.folder) == []


def test_a_key_in_hardware_is_asked_once_to_write_and_at_each_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(plugins, "KNOWN", frozenset({"testkey"}))
    allowed = Plugins(frozenset({"testkey"}))
    made = new_key()
    stored = read_plugin_file(made.file())
    mine = PluginIdentity(stored.secret, stored.recipient, lambda: allowed)
    drafts = Drafts(str(tmp_path), made.recipient, lambda: allowed)
    draft = drafts.begin()
    draft.write(TYPED)
    (tmp_path / "bin").rename(tmp_path / "gone")  # the program is not needed for the next ones
    draft.write(TYPED + b"2")
    (tmp_path / "gone").rename(tmp_path / "bin")
    first = Path(drafts.folder, draft.name + ".age").read_bytes()
    assert not (tmp_path / "bin" / "count").exists()
    assert draft.read(mine) == TYPED + b"2"
    assert len((tmp_path / "bin" / "count").read_text().splitlines()) == 1
    draft.write(TYPED + b"3")
    second = Path(drafts.folder, draft.name + ".age").read_bytes()
    head = first.index(b"\n--- ") + 49  # the same stanza and MAC; nonce and all after it differ
    assert first[:head] == second[:head]
    assert first[head : head + 16] != second[head : head + 16]
    draft.discard()
