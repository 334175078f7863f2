"""The table of fields and the vocabularies in Markdown: what docs/format.md shows of them.

`python -m store.model.describe` prints it; a test holds the page equal to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from store.model.fields import Field, Model, Section, load_model

__all__ = ["describe"]


def describe() -> str:
    """Write every section with its fields, and every vocabulary with its codes."""
    model = load_model()
    lines = [line for section in model.sections for line in _section(section)]
    lines += ["**Vocabularies**", "", "| Name | Source | Codes |", "|---|---|---|"]
    lines += [_vocabulary(model, name) for name in sorted(_vocabularies(model))]
    return "\n".join(lines)


def _section(section: Section) -> Iterator[str]:
    is_list = f"a list of items, ids `{section.prefix}…`" if section.prefix else "a mapping"
    yield f"**`{section.key}`** ({section.labels['en']}): {is_list}"
    yield ""
    yield "| Field | Kind | Label | |"
    yield "|---|---|---|---|"
    yield from _rows("", section.fields)
    yield ""


def _rows(above: str, fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        path = f"{above}{field.key}"
        cells = (f"`{path}`", _kind(field), field.labels["en"], ", ".join(_marks(field)))
        yield f"| {' | '.join(cells)} |"
        yield from _rows(f"{path}.{field.prefix}….", field.fields)


def _kind(field: Field) -> str:
    if field.kind == "items":
        return f"items, ids `{field.prefix}…`"
    kind = f"{field.kind} of `{field.vocabulary}`" if field.vocabulary else field.kind
    return f"list of {kind}" if field.repeatable else kind


def _marks(field: Field) -> Iterator[str]:
    if field.required:
        yield "required"
    if field.sensitive:
        yield "sensitive"
    if field.search and field.kind != "long":  # the list's search looks through short texts only
        yield "searched"


def _vocabularies(model: Model) -> set[str]:
    return {field.vocabulary for _, field in model.walk() if field.vocabulary}


def _vocabulary(model: Model, name: str) -> str:
    vocabulary = model.vocabulary(name)
    codes = " ".join(f"`{term.code}`" for term in vocabulary.terms)
    return f"| `{name}` | {vocabulary.source} | {codes} |"


if __name__ == "__main__":
    print(describe())  # noqa: T201 - this is its purpose
