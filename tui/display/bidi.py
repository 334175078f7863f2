"""The order in which letters of one line stand on the screen: the implicit part of UAX #9.

Embeddings, overrides and isolates are not obeyed: in a case file they are an attack, and `scrub`
has made them visible marks before text comes here. So a line is one isolating run, and what
remains is W1-W7 (weak types), N0-N2 (brackets and neutrals), I1-I2, L1, L2 and L4.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal
from unicodedata import bidirectional, category, lookup, mirrored, name, normalize

__all__ = [
    "Direction",
    "embedding_levels",
    "is_mostly_rtl",
    "is_rtl",
    "mirror",
    "reorder",
    "visual_order",
]

Direction = Literal["auto", "ltr", "rtl"]

STRONG = frozenset({"L", "R", "AL"})
NEUTRAL = frozenset({"B", "S", "WS", "ON"})
# X9 takes these out before the rules run, L1 counts them as white space.
REMOVED = frozenset({"BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", ""})
NUMERIC = frozenset({"EN", "AN", "ES", "ET", "CS"})
# What can raise a level above a base of 0, and above one of 1.
ACROSS = (frozenset({"R", "AL", "AN"}), frozenset({"L", "EN", "AN"}))
BRACKET_DEPTH = 63  # BD16: a deeper nesting ends the search for pairs


def is_rtl(text: str) -> bool:
    """Tell whether the first strong letter runs from right to left (rules P2 and P3)."""
    for letter in text:
        kind = bidirectional(letter)
        if kind in STRONG:
            return kind != "L"
    return False


def is_mostly_rtl(text: str) -> bool:
    """Tell whether most strong letters run from right to left; when they are even, the first."""
    kinds = [kind for letter in text if (kind := bidirectional(letter)) in STRONG]
    excess = len(kinds) - 2 * kinds.count("L")
    return excess > 0 or (excess == 0 and is_rtl(text))


def visual_order(text: str, direction: Direction = "auto") -> list[int]:
    """List the offsets of `text` in the order in which they stand from left to right.

    Combining marks come out before their letter where it runs from right to left (L3 is the
    caller's: see `field`). Brackets keep their shape: see `mirror`.
    """
    return reorder(embedding_levels(text, direction))


def embedding_levels(text: str, direction: Direction = "auto") -> list[int]:
    """Give each code point its level: even runs left to right, odd right to left."""
    base = int(is_rtl(text)) if direction == "auto" else int(direction == "rtl")
    original = [bidirectional(letter) for letter in text]
    if ACROSS[base].isdisjoint(original):  # most fields: one script, no number
        return [base] * len(text)
    kept = [at for at, kind in enumerate(original) if kind not in REMOVED]
    types = [original[at] for at in kept]
    _resolve_marks(types, base)
    if not NUMERIC.isdisjoint(types):
        _resolve_numbers(types, base)
    _resolve_brackets([text[at] for at in kept], types, [original[at] for at in kept], base)
    _resolve_neutrals(types, base)
    levels: list[int] = []
    resolved = iter(types)
    for kind in original:
        if kind in REMOVED:  # stays with what it follows
            levels.append(levels[-1] if levels else base)
        else:
            levels.append(_implicit_level(next(resolved), base))
    _reset_white_space(original, levels, base)
    return levels


def reorder(levels: Sequence[int]) -> list[int]:
    """List the offsets of `levels` from left to right (rule L2)."""
    order = list(range(len(levels)))
    if not order or min(levels) == max(levels):
        return order[::-1] if order and levels[0] % 2 else order
    lowest_odd = min((level for level in levels if level % 2), default=max(levels) + 1)
    for floor in range(max(levels), lowest_odd - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= floor:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end + 1
    return order


@lru_cache(maxsize=1024)
def mirror(letter: str) -> str:
    """Give the letter that looks like `letter` in a mirror, or itself (rule L4).

    `unicodedata` knows which letters mirror, not into which: the pairs differ by one word of
    their names.
    """
    if not mirrored(letter):
        return letter
    known = name(letter, "")
    for one, other in (
        ("LEFT", "RIGHT"),
        ("RIGHT", "LEFT"),
        ("LESS", "GREATER"),
        ("GREATER", "LESS"),
    ):
        if one in known:
            try:
                twin = lookup(known.replace(one, other))
            except KeyError:
                return letter
            return twin if mirrored(twin) else letter
    return letter


def _side(kind: str) -> str:
    """Give the direction that a type counts as for its neighbours: numbers as R, neutrals none."""
    if kind in NEUTRAL:
        return ""
    return "L" if kind == "L" else "R"


def _resolve_marks(types: list[str], base: int) -> None:
    """Apply W1 to W3 in place: marks follow their letter, numbers after Arabic are Arabic."""
    strong = before = ("L", "R")[base]
    for at, original in enumerate(types):
        if original != "NSM":
            before = original
        types[at] = before
        if before in STRONG:
            strong = before
        elif before == "EN" and strong == "AL":
            types[at] = "AN"
    types[:] = ["R" if kind == "AL" else kind for kind in types]


def _resolve_numbers(types: list[str], base: int) -> None:
    """Apply W4 to W7 in place."""
    for at in range(1, len(types) - 1):  # W4
        left, kind, right = types[at - 1 : at + 2]
        if left == right and (left, kind) in {("EN", "ES"), ("EN", "CS"), ("AN", "CS")}:
            types[at] = left
    _resolve_terminators(types)
    strong = ("L", "R")[base]
    for at, kind in enumerate(types):  # W7
        if kind in STRONG:
            strong = kind
        elif kind == "EN" and strong == "L":
            types[at] = "L"


def _resolve_terminators(types: list[str]) -> None:
    """Apply W5 and W6 in place: signs beside a European number belong to it, others are neutral."""
    at = 0
    while at < len(types):
        end = at
        while end < len(types) and types[end] == "ET":
            end += 1
        if end > at:
            touches = "EN" in types[max(0, at - 1) : at] + types[end : end + 1]
            types[at:end] = ["EN" if touches else "ON"] * (end - at)
        elif types[at] in {"ES", "CS"}:
            types[at] = "ON"
        at = max(end, at + 1)


def _resolve_brackets(letters: list[str], types: list[str], original: list[str], base: int) -> None:
    """Apply N0 in place: a pair of brackets takes the direction of what it holds."""
    own, other = ("L", "R") if base == 0 else ("R", "L")
    for opening, closing in _bracket_pairs(letters, types):
        inside = {_side(kind) for kind in types[opening + 1 : closing]}
        if own in inside:
            side = own
        elif other in inside:
            earlier = (_side(kind) for kind in reversed(types[:opening]))
            side = other if next(filter(None, earlier), own) == other else own
        else:
            continue
        for at in (opening, closing):
            types[at] = side
            while (at := at + 1) < len(types) and original[at] == "NSM":
                types[at] = side


def _bracket_pairs(letters: list[str], types: list[str]) -> list[tuple[int, int]]:
    """List the pairs of brackets by where they open (rule BD16)."""
    pairs: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    for at, letter in enumerate(letters):
        if types[at] != "ON" or not mirrored(letter):
            continue
        kind = category(letter)
        if kind == "Ps":
            if len(stack) == BRACKET_DEPTH:
                return []
            stack.append((normalize("NFC", mirror(letter)), at))
        elif kind == "Pe":
            wanted = normalize("NFC", letter)
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == wanted:
                    pairs.append((stack[depth][1], at))
                    del stack[depth:]
                    break
    return sorted(pairs)


def _resolve_neutrals(types: list[str], base: int) -> None:
    """Apply N1 and N2 in place: neutrals between two of one side join it, others the base."""
    edge = ("L", "R")[base]
    before = edge
    at = 0
    while at < len(types):
        end = at
        while end < len(types) and types[end] in NEUTRAL:
            end += 1
        after = _side(types[end]) if end < len(types) else edge
        if end > at:
            types[at:end] = [before if before == after else edge] * (end - at)
        before = after
        at = end + 1


def _implicit_level(kind: str, base: int) -> int:
    """Give the level of a resolved type (rules I1 and I2)."""
    if kind == "L":
        return base + base % 2
    if kind == "R":
        return base + (base + 1) % 2
    return base + 2 - base % 2


def _reset_white_space(original: list[str], levels: list[int], base: int) -> None:
    """Apply L1 in place: separators, and white space before them or at the end, take the base."""
    trailing = True
    for at in range(len(levels) - 1, -1, -1):
        if original[at] in {"B", "S"}:
            trailing = True
        elif original[at] != "WS" and original[at] not in REMOVED:
            trailing = False
        if trailing:
            levels[at] = base
