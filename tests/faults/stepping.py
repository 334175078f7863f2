"""Walk a process through its system calls that write, and end or fail it at any one of them.

`strace` does it, in our own process and, by a `git` of our own on PATH, in those that it starts.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

__all__ = ["KILLED", "Step", "fail_at", "kill_at", "needs_strace", "steps"]

CALLS = (
    *("openat", "creat", "write", "pwrite64", "writev", "ftruncate", "truncate"),
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("unlink", "unlinkat", "rmdir", "mkdir", "mkdirat"),
    *("fsync", "fdatasync", "fchmod", "chmod", "fchmodat"),
)
"""System calls that change a disk; a machine that does not know one has its newer form."""

_GIT = """\
#!/bin/sh
name= skip=
for word; do
    if [ -n "$skip" ]; then skip=; continue; fi
    case $word in -c) skip=yes ;; -*) ;; *) name=$word; break ;; esac
done
case $STEP_GIT in "$name" | any) ;; *) exec {git} "$@" ;; esac
log="$STEP_LOG.$name.$$"
{strace} -f -y -q -o "$log" $STEP_TRACE {git} "$@"
code=$?
if [ -n "$STEP_POWER" ] && grep -q 'killed by SIGKILL' "$log"; then
    kill -KILL "-$(cat "$STEP_LOG.group")"
    kill -KILL 0
fi
exit $code
"""
_TIMEOUT = 60
KILLED = (-9, 137)
"""Exit codes of who was killed, as Python and as a shell tell it."""


class Step(NamedTuple):
    """One system call: in which git command (empty: our process), its name, and how manieth.

    `what` is how strace shows it, with a path for each descriptor.
    """

    git: str
    call: str
    number: int
    what: str


def needs_strace() -> str:
    """Say why processes cannot be walked through here; empty where they can."""
    if shutil.which("strace") is None:
        return "needs the strace program: apt install strace"
    line = ["strace", "-qq", "-o", "/dev/null", "-e", "inject=write:error=EIO", "true"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return f"strace may not trace here: {done.stderr.strip()}" if done.returncode else ""


def steps(line: Sequence[str], folders: Sequence[Path], work: Path) -> list[Step]:
    """Run a command to its end, and list its calls that change something below these folders."""
    work.mkdir()
    log = work / "log"
    options = _traced("trace=" + ",".join(f"?{call}" for call in CALLS))
    done = _run([*_strace(str(log)), "-y", *options, *line], work, git="any", options=options)
    assert done.returncode == 0, done.stderr
    found = _read(log, "", folders)
    for each in sorted(work.glob("log.*.*")):
        found += _read(each, each.name.split(".")[1], folders)
    shutil.rmtree(work)
    return list({step[:3]: step for step in found}.values())


def kill_at(line: Sequence[str], step: Step, work: Path) -> int:
    """Run a command until it is killed, with all that it has started; give its exit code."""
    return _at(line, step, "signal=KILL", work).returncode


def fail_at(
    line: Sequence[str], step: Step, error: str, work: Path
) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run a command, and let one call fail; give how it ended, and that call."""
    shutil.rmtree(work, ignore_errors=True)
    done = _at(line, step, f"error={error}", work)
    rows = [row for log in work.glob("log*") for row in log.read_text(errors="replace").split("\n")]
    return done, next((row for row in rows if row.endswith("(INJECTED)")), "")


def _at(
    line: Sequence[str], step: Step, fault: str, work: Path
) -> subprocess.CompletedProcess[str]:
    options = _traced(f"trace={step.call}", f"inject={step.call}:{fault}:when={step.number}")
    work.mkdir(exist_ok=True)
    if step.git:
        return _run(line, work, git=step.git, options=options)
    return _run([*_strace(str(work / "log")), "-y", *options, *line], work)


def _strace(log: str) -> list[str]:
    return ["strace", "-qq", "-o", log]


def _traced(*expressions: str) -> list[str]:
    return [word for expression in expressions for word in ("-e", expression)]


def _run(
    line: Sequence[str], work: Path, *, git: str = "none", options: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    settings = os.environ | {
        "PATH": f"{_own_git(work)}:{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "STEP_GIT": git,
        "STEP_LOG": str(work / "log"),
        "STEP_TRACE": " ".join(options),
        "STEP_POWER": "yes" if "signal=KILL" in " ".join(options) else "",
    }
    with subprocess.Popen(
        line,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=settings,
        start_new_session=True,
    ) as child:
        (work / "log.group").write_text(str(child.pid))
        try:
            said = child.communicate(timeout=_TIMEOUT)
        finally:
            with suppress(ProcessLookupError):  # git goes with it, as when the power fails
                os.killpg(child.pid, signal.SIGKILL)
    return subprocess.CompletedProcess(line, child.returncode, *said)


def _own_git(work: Path) -> Path:
    folder = work / "bin"
    if not folder.exists():
        folder.mkdir()
        script = folder / "git"
        script.write_text(_GIT.format(git=shutil.which("git"), strace=shutil.which("strace")))
        script.chmod(0o755)
    return folder


def _read(log: Path, git: str, folders: Sequence[Path]) -> list[Step]:
    counts: Counter[tuple[str, str]] = Counter()
    found = []
    for row in log.read_text(errors="replace").splitlines():
        parts = re.match(r"(?:(\d+) +)?(\w+)\((.*)", row)
        if parts is None:
            continue
        process, call, rest = parts[1] or "", parts[2], parts[3]
        counts[process, call] += 1
        is_reading = call == "openat" and not re.search("O_WRONLY|O_RDWR|O_CREAT", rest)
        is_vain = re.search(r"\) = -1 E", rest)  # it changed nothing: a folder was there already
        if not is_reading and not is_vain and any(str(folder) in rest for folder in folders):
            found.append(Step(git, call, counts[process, call], f"{call}({rest}"))
    return found
