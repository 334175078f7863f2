"""One case with something of every kind in it, for the tests of its screens."""

from __future__ import annotations

from typing import Any

from store.model.case import Case

CASE_ID = "0123456789abcdef0123"

PAPERS: dict[str, Any] = {
    "overview": {
        "reference": "SY-2024-0007",
        "title": "A shop owner taken at a checkpoint",
        "translation": "صاحب متجر أُخذ عند حاجز",
        "kind": ["enforced_disappearance"],
        "status": "building",
        "period": "2013~",
        "places": [{"name": "Tall Zayt", "lat": 35.1, "lon": 36.7, "radius_m": 500}],
        "foreign": "kept as it is",
    },
    "people": [
        {
            "id": "p1",
            "pseudonym": "V-01",
            "name": {
                "ar": {"given": "رامي", "family": "حداد"},
                "la": {"given": "Rami", "family": "Haddad"},
            },
            "aliases": ["Abu Samir"],
            "capacities": ["victim"],
            "minor": False,
        },
        {"id": "p2", "pseudonym": "W-01", "capacities": ["witness"]},
    ],
    "events": [
        {
            "id": "e1",
            "type": "disappearance",
            "date": "2013-05~",
            "victims": ["p1"],
            "sources": ["v1"],
            "description": "Two men in plain clothes.\nHe was not seen again.",
        }
    ],
    "evidence": [{"id": "v1", "label": "EV-0001", "title": "Interview", "kind": "testimony"}],
    "proceedings": [
        {
            "id": "j1",
            "state": "FR",
            "authority": "Investigating judges, Paris",
            "status": "warrant",
            "instruments": [
                {
                    "id": "w1",
                    "type": "arrest_warrant",
                    "person": "p2",
                    "history": [{"id": "s1", "status": "issued", "date": "2018-10"}],
                }
            ],
        }
    ],
}


def papers() -> Case:
    """Give a copy of the case to work on."""
    case = Case.empty(CASE_ID, "main").copy()
    case.data.update(Case(PAPERS).copy().data)
    return case
