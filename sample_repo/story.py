"""Read the story: who did what to which case, when and why, in order of time."""

from __future__ import annotations

import os
from calendar import timegm
from hashlib import sha256
from time import strptime
from typing import Any, NamedTuple

from store.model import codec

__all__ = ["Step", "Story", "case_id_of", "read_story", "seconds"]

_FOLDER = os.path.join(os.path.dirname(__file__), "story")
_REPOSITORY = "repository.yaml"


class Step(NamedTuple):
    """One save: at a time (UTC), by a member, with a reason, and what it does to which case.

    `new` holds a first version; `set` maps paths to values, `add` maps lists to items, `remove`
    names paths. `seal` maps items to compartments: such a step does nothing else.
    """

    at: str
    by: str
    why: str
    reference: str
    compartment: str
    new: dict[str, Any]
    set: dict[str, Any]
    add: dict[str, list[dict[str, Any]]]
    remove: list[str]
    seal: dict[str, str]


class Story(NamedTuple):
    """The team, when it began, and all it did, in order of time."""

    name: str
    started: str
    members: dict[str, dict[str, Any]]
    compartments: tuple[str, ...]
    steps: list[Step]


def read_story(folder: str = _FOLDER) -> Story:
    """Read the story from its folder: one file a case, and one for the team."""
    team = _load(os.path.join(folder, _REPOSITORY))
    steps: list[Step] = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".yaml") and name != _REPOSITORY:
            steps += _steps(name.removesuffix(".yaml"), _load(os.path.join(folder, name)))
    steps.sort(key=lambda step: step.at)
    return Story(team["name"], team["started"], team["members"], tuple(team["compartments"]), steps)


def case_id_of(reference: str) -> str:
    """Give the id of a sample case: always the same, so that two builds hold the same content."""
    return sha256(f"dalil sample {reference}".encode()).hexdigest()[:20]


def seconds(at: str) -> int:
    """Turn `2024-11-04T09:12:44Z` into seconds since 1970."""
    return timegm(strptime(at, "%Y-%m-%dT%H:%M:%SZ"))


def _steps(reference: str, case: dict[str, Any]) -> list[Step]:
    return [
        Step(
            at=step["at"],
            by=step["by"],
            why=step["why"],
            reference=reference,
            compartment=case["compartment"],
            new=step.get("new") or {},
            set=step.get("set") or {},
            add=step.get("add") or {},
            remove=step.get("remove") or [],
            seal=step.get("seal") or {},
        )
        for step in case["steps"]
    ]


def _load(path: str) -> dict[str, Any]:
    with open(path, "rb") as file:
        return codec.load(file.read())
