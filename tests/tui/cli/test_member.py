"""People and access from the command line."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from store.crypto import identity
from store.crypto.sshkey import fingerprint
from store.words import digits, words
from tests.tui.cli.conftest import Dalil


@pytest.fixture
def omar(team: Path) -> identity.PublicKeys:
    """Make somebody's keys, as they would send them to an admin."""
    return identity.create(str(team / "omar"), passphrase=None, comment="omar at home")


def join(keys: identity.PublicKeys, *more: str) -> list[str]:
    line = ["member", "add", "omar", "--sign", f"{keys.sign} omar@home", "--age", keys.age]
    return [*line, "--role", "editor", "--compartment", "main", *more]


def sits_at_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(answer + "\n"))


def test_a_member_is_added_and_reads_at_once(dalil: Dalil, omar: identity.PublicKeys) -> None:
    answer = dalil(*join(omar, "--yes"))
    assert (answer.code, answer.out[:19]) == (0, "in force as commit ")
    assert "omar is a member now: editor, in main" in answer.err
    assert dalil("list", by="omar").out.count("SY-2018-0003") == 1
    assert "omar@home" not in dalil("policy", "show").out


def test_new_keys_are_shown_in_words_and_digits_and_asked_about(
    dalil: Dalil, omar: identity.PublicKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    sits_at_a_terminal(monkeypatch, "n")
    refused = dalil(*join(omar))
    assert refused.code == 1
    for key in (fingerprint(omar.sign), omar.age):
        assert key in refused.err
        assert " ".join(words(key)) in refused.err
        assert " ".join(digits(key)) in refused.err
    assert "were not accepted, so nothing was changed" in refused.err
    assert len(dalil("member", "list", "--json").json()) == 3
    sits_at_a_terminal(monkeypatch, "y")
    assert dalil(*join(omar)).code == 0
    assert len(dalil("member", "list", "--json").json()) == 4


def test_without_a_terminal_nobody_has_compared_the_keys(
    dalil: Dalil, omar: identity.PublicKeys
) -> None:
    answer = dalil(*join(omar))
    assert answer.code == 1
    assert "accepted only after it was compared" in answer.err
    assert "--yes" in answer.err


def test_the_end_of_input_is_no_yes(
    dalil: Dalil, omar: identity.PublicKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    sits_at_a_terminal(monkeypatch, "")
    sys.stdin.readline()
    answer = dalil(*join(omar))
    assert answer.code == 1
    assert "were not accepted, so nothing was changed" in answer.err


def test_an_interruption_says_whether_it_is_in_force(
    dalil: Dalil, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("store.policy_change.prepare", stop)
        before = dalil("member", "remove", "sami")
    assert before.code == 130
    assert "interrupted: nothing was changed" in before.err
    assert len(dalil("member", "list", "--json").json()) == 3
    monkeypatch.setattr("store.policy_change.settle", stop)
    after = dalil("member", "remove", "sami")
    assert (after.code, after.out[:19]) == (0, "in force as commit ")
    assert len(dalil("member", "list", "--json").json()) == 2


def test_the_owner_sees_the_same_words(dalil: Dalil, omar: identity.PublicKeys) -> None:
    shown = dalil("key", "show", by="omar").out
    for key in (fingerprint(omar.sign), omar.age):
        assert " ".join(words(key)) in shown
        assert " ".join(digits(key)) in shown


def test_a_member_who_leaves_reads_nothing_new(dalil: Dalil) -> None:
    answer = dalil("member", "remove", "sami")
    assert answer.code == 0
    assert "dalil exposure sami" in answer.err
    assert "sealed" in dalil("list", by="sami").out
    (sami,) = [r for r in dalil("member", "list", "--all", "--json").json() if r["left"]]
    assert (sami["handle"], sami["left"], sami["role"]) == ("sami", 2, None)
    assert "left at version 2" in dalil("member", "list", "--all").out
    assert "sami" not in dalil("member", "list").out


def test_roles_change_and_the_last_admin_stays(dalil: Dalil) -> None:
    assert dalil("member", "role", "lina", "editor").code == 0
    assert "lina         editor" in dalil("member", "list").out
    refused = dalil("member", "role", "nour", "editor")
    assert refused.code == 1
    assert "nour is the only admin" in refused.err


def test_only_admins_change_anything(dalil: Dalil) -> None:
    refused = dalil("member", "role", "lina", "admin", by="sami")
    assert refused.code == 1
    assert "only an admin" in refused.err
    assert "the admins are: nour" in refused.err
    assert "version 2" not in refused.err  # nothing is announced that does not come


def test_lost_keys_are_replaced_and_revoked(
    dalil: Dalil, omar: identity.PublicKeys, team: Path
) -> None:
    head = dalil("log", "--json").json()[0]["commit"]
    line = ["member", "rotate", "sami", "--sign", omar.sign, "--age", omar.age, "--lost"]
    answer = dalil(*line, "--after", head[:10], "--yes")
    assert answer.code == 0
    assert "is revoked" in answer.err
    assert "SY-2018-0003" in dalil("list", by="omar").out
    assert "sealed" in dalil("list", by="sami").out
    assert f"after: {head}" in dalil("policy", "show").out
    lost = identity.public(str(team / "sami")).age
    found = dalil("exposure", "sami", "--key", lost, "--json").json()
    assert (found["held"], found["open"]) == ({"main": 1}, [])


def test_a_key_is_revoked_by_its_fingerprint(
    dalil: Dalil, omar: identity.PublicKeys, team: Path
) -> None:
    old = identity.public(str(team / "sami")).sign
    head = dalil("log", "--json").json()[0]["commit"]
    only = dalil("member", "revoke", fingerprint(old), "--after", head)
    assert "the only signing key of sami" in only.err
    dalil("member", "rotate", "sami", "--sign", old, "--sign", omar.sign, "--yes")
    assert dalil("member", "revoke", fingerprint(old), "--after", head).code == 0
    assert "no member signs with" in dalil("member", "revoke", "SHA256:x", "--after", head).err
    assert dalil("member", "revoke", f"{old} a comment", "--after", head).code == 1  # once


def test_compartments_are_made_given_and_taken(dalil: Dalil) -> None:
    assert dalil("compartment", "create", "source").code == 0
    assert dalil("compartment", "grant", "source", "sami").code == 0
    assert dalil("compartment", "revoke", "source", "sami").code == 0
    assert dalil("compartment", "rotate", "main").code == 0
    assert dalil("compartment", "list", "--json").json() == [
        {"name": "main", "epoch": 2, "readers": ["lina", "nour", "sami"]},
        {"name": "source", "epoch": 2, "readers": ["nour"]},
        {"name": "witness", "epoch": 1, "readers": ["nour"]},
    ]
    assert "source       epoch 2   nour" in dalil("compartment", "list").out
    assert "there is no compartment x" in dalil("compartment", "rotate", "x").err


def test_a_proposal_goes_from_hand_to_hand(dalil: Dalil, tmp_path: Path) -> None:
    file = str(tmp_path / "proposal.yaml")
    dalil("member", "role", "sami", "admin")
    dalil("policy", "threshold", "2")
    refused = dalil("member", "remove", "lina")
    assert "needs 2 admins here" in refused.err
    assert "--propose FILE" in refused.err
    assert dalil("member", "remove", "lina", "--propose", file).code == 0
    assert "there is a file" in dalil("member", "remove", "lina", "--propose", file).err
    shown = dalil("policy", "show", file, "--json").json()
    assert shown["changes"][0] == {"who": "lina", "what": "left", "old": "reviewer", "new": ""}
    assert (shown["approved"], shown["missing"]) == (["nour"], 1)
    assert "approved by nour; 1 more needed" in dalil("policy", "show", file).out
    assert "1 have not approved it yet" in dalil("policy", "apply", file).err
    assert "that is enough" in dalil("policy", "approve", file, by="sami").err
    assert dalil("policy", "apply", file).code == 0
    assert "lina" not in dalil("member", "list").out
    assert dalil("verify").code == 0
    assert "propose it again" in dalil("policy", "apply", file).err


def test_an_edited_policy_is_proposed(dalil: Dalil, tmp_path: Path) -> None:
    edited, file = tmp_path / "policy.yaml", str(tmp_path / "proposal.yaml")
    edited.write_text(dalil("policy", "show").out.replace("name: Unit", "name: Neutral"))
    assert dalil("policy", "propose", file, "--from", str(edited), "--json").code == 0
    assert dalil("policy", "apply", file, "--json").json()["commit"]
    assert dalil("policy", "show", "--json").json()["version"] == 2
    assert dalil("policy", "show").out.startswith("dalil: 1\nname: Neutral\nversion: 2\n")


def test_what_is_no_proposal_is_refused_in_one_line(dalil: Dalil, tmp_path: Path) -> None:
    file = tmp_path / "proposal.yaml"
    assert "cannot read" in dalil("policy", "apply", str(file)).err
    file.write_text("a: 1\n")
    answer = dalil("policy", "approve", str(file))
    assert (answer.code, answer.err.count("\n")) == (1, 2)
    assert "no proposal of a policy" in answer.err


def test_who_can_read_a_case(dalil: Dalil) -> None:
    answer = dalil("who-can-read", "SY-2018-0003")
    assert answer.out.splitlines()[0] == "main · epoch 1"
    assert "    sami (editor)" in answer.out
    (part,) = dalil("who-can-read", "SY-2024-0002", "--json").json()
    assert part["compartment"] == "witness"
    assert part["readers"] == [["nour", "admin"]]


def test_what_a_leaver_could_open(dalil: Dalil) -> None:
    assert "STILL OPEN" in dalil("exposure", "sami").out
    dalil("member", "remove", "sami")
    answer = dalil("exposure", "sami", "--versions")
    assert "main · epochs 1 to 1 · closed from commit" in answer.out
    assert "SY-2024-0001" in answer.out
    assert "SY-2024-0002" not in answer.out
    assert "main, epoch 1" in answer.out
    assert "2 cases, 2 versions could be opened by sami" in answer.err
    found = dalil("exposure", "sami", "--json").json()
    assert {case["reference"] for case in found["cases"]} == {"SY-2018-0003", "SY-2024-0001"}
    assert dalil("exposure", "nobody").code == 1


def test_a_proposal_that_changes_nothing_is_refused(dalil: Dalil, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(dalil("policy", "show").out)
    file = str(tmp_path / "proposal")
    answer = dalil("policy", "propose", "--from", str(tmp_path / "policy.yaml"), file)
    assert (answer.code, answer.err) == (1, "error: this changes nothing in the policy\n")
    assert not Path(file).exists()


def test_a_change_is_told_in_arabic(dalil: Dalil, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ar_SY.UTF-8")
    answer = dalil("member", "role", "sami", "reviewer")
    assert (answer.code, answer.out[:9]) == (0, "صار نافذً")
