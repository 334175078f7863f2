"""The audit report: complete, in one file, and harmless to open."""

from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from store.audit import examine
from store.repo.objects import ObjectReader
from store.trust.policy import dump
from store.words import words
from tests.store.office import stock_environment
from tests.store.trust.team import Team, case, sealed
from tests.tui.cli.conftest import Dalil
from tui import i18n
from tui.cli.report import write_report

EVIL = "<script>alert(1)</script>\"'&<img src=x onerror=y> وحدة"


class Page(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(path: Path) -> tuple[Page, str]:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page, " ".join("".join(page.words).split())


def hostile(folder: Path) -> Team:
    """A history whose names try to be markup, and one commit that should not be there."""
    team = Team(folder)
    team.found()
    policy = team.policy(2).__class__(
        EVIL[:100], 2, team.policy().members, team.policy().compartments
    )
    team.save("nour", {"policy.yaml": dump(policy)}, message="policy")
    team.save("lina", {case(1): sealed("a"), "<b>x": b"y"})
    return team


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_runs_nothing_and_loads_nothing(tmp_path: Path, language: i18n.Language) -> None:
    i18n.use(language)
    team = hostile(tmp_path)
    with ObjectReader(str(team.git_dir)) as objects:
        write_report(str(tmp_path / "a.html"), examine(objects, team.verify(), "broken", 0.0))
    page, text = read(tmp_path / "a.html")
    allowed = "html head meta title style body h1 h2 p table tr th td code br span bdi"
    assert page.tags <= set(allowed.split())
    assert page.attributes <= {"lang", "dir", "charset", "http-equiv", "content", "name", "class"}
    assert "<script>alert(1)</script>" in text
    assert "وحدة" in text
    source = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|@import|url\(", source)
    assert "default-src 'none'" in source
    assert f'<html lang="{language}"' in source


def test_the_page_tells_of_members_policy_and_findings(tmp_path: Path) -> None:
    i18n.use("en")
    team = hostile(tmp_path)
    with ObjectReader(str(team.git_dir)) as objects:
        write_report(str(tmp_path / "a.html"), examine(objects, team.verify(), "broken", 0.0))
    _, text = read(tmp_path / "a.html")
    for word in ("lina", "reviewer", "2023-11", team.tip, " ".join(words(team.root()))):
        assert word in text
    assert "lina (reviewer) may not write" in text
    assert "Not authentic" in text


def test_a_report_is_written_for_its_owner_only_and_never_over_another(
    dalil: Dalil, tmp_path: Path
) -> None:
    for name in ("a.html", "a.json"):
        path = tmp_path / name
        assert dalil("verify", "--report", str(path), by="nobody").code == 0
        assert path.stat().st_mode & 0o777 == 0o600
        before = path.read_bytes()
        again = dalil("verify", "--report", str(path))
        assert again.code == 1
        assert "--replace" in again.err
        assert path.read_bytes() == before
        assert dalil("verify", "--report", str(path), "--replace").code == 0
    assert dalil("verify", "--report", str(tmp_path / "a.txt")).code == 1


def test_the_json_report_holds_the_same(dalil: Dalil, team: Path, tmp_path: Path) -> None:
    subprocess.run(
        ["git", "-C", str(team / "repository"), "commit", "-q", "--allow-empty", "-m", "edit case"],
        check=True,
        env=stock_environment(),
    )
    assert dalil("verify", "--report", str(tmp_path / "a.json")).code == 3
    found = json.loads((tmp_path / "a.json").read_text())
    assert found["state"] == "broken"
    assert found["name"] == "Unit"
    assert found["commits"] == 5
    assert sum(found["months"].popitem()[1].values()) == 4
    assert {term["handle"] for term in found["terms"]} == {"nour", "sami", "lina"}
    assert [finding["rule"] for finding in found["findings"]] == [1]
    assert found["policies"][0]["rows"][0]["what"] == "name"
    assert len(found["root"]["words"]) == 8


def test_a_build_writes_a_report_too(
    dalil: Dalil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DALIL_PIN", dalil("verify", "--json").json()["root"])
    assert dalil("verify", "--ci", "--report", str(tmp_path / "a.json")).code == 0
    assert json.loads((tmp_path / "a.json").read_text())["state"] == "authentic"
