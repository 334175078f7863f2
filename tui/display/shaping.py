"""Join Arabic letters for terminals that do not: each letter becomes its presentation form.

The forms and the lam-alef ligatures are read out of `unicodedata`, so every letter that Unicode
gives a presentation form is covered: Arabic, Persian, Urdu, Kurdish, Uyghur. A letter without one
is shown as it is and ends the joining. Only what is shown is shaped; stored text never is.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from itertools import chain
from typing import NamedTuple
from unicodedata import bidirectional, decomposition

__all__ = ["shape"]

LAM = "\u0644"
LAM_ALEF = ("لآ", "لأ", "لإ", "لا")
TATWEEL = "\u0640"
JOINER, NON_JOINER = "\u200d", "\u200c"
FINAL, INITIAL = 1, 2  # where they stand in Forms; medial is both


class Forms(NamedTuple):
    """The shapes of one letter; empty where it has none, as `initial` of alef."""

    isolated: str = ""
    final: str = ""
    initial: str = ""
    medial: str = ""


class Letters(NamedTuple):
    """What Unicode knows about joining: forms of letters, and of lam with the alef after it.

    `reach` are the letters that join the one after them, `accept` those that join the one before.
    """

    forms: dict[str, Forms]
    lam_alef: dict[str, Forms]
    reach: frozenset[str]
    accept: frozenset[str]


def shape(text: str, seams: Container[int] = ()) -> list[str]:
    """Give what to show for each code point of `text`, in the same order and number.

    An alef that its lam has taken in, and a joiner that has done its work, become "". Marks stay
    where they are and do not end the joining. Before an offset in `seams` (a change of style)
    no ligature is made, so that a cursor on the alef stays visible.

    Example:
        >>> shape("سلام") == ["\ufeb3", "\ufefc", "", "\ufee1"]
        True
    """
    letters = _letters()
    shown = list(text)
    places = [at for at, letter in enumerate(text) if bidirectional(letter) != "NSM"]
    back = False
    taken = -1
    for at, after in zip(places, [*places[1:], -1], strict=False):
        letter, following = text[at], text[after] if after >= 0 else ""
        ahead = at != taken and letter in letters.reach and following in letters.accept
        if at == taken:
            shown[at] = ""
        elif letter == LAM and following in letters.lam_alef and not _is_split(seams, at, after):
            shown[at] = letters.lam_alef[following][FINAL * back]
            taken = after
        elif letter in letters.forms:
            shown[at] = letters.forms[letter][FINAL * back + INITIAL * ahead] or letter
        elif letter in {JOINER, NON_JOINER}:
            shown[at] = ""
        back = ahead
    return shown


def _is_split(seams: Container[int], first: int, second: int) -> bool:
    """Tell whether a style changes between two letters."""
    return any(at in seams for at in range(first + 1, second + 1))


@cache
def _letters() -> Letters:
    """Collect the presentation forms of Unicode's two blocks of them."""
    found: dict[str, dict[str, str]] = {}
    for code in chain(range(0xFB50, 0xFE00), range(0xFE70, 0xFEFF)):
        kind, _, rest = decomposition(chr(code)).partition("> ")
        letters = "".join(chr(int(part, 16)) for part in rest.split())
        if len(letters) == 1 or letters in LAM_ALEF:
            found.setdefault(letters, {}).setdefault(kind[1:], chr(code))
    forms = {letters: Forms(**shapes) for letters, shapes in found.items()}
    lam_alef = {pair[1]: forms.pop(pair) for pair in LAM_ALEF}
    joined = {TATWEEL, JOINER}
    reach = frozenset(joined.union(letter for letter in forms if forms[letter].initial))
    accept = frozenset(joined.union(letter for letter in forms if forms[letter].final))
    return Letters(forms, lam_alef, reach, accept)
