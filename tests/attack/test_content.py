"""What can be said of an encrypted file without its key: where it stood first, and for how many."""

from __future__ import annotations

import subprocess

import pytest

from store.crypto import age
from store.crypto.padding import pad
from store.errors import BadFormat
from store.trust.paths import case_path, journal_path, key_path
from tests.attack.arena import CASE, ENTRY, OTHER, WITNESS, Arena
from tests.store.office import FIRST, SECOND


def test_a_file_of_another_case_is_swapped_in(arena: Arena) -> None:
    """It opens with the right key, and says something of somebody else."""
    other = arena.raw(f"{arena.honest}:{OTHER}")
    bad = arena.commit_as("sami", {CASE: other})
    assert arena.git_says() == "G"
    assert arena.git_fsck() == ""
    [finding] = arena.report().findings
    assert (finding.commit, finding.rule, finding.severity) == (bad, 4, "notice")
    assert "stood first" in finding.text()
    assert OTHER in finding.text()
    assert finding.advice
    with arena.open("nour") as vault:
        with pytest.raises(BadFormat) as caught:
            vault.get(FIRST)
        assert "\n" not in str(caught.value)
        states = {row.id: row.state for row in vault.summaries()}
        assert (states[FIRST], states[SECOND]) == ("damaged", "open")


def test_an_earlier_version_of_another_case_is_swapped_in(arena: Arena) -> None:
    old = arena.raw(f"{arena.honest}:{OTHER}")
    arena.edit("sami", "newer", SECOND)
    bad = arena.commit_as("sami", {CASE: old})
    assert [(one.commit, one.rule) for one in arena.report().findings] == [(bad, 4)]
    with arena.open("nour") as vault, pytest.raises(BadFormat):
        vault.get(FIRST)


@pytest.mark.parametrize(
    "path",
    [
        case_path("witness", FIRST),
        case_path("main", "e" * 20),
        journal_path("main", SECOND, "a1"),
        journal_path("main", FIRST, "a2"),
    ],
)
def test_a_file_is_copied_to_another_place(arena: Arena, path: str) -> None:
    source = CASE if path.startswith("cases") else ENTRY
    bad = arena.commit_as("nour", {path: arena.raw(f"{arena.honest}:{source}")})
    [finding] = arena.report().findings
    assert (finding.commit, finding.rule) == (bad, 4)
    assert source in finding.text()


def test_a_case_that_is_brought_back_is_no_stranger(arena: Arena) -> None:
    old = arena.raw(f"{arena.honest}:{CASE}")
    arena.edit("sami", "newer")
    arena.commit_as("sami", {CASE: None}, message="remove case")
    arena.commit_as("sami", {CASE: old}, message="restore case")
    assert arena.report().findings == ()


def readers(arena: Arena, *more: str) -> list[str]:
    names = ("nour", "rima", "sami", "lina", "omar", *more)
    return [arena.keys(name).age.recipient for name in names]


def key_text(arena: Arena) -> bytes:
    with arena.open("nour") as vault:
        return f"{vault.keys_of('main')[0].secret}\n".encode()


def test_an_epoch_key_for_one_reader_more_than_the_policy_lists(arena: Arena) -> None:
    """An admin signs it, the paths are right, and eve can open all that is saved from then on."""
    content = age.encrypt(key_text(arena), readers(arena, "eve"))
    bad = arena.commit_as("nour", {key_path("main", 2): content}, message="keys")
    assert arena.git_says() == "G"
    finding = arena.refuses(bad, 4, "encrypted to 6 keys instead of 5")[0]
    assert finding.values["path"] == "keys/main/2.age"


def test_an_epoch_key_for_those_whom_the_policy_lists(arena: Arena) -> None:
    for names in (readers(arena), readers(arena)[:2]):
        content = age.encrypt(key_text(arena), names)
        arena.commit_as("nour", {key_path("main", 2): content}, message="keys")
        assert arena.report().findings == ()


def test_a_case_for_a_second_reader(arena: Arena) -> None:
    content = age.encrypt(
        pad(b"anything"), [arena.recipients["main"], arena.keys("eve").age.recipient]
    )
    bad = arena.commit_as("sami", {CASE: content})
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "encrypted to 2 keys instead of 1")


@pytest.mark.parametrize("path", [WITNESS, journal_path("witness", FIRST, "a1")])
def test_any_file_for_a_second_reader(arena: Arena, path: str) -> None:
    content = age.encrypt(b"x", [arena.recipients["witness"], arena.keys("eve").age.recipient])
    bad = arena.commit_as("nour", {path: content})
    arena.refuses(bad, 4, "2 keys instead of 1")


def test_a_case_for_an_ssh_key(arena: Arena) -> None:
    """Such a file tells by four bytes whose key opens it."""
    public = f"{arena.homes['eve']}/signing_key.pub"
    done = subprocess.run(["age", "-R", public], input=b"anything", capture_output=True, check=True)
    bad = arena.commit_as("sami", {CASE: done.stdout})
    assert b"-> ssh-ed25519 " in done.stdout
    arena.refuses(bad, 4, "ssh-ed25519")


def test_a_case_for_a_passphrase(arena: Arena) -> None:
    content = b"age-encryption.org/v1\n-> scrypt AAAA 18\nAAAA\n--- AAAA\nx"
    bad = arena.commit_as("sami", {CASE: content})
    assert arena.git_says() == "G"
    arena.refuses(bad, 4, "scrypt")


def test_many_stanzas_that_say_they_are_nothing(arena: Arena) -> None:
    """Grease is one stanza at most: more could hide readers."""
    content = arena.sealed()
    stanza = b"-> a-grease x\n\n"
    bad = arena.commit_as("sami", {CASE: content.replace(b"v1\n", b"v1\n" + stanza + stanza, 1)})
    arena.refuses(bad, 4, "keys instead of 1")


def test_a_header_without_end(arena: Arena) -> None:
    content = b"age-encryption.org/v1\n" + b"-> X25519 AAAA\nAAAA\n" * 50_000
    bad = arena.commit_as("sami", {CASE: content})
    arena.refuses(bad, 4, "keys instead of 1")
