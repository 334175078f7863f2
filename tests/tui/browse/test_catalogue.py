from __future__ import annotations

from store.renewal import Changes, Renewed
from store.search.match import Finder
from tests.tui.browse.shelf import searched, summaries
from tui.cases.catalogue import Catalogue, Selection
from tui.cases.facets import Facets, toggled


def _catalogue(count: int = 40) -> Catalogue:
    rows = summaries(count)
    return Catalogue(rows, "tip", Finder.of(searched(rows)))


def test_values_of_one_facet_are_alternatives_and_facets_narrow_each_other() -> None:
    cases = summaries(40)
    filters = {"status": frozenset({"intake", "review"}), "member": frozenset({"nour"})}
    kept = [cases[number] for number in Facets(cases).passing(range(40), filters)]
    assert kept
    assert {case.status for case in kept} == {"intake", "review"}
    assert {case.changed_by for case in kept} == {"nour"}


def test_a_count_says_how_many_rows_choosing_the_value_would_show() -> None:
    catalogue = _catalogue()
    selection = Selection(filters={"status": frozenset({"intake"})})
    counts, shown = catalogue.counts(selection)
    assert shown == counts["status"]["intake"] == 10
    for year, count in counts["year"].items():
        both = {**selection.filters, "year": frozenset({year})}
        assert len(catalogue.choose(selection._replace(filters=both))) == count


def test_a_case_with_two_kinds_counts_for_both() -> None:
    counts, _ = _catalogue().counts(Selection())
    assert counts["kind"] == {"torture": 40, "detention": 20}


def test_choosing_a_value_twice_takes_it_off() -> None:
    once = toggled({}, "year", "2014")
    assert toggled(once, "year", "2014") == {}


def test_search_and_filters_combine() -> None:
    found = _catalogue().choose(Selection(query="hasan", filters={"year": frozenset({"2012"})}))
    assert found
    assert all(number % 5 == 1 for number in found)


def test_a_search_gives_the_best_first_unless_another_order_is_asked_for() -> None:
    catalogue = _catalogue()
    assert catalogue.choose(Selection(query="SY-2024-0007"))[0] == 7
    newest = catalogue.choose(Selection(query="hasan", search_sort="reference"))
    assert newest == sorted(newest)


def test_a_cancelled_choice_gives_nothing() -> None:
    assert _catalogue().choose(Selection(query="hasan"), lambda: True) == []


def test_changed_and_new_cases_are_found_and_keep_their_numbers() -> None:
    catalogue = _catalogue()
    old, *_ = summaries(1)
    rows: Changes = {
        old.id: Renewed(old._replace(title="Chlorine"), "Chlorine in Khan"),
        "f" * 20: Renewed(old._replace(id="f" * 20), "Barrel bombs"),
    }
    assert catalogue.renew(rows, "later")
    assert catalogue.tip == "later"
    assert catalogue.choose(Selection(query="chlorine")) == [0]
    assert catalogue.choose(Selection(query="barrel")) == [40]
    assert len(catalogue.choose(Selection())) == 41


def test_a_case_that_is_gone_takes_another_catalogue() -> None:
    catalogue = _catalogue(3)
    first, second, third = catalogue.cases
    changes: Changes = {
        second.id: None,
        third.id: Renewed(third, "Chlorine"),
    }
    assert not catalogue.renew(changes, "later")
    left = catalogue.without(changes, "later")
    assert (left.cases, left.tip) == ([first, third], "later")
    assert left.choose(Selection(query="hasan")) == [0]
    assert left.choose(Selection(query="chlorine")) == [1]
    assert (left.words(1), left.words(0)) == ("Chlorine", searched([first])[0])
    assert not catalogue.can_search
