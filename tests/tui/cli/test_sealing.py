"""Sealing from the command line: the others see a pseudonym, and it is said who had the rest."""

from __future__ import annotations

from tests.tui.cli.conftest import Dalil

CASE = "SY-2024-0001"


def test_a_person_is_sealed_and_unsealed(dalil: Dalil) -> None:
    answer = dalil("seal", CASE, "p1", "--into", "witness", "--why", "she is afraid")
    assert answer.code == 0
    assert "people.p1 is sealed into witness as V-01" in answer.out
    assert "stay readable to those who had them: lina, sami" in answer.err
    for by, is_read in (("nour", True), ("sami", False), ("lina", False)):
        shown = dalil("show", CASE, by=by)
        assert shown.code == 0
        assert "V-01" in shown.out
        assert ("Haddad" in shown.out) is is_read
        found = dalil("search", "Haddad", by=by)
        assert (CASE in found.out) is is_read
        assert CASE in dalil("search", "V-01", by=by).out
        assert dalil("list", by=by).out.count(CASE) == 1
        assert len(dalil("list", "--json", by=by).json()) == 3
        assert dalil("log", CASE, "-p", by=by).code == 0
    assert "Haddad" in dalil("show", CASE, "--at", "HEAD~1", by="sami").out
    readers = dalil("who-can-read", CASE).out
    assert "witness · epoch 1" in readers
    undone = dalil("unseal", CASE, "people.p1", "--why", "she is safe now", "--json")
    assert undone.json()["newly_read_by"] == ["lina", "sami"]
    assert "Haddad" in dalil("show", CASE, by="sami").out


def test_a_sealed_person_is_changed_by_those_only_who_can_open_it(dalil: Dalil) -> None:
    dalil("seal", CASE, "p1", "--into", "witness", "--as", "W-07", "--why", "x")
    refused = dalil("set", CASE, "people.p1.fate", "released", "--why", "x", by="sami")
    assert refused.code == 1
    assert "people.p1 is sealed into witness, which you cannot open" in refused.err
    assert dalil("set", CASE, "people.p1.fate", "released", "--why", "x").code == 0
    assert "released" not in dalil("show", CASE, by="sami").out
    changed = dalil("diff", CASE)
    assert "people.p1.fate" in changed.out
    assert dalil("diff", CASE, by="sami").out == ""
    assert "W-07" in dalil("show", CASE, by="sami").out


def test_the_whole_case_goes_out_and_in_as_one_text(dalil: Dalil, tmp_path: object) -> None:
    dalil("seal", CASE, "p1", "--into", "witness", "--why", "x")
    text = dalil("show", CASE).out
    file = f"{tmp_path}/case.yaml"
    with open(file, "w", encoding="utf-8") as out:
        out.write(text.replace("Haddad", "Khoury"))
    assert dalil("edit", CASE, "--from", file, "--why", "the right name").code == 0
    assert "Khoury" in dalil("show", CASE).out
    assert "Khoury" not in dalil("show", CASE, by="sami").out
    with open(file, "w", encoding="utf-8") as out:
        out.write(text.replace("  sealed: witness\n", ""))
    refused = dalil("edit", CASE, "--from", file, "--why", "by accident")
    assert (refused.code, "sealed or unsealed by this" in refused.err) == (1, True)


def test_a_case_is_moved(dalil: Dalil) -> None:
    answer = dalil("move", CASE, "witness", "--why", "too dangerous for all")
    assert "the case is in witness now" in answer.out
    assert "those who had them: lina, sami" in answer.err
    assert dalil("show", CASE).code == 0
    assert dalil("log", CASE).out.count("\n") == 2
    refused = dalil("show", CASE, by="sami")
    assert refused.code != 0
    assert dalil("log", CASE, by="sami").code != 0
    case_id = dalil("list", "--json").json()[0]["id"]
    assert dalil("log", case_id, "-p", by="sami").code == 0


def test_what_cannot_be_is_said_in_one_line(dalil: Dalil) -> None:
    for arguments, words in (
        (("seal", CASE, "p9", "--into", "witness", "--why", "x"), "no item of this case is p9"),
        (("seal", CASE, "p1", "--into", "main", "--why", "x"), "nothing of it can be sealed"),
        (("seal", CASE, "p1", "--into", "nowhere", "--why", "x"), "no compartment nowhere"),
        (("unseal", CASE, "p1", "--why", "x"), "people.p1 is not sealed"),
        (("move", CASE, "main", "--why", "x"), "in main already"),
    ):
        answer = dalil(*arguments)
        assert answer.code == 1
        assert words in answer.err
    assert dalil("seal", CASE, "p1", "--why", "x").code == 2
