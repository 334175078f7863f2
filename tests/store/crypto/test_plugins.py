"""Age plugins: which program may run, what it is told, and what becomes of its answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from store.crypto import age, plugin_run, plugins
from store.crypto.identity import create, public, unlock
from store.crypto.plugins import Plugins, is_allowed, plugin_of, program
from store.crypto.signer import FileSigner
from store.crypto.wrapping import PluginIdentity, encrypt_to, read_plugin_file
from store.errors import BadFormat, NotFound, Refused, Sealed, StoreError, Unsupported
from store.trust.membership import rotate_keys
from store.trust.policy import Compartment, Member, Policy
from tests.store.crypto.testkey import Key, install, new_key

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="needs the age program")
PUBLISHED = {
    # From the pages of the plugins themselves.
    "age1se1qgg72x2qfk9wg3wh0qg9u0v7l5dkq4jx69fv80p6wdus3ftg6flwg5dz2dp": "se",
    "age1yubikey1qds33lxxw9gaj82vqedjulgtedqeqxhv3tnu5f28zq3lpwpp25j4u9fu8kg": "yubikey",
    "age1tpm1qg86fn5esp30u9h6jy6zvu9gcsvnac09vn8jzjxt8s3qtlcv5h2x287wm36": "tpm",
    "AGE-PLUGIN-YUBIKEY-1QSPSYQVZ0DJFDPGWQ2RKZ": "yubikey",
}


class Person:
    """Answers what a plugin asks, and remembers it."""

    def __init__(self, pin: str | None = None, *, choice: bool | None = None) -> None:
        self.said: list[str] = []
        self.pin, self.choice = pin, choice

    def touch(self) -> None:
        self.said.append("touch!")

    def tell(self, text: str) -> None:
        self.said.append(text)

    def ask(self, text: str, *, is_secret: bool) -> str | None:
        self.said.append(f"{text} ({'secret' if is_secret else 'public'})")
        return self.pin

    def choose(self, text: str, yes: str, no: str) -> bool | None:
        self.said.append(f"{text}: {yes} or {no}")
        return self.choice


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plugin's folder, which is in PATH."""
    place = tmp_path / "bin"
    install(place)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    return place


@pytest.fixture
def key() -> Key:
    return new_key()


def ours(talk: Person | None = None) -> Plugins:
    return Plugins(frozenset({"testkey"}), talk or Person())


def identity(key: Key, talk: Person | None = None) -> PluginIdentity:
    return PluginIdentity(key.identity, key.recipient, lambda: ours(talk))


@pytest.mark.parametrize(("text", "name"), PUBLISHED.items())
def test_published_keys_name_their_plugin(text: str, name: str) -> None:
    assert plugin_of(text) == name
    assert is_allowed(text) == text.startswith("age1")


@pytest.mark.parametrize(
    "text",
    [
        age.new_identity().recipient,
        age.new_identity().secret,
        "age1yubikey1qds33lxxw9gaj82vqedjulgtedqeqxhv3tnu5f28zq3lpwpp25j4u9fu8kq",
        "AGE1YUBIKEY1QDS33LXXW9GAJ82VQEDJULGTEDQEQXHV3TNU5F28ZQ3LPWPP25J4U9FU8KG",
        "ssh-ed25519 AAAA",
        "",
        "age1../evil1qqqq",
    ],
)
def test_other_texts_name_none(text: str) -> None:
    assert plugin_of(text) is None
    assert not is_allowed(text)


def test_a_plugin_that_is_not_on_the_shipped_list_is_allowed_in_no_policy() -> None:
    evil = new_key("evil")
    assert plugin_of(evil.recipient) == "evil"
    assert not is_allowed(evil.recipient)


def test_a_name_that_is_a_path_is_no_name() -> None:
    for name in ("../evil", "a/b", "a b", "", "x" * 40):
        assert plugin_of(new_key(name).recipient) is None


def test_what_is_wrapped_to_a_plugin_opens_with_it_and_with_the_others(
    folder: Path, key: Key
) -> None:
    native = age.new_identity()
    person = Person()
    file = encrypt_to(b"text", [native.recipient, key.recipient], ours())
    assert identity(key, person).decrypt(file) == b"text"
    assert age.decrypt(file, [native]) == b"text"
    assert person.said == ["touch the test key"]
    assert file.count(b"\n-> ") == 2


