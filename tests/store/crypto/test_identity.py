"""A member's keys: made once, opened by stock programs, safe against a crash and curious eyes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from store.crypto import age, sshsig
from store.crypto.identity import create, public, state, unlock
from store.crypto.keyfiles import Cost
from store.crypto.passphrase import lock
from store.crypto.relock import change_passphrase
from store.crypto.signer import FileSigner
from store.errors import BadFormat, NotFound, Sealed, StoreError, WrongPassphrase

Dialogue = Callable[[Sequence[str], Sequence[str]], bytes]
needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="needs the age program")
WORDS = "four words"
OLD = "old words"
EMPTY = ""
CHEAP = Cost(log_n=2, rounds=1)
FILES = ["age_identity", "age_identity.pub", "signing_key", "signing_key.pub"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def opened(home: Path) -> Path:
    create(home, passphrase=None, comment="nour")
    return home


@pytest.fixture
def locked(home: Path) -> Path:
    create(home, passphrase=WORDS, comment="nour", cost=CHEAP)
    return home


def assert_works(home: Path, passphrase: str | None = None) -> None:
    keys, identity = public(home), unlock(home, passphrase)
    assert isinstance(identity.age, age.Identity)
    assert age.decrypt(age.encrypt(b"text", [keys.age]), [identity.age]) == b"text"
    assert sshsig.verify(sshsig.sign(b"text", identity.signer), b"text") == keys.sign


def test_an_open_identity_is_made_and_opened(home: Path) -> None:
    assert state(home) == "none"
    keys = create(home, passphrase=None, comment="nour")
    assert state(home) == "open"
    assert public(home) == keys
    assert_works(home)


def test_a_locked_identity_is_made_and_opened_by_its_passphrase(locked: Path) -> None:
    assert state(locked) == "locked"
    assert_works(locked, WORDS)
    with pytest.raises(WrongPassphrase):
        unlock(locked, "other words")
    with pytest.raises(Sealed, match="locked by a passphrase") as caught:
        unlock(locked)
    assert not isinstance(caught.value, WrongPassphrase)


def test_no_secret_stands_open_in_a_locked_folder(locked: Path) -> None:
    secret = unlock(locked, WORDS).age.secret
    for name in FILES:
        assert secret.encode() not in (locked / name).read_bytes()
    assert secret not in repr(unlock(locked, WORDS))


def test_the_folder_and_its_secrets_are_for_the_owner_only(opened: Path) -> None:
    assert sorted(os.listdir(opened)) == FILES
    assert opened.stat().st_mode & 0o777 == 0o700
    modes = [(opened / name).stat().st_mode & 0o777 for name in FILES]
    assert modes == [0o600, 0o644, 0o600, 0o644]


def test_an_identity_is_never_overwritten(opened: Path) -> None:
    before = [(opened / name).read_bytes() for name in FILES]
    with pytest.raises(StoreError, match="already"):
        create(opened, passphrase=WORDS, comment="nour")
    assert [(opened / name).read_bytes() for name in FILES] == before


def test_an_empty_passphrase_and_a_comment_of_two_lines_are_refused(home: Path) -> None:
    with pytest.raises(BadFormat, match="empty passphrase"):
        create(home, passphrase=EMPTY, comment="nour")
    with pytest.raises(BadFormat, match="one line"):
        create(home, passphrase=None, comment="nour\nssh-ed25519 AAAA")
    assert state(home) == "none"


@pytest.mark.parametrize("operation", [public, unlock])
def test_a_folder_without_an_identity_says_how_to_make_one(
    home: Path, operation: Callable[[Path], object]
) -> None:
    with pytest.raises(NotFound) as caught:
        operation(home)
    assert "dalil key new" in caught.value.advice()


@pytest.mark.parametrize("name", ["age_identity", "signing_key"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_secret_that_others_can_read_is_refused(opened: Path, name: str, mode: int) -> None:
    (opened / name).chmod(mode)
    with pytest.raises(StoreError, match="other users") as caught:
        _ = unlock(opened).signer
    assert caught.value.advice() == f"chmod 600 {opened / name}"


def test_a_pipe_or_a_folder_in_place_of_a_key_does_not_stop_the_program(opened: Path) -> None:
    (opened / "age_identity").unlink()
    os.mkfifo(opened / "age_identity")
    with pytest.raises(BadFormat, match="not a key file"):
        unlock(opened)
    (opened / "age_identity").unlink()
    (opened / "age_identity").mkdir()
    with pytest.raises(StoreError, match="age_identity"):
        unlock(opened)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "AGE-SECRET-KEY-1QQ\n", "age1x\n"])
def test_a_damaged_age_identity_is_reported(opened: Path, text: str) -> None:
    (opened / "age_identity").write_text(text)
    with pytest.raises(BadFormat):
        unlock(opened)


def test_two_secrets_in_one_file_are_refused(opened: Path) -> None:
    text = (opened / "age_identity").read_text()
    (opened / "age_identity").write_text(text * 2)
    with pytest.raises(BadFormat, match="one age secret key"):
        unlock(opened)


def test_a_foreign_public_key_is_noticed_when_signing(opened: Path) -> None:
    (opened / "signing_key.pub").write_text(FileSigner.new().public + " nour\n")
    with pytest.raises(BadFormat, match="is not the public key of"):
        _ = unlock(opened).signer


def test_a_missing_or_broken_public_file_is_reported_with_the_cure(opened: Path) -> None:
    (opened / "signing_key.pub").unlink()
    with pytest.raises(NotFound) as caught:
        public(opened)
    assert "ssh-keygen -y -f" in caught.value.advice()
    (opened / "age_identity.pub").write_text("age1evil\n")
    with pytest.raises(BadFormat, match="age recipient"):
        public(opened)


def test_reading_goes_on_when_the_signing_key_has_another_passphrase(locked: Path) -> None:
    (locked / "signing_key").write_bytes(FileSigner.new().dump("another", rounds=1))
    identity = unlock(locked, WORDS)
    with pytest.raises(WrongPassphrase, match="another passphrase than your age identity"):
        _ = identity.signer


@needs_age
def test_age_and_ssh_keygen_open_an_open_identity(opened: Path) -> None:
    keys = public(opened)
    text = (opened / "age_identity").read_text().splitlines()
    assert [line.split(":")[0] for line in text[:2]] == ["# created", "# public key"]
    encrypted = age.encrypt(b"text", [keys.age])
    arguments = ["age", "-d", "-i", str(opened / "age_identity")]
    run = subprocess.run(arguments, input=encrypted, capture_output=True, check=True)
    assert run.stdout == b"text"
    arguments = ["ssh-keygen", "-y", "-f", str(opened / "signing_key")]
    assert subprocess.run(arguments, capture_output=True, check=True).stdout.decode().split()[
        :2
    ] == (keys.sign.split())


@needs_age
@pytest.mark.pty
def test_age_and_ssh_keygen_open_a_locked_identity(
    locked: Path, tmp_path: Path, dialogue: Dialogue
) -> None:
    keys = public(locked)
    case, text = tmp_path / "case.age", tmp_path / "case"
    case.write_bytes(age.encrypt(b"text", [keys.age]))
    identity = str(locked / "age_identity")
    dialogue(["age", "-d", "-i", identity, "-o", str(text), str(case)], [WORDS])
    assert text.read_bytes() == b"text"
    shown = dialogue(["ssh-keygen", "-y", "-f", str(locked / "signing_key")], [WORDS])
    assert keys.sign.encode() in shown


def test_ssh_agent_signs_for_an_identity_without_a_signing_key(home: Path, agent: Path) -> None:
    key = home.parent / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    subprocess.run(["ssh-add", "-q", str(key)], check=True)
    line = key.with_suffix(".pub").read_text()
    create(home, passphrase=WORDS, comment="nour", agent_key=line, cost=CHEAP)
    assert not (home / "signing_key").exists()
    assert_works(home, WORDS)


def leave_only(home: Path, *names: str) -> None:
    """Leave what a creation that was cut off would leave."""
    for name in set(FILES) - set(names):
        (home / name).unlink(missing_ok=True)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("passphrase", [None, WORDS])
def test_a_creation_cut_off_is_completed_with_its_own_signing_key(
    home: Path, count: int, passphrase: str | None
) -> None:
    sign = create(home, passphrase=passphrase, comment="nour", cost=CHEAP).sign
    leave_only(home, *["signing_key", "signing_key.pub", "age_identity.pub"][:count])
    assert state(home) == "none"
    assert create(home, passphrase=passphrase, comment="nour", cost=CHEAP).sign == sign
    assert_works(home, passphrase)


def test_a_signing_key_that_does_not_open_is_never_overwritten(locked: Path) -> None:
    leave_only(locked, "signing_key")
    before = (locked / "signing_key").read_bytes()
    for passphrase in (None, "other words"):
        with pytest.raises(StoreError, match="incomplete: signing_key is there"):
            create(locked, passphrase=passphrase, comment="nour", cost=CHEAP)
    with pytest.raises(StoreError, match="incomplete: signing_key is there"):
        create(locked, passphrase=None, comment="", agent_key=FileSigner.new().public)
    assert (locked / "signing_key").read_bytes() == before


def test_a_creation_for_an_agent_cut_off_is_completed_for_that_key_only(home: Path) -> None:
    line = FileSigner.new().public
    create(home, passphrase=None, comment="nour", agent_key=line)
    leave_only(home, "signing_key.pub")
    for other in (None, FileSigner.new().public):
        with pytest.raises(StoreError, match=r"incomplete: signing_key\.pub is there"):
            create(home, passphrase=None, comment="nour", agent_key=other)
    assert create(home, passphrase=None, comment="nour", agent_key=line).sign == line


@pytest.mark.parametrize(("old", "new"), [("a", "b"), (None, "b"), ("a", None)])
def test_a_changed_passphrase_opens_the_same_keys(
    home: Path, old: str | None, new: str | None
) -> None:
    keys = create(home, passphrase=old, comment="nour", cost=CHEAP)
    change_passphrase(home, old, new, cost=CHEAP)
    assert public(home) == keys
    assert state(home) == ("open" if new is None else "locked")
    assert_works(home, new)
    if new is not None:
        with pytest.raises(WrongPassphrase):
            unlock(home, "a")


@pytest.mark.parametrize(("old", "new"), [("a", "b"), (None, "b"), ("a", None)])
def test_a_change_of_passphrase_cut_off_is_completed(
    home: Path, old: str | None, new: str | None
) -> None:
    create(home, passphrase=old, comment="nour", cost=CHEAP)
    before = (home / "age_identity").read_bytes()
    change_passphrase(home, old, new, cost=CHEAP)
    (home / "age_identity").write_bytes(before)
    change_passphrase(home, old, new, cost=CHEAP)
    assert_works(home, new)


def test_knowing_the_new_passphrase_alone_changes_nothing(locked: Path) -> None:
    before = (locked / "age_identity").read_bytes()
    for old in ("wrong", None):
        with pytest.raises(Sealed):
            change_passphrase(locked, old, WORDS, cost=CHEAP)
        with pytest.raises(Sealed):
            change_passphrase(locked, old, "b", cost=CHEAP)
    with pytest.raises(BadFormat, match="empty passphrase"):
        change_passphrase(locked, WORDS, "", cost=CHEAP)
    assert (locked / "age_identity").read_bytes() == before
    assert_works(locked, WORDS)


def test_an_agents_identity_changes_its_passphrase_too(home: Path) -> None:
    line = FileSigner.new().public
    create(home, passphrase=OLD, comment="nour", agent_key=line, cost=CHEAP)
    change_passphrase(home, OLD, "b", cost=CHEAP)
    assert unlock(home, "b").signer.public == line


def test_a_locked_file_that_is_no_identity_is_reported(locked: Path) -> None:
    (locked / "age_identity").write_bytes(lock(b"a shopping list", WORDS, log_n=2))
    with pytest.raises(BadFormat, match="one age secret key") as caught:
        unlock(locked, WORDS)
    assert "shopping" not in str(caught.value)


def test_opening_an_open_identity_loads_no_heavy_library(opened: Path) -> None:
    script = (
        "import sys; from store.crypto.identity import public, unlock;"
        "unlock(sys.argv[1]); public(sys.argv[1]);"
        "heavy = {'cryptography', 'bcrypt', 'socket', 'dataclasses', 'pathlib', 'subprocess'};"
        "sys.exit(' '.join(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(opened)], capture_output=True, check=False
    )
    assert run.stderr == b"\n"


def test_of_several_creations_at_once_one_wins_and_its_identity_works(home: Path) -> None:
    script = (
        "import sys; from store.crypto.identity import create;"
        "create(sys.argv[1], passphrase=None, comment='nour')"
    )
    command = [sys.executable, "-c", script, str(home)]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    errors = [run.communicate()[1] for run in runs]
    assert sorted(run.returncode for run in runs) == [0, 1, 1]
    assert sum(b"there is an identity" in error for error in errors) == 2
    assert_works(home)
