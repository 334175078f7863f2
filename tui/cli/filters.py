"""What `dalil list` is narrowed by; a word that no case can have is refused, not searched for."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence

from store.errors import BadFormat
from store.model.fields import load_model
from store.model.nearest import nearest
from store.model.summary import Summary
from store.vault import Vault

__all__ = ["check_filters", "is_filtered", "is_wanted"]


def is_filtered(options: Namespace) -> bool:
    """Is only a part of the list asked for?"""
    return any((options.kind, options.status, options.compartment, options.by, options.year))


def is_wanted(row: Summary, options: Namespace) -> bool:
    """Is a row part of what is asked for?"""
    return (
        (not options.kind or options.kind in row.kinds)
        and (not options.status or options.status == row.status)
        and (not options.compartment or options.compartment == row.compartment)
        and (not options.by or options.by == row.changed_by)
        and (not options.year or options.year == row.year)
    )


def check_filters(vault: Vault, rows: Sequence[Summary], options: Namespace) -> None:
    """Make sure that each word is one that a case could have.

    Raises:
        BadFormat: it is not; the hint lists what is.
    """
    _check("kind", options.kind, [*_terms("kind"), *(kind for row in rows for kind in row.kinds)])
    _check("status", options.status, [*_terms("status"), *(row.status for row in rows)])
    _check("compartment", options.compartment, sorted(vault.policy.compartments))
    people = [*sorted(vault.policy.members), *(row.changed_by for row in rows)]
    _check("by", options.by, people)
    if options.year and not options.year.isdecimal():
        raise BadFormat("{word} is no year", hint="such as 2013", word=options.year)


def _check(name: str, word: str | None, known: Iterable[str]) -> None:
    words = [each for each in known if each]
    if word and word not in words:
        raise BadFormat(
            "no case can have {word} as --{name}",
            hint="there are: {known}",
            word=word,
            name=name,
            known=nearest(word, words),
        )


def _terms(key: str) -> list[str]:
    model = load_model()
    field = model.field(f"overview.{key}")
    assert field is not None  # noqa: S101 - a field of the shipped table
    return [term.code for term in model.vocabulary(field.vocabulary).terms]
