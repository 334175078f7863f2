"""What has another shape than the table gives it is refused, and its path is named."""

from __future__ import annotations

from typing import Any

import pytest

from store.errors import BadFormat
from store.model.shape import check_shape

ITEMS = "proceedings.instruments"


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"changed": "x"}, "changed"),
        ({"overview": None}, "overview"),
        ({"overview": []}, "overview"),
        ({"overview": {"title": {}}}, "overview.title"),
        ({"overview": {"title": ["x"]}}, "overview.title"),
        ({"overview": {"kind": "torture"}}, "overview.kind"),
        ({"overview": {"kind": None}}, "overview.kind"),
        ({"overview": {"kind": [{}]}}, "overview.kind"),
        ({"overview": {"places": {"name": "x"}}}, "overview.places"),
        ({"overview": {"places": ["x"]}}, "overview.places"),
        ({"people": {}}, "people"),
        ({"people": ["p1"]}, "people"),
        ({"people": [{"id": "p1", "name": "x"}]}, "people.name"),
        ({"people": [{"id": "p1", "name": 5}]}, "people.name"),
        ({"people": [{"id": "p1", "name": {"ar": "x"}}]}, "people.name"),
        ({"people": [{"id": "p1", "birthplace": None}]}, "people.birthplace"),
        ({"people": [{"id": "p1", "aliases": "x"}]}, "people.aliases"),
        ({"people": [{"id": "p1", "minor": []}]}, "people.minor"),
        ({"proceedings": [{"id": "j1", "instruments": "x"}]}, ITEMS),
        ({"proceedings": [{"id": "j1", "instruments": None}]}, ITEMS),
        ({"proceedings": [{"id": "j1", "instruments": [{}]}]}, ITEMS),
        (
            {"proceedings": [{"id": "j1", "instruments": [{"id": "w1", "history": ["x"]}]}]},
            f"{ITEMS}.history",
        ),
        ({"people": [{"id": "p1"}, {"id": "p1"}]}, "people"),
        ({"people": [{"id": 1}]}, "people"),
        ({"people": [{"id": ["p1"]}]}, "people"),
        ({"people": [{"id": "p.1"}]}, "people"),
        ({"people": [{"id": ""}]}, "people"),
    ],
)
def test_another_shape_is_refused_by_its_path(data: dict[str, Any], path: str) -> None:
    with pytest.raises(BadFormat) as caught:
        check_shape(data)
    assert caught.value.values["path"] == path


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"changed": None, "unknown": {"x": []}},
        {"overview": {"title": 5, "period": 2013, "kind": [], "unknown": {}}},
        {"people": [{"id": "p1", "name": {"ar": {}, "xx": 5}, "birthplace": {"lat": "x"}}]},
        {"proceedings": [{"id": "j1", "instruments": [{"id": "w1", "history": [{"id": "s1"}]}]}]},
    ],
)
def test_values_are_not_looked_at_only_shapes(data: dict[str, Any]) -> None:
    check_shape(data)
