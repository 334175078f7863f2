"""A process that saves, to be killed: `python -m tests.faults.saver FOLDER HOME HOW`."""

from __future__ import annotations

import sys

from store.crypto import identity
from store.vault import Vault
from tests.store.office import FIRST


def main(folder: str, home: str, how: str) -> None:
    """Save one number after the other, and say of each that it is saved, until killed."""
    with Vault.open(folder, identity.unlock(home)) as vault:
        vault.settles_later = how == "settling"
        number = 0
        while True:
            number += 1
            with vault.edit(FIRST, why="x") as case:
                case.set("overview.title", f"{number}")
            assert vault.last_save is not None
            sys.stdout.write(f"{number} {vault.last_save.commit}\n")
            sys.stdout.flush()
            if how == "settling":
                vault.settle()


if __name__ == "__main__":
    main(*sys.argv[1:])
