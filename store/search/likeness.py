"""How alike a wanted word and a word of a text are: in spelling, with typing errors, in sound."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import OSA, Indel

from store.search.sound import skeleton

__all__ = [
    "INNER",
    "LENIENT",
    "STRICT",
    "Cutoffs",
    "Wanted",
    "blend",
    "in_sound",
    "in_spelling",
    "may_be_mistyped",
    "opening_sound",
    "with_typos",
]

INNER = 3  # letters that an inner part must have
_UNLIKELY = 0.03  # what a less likely reading of the letters costs
_MIN_TYPO_LENGTH, _MAX_TYPO_LENGTH = 4, 32


class Cutoffs(NamedTuple):
    """How alike two words must at least be, in spelling with typing errors and in sound.

    `below_best` is the part of the best likeness of a wanted word that the others must reach.
    """

    typo: float
    sound: float
    below_best: float


STRICT = Cutoffs(typo=0.66, sound=0.72, below_best=0.75)
LENIENT = Cutoffs(typo=0.5, sound=0.6, below_best=0.0)


class Wanted(NamedTuple):
    """A word of a query: its spellings (as written, without article) and sound keys.

    `is_open`: it is still being typed. `is_loose`: typing errors and sound are looked at.
    """

    spellings: tuple[str, ...]
    sounds: tuple[str, ...]
    is_open: bool
    is_loose: bool
    weight: float
    cutoffs: Cutoffs


def in_spelling(wanted: str, form: str, *, is_open: bool) -> float:
    """Compare spellings: 1 when equal, less for a beginning or an inner part, or 0."""
    if wanted == form:
        return 1.0
    share = len(wanted) / len(form)
    if form.startswith(wanted):
        if is_open:
            return 0.86 + 0.13 * share
        return 0.6 + 0.3 * share if len(wanted) >= INNER else 0.0
    return 0.5 + 0.3 * share if len(wanted) >= INNER and wanted in form else 0.0


def with_typos(wanted: str, form: str, cutoffs: Cutoffs) -> float:
    """Compare spellings that may hold typing errors: 0 when too far apart."""
    return 0.97 * float(OSA.normalized_similarity(wanted, form, score_cutoff=cutoffs.typo))


def blend(full: float, bones: float, rank: int, cutoffs: Cutoffs) -> float:
    """Weigh the likeness of two sound keys and of their skeletons: 0 when too far apart.

    `rank` is that of the wanted key among the keys of its word: the first is the likeliest.
    """
    score = 0.97 * (0.65 * full + 0.35 * bones)
    return score * (1 - _UNLIKELY * min(rank, 2)) if score >= cutoffs.sound else 0.0


def in_sound(wanted: str, key: str, rank: int, cutoffs: Cutoffs) -> float:
    """Compare two sound keys: 0 when too far apart."""
    full = Indel.normalized_similarity(wanted, key)
    if not blend(full, 1.0, rank, cutoffs):
        return 0.0
    bones = Indel.normalized_similarity(skeleton(wanted), skeleton(key))
    return blend(full, bones, rank, cutoffs)


def opening_sound(wanted: str, key: str) -> float:
    """Compare the sound of a word being typed to the beginning of a sound key, or 0."""
    return 0.78 + 0.15 * len(wanted) / len(key) if key.startswith(wanted) else 0.0


def may_be_mistyped(wanted: Wanted) -> bool:
    """Tell a word long enough for typing errors to leave it recognizable, and not too long."""
    return _MIN_TYPO_LENGTH <= len(wanted.spellings[-1]) <= _MAX_TYPO_LENGTH
