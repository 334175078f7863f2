"""The place of a deed that is interrupted again and again: a repository, and a remote beside it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from store.model import codec
from store.remote import state as states
from store.remote.state import Known
from store.repo.write import FEW
from tests.store.office import FIRST, MARKER, SECOND, Office, fill
from tests.store.remote.remotes import bare, send

__all__ = ["AGAIN", "DEEDS", "Scene"]

_LONG_AGO = 4000  # seconds
_OBJECT = re.compile(r"objects/(../[0-9a-f]{38}|pack/pack-[0-9a-f]{40}\.(pack|idx|rev))")
_WHY = ("--why", "x")
_MANY = FEW + 6
"""So many new cases that they come as a pack."""
_PEN = ("overview.title", "written here", *_WHY)
DEEDS = {
    "save": ("set", FIRST, *_PEN),
    "new": ("new", "--from", "1.yaml", *_WHY),
    "import": ("new", "--from", *(f"{number}.yaml" for number in range(_MANY)), *_WHY),
    "epoch": ("member", "remove", "lina"),
    "settle": ("list",),
    "fetch": ("fetch",),
    "sync": ("sync",),
}
"""What nour does, each time in a process of its own."""
AGAIN = ("settle", "fetch", "sync")
"""What may be done again when it is done."""


class Scene:
    """What stands in `folder`, which `reset` makes again what it was before the deed."""

    def __init__(self, folder: Path, template: Office, deed: str, kept: Path | None = None) -> None:
        self.folder = folder
        self.office = Office(folder / "repository", template.homes)
        self.remote = Office(folder / "server.git", template.homes)
        self.line = [
            *("env", f"DALIL_HOME={template.homes['nour']}", f"PYTHONPATH={Path.cwd()}"),
            *(sys.executable, "-m", "tui"),
            *(str(folder / word) if word.endswith(".yaml") else word for word in DEEDS[deed]),
            *("-C", str(self.office.folder)),
        ]
        self._before = kept or folder.with_name("before")
        folder.mkdir()
        template.copy(self.office.folder)
        self._prepare(deed)
        shutil.copytree(folder, self._before)

    def reset(self) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self._before, self.folder)

    def attempt(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.line, capture_output=True, text=True, check=False)

    def do(self) -> None:
        """Do the deed, with nobody in its way."""
        done = self.attempt()
        assert done.returncode == 0, done.stderr

    def whole(self) -> object:
        """Give all that is in the repository: every case, and who belongs to it."""
        with self.office.open() as vault:
            cases = [vault.get(row.id).data for row in vault.summaries()]
            policy = vault.policy
        mine = {"id": "", "changed": ""}
        return {str(case["overview"]["reference"]): case | mine for case in cases}, policy

    def grow_old(self) -> None:
        """Let what a killed process left lie for an hour."""
        then = time.time() - _LONG_AGO
        for lock in self.remote.folder.rglob("*.lock"):  # of the git that died with it
            os.utime(lock, (then, then))
        for place, folders, files in os.walk(self.office.git_dir):
            for name in (*folders, *files):
                if name.startswith((".", "carrier-", "tmp_")) or name.endswith(".keep"):
                    os.utime(os.path.join(place, name), (then, then))

    def names(self) -> set[str]:
        """List the files in `.git`; of the objects, only those that are none."""
        found = set()
        for place, _, files in os.walk(self.office.git_dir):
            for name in files:
                path = str(Path(place, name).relative_to(self.office.git_dir))
                if not _OBJECT.fullmatch(path):
                    found.add(path)
        return found

    def _prepare(self, deed: str) -> None:
        if deed in ("new", "import"):
            for number in range(_MANY):
                overview = {"reference": f"N-{number}", "title": f"{number}", "status": "intake"}
                text = codec.dump({"overview": overview})
                (self.folder / f"{number}.yaml").write_bytes(text)
        if deed == "settle":
            with self.office.open("sami") as vault:
                vault.settles_later = True
                with vault.edit(FIRST, why="x") as case:
                    case.set("overview.title", "not shown yet")
                with vault.new(why="x", case_id="f" * 20) as case:
                    fill(case, 8)
        if deed in ("fetch", "sync"):
            bare(self.office, self.remote.folder)
            states.write(self.office.git_dir, {"origin": Known(str(self.remote.folder))})
            colleague = self.office.copy(self.folder / "colleague")
            colleague.edit("sami", f"{MARKER} from afar")
            send(colleague, self.remote)
        if deed == "sync":
            self.office.edit("nour", "from here", SECOND)
            self.office.edit("nour", "from here")  # and a conflict
