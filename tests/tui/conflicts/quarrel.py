"""A case of the tests of screens in conflict, as a merge leaves it."""

from __future__ import annotations

from typing import Any

from store.model.case import Case
from store.model.conflict import encode, make_record

LONG = "\n".join(
    f"Line {number}: he was seen at the checkpoint in the morning." for number in range(9)
)

FATE = "people.p1.fate"
QUARREL: tuple[tuple[str, Any, list[dict[str, Any]]], ...] = (
    (
        FATE,
        "missing",
        [
            {"by": "sami", "at": "2026-11-20T10:01:00Z", "value": "detained"},
            {"by": "nour", "at": "2026-11-21T08:30:00Z", "value": "released"},
        ],
    ),
    (
        "overview.title",
        "A shop owner taken at a checkpoint",
        [
            {"by": "sami", "at": "2026-11-20T10:00:00Z", "value": "A baker taken at a checkpoint"},
            {"by": "nour", "at": "2026-11-21T08:31:00Z", "value": "صاحب متجر أُخذ عند حاجز"},
        ],
    ),
    (
        "events.e1",
        None,
        [
            {"by": "sami", "at": "2026-11-20T10:02:00Z", "gone": True},
            {"by": "nour", "at": "2026-11-21T08:32:00Z", "here": True},
        ],
    ),
    (
        "overview.summary",
        LONG,
        [
            {
                "by": "sami",
                "at": "2026-11-20T10:03:00Z",
                "value": LONG.replace("Line 3: he", "Line 3: the man"),
            },
            {
                "by": "nour",
                "at": "2026-11-21T08:33:00Z",
                "value": LONG.replace("Line 3: he", "Line 3: the baker"),
            },
        ],
    ),
)


def quarrel(case: Case) -> Case:
    """Give the case with these conflicts; in each field the later value stands."""
    disputed = case.copy()
    for path, _base, entries in QUARREL:
        if "value" in entries[-1]:
            disputed.set(path, entries[-1]["value"])
    found = [make_record(path, entries, base) for path, base, entries in QUARREL]
    return Case(encode(disputed.data, found), disputed.parts, disputed.closed)
