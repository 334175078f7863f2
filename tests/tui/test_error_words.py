"""Each template of an error, problem, finding or check has its Arabic words, nothing else has."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import store
from store import errors
from store.errors import BadFormat
from store.model.codec import load
from tui import i18n

ROOT = Path(store.__file__).parent.parent
FILES = sorted([*(ROOT / "store").rglob("*.py"), *(ROOT / "tui").rglob("*.py")])
ARABIC = load((ROOT / "tui" / "locale" / "ar.yaml").read_bytes())["errors"]
CALLS = {"Problem": (2,), "Note": (0, 1), "Finding": (3, 5), "Check": (2, 4)}
"""Which arguments of these are templates; of an error it is the first two."""
WORDS = {"message", "hint", "advice"}
"""Keywords that hold a template; attributes that pass one on, which stands elsewhere."""


class Template(NamedTuple):
    """A text that reaches a person; `text` is None where it is put together as the program runs."""

    place: str
    text: str | None


def _error_names() -> set[str]:
    """Name the errors of the store, and what is derived from them anywhere."""
    names = {*errors.__all__} - {"Cancelled"}
    for tree in map(_tree, FILES):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and names & {_name(base) for base in node.bases}:
                names.add(node.name)
    return names


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _templates() -> Iterator[Template]:
    calls = CALLS | dict.fromkeys(_error_names(), (0, 1))
    for path in FILES:
        for node, function in _with_function(_tree(path), None):
            for given in _given(path, node, calls):
                for text in _texts(given, function, _tree(path)):
                    yield Template(f"{path.relative_to(ROOT)}:{given.lineno}", text)


def _with_function(
    node: ast.AST, function: ast.FunctionDef | None
) -> Iterator[tuple[ast.AST, ast.FunctionDef | None]]:
    """Give each node with the function around it."""
    for child in ast.iter_child_nodes(node):
        yield child, function
        yield from _with_function(child, child if isinstance(child, ast.FunctionDef) else function)


def _given(path: Path, node: ast.AST, calls: dict[str, tuple[int, ...]]) -> list[ast.expr]:
    """Give the expressions of a node that are templates."""
    if isinstance(node, ast.Call) and _name(node.func) in calls:
        places = calls[_name(node.func)]
        positional = [given for at, given in enumerate(node.args) if at in places]
        return [*positional, *(word.value for word in node.keywords if word.arg in WORDS)]
    if isinstance(node, ast.Tuple) and [type(each) for each in node.elts] in _PAIRS.get(path, ()):
        return [each for each in node.elts if isinstance(each, ast.Constant)]
    return []


_PAIRS: dict[Path, list[list[type]]] = {
    ROOT / "store/model/check.py": [[ast.Constant, ast.Dict]],  # a message and its values
    ROOT / "store/trust/graph.py": [[ast.Constant, ast.Constant]],  # a message and its advice
    ROOT / "store/trust/verify.py": [[ast.Constant, ast.Constant]],
}


def _texts(
    given: ast.expr, function: ast.FunctionDef | None, tree: ast.Module
) -> Iterator[str | None]:
    """Follow an expression to the texts that it may be."""
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, ast.BoolOp):
        for each in given.values:
            yield from _texts(each, function, tree)
    elif isinstance(given, ast.IfExp):
        for each in (given.body, given.orelse):
            yield from _texts(each, function, tree)
    elif isinstance(given, ast.Name):
        for each in _values(given.id, function, tree):
            yield from _texts(each, function, tree)
    elif not isinstance(given, ast.Subscript) and _name(given) not in WORDS:
        yield None


def _values(name: str, function: ast.FunctionDef | None, tree: ast.Module) -> Iterator[ast.expr]:
    """Find what a name stands for: what is assigned to it; for a parameter, what callers give."""
    names = [each.arg for each in function.args.args] if function else []
    if function and name in names:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) == function.name:
                yield node.args[names.index(name)]
        return
    for scope in filter(None, (function, tree)):
        found = [
            node.value
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign) and name in map(_name, node.targets)
        ]
        if found:
            yield from found
            return


TEMPLATES = [template for template in _templates() if template.text != ""]
ENGLISH = {template.text: template.place for template in TEMPLATES if template.text is not None}


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_each_template_is_written_out_and_not_put_together() -> None:
    assert [template.place for template in TEMPLATES if template.text is None] == []


def test_each_template_has_its_words_in_arabic() -> None:
    assert {text: place for text, place in ENGLISH.items() if text not in ARABIC} == {}


def test_the_arabic_words_have_the_same_places() -> None:
    known = {text: words for text, words in ARABIC.items() if text in ENGLISH}
    assert {text for text, words in known.items() if _places(text) != _places(words)} == set()


def test_no_arabic_words_are_left_over() -> None:
    assert set(ARABIC) - ENGLISH.keys() == set()


def test_an_error_told_inside_another_is_in_arabic_too() -> None:
    i18n.use("ar")
    inner = BadFormat("{date} is no date", date="x")
    fault = BadFormat("{path}: {problem}", path="events.e1.date", problem=inner)
    assert i18n.error(fault)[0] == "الحقل events.e1.date: ليس x تاريخًا"
    assert str(fault) == "events.e1.date: x is no date"
