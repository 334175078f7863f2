"""The main job, as a new user does it: find, read, change, see it in the history, verify."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.walk.terminal import Terminal

pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs the tmux program"),
]

ROOT = Path(__file__).parents[2]


def dalil(*arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment |= {"DALIL_HOME": str(home)} if home else {}
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("walk") / "demo"
    built = dalil("demo", str(folder), "--no-open")
    assert built.returncode == 0, built.stderr
    assert f"DALIL_HOME={folder}/home-nour dalil -C {folder}/repository list" in built.stdout
    return folder


def interface(folder: Path, demo: Path, size: tuple[int, int], **more: str) -> Terminal:
    environment = {
        "PYTHONPATH": str(ROOT),
        "DALIL_HOME": str(demo / "home-nour"),
        "TERM": "screen-256color",
        "LC_ALL": "C.UTF-8",
        **more,
    }
    return Terminal(folder, size, environment)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
def test_a_case_is_found_read_changed_and_seen_in_the_history(
    demo: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    shutil.copytree(demo / "repository", tmp_path / "repository", symlinks=True)
    with interface(tmp_path, demo, size) as terminal:
        terminal.run(f"cd {tmp_path}/repository; {sys.executable} -m tui; echo LEFT $?")
        terminal.wait_for("SY-2025-0010", "authentic")
        terminal.press("/")
        terminal.type("mamluk")
        terminal.wait_for("SY-2018-0003", "2 of 45")
        terminal.press("Enter", "Enter")
        terminal.wait_for("Proceedings 1", "Reference")
        terminal.press("5")
        terminal.wait_for("Warrants issued")
        terminal.press("e")
        terminal.wait_for("nothing changed yet")
        terminal.press("Tab", "Tab", "Enter")
        terminal.wait_for("type to find")
        terminal.type("judicial inv")
        terminal.press("Enter")
        terminal.wait_for("1 unsaved change")
        terminal.press("C-s")
        terminal.wait_for("Why?", "Judicial investigation")
        terminal.type("The file moved on, says counsel")
        terminal.press("C-s")
        terminal.wait_for("Saved as commit")
        terminal.press("h")
        terminal.wait_for("The file moved on", "nour", "✓")
        terminal.press("Escape", "Escape", "Escape")
        terminal.wait_for("SY-2018-0003")
        terminal.press("C-q")
        terminal.wait_for("LEFT 0")
    _stock_tools_agree(tmp_path / "repository", demo, tmp_path)


def _stock_tools_agree(repository: Path, demo: Path, scratch: Path) -> None:
    verified = dalil("-C", str(repository), "verify")
    assert verified.returncode == 0
    assert verified.stdout.startswith("authentic: all 223 commits")

    policy = yaml.safe_load((repository / "policy.yaml").read_text())
    lines = [f"{h} {key}\n" for h, m in policy["members"].items() for key in m.get("sign", ())]
    (scratch / "signers").write_text("".join(lines))
    git = ["git", "-C", str(repository)]
    settings = ["-c", f"gpg.ssh.allowedSignersFile={scratch}/signers"]
    log = subprocess.run(
        [*git, *settings, "log", "--format=%G? %GS"], capture_output=True, text=True, check=True
    )
    assert set(log.stdout.split("\n")) == {"G nour", "G sami", ""}
    status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, check=True)
    assert status.stdout == b""
    subprocess.run([*git, "fsck", "--strict"], check=True, capture_output=True)

    if shutil.which("age") is None:
        return
    case_id = dalil("-C", str(repository), "list", "--json", home=demo / "home-nour").stdout
    case = next(c for c in yaml.safe_load(case_id) if c["reference"] == "SY-2018-0003")
    part = repository / "cases" / "main" / case["id"][:2] / f"{case['id']}.age"
    identity = demo / "home-nour" / "age_identity"
    epoch = _age("-d", "-i", str(identity), str(repository / "keys" / "main" / "1.age"))
    (scratch / "epoch.txt").write_bytes(epoch)
    opened = yaml.safe_load(_age("-d", "-i", str(scratch / "epoch.txt"), str(part)))
    assert opened["proceedings"][0]["status"] == "judicial_investigation"
    assert opened["changed"]["why"] == "The file moved on, says counsel"


def _age(*arguments: str) -> bytes:
    return subprocess.run(["age", *arguments], capture_output=True, check=True).stdout


def test_a_terminal_of_20_by_5_is_told_that_it_is_too_small(demo: Path, tmp_path: Path) -> None:
    with interface(tmp_path, demo, (20, 5)) as terminal:
        terminal.run(f"cd {demo}/repository; {sys.executable} -m tui; echo LEFT $?")
        terminal.wait_for("small: 80×24")
        terminal.press("C-q")
        terminal.wait_for("LEFT 0")


def test_the_interface_speaks_arabic(demo: Path, tmp_path: Path) -> None:
    with interface(tmp_path, demo, (140, 40), LC_ALL="C.UTF-8", LANG="ar_SY.UTF-8") as terminal:
        terminal.run(
            f"cd {demo}/repository; LC_ALL=ar_SY.UTF-8 {sys.executable} -m tui; echo LEFT $?"
        )
        terminal.wait_for("SY-2025-0010")
        assert "In review" not in terminal.screen()
        terminal.press("C-q")
        terminal.wait_for("LEFT 0")


@pytest.mark.parametrize("signal", ["TERM", "HUP"])
def test_a_killed_interface_leaves_the_terminal_usable(
    demo: Path, tmp_path: Path, signal: str
) -> None:
    with interface(tmp_path, demo, (80, 24)) as terminal:
        command = f"{sys.executable} -m tui -C {demo}/repository"
        terminal.run(f"{command}; stty -a | grep -o ' echo '")
        terminal.wait_for("SY-2025-0010")
        subprocess.run(["pkill", f"-{signal}", "-f", f"^{command}$"], check=True)
        terminal.wait_for(" echo")


def test_a_terminal_that_goes_away_takes_the_interface_with_it(demo: Path, tmp_path: Path) -> None:
    with interface(tmp_path, demo, (80, 24)) as terminal:
        command = f"{sys.executable} -m tui -C {demo}/repository"
        terminal.run(f"exec {command}")
        terminal.wait_for("SY-2025-0010")
    pattern = ["pgrep", "-f", f"^{command}$"]
    end = time.monotonic() + 10
    while subprocess.run(pattern, check=False, capture_output=True).stdout:
        assert time.monotonic() < end, "the process is still there"
        time.sleep(0.2)


def test_what_is_no_repository_is_one_line(tmp_path: Path) -> None:
    answer = dalil("-C", str(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[0].endswith("is no git repository")
