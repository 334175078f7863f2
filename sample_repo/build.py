"""Turn the story into a real repository, through the store's own write path.

Every step is one signed commit with the story's date, made by the member who took it, with demo
keys that anybody can read. Never keep a real case in a repository that was made here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from sample_repo.story import Step, Story, case_id_of, read_story, seconds
from store.atomic import write_file
from store.crypto import identity
from store.errors import Refused
from store.founding import found
from store.model.case import Case
from store.sealing import seal
from store.trust.policy import Member
from store.vault import Vault

__all__ = ["Built", "build"]

_KEYS = os.path.join(os.path.dirname(__file__), "keys")


class Built(NamedTuple):
    """Where things are: the repository, and each member's folder of keys."""

    repository: str
    homes: dict[str, str]


class _Clock:
    """The story's time."""

    def __init__(self, at: str) -> None:
        self.at = at

    def __call__(self) -> float:
        return seconds(self.at)


def build(folder: str, progress: Callable[[int, int], None] | None = None) -> Built:
    """Build the sample into a new or empty folder.

    Raises:
        Refused: the folder holds something already.
    """
    if os.path.isdir(folder) and os.listdir(folder):
        raise Refused("{path} is not empty", hint="name a new folder", path=folder)
    story = read_story()
    homes = {handle: os.path.join(folder, f"home-{handle}") for handle in story.members}
    for handle, home in homes.items():
        _copy_keys(handle, home)
    built = Built(os.path.join(folder, "repository"), homes)
    clock = _Clock(story.started)
    _found(story, built, clock)
    vaults = {
        handle: Vault.open(built.repository, identity.unlock(home), clock=clock)
        for handle, home in homes.items()
    }
    try:
        for done, step in enumerate(story.steps, 1):
            clock.at = step.at
            vaults[step.by].settles_later = True
            _take(vaults[step.by], step)
            if progress is not None:
                progress(done, len(story.steps))
    finally:
        for vault in vaults.values():
            vault.close()
    # Opened once more by today's clock: it verifies, and brings the work tree in step.
    Vault.open(built.repository).close()
    return built


def _found(story: Story, built: Built, clock: _Clock) -> None:
    (admin, *_), *_ = [[h for h, m in story.members.items() if m["role"] == "admin"]]
    members = {h: _member(built.homes[h], m) for h, m in story.members.items() if h != admin}
    keys = identity.unlock(built.homes[admin])
    found(
        built.repository,
        story.name,
        admin,
        keys,
        members=members,
        compartments=story.compartments,
        clock=clock,
    )


def _member(home: str, entry: dict[str, Any]) -> Member:
    keys = identity.public(home)
    return Member(
        role=entry["role"],
        sign=(keys.sign,),
        age=(keys.age,),
        compartments=tuple(entry["compartments"]),
    )


def _take(vault: Vault, step: Step) -> None:
    case_id = case_id_of(step.reference)
    if step.new:
        with vault.new(compartment=step.compartment, why=step.why, case_id=case_id) as case:
            case.data |= step.new
            _change(case, step)
    elif step.seal:
        for path, compartment in step.seal.items():
            seal(vault, case_id, path, compartment, why=step.why)
    else:
        with vault.edit(case_id, why=step.why) as case:
            _change(case, step)


def _change(case: Case, step: Step) -> None:
    for path in step.remove:
        case.remove(path)
    for path, items in step.add.items():
        for item in items:
            case.add(path, item)
    for path, value in step.set.items():
        case.set(path, value)


def _copy_keys(handle: str, home: str) -> None:
    os.makedirs(home, mode=0o700)
    for name in os.listdir(os.path.join(_KEYS, handle)):
        with open(os.path.join(_KEYS, handle, name), "rb") as file:
            write_file(os.path.join(home, name), file.read(), mode=0o600)
