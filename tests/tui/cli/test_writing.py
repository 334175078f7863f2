"""Writing from the command line: new, set, edit; and keys, init, demo, doctor."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from store.model.fields import load_model
from tests.tui.cli.conftest import Dalil
from tui.cli.writing import parse_value

MEMORY = "/dev/shm"  # noqa: S108 - asked about, not written to
CASE = b"""\
overview: {reference: SY-2025-0001, title: New, kind: [torture], status: intake}
people:
- {id: p1, capacities: [victim], name: {la: {given: Rami}}}
"""


def test_a_case_is_made_from_a_file(dalil: Dalil, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(CASE)
    answer = dalil("new", "--from", str(tmp_path / "a.yaml"), "--why", "Intake", "--json")
    assert answer.code == 0
    case_id = answer.json()["cases"][0]
    shown = dalil("show", case_id, "--json").json()
    assert shown["overview"]["reference"] == "SY-2025-0001"
    assert shown["changed"]["why"] == "Intake"
    assert dalil("verify").code == 0


def test_several_files_are_one_commit(dalil: Dalil, tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_bytes(CASE.replace(b"0001", b"000" + name.encode()))
    files = [str(tmp_path / name) for name in "abc"]
    before = len(dalil("log", "--json").json())
    assert dalil("new", "--from", *files, "--why", "Import").code == 0
    after = dalil("log", "--json").json()
    assert len(after) == before + 1
    assert after[0]["message"] == "import 3 cases"


def test_a_case_is_made_from_standard_input(dalil: Dalil, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CASE)))
    assert dalil("new", "--from", "-", "--why", "Intake").code == 0


@pytest.mark.parametrize(
    "text",
    [
        b"overview: [",
        b"- a",
        b"",
        b"nonsense: {a: 1}",
        b"overview: text",
        b"overview: {status: nonsense}",
        b"people: [{name: x}]",
        b"overview: {title: &a x, translation: *a}",
        b"\xff\xfe\x00",
        b"overview: {period: soon}",
    ],
)
def test_a_broken_or_hostile_file_makes_nothing(dalil: Dalil, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(text)
    before = dalil("log").out
    answer = dalil("new", "--from", str(tmp_path / "a.yaml"), "--why", "x")
    assert answer.code == 1
    assert answer.err.startswith("error: ")
    assert dalil("log").out == before


def test_a_file_that_is_not_there_is_said(dalil: Dalil) -> None:
    assert dalil("new", "--from", "nowhere.yaml", "--why", "x").err.startswith("error: cannot read")


def test_setting_the_same_value_makes_no_commit(dalil: Dalil) -> None:
    answer = dalil("set", "SY-2018-0003", "overview.status", "intake", "--why", "x", "--json")
    assert answer.code == 0
    assert answer.json() == {"commit": None}


def test_an_empty_value_takes_a_field_away(dalil: Dalil) -> None:
    dalil("set", "SY-2018-0003", "overview.lead", "nour", "--why", "x")
    dalil("set", "SY-2018-0003", "overview.lead", "", "--why", "x")
    assert "lead" not in dalil("show", "SY-2018-0003", "--json").json()["overview"]


def test_a_field_that_each_case_must_have_is_not_emptied(dalil: Dalil) -> None:
    for path, value in (("overview.kind", ","), ("overview.title", " ")):
        answer = dalil("set", "SY-2018-0003", path, value, "--why", "x")
        assert answer.code == 1
        assert answer.err.startswith(f"error: {path} must say something")
    assert dalil("show", "SY-2018-0003", "--json").json()["overview"]["kind"] == ["detention"]
    dalil("set", "SY-2018-0003", "people.p1.name", "", "--why", "x")
    assert dalil("show", "SY-2018-0003", "--json").json()["people"][0]["id"] == "p1"


def test_an_empty_field_that_was_empty_before_is_no_fault(dalil: Dalil, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"overview: {title: New}")
    made = dalil("new", "--from", str(tmp_path / "a.yaml"), "--why", "x", "--json").json()
    answer = dalil("set", made["cases"][0], "overview.kind", "", "--why", "x")
    assert (answer.code, "nothing changed" in answer.err) == (0, True)


def test_items_without_an_id_are_given_one(dalil: Dalil, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(
        b"people: [{capacities: [victim]}, {id: p1, capacities: [witness]}, {capacities: [source]}]"
    )
    made = dalil("new", "--from", str(tmp_path / "a.yaml"), "--why", "x", "--json").json()
    ids = [p["id"] for p in dalil("show", made["cases"][0], "--json").json()["people"]]
    assert ids[1] == "p1"
    assert len(set(ids)) == 3
    assert all(each.startswith("p") for each in ids)


def test_what_is_no_term_is_refused_by_naming_those_that_are(dalil: Dalil, tmp_path: Path) -> None:
    answer = dalil("set", "SY-2018-0003", "overview.kind", "detension", "--why", "x")
    assert answer.code == 1
    assert "hint: it has: detention, " in answer.err
    (tmp_path / "a.yaml").write_bytes(b"overview: {kind: detention}")
    answer = dalil("new", "--from", str(tmp_path / "a.yaml"), "--why", "x")
    assert answer.err.startswith("error: overview.kind must be a list of terms, such as [")
    assert "detention" in answer.err.splitlines()[1]
    (tmp_path / "a.yaml").write_bytes(b"people: {id: p1}")
    assert dalil("new", "--from", str(tmp_path / "a.yaml"), "--why", "x").code == 1


def test_two_cases_with_one_reference_are_taken_with_a_warning(
    dalil: Dalil, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_bytes(CASE.replace(b"SY-2025-0001", b"SY-2018-0003"))
    first = dalil("show", "SY-2018-0003", "--json").json()["id"]
    answer = dalil("new", "--from", str(tmp_path / "a.yaml"), "--why", "x")
    assert answer.code == 0
    assert f"warning: another case has this reference: {first}" in answer.err
    second = answer.out[:20]
    told = dalil("set", second, "overview.reference", "SY-2025-0009", "--why", "x")
    assert "warning" not in told.err
    told = dalil("set", second, "overview.reference", "SY-2024-0001", "--why", "x")
    assert (told.code, told.err.count("warning: another case")) == (0, 1)
    assert "warning" not in dalil("set", second, "overview.status", "closed", "--why", "x").err


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("overview.title", "Title: with colon, and comma", "Title: with colon, and comma"),
        ("overview.kind", "torture, detention", ["torture", "detention"]),
        ("people.p1.minor", "yes", True),
        ("people.p1.minor", "unknown", "unknown"),
        ("people.p1.aliases", "Abu X, Abu Y", ["Abu X", "Abu Y"]),
        ("people.p1.name", "{la: {given: Rami}}", {"la": {"given": "Rami"}}),
        ("people.p1.name.la.given", "Rami", "Rami"),
        (
            "events.e1.place",
            "{name: Bayt Rummanin, lat: 33.5}",
            {"name": "Bayt Rummanin", "lat": 33.5},
        ),
        ("events.e1.place.lat", "33.5", 33.5),
        ("overview.places", "{name: A}", [{"name": "A"}]),
        ("evidence.v1.size", "1024", 1024),
        ("overview.period", "2013", "2013"),
        ("events.e1.victims", "p1,p2", ["p1", "p2"]),
    ],
)
def test_a_value_is_read_by_the_kind_of_its_field(path: str, text: str, value: object) -> None:
    field = load_model().field(path)
    assert field is not None
    assert parse_value(field, text, path) == value


SIMPLE = {
    "text": "x",
    "long": "x",
    "number": "5",
    "yesno": "unknown",
    "date": "2013~",
    "place": "{name: x}",
    "name": "{la: {given: x}}",
    "person": "p1",
}


def test_every_simple_field_of_the_table_can_be_set(dalil: Dalil) -> None:
    case_id = dalil("list", "--json").json()[-1]["id"]
    for key, way in (("overview", "overview"), ("people", "people.p1")):
        for field in load_model().section(key).fields:
            if field.kind in SIMPLE:
                value = SIMPLE[field.kind]
            elif field.vocabulary:
                value = load_model().vocabulary(field.vocabulary).terms[0].code
            else:
                continue
            answer = dalil("set", case_id, f"{way}.{field.key}", value, "--why", "x")
            assert answer.code == 0, (field.key, answer.err)


def test_who_may_not_write_is_told_so(dalil: Dalil) -> None:
    change = ("set", "SY-2018-0003", "overview.status", "closed", "--why", "x")
    assert dalil(*change, by="lina").code == 1
    assert "reviewer" in dalil(*change, by="lina").err
    assert dalil(*change, by="nobody").code == 4


def test_a_whole_case_is_replaced_from_a_file(dalil: Dalil, tmp_path: Path) -> None:
    text = dalil("show", "SY-2018-0003").out.replace("intake", "review")
    (tmp_path / "edited.yaml").write_text(text)
    answer = dalil("edit", "SY-2018-0003", "--from", str(tmp_path / "edited.yaml"), "--why", "x")
    assert answer.code == 0
    assert "intake → review" in dalil("diff", "SY-2018-0003").out
    other = dalil("show", "SY-2024-0001").out
    (tmp_path / "edited.yaml").write_text(other)
    refused = dalil("edit", "SY-2018-0003", "--from", str(tmp_path / "edited.yaml"), "--why", "x")
    assert refused.code == 1
    assert "another case" in refused.err


@pytest.mark.skipif(not os.path.ismount(MEMORY), reason="needs a memory file system")
def test_an_editor_works_in_memory_and_leaves_nothing(
    dalil: Dalil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor"
    where = f"{tmp_path}/where"
    script.write_text(
        f'#!/bin/sh\necho "$1" > {where}\nstat -c %a "$(dirname "$1")" >> {where}\n'
        'sed -i s/intake/review/ "$1"\n'
    )
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))
    assert dalil("edit", "SY-2018-0003", "--editor", "--why", "x").code == 0
    assert "intake → review" in dalil("diff", "SY-2018-0003").out
    place, mode = (tmp_path / "where").read_text().split()
    assert mode == "700"
    assert not os.path.exists(os.path.dirname(place))
    script.write_text("#!/bin/sh\nexit 1\n")
    assert dalil("edit", "SY-2018-0003", "--editor", "--why", "x").code == 1


@pytest.mark.skipif(not os.path.ismount(MEMORY), reason="needs a memory file system")
def test_what_a_colleague_saved_while_the_editor_was_open_is_kept(
    dalil: Dalil, team: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).parents[3]
    colleague = (
        f"PYTHONPATH={root} DALIL_HOME={team}/sami {sys.executable} -m tui -C {team}/repository"
        " set SY-2018-0003 overview.title Theirs --why theirs"
    )
    script = tmp_path / "editor"
    script.write_text(f'#!/bin/sh\n{colleague}\nsed -i s/intake/review/ "$1"\n')
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))
    assert dalil("edit", "SY-2018-0003", "--editor", "--why", "mine").code == 0
    shown = dalil("show", "SY-2018-0003", "--json").json()["overview"]
    assert (shown["title"], shown["status"]) == ("Theirs", "review")


@pytest.mark.skipif(not os.path.ismount(MEMORY), reason="needs a memory file system")
@pytest.mark.parametrize("signal", ["HUP", "TERM"])
def test_a_closed_terminal_leaves_no_text_of_the_editor(
    team: Path, tmp_path: Path, signal: str
) -> None:
    script = tmp_path / "editor"
    script.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/where\nkill -{signal} $PPID\nsleep 5\n')
    script.chmod(0o700)
    environment = os.environ | {
        "VISUAL": str(script),
        "DALIL_HOME": str(team / "nour"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    line = [sys.executable, "-m", "tui", "-C", str(team / "repository"), "edit", "SY-2018-0003"]
    done = subprocess.run([*line, "--editor", "--why", "x"], env=environment, check=False)
    assert done.returncode > 128
    assert not os.path.exists((tmp_path / "where").read_text().strip())


def test_a_reason_is_required(dalil: Dalil) -> None:
    assert dalil("set", "SY-2018-0003", "overview.status", "closed").code == 2
    assert dalil("set", "SY-2018-0003", "overview.status", "closed", "--why", "  ").code == 1


def test_keys_are_made_locked_shown_and_never_overwritten(dalil: Dalil, team: Path) -> None:
    (team / "phrase").write_text("correct horse battery staple\n")
    made = dalil("key", "new", "--passphrase-file", str(team / "phrase"), "--json", by="rana")
    assert made.code == 0
    assert made.json()["age"].startswith("age1")
    assert dalil("key", "show", "--json", by="rana").json() == made.json()
    assert stat.S_IMODE((team / "rana" / "age_identity").stat().st_mode) == 0o600
    assert b"AGE-SECRET" not in (team / "rana" / "age_identity").read_bytes()
    again = dalil("key", "new", "--no-passphrase", by="rana")
    assert again.code == 1
    assert dalil("key", "show", "--json", by="rana").json() == made.json()
    assert dalil("key", "show", by="nobody").code == 1


def test_outside_a_repository_nobody_is_asked_for_a_passphrase(dalil: Dalil, team: Path) -> None:
    (team / "phrase").write_text("correct horse battery staple\n")
    dalil("key", "new", "--passphrase-file", str(team / "phrase"), by="rana")
    (team / "empty").mkdir()
    answer = dalil("-C", str(team / "empty"), "list", by="rana")
    assert answer.code == 1
    assert "is no git repository" in answer.err
    assert "passphrase" not in answer.err


def test_locked_keys_ask_for_the_passphrase_and_a_wrong_one_is_said(
    dalil: Dalil, team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (team / "phrase").write_text("right\n")
    (team / "wrong").write_text("wrong\n")
    dalil("key", "new", "--passphrase-file", str(team / "phrase"), by="rana")
    new = str(team / "another")
    made = dalil(
        "init",
        new,
        "--name",
        "U",
        "--handle",
        "rana",
        "--passphrase-file",
        str(team / "phrase"),
        by="rana",
    )
    assert made.code == 0
    wrong = dalil("-C", new, "list", "--passphrase-file", str(team / "wrong"), by="rana")
    assert wrong.code == 4
    assert "passphrase" in wrong.err
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    assert dalil("-C", new, "list", by="rana").code == 4
    assert dalil("-C", new, "list", "--passphrase-file", str(team / "phrase"), by="rana").code == 0


def test_a_new_repository_is_ready_for_its_first_case(
    dalil: Dalil, team: Path, tmp_path: Path
) -> None:
    new = str(tmp_path / "new")
    made = dalil("init", new, "--name", "Unit 2", "--handle", "nour", "--compartment", "witness")
    assert made.code == 0
    (tmp_path / "a.yaml").write_bytes(CASE)
    saved = dalil(
        "-C",
        new,
        "new",
        "--from",
        str(tmp_path / "a.yaml"),
        "--compartment",
        "witness",
        "--why",
        "x",
    )
    assert saved.code == 0
    assert dalil("-C", new, "verify").code == 0
    assert dalil("init", new, "--name", "x", "--handle", "nour").code == 1
    assert dalil("init", str(tmp_path / "n2"), "--name", "x", "--handle", "No Good").code == 1
    assert not (tmp_path / "n2").exists()
    assert (
        dalil("init", str(tmp_path / "n3"), "--name", "x", "--handle", "h", by="nobody").code == 4
    )


def test_doctor_finds_what_runs_programs(dalil: Dalil, team: Path) -> None:
    assert dalil("doctor").code == 0
    git = ["git", "-C", str(team / "repository"), "config"]
    subprocess.run([*git, "core.fsmonitor", "/evil"], check=True)
    subprocess.run([*git, "filter.x.clean", "evil"], check=True)
    (team / "nour" / "age_identity").chmod(0o644)
    answer = dalil("doctor")
    assert answer.code == 1
    for sign in ("core.fsmonitor", "filter.x.clean", "age_identity"):
        assert sign in answer.out
    names = {check["name"] for check in dalil("doctor", "--json").json()}
    assert {"git", "yaml", "keys", "core dumps", "swap", "repository"} <= names


def test_doctor_works_outside_any_repository(dalil: Dalil, tmp_path: Path) -> None:
    answer = dalil("-C", str(tmp_path), "doctor")
    assert answer.code == 0
    assert "no git repository" in answer.out


def test_a_fault_of_our_own_shows_no_text_of_a_case(
    dalil: Dalil, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("MARKER of a case")

    monkeypatch.setattr("store.vault.Vault.text", fail)
    answer = dalil("show", "SY-2018-0003")
    assert answer.code == 1
    assert "ValueError" in answer.err
    assert "MARKER" not in answer.err + answer.out
