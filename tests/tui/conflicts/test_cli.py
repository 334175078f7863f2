"""`dalil conflicts` and `dalil resolve`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from store.model.conflict import conflicts
from tests.tui.case.papers import CASE_ID
from tests.tui.cli.conftest import Answer
from tests.tui.conflicts.conftest import OTHER_ID, Opened
from tests.tui.conflicts.quarrel import FATE
from tui.cli import main

Dalil = Callable[..., Answer]


@pytest.fixture
def dalil(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Dalil:
    """Run a command on the repository, as nour if nobody else is named."""

    def run(*arguments: str, by: str = "nour") -> Answer:
        monkeypatch.setenv("DALIL_HOME", str(desk / by))
        monkeypatch.chdir(desk / "repository")
        try:
            code = main(list(arguments))
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        said = capfdbinary.readouterr()
        return Answer(code, said.out.decode(), said.err.decode())

    return run


def test_the_cases_with_conflicts_are_listed(dalil: Dalil) -> None:
    answer = dalil("conflicts")
    assert answer.code == 0
    assert answer.out.splitlines() == [f"{CASE_ID[:8]}  SY-2024-0007  ⚑ 4   صاحب متجر أُخذ عند حاجز"]
    assert [row["conflicts"] for row in dalil("conflicts", "--json").json()] == [4]
    assert {row["id"]: row["conflicts"] for row in dalil("list", "--json").json()} == {
        CASE_ID: 4,
        OTHER_ID: 0,
    }


def test_a_case_shows_every_value_with_who_and_when_and_what_stands(dalil: Dalil) -> None:
    out = dalil("conflicts", "SY-2024-0007", by="lina").out
    fate = out[out.index(f"⚑ {FATE}") :].splitlines()
    assert fate[1].split() == ["base", "missing"]
    assert fate[2].split() == ["1", "sami,", "2026-11-20", "10:01", "detained"]
    assert fate[3].split() == ["▸", "2", "nour,", "2026-11-21", "08:30", "released"]
    found = {one["path"]: one for one in dalil("conflicts", "SY-2024-0007", "--json").json()}
    assert found["events.e1"]["values"][0]["gone"] is True
    assert [value["stands"] for value in found[FATE]["values"]] == [False, True]


@pytest.mark.parametrize(
    ("choice", "value"),
    [
        (("--take", "1"), "detained"),
        (("--keep",), "released"),
        (("--base",), "missing"),
        (("--value", "alive"), "alive"),
        (("--gone",), None),
    ],
)
def test_one_value_is_chosen_and_the_conflict_ends(
    dalil: Dalil, opened: Opened, choice: tuple[str, ...], value: str | None
) -> None:
    answer = dalil("resolve", "SY-2024-0007", FATE, *choice, "--why", "asked him", "--json")
    assert answer.code == 0
    assert answer.json()["value"] == value
    assert answer.json()["left"] == 3
    with opened("nour") as vault:
        case = vault.get(CASE_ID)
        assert case.get(FATE) == value
        assert FATE not in {one.path for one in conflicts(case.data)}
        assert vault.verify().is_authentic
    assert "⚑ people.p1.fate  the conflict is resolved" in dalil("diff", "SY-2024-0007").out
    again = dalil("resolve", "SY-2024-0007", FATE, *choice, "--why", "asked him")
    assert (again.code, "there is no conflict at people.p1.fate" in again.err) == (1, True)


def test_what_cannot_be_is_refused_in_one_line(dalil: Dalil, opened: Opened) -> None:
    with opened("nour") as vault:
        before = vault.tip
    resolve = ("resolve", "SY-2024-0007", FATE)
    for options, said in (
        (("--take", "3", "--why", "x"), "has no value 3"),
        (("--value", "eaten by a bear", "--why", "x"), "no term of the list fate"),
        (("--keep", "--why", " "), "needs its reason"),
    ):
        answer = dalil(*resolve, *options)
        assert answer.code == 1
        assert said in answer.err
    assert dalil(*resolve, "--why", "x").code == 2
    assert dalil(*resolve, "--take", "1").code == 2
    refused = dalil(*resolve, "--take", "1", "--why", "x", by="lina")
    assert (refused.code, "lina is reviewer" in refused.err) == (1, True)
    assert "somebody who may resolves them" in dalil("conflicts", CASE_ID, by="lina").err
    with opened("nour") as vault:
        assert vault.tip == before


def test_a_hostile_value_does_not_reach_the_terminal(dalil: Dalil) -> None:
    title = "overview.title"
    attack = "\x1b]0;owned\x07\u202e"
    answer = dalil("resolve", CASE_ID, title, "--value", f"a{attack}b", "--why", "x")
    assert answer.code == 0
    assert not {"\x1b", "\x07", "\u202e"} & {*answer.out}
    assert json.loads(dalil("show", CASE_ID, "--json").out)["overview"]["title"].startswith("a")
