"""Random cases with every field of the table, and what people do to them: for tests of merging."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from store.model.conflict import Mark, conflicts, resolve
from store.model.fields import NAME_PARTS, PLACE_PARTS, SCRIPTS, Field, Section, load_model
from store.model.merge import Side
from store.model.parts import drop_seal

Data = dict[str, Any]

HEAD: Data = {"dalil": 1, "id": "a" * 20, "compartment": "main"}
COMPARTMENTS = ("main", "witness", "court")
PEOPLE = ("nour", "sami", "lina")
UNKNOWN = ("x_one", "x two", "x.three")
BREADTH = {"main": 3, "witness": 1, "court": 2}


class Author:
    """Somebody who makes cases and changes them, by dice, in words of their own or like others'."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311 - it plays, it keeps no secret
        self.seed = seed
        self.count = 0

    def word(self) -> str:
        """Give a word that is like others', or one of this author's own."""
        if self.dice.random() < 0.4:
            return self.dice.choice(("a", "b", "c"))
        self.count += 1
        return f"w{self.seed}x{self.count}"

    def case(self) -> Data:
        """Make a case."""
        data = copy.deepcopy(HEAD)
        for section in load_model().sections:
            if section.prefix:
                items = self.items(section.fields, ("1", "2", "3"), section.prefix)
                if items:
                    data[section.key] = items
                for item in items:
                    self.mark(item)
            else:
                data[section.key] = self.fields(section.fields)
        for key in UNKNOWN:
            if self.dice.random() < 0.5:
                data[key] = self.anything()
        return {key: value for key, value in data.items() if value not in ({}, [])}

    def fields(self, fields: Sequence[Field]) -> Data:
        """Fill some fields of a section or item."""
        chosen = [field for field in fields if self.dice.random() < 0.35]
        values = {field.key: self.value(field) for field in chosen}
        if self.dice.random() < 0.2:
            values[self.dice.choice(UNKNOWN)] = self.anything()
        return {key: value for key, value in values.items() if value not in ({}, [])}

    def items(self, fields: Sequence[Field], ids: Sequence[str], prefix: str) -> list[Data]:
        """Make some items of a list."""
        chosen = [one for one in ids if self.dice.random() < 0.5]
        return [{"id": f"{prefix}{one}", **self.fields(fields)} for one in chosen]

    def mark(self, item: Data) -> None:
        """Seal an item, or not."""
        if self.dice.random() < 0.3:
            item["sealed"] = self.dice.choice(("witness", "court"))
            item["pseudonym"] = self.word()

    def value(self, field: Field) -> Any:
        """Make a value for a field."""
        if field.kind == "items":
            return self.items(field.fields, ("1", "2"), field.prefix)
        if field.is_list:
            return [self.one(field) for _ in range(self.dice.randint(1, 3))]
        return self.one(field)

    def one(self, field: Field) -> Any:  # noqa: PLR0911 - a kind a line
        """Make one value of a field that may have several."""
        choose = self.dice.choice
        if field.kind == "long":
            return "\n\n".join(self.word() for _ in range(self.dice.randint(1, 4)))
        if field.kind == "number":
            return choose((1, 2, 1.0, 2.5, -3))
        if field.kind == "yesno":
            return choose((True, False, "unknown"))
        if field.kind == "name":
            return {
                script: self.parts(NAME_PARTS) for script in SCRIPTS if self.dice.random() < 0.7
            }
        if field.kind == "place":
            numbers = {key: choose((1, 2.5)) for key in PLACE_PARTS[1:] if self.dice.random() < 0.4}
            return {"name": self.word(), **numbers}
        if field.vocabulary:
            return choose(load_model().vocabulary(field.vocabulary).terms[:4]).code
        if field.kind in ("date", "instant"):
            return choose(("2013-05", "2014-01-02", "2012-05/2014", "2024-05-21T09:30:00Z"))
        return self.word()

    def parts(self, keys: Sequence[str]) -> Data:
        """Fill some parts of a name."""
        return {key: self.word() for key in keys if self.dice.random() < 0.6}

    def anything(self, depth: int = 0) -> Any:
        """Make what an unknown key may hold."""
        kind = self.dice.randint(0, 9 if depth < 2 else 5)
        if kind < 6:
            return (self.word(), 1, True, None, 1.5, f"{self.word()}\n\n{self.word()}")[kind]
        if kind == 6:
            return [self.anything(2) for _ in range(self.dice.randint(1, 3))]
        if kind == 7:
            return [
                {"id": one, "k": self.anything(2)} for one in ("1", "2") if self.dice.random() < 0.7
            ]
        return {key: self.anything(depth + 1) for key in ("k", "l") if self.dice.random() < 0.8}

    # -- what is done to a case ---------------------------------------------------------------

    def edit(self, data: Data, steps: int) -> Data:
        """Give the case after some changes."""
        edited = copy.deepcopy(data)
        deeds = (self._field, self._field, self._field, self._item, self._item, self._order)
        for _ in range(steps):
            deed = self.dice.choice((*deeds, self._seal, self._move, self._unknown))
            deed(edited)
            if self.dice.random() < 0.3:
                edited = self._settle(edited)
        return edited

    def _holders(self, data: Data) -> Iterator[tuple[Data, Section | Field]]:
        for section in load_model().sections:
            held = data.get(section.key)
            for item in held or () if section.prefix else (held or {},):
                yield item, section
                yield from self._inner(item, section)

    def _inner(self, item: Data, holder: Section | Field) -> Iterator[tuple[Data, Section | Field]]:
        for field in holder.fields:
            for inner in item.get(field.key) or () if field.kind == "items" else ():
                yield inner, field
                yield from self._inner(inner, field)

    def _field(self, data: Data) -> None:
        item, holder = self.dice.choice(list(self._holders(data)))
        field = self.dice.choice(holder.fields)
        old = item.get(field.key)
        if old is not None and self.dice.random() < 0.25:
            del item[field.key]
        elif isinstance(old, str) and "\n\n" in old:
            self._paragraph(item, field.key)
        elif isinstance(old, dict) and self.dice.random() < 0.7:
            inner = self.dice.choice([old, *(v for v in old.values() if isinstance(v, dict))])
            inner[self.dice.choice([*inner, "given", "name"])] = self.word()
            item[field.key] = {
                k: v for k, v in old.items() if k not in SCRIPTS or isinstance(v, dict)
            }
        elif isinstance(old, list) and field.kind != "items":
            old[self.dice.randrange(len(old)) :][:1] = []
            old.append(self.one(field))
        else:
            item[field.key] = self.value(field)
        if item.get(field.key) in ([], {}):
            del item[field.key]

    def _paragraph(self, item: Data, key: str) -> None:
        found = item[key].split("\n\n")
        place = self.dice.randrange(len(found))
        found[place : place + self.dice.randint(0, 1)] = [self.word()]
        item[key] = "\n\n".join(found)

    def _lists(self, data: Data) -> list[tuple[Data, str, Section | Field]]:
        model = load_model()
        lists = [(data, s.key, s) for s in model.sections if s.prefix]
        for item, holder in self._holders(data):
            lists += [(item, f.key, f) for f in holder.fields if f.kind == "items"]  # type: ignore[misc] # a section or a field
        return lists  # type: ignore[return-value]

    def _item(self, data: Data) -> None:
        holder, key, kind = self.dice.choice(self._lists(data))
        items = holder.get(key) or []
        if items and self.dice.random() < 0.5:
            items.pop(self.dice.randrange(len(items)))
        else:
            new = {"id": f"{kind.prefix}{self.dice.randint(1, 6)}", **self.fields(kind.fields)}
            if new["id"] not in {item["id"] for item in items}:
                items.insert(self.dice.randint(0, len(items)), new)
        holder[key] = items
        if not items:
            del holder[key]

    def _order(self, data: Data) -> None:
        holder, key, _ = self.dice.choice(self._lists(data))
        self.dice.shuffle(holder.get(key) or [])

    def _seal(self, data: Data) -> None:
        lists = [(s.key, data.get(s.key)) for s in load_model().sections if s.prefix]
        found = [(key, item) for key, items in lists for item in items or ()]
        if not found:
            return
        section, item = self.dice.choice(found)
        if item.get("sealed") and self.dice.random() < 0.5:
            drop_seal(item, section)
        else:
            item["sealed"] = self.dice.choice([c for c in COMPARTMENTS if c != data["compartment"]])
            item.setdefault("pseudonym", self.word())

    def _move(self, data: Data) -> None:
        if self.dice.random() < 0.4:
            data["compartment"] = self.dice.choice(COMPARTMENTS)
            for section in load_model().sections:
                for item in data.get(section.key) or () if section.prefix else ():
                    if item.get("sealed") == data["compartment"]:
                        drop_seal(item, section.key)

    def _unknown(self, data: Data) -> None:
        key = self.dice.choice(UNKNOWN)
        if key in data and self.dice.random() < 0.3:
            del data[key]
        else:
            data[key] = self.anything()

    def _settle(self, data: Data) -> Data:
        found = [one for one in conflicts(data) if one.path]
        if not found:
            return data
        one = self.dice.choice(found)
        is_place = one.path == "compartment" or one.path.endswith(".sealed")
        values = [
            value.value for value in one.values if not is_place or value.value is not Mark.GONE
        ]
        return resolve(data, one.path, self.dice.choice([*values, Mark.HERE])) or data

    def side(self, data: Data | None) -> Side:
        """Sign a version."""
        return Side(data, self.dice.choice(PEOPLE), f"2026-01-0{self.dice.randint(1, 4)}T00:00:00Z")
