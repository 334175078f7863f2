"""Where two lines parted: the same as the definition says, whatever the clocks said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadFormat
from store.merging.parting import part
from store.repo.commit import build
from store.repo.objects import ObjectReader, object_id
from tests.store.trust.test_ancestry import Parents, ancestors, histories


class Commits(ObjectReader):
    """Commits in memory, each with parents and a date of our choice."""

    def __init__(self, parents: Parents, times: dict[str, int]) -> None:
        self.raw: dict[str, bytes] = {}
        self.ids: dict[str, str] = {}
        for name, above in parents.items():
            message = f"{name}"
            raw = build("0" * 40, tuple(self.ids[p] for p in above), "nour", times[name], message)
            self.ids[name] = object_id("commit", raw)
            self.raw[self.ids[name]] = raw
        self.count = 0

    def read(self, oid: str) -> tuple[str, bytes]:
        self.count += 1
        if oid not in self.raw:
            raise BadFormat("gone")
        return "commit", self.raw[oid]

    def reachable(self, tip: str, without: object) -> tuple[str, ...]:  # noqa: ARG002 - git may know nothing
        return ()


@given(histories(), st.data())
def test_the_bases_and_what_each_line_has_of_its_own(parents: Parents, data: st.DataObject) -> None:
    parents = {name: tuple(dict.fromkeys(above)) for name, above in parents.items()}
    times = {name: data.draw(st.integers(0, 9)) for name in parents}
    commits = Commits(parents, times)
    one, other = (data.draw(st.sampled_from(sorted(parents))) for _ in "lr")
    left, right = ancestors(parents, one), ancestors(parents, other)
    common = left & right
    worse = {up for below in common for up in ancestors(parents, below) - {below}}

    found = part(commits, commits.ids[one], commits.ids[other])

    assert set(found.bases) == {commits.ids[name] for name in common - worse}
    assert set(found.one) == {commits.ids[name] for name in left - right}
    assert set(found.other) == {commits.ids[name] for name in right - left}


def test_what_lies_below_the_base_is_not_read() -> None:
    names = [f"{number:04}" for number in range(1000)]
    parents: Parents = {name: (names[n - 1],) if n else () for n, name in enumerate(names)}
    parents |= {"left": (names[-1],), "right": (names[-1],)}
    commits = Commits(parents, {name: n for n, name in enumerate(parents)})

    found = part(commits, commits.ids["left"], commits.ids["right"])

    assert found.bases == (commits.ids[names[-1]],)
    assert commits.count < 10


def test_a_clock_that_stood_still_gives_nobody_commits_of_the_other() -> None:
    parents: Parents = {"00": (), "01": ("00",), "02": ("01",), "03": ("02",)}
    commits = Commits(parents, dict.fromkeys(parents, 0))

    for one, other in (("02", "03"), ("03", "02")):
        found = part(commits, commits.ids[one], commits.ids[other])

        assert found.bases == (commits.ids["02"],)
        assert (found.one, found.other)[one == "02"] == (commits.ids["03"],)
        assert (found.one, found.other)[one == "03"] == ()
