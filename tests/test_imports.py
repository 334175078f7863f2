"""Who may import whom: the directions of the design's section 7, and what a start must not load."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.conftest import office, template
from tests.store.office import FIRST, Office

__all__ = ["office", "template"]

ROOT = Path(__file__).parent.parent
OWNERS = {
    "pyrage": ("store/crypto/age.py",),
    "git": ("store/repo/",),
    "rapidfuzz": ("store/search/",),
    "yaml": ("store/model/codec.py", "store/doctor.py"),  # doctor asks how it was built
    "cryptography": ("store/crypto/",),
    "bcrypt": ("store/crypto/",),
    "nacl": ("store/crypto/",),
    "mnemonic": ("store/words.py",),
    "msgspec": ("store/trust/", "store/verification.py", "tui/settings.py"),
    "edtf": ("store/model/dates.py",),
    "textual": ("tui/",),
    "rich": ("tui/",),
    "platformdirs": ("tui/settings.py",),
}
BELOW = {
    "store/errors.py": (),
    "store/model/": ("store.errors", "store.model"),
    "store/crypto/": ("store.errors", "store.atomic", "store.crypto"),
    "store/repo/": ("store.errors", "store.atomic", "store.repo"),
    "store/trust/": (
        "store.errors",
        "store.atomic",
        "store.trust",
        "store.model.codec",
        "store.crypto",
    ),
}
"""What these parts may import of ours: never what stands above them."""


def sources(folder: str) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(source: str) -> Iterator[str]:
    """Go through the modules a file imports, wherever in it; those for type checkers only too."""
    for node in ast.walk(ast.parse((ROOT / source).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} imports relatively"
            assert node.module
            if not (ROOT / node.module.replace(".", "/")).is_dir():
                yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", OWNERS)
def test_each_package_of_others_is_imported_by_its_owner_only(package: str) -> None:
    strangers = [
        source
        for folder in ("store", "tui", "sample_repo")
        for source in sources(folder)
        if any(name.split(".")[0] == package for name in imports(source))
        and not source.startswith(OWNERS[package])
    ]
    assert strangers == []


def test_every_package_of_others_has_an_owner() -> None:
    ours = {"store", "tui", "sample_repo"}
    found = {
        name.split(".")[0]
        for folder in ours
        for source in sources(folder)
        for name in imports(source)
    }
    assert found - ours - sys.stdlib_module_names - {"__future__"} <= set(OWNERS)


def test_the_store_never_imports_the_interface() -> None:
    for source in sources("store"):
        assert not [
            name for name in imports(source) if name.split(".")[0] in ("tui", "sample_repo")
        ]


@pytest.mark.parametrize("part", BELOW)
def test_nothing_imports_what_stands_above_it(part: str) -> None:
    wrong = [
        (source, name)
        for source in sources("store")
        if source.startswith(part)
        for name in imports(source)
        if name.startswith("store.") and not name.startswith(BELOW[part])
    ]
    assert wrong == []


def loaded(code: str, *arguments: str) -> set[str]:
    """Give the top-level modules that a fresh process has loaded after some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("folder", ["store"])
def test_the_whole_store_loads_nothing_of_the_interface(folder: str) -> None:
    modules = [
        source[:-3].replace("/", ".").removesuffix(".__init__") for source in sources(folder)
    ]
    assert not loaded(f"import {', '.join(modules)}") & {"textual", "rich", "tui", "git"}


HEAVY = {
    "git",
    "textual",
    "rich",
    "msgspec",
    "cryptography",
    "yaml",
    "dataclasses",
    "rapidfuzz",
    "edtf",
}


def test_opening_and_looking_up_a_case_loads_nothing_heavy(office: Office) -> None:
    code = (
        "import sys; from store.crypto import identity; from store.vault import Vault\n"
        "with Vault.open(sys.argv[1], identity.unlock(sys.argv[2])) as vault:\n"
        "    assert vault.find(sys.argv[3]) == sys.argv[3]\n"
        "    assert b'Qandil' in vault.text(sys.argv[3])"
    )
    office.open().close()
    assert not loaded(code, str(office.folder), str(office.homes["nour"]), FIRST) & HEAVY


def test_showing_a_case_by_its_id_loads_nothing_heavy_but_yaml(office: Office) -> None:
    code = (
        "import sys; from store.crypto import identity; from store.vault import Vault\n"
        "with Vault.open(sys.argv[1], identity.unlock(sys.argv[2])) as vault:\n"
        "    assert vault.get(sys.argv[3]).title"
    )
    found = loaded(code, str(office.folder), str(office.homes["nour"]), FIRST)
    assert found & HEAVY <= {"yaml"}


@pytest.mark.parametrize("words", [["list"], ["show", FIRST], ["show", FIRST, "--json"]])
def test_the_reading_commands_load_no_interface(office: Office, words: list[str]) -> None:
    code = (
        "import sys; from tui.cli import run\n"
        "try:\n    run()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{code}\nsys.stderr.write(' '.join(sys.modules))",
            *argv(office, words),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"DALIL_HOME": str(office.homes["nour"])},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = {name.split(".")[0] for name in done.stderr.split()}
    assert not names & {"textual", "rich", "git"}


def argv(office: Office, words: list[str]) -> list[str]:
    return ["-C", str(office.folder), *words]
