"""Edit a text in a person's own editor: in memory only, and wiped afterwards."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from store.errors import StoreError, Unsupported

__all__ = ["edit_text"]

_IN_MEMORY = ("tmpfs", "ramfs")


def edit_text(text: bytes) -> bytes:
    """Open `text` in $VISUAL or $EDITOR, in a 0700 folder of a memory file system; give it back.

    The editor's own backup and swap files land in the same folder and go with it. What the editor
    writes elsewhere (an undo file in the home folder, say) is out of our hands.

    Raises:
        Unsupported: there is no editor set, or no memory file system.
        StoreError: the editor failed; nothing is changed.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise Unsupported(
            "no editor is set", hint="set EDITOR, or use the interface: dalil edit CASE"
        )
    folder = tempfile.mkdtemp(prefix="dalil-", dir=_memory_folder())
    path = os.path.join(folder, "case.yaml")
    try:
        with open(path, "wb") as file:
            file.write(text)
        with _ended_by_signals():
            line = [*shlex.split(editor), path]
            done = subprocess.run(line, check=False, env=_environment(folder))
        if done.returncode:
            raise StoreError("the editor ended with an error: nothing is changed")
        with open(path, "rb") as file:
            return file.read()
    finally:
        _wipe(folder)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a closed terminal end us by an exception, so that what is on the memory disk is wiped."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _memory_folder() -> str:
    for folder in (os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm"):  # noqa: S108 - 0700 inside it
        if folder and os.access(folder, os.W_OK) and _file_system(folder) in _IN_MEMORY:
            return folder
    raise Unsupported(
        "there is no memory file system to edit on, and a disk could keep what is typed",
        hint="use the interface: dalil edit CASE",
    )


def _file_system(folder: str) -> str:
    """Give the type of the file system a folder is on, as /proc/mounts tells it."""
    here = os.path.realpath(folder)
    best, kind = "", ""
    try:
        with open("/proc/mounts", encoding="utf-8", errors="replace") as file:
            for line in file:
                _, place, found, *_ = line.split(" ")
                inside = here == place or here.startswith(place.rstrip("/") + "/")
                if inside and len(place) >= len(best):
                    best, kind = place, found
    except FileNotFoundError:
        return ""
    return kind


def _environment(folder: str) -> dict[str, str]:
    return {**os.environ, "TMPDIR": folder, "TMP": folder, "TEMP": folder}


def _wipe(folder: str) -> None:
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "r+b") as file:
                    file.write(b"\0" * os.path.getsize(path))
    shutil.rmtree(folder, ignore_errors=True)