def test_a_file_for_others_is_sealed_and_without_a_plugins_stanza_none_runs(
    folder: Path, key: Key
) -> None:
    with pytest.raises(Sealed):
        identity(key).decrypt(encrypt_to(b"text", [new_key().recipient], ours()))
    ran = (folder / "count").read_text()
    with pytest.raises(Sealed):
        identity(key).decrypt(age.encrypt(b"text", [age.new_identity().recipient]))
    assert (folder / "count").read_text() == ran


def test_an_altered_file_is_reported(folder: Path, key: Key) -> None:
    file = bytearray(encrypt_to(b"text", [key.recipient], ours()))
    file[-1] ^= 1
    with pytest.raises(BadFormat):
        identity(key).decrypt(bytes(file))
    with pytest.raises(BadFormat):
        identity(key).decrypt(bytes(file[:60]))


@needs_age
def test_stock_age_opens_what_was_wrapped_here_and_the_other_way_round(
    folder: Path, key: Key, tmp_path: Path
) -> None:
    native = age.new_identity()
    names = tmp_path / "native", tmp_path / "plugin"
    names[0].write_text(native.secret + "\n")
    names[1].write_bytes(key.file())
    text = bytes(range(256)) * 600  # three chunks
    file = encrypt_to(text, [key.recipient, native.recipient], ours())
    for name in names:
        assert run("age", "-d", "-i", str(name), given=file) == text
    made = run("age", "-r", key.recipient, "-r", native.recipient, given=text)
    assert identity(key).decrypt(made) == text


def run(*command: str, given: bytes) -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout


def test_a_plugin_that_is_not_on_this_machines_list_does_not_run(folder: Path, key: Key) -> None:
    file = encrypt_to(b"text", [key.recipient], ours())
    (folder / "environment").unlink()
    other = PluginIdentity(key.identity, key.recipient, lambda: Plugins(frozenset({"yubikey"})))
    with pytest.raises(Refused, match="the plugin testkey may not run on this machine"):
        other.decrypt(file)
    with pytest.raises(Refused, match="may not run on this machine"):
        encrypt_to(b"text", [key.recipient], Plugins())
    assert not (folder / "environment").exists()


def test_a_plugin_that_is_not_installed_is_named(key: Key) -> None:
    with pytest.raises(NotFound, match="age-plugin-testkey is not installed"):
        encrypt_to(b"text", [key.recipient], ours())


@pytest.mark.parametrize("place", ["program", "folder", "above", "linked"])
def test_a_plugin_that_others_could_change_does_not_run(folder: Path, key: Key, place: str) -> None:
    path = folder / "age-plugin-testkey"
    if place == "linked":
        elsewhere = install(folder.parent / "shared" / "open")
        elsewhere.parent.chmod(0o777)
        path.unlink()
        path.symlink_to(elsewhere)
    else:
        target = {"program": path, "folder": folder, "above": folder.parent}[place]
        target.chmod(0o775)
    with pytest.raises(Refused, match="other users could change"):
        encrypt_to(b"text", [key.recipient], ours())
    assert not (folder / "environment").exists()


def test_a_folder_that_is_open_but_sticky_is_none_to_keep_a_program_in(folder: Path) -> None:
    folder.chmod(0o1777)
    with pytest.raises(Refused, match="other users could change"):
        program("testkey", ours())


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a file to somebody else")
def test_a_plugin_of_another_user_does_not_run(folder: Path) -> None:
    os.chown(folder / "age-plugin-testkey", 65534, 65534)
    with pytest.raises(Refused, match="other users could change"):
        program("testkey", ours())


def test_a_folder_of_path_that_is_not_absolute_is_passed_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "bin"]))
    with pytest.raises(NotFound):
        program("testkey", ours())


def test_a_plugin_learns_nothing_from_the_environment(
    folder: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DALIL_HOME", "/somewhere")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/elsewhere")
    encrypt_to(b"text", [key.recipient], ours())
    assert (folder / "environment").read_text() == "[]\n"


def test_a_pin_is_asked_for_and_given(folder: Path, key: Key) -> None:
    (folder / "mode").write_text("ask")
    person = Person("1234")
    file = encrypt_to(b"text", [key.recipient], ours(person))
    assert identity(key, person).decrypt(file) == b"text"
    assert person.said.count("PIN of the test key (secret)") == 2
    with pytest.raises(StoreError, match="age-plugin-testkey says: wrong PIN"):
        identity(key, Person()).decrypt(file)


