"""The documents say what the program says: tables that are printed, numbers that stand in code."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from store.model.case import FORMAT
from store.model.describe import describe
from store.repo.run import OLDEST_GIT
from tui import i18n
from tui.cli.parser import COMMANDS
from tui.commands import key_table
from tui.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    if not any(part.startswith(".") for part in page.relative_to(ROOT).parts)
)


def _between(page: str, marker: str) -> str:
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.search(rf"<!-- {marker} -->\n(.*?)<!-- /{marker} -->", text, re.DOTALL)
    assert found is not None, f"{page} has no {marker} markers"
    return found[1].strip()


def test_the_readme_has_the_key_table_that_the_commands_print() -> None:
    i18n.use("en")
    assert _between("README.md", "keys") == key_table(), "python -m tui.commands prints it"


def test_the_format_page_has_the_fields_that_the_table_describes() -> None:
    assert _between("docs/format.md", "fields") == describe(), (
        "python -m store.model.describe prints it"
    )


def test_the_format_page_names_the_format_that_is_written() -> None:
    assert f"format {FORMAT} (`dalil: {FORMAT}`)" in (ROOT / "docs/format.md").read_text("utf-8")


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_readme_names_every_command(command: str) -> None:
    assert f"`dalil {command}" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("setting", sorted(set(Settings._fields) - {"problems"}))
def test_the_readme_names_every_setting(setting: str) -> None:
    assert f"| `{setting}` |" in (ROOT / "README.md").read_text("utf-8")


def test_the_readme_names_the_oldest_git_that_works() -> None:
    oldest = ".".join(map(str, OLDEST_GIT))
    assert f"git {oldest} or newer" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: os.fspath(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    local = [link for link in links if not link.startswith(("http://", "https://"))]
    missing = [link for link in local if not (page.parent / link).exists()]
    assert not missing