@pytest.mark.parametrize("choice", [True, False, None])
def test_a_question_is_put_to_the_person(folder: Path, key: Key, choice: bool | None) -> None:  # noqa: FBT001 - a parameter
    (folder / "mode").write_text("confirm")
    person = Person(choice=choice)
    if choice:
        encrypt_to(b"text", [key.recipient], ours(person))
    else:
        with pytest.raises(StoreError, match="says: skipped"):
            encrypt_to(b"text", [key.recipient], ours(person))
    assert person.said == ["Plug in the test key: Plugged in or Skip"]


def test_a_silent_plugin_makes_us_say_that_a_touch_is_needed(folder: Path, key: Key) -> None:
    (folder / "mode").write_text("silent")
    person = Person()
    encrypt_to(b"text", [key.recipient], ours(person))
    assert person.said == ["touch!"]


def test_a_plugin_that_never_answers_is_ended(
    folder: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "mode").write_text("hang")
    monkeypatch.setattr(plugin_run, "PATIENCE", 0.5)
    monkeypatch.setattr(plugin_run, "_GRACE", 0.1)
    start = time.monotonic()
    with pytest.raises(StoreError, match="age-plugin-testkey did not answer within"):
        encrypt_to(b"text", [key.recipient], ours())
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("mode", "error", "words"),
    [
        ("die", StoreError, "ended before it was done"),
        ("garbage", Unsupported, "does not speak the age plugin protocol"),
        ("error", StoreError, "says: the key is"),
        ("twice", Unsupported, "does not speak the age plugin protocol"),
    ],
)
def test_what_goes_wrong_in_a_plugin_is_one_clear_line(
    folder: Path, key: Key, mode: str, error: type[StoreError], words: str
) -> None:
    (folder / "mode").write_text(mode)
    with pytest.raises(error, match=words):
        encrypt_to(b"text", [key.recipient], ours())


def test_keys_are_made_from_the_file_that_the_plugin_wrote(
    folder: Path, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugins, "KNOWN", frozenset({"testkey"}))
    home = tmp_path / "home"
    made = create(home, passphrase=None, comment="", age_key=read_plugin_file(key.file()))
    assert made.age == key.recipient
    assert public(home) == made
    opened = unlock(home, plugins=ours)
    assert isinstance(opened.age, PluginIdentity)
    assert opened.age.decrypt(encrypt_to(b"text", [made.age], opened.plugins)) == b"text"
    assert opened.signer.public == made.sign


def test_a_plugins_file_without_its_recipient_wants_it_named(key: Key) -> None:
    with pytest.raises(BadFormat, match="with its recipient in a comment"):
        read_plugin_file(f"{key.identity}\n".encode())
    found = read_plugin_file(f"{key.identity}\n".encode(), key.recipient)
    assert found.recipient == key.recipient
    with pytest.raises(BadFormat, match="not of one age plugin"):
        read_plugin_file(key.file(), new_key("other").recipient)
    with pytest.raises(BadFormat):
        read_plugin_file(age.new_identity().secret.encode())


def test_an_evil_identity_file_runs_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(folder, "evil")
    evil = new_key("evil")
    home = tmp_path / "home"
    create(home, passphrase=None, comment="")
    (home / "age_identity").write_bytes(evil.file())
    (home / "age_identity").chmod(0o600)
    (home / "age_identity.pub").write_text(evil.recipient + "\n")
    with pytest.raises(BadFormat, match="does not hold an age recipient"):
        public(home)
    opened = unlock(home)
    assert isinstance(opened.age, PluginIdentity)
    (folder / "environment").unlink(missing_ok=True)
    file = encrypt_to(b"text", [evil.recipient], Plugins(frozenset({"evil"})))
    (folder / "environment").unlink()
    with pytest.raises(Refused, match="the plugin evil may not run on this machine"):
        opened.age.decrypt(file)
    assert not (folder / "environment").exists()


def test_no_process_of_a_plugin_is_left_behind(folder: Path, key: Key) -> None:
    encrypt_to(b"text", [key.recipient], ours())
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(folder) not in listed.stdout


def test_a_policy_takes_the_recipients_of_known_plugins_and_no_others() -> None:
    signer = FileSigner.new()
    known = [text for text in PUBLISHED if text.startswith("age1")]
    founder = Member("admin", (signer.public,), (age.new_identity().recipient,), ("main",))
    policy = Policy("Unit", 1, {"nour": founder}, {"main": Compartment(1)})
    new = rotate_keys(policy, "nour", age=known)
    assert new.recipients("main") == known
    for wrong in (new_key("evil").recipient, known[0].upper(), known[0][:-1] + "q"):
        with pytest.raises(BadFormat, match="is not an age recipient"):
            rotate_keys(policy, "nour", age=[wrong])
