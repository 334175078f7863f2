"""The walk: incremental, cancellable, and never surprised by damaged or hostile objects."""

from __future__ import annotations

import subprocess
import zlib
from collections.abc import Sequence

import pytest

from store.errors import Cancelled
from store.repo.objects import ObjectReader
from store.trust.policy import dump
from store.trust.verify import verify
from tests.store.trust.team import Team, case, sealed


def test_only_what_is_new_since_the_last_verified_commit_is_looked_at(team: Team) -> None:
    team.save("lina", {case(9): sealed("not allowed")})
    trusted = team.save("sami", {case(1): sealed("a")})
    new = team.save("sami", {case(1): sealed("b")})

    report = team.verify(trusted=trusted)

    assert report.is_authentic
    assert (report.commits, list(report.signers)) == (1, [new])
    assert team.verify(trusted=new).is_authentic


def test_a_fault_after_the_last_verified_commit_leaves_that_as_verified(team: Team) -> None:
    trusted = team.save("sami", {case(1): sealed("a")})
    team.save("lina", {case(1): sealed("b")})

    report = team.verify(trusted=trusted)

    assert not report.is_authentic
    assert report.verified_tip == trusted


def test_a_line_that_left_before_the_last_verified_commit_is_taken_in(team: Team) -> None:
    base = team.save("sami", {case(1): sealed("a")})
    trusted = team.save("sami", {case(2): sealed("b")})
    side = team.save("omar", {case(3): sealed("c")}, parents=[base])
    tip = team.save("sami", {case(3): sealed("c")}, parents=[trusted, side], message="merge")

    report = team.verify(trusted=trusted)

    assert report.is_authentic
    assert set(report.signers) == {side, tip}


def test_someone_removed_cannot_come_in_beside_the_last_verified_commit(team: Team) -> None:
    base = team.tip
    trusted = team.save("nour", {"policy.yaml": dump(team.policy(2, omar=None))}, message="policy")
    fork = team.save("omar", {case(1): sealed("a")}, parents=[base])
    files = {"policy.yaml": dump(team.policy(2, omar=None))}
    team.save("nour", files, parents=[fork, trusted], message="merge")

    report = team.verify(trusted=trusted)

    assert [(one.rule, one.commit) for one in report.failures] == [(2, fork)]
    assert [one.severity for one in report.findings if one.rule == 0] == ["notice"]


def test_a_history_rolled_back_is_told_from_one_that_was_forked(team: Team) -> None:
    base = team.tip
    trusted = team.save("sami", {case(1): sealed("a")})
    fork = team.save("sami", {case(1): sealed("b")}, parents=[base])

    back = team.verify(base, trusted=trusted)
    forked = team.verify(fork, trusted=trusted)

    assert "rolled back" in back.failures[0].text()
    assert "forked or rewritten" in forked.failures[0].text()
    assert back.verified_tip == forked.verified_tip == trusted
    assert not back.is_authentic


def test_progress_is_told_and_a_stop_is_obeyed(team: Team) -> None:
    team.save("sami", {case(1): sealed("a")})
    seen: list[tuple[int, int]] = []

    with ObjectReader(str(team.git_dir)) as objects:
        verify(objects, team.root(), team.tip, progress=lambda *place: seen.append(place))
        with pytest.raises(Cancelled):
            verify(objects, team.root(), team.tip, is_cancelled=lambda: True)

    assert seen[-1] == (2, 2)


def test_an_edited_loose_object_is_found_though_git_shows_it(team: Team) -> None:
    honest = team.save("sami", {case(1): sealed("a")}, message="new case")
    team.save("sami", {case(1): sealed("b")})
    raw = subprocess.run(
        ["git", "-C", team.git_dir, "cat-file", "commit", honest], capture_output=True, check=True
    ).stdout
    forged = raw.replace(b"new case", b"new lies")
    header = b"commit %d\0" % len(forged)
    team.path_of(honest).write_bytes(zlib.compress(header + forged))
    shown = subprocess.run(
        ["git", "-C", team.git_dir, "log", "--format=%s"], capture_output=True, check=True
    )

    report = team.verify()

    assert b"new lies" in shown.stdout
    assert not report.is_authentic
    assert "altered" in report.failures[0].text()


def test_an_edited_or_missing_case_file_is_found(team: Team) -> None:
    team.save("sami", {case(1): sealed("a"), case(2): sealed("b")})
    missing, edited = team.put("blob", sealed("a")), team.put("blob", sealed("b"))
    team.path_of(missing).unlink()
    team.path_of(edited).write_bytes(zlib.compress(b"blob 5\0forge"))

    texts = sorted(one.text() for one in team.verify().failures)

    assert "altered" in texts[0]
    assert "missing" in texts[1]


@pytest.mark.parametrize("kind", ["commit", "tree"])
def test_a_missing_object_is_a_finding_that_names_it(team: Team, kind: str) -> None:
    lost = team.save("sami", {case(1): sealed("a")})
    team.save("sami", {case(2): sealed("b")})
    if kind == "tree":
        lost = team.tree(team.files[lost])
    team.path_of(lost).unlink()

    report = team.verify()

    assert not report.is_authentic
    assert any(lost in one.text() and "missing" in one.text() for one in report.failures)


def test_replaced_objects_and_grafts_change_nothing(team: Team) -> None:
    root = team.tip
    bad = team.save("lina", {case(1): sealed("a")})
    tip = team.save("sami", {case(2): sealed("b")})
    git = ["git", "-C", str(team.git_dir)]
    honest = team.save("sami", {case(1): sealed("a")}, parents=[root])
    subprocess.run([*git, "replace", bad, honest], check=True)
    (team.git_dir / "info").mkdir(exist_ok=True)
    (team.git_dir / "info/grafts").write_text(f"{tip} {root}\n")

    report = team.verify(tip)

    assert [one.commit for one in report.failures] == [bad]
    assert report.commits == 3


@pytest.mark.parametrize(
    "tree",
    [b"", b"garbage", b"100644 a\0" + b"x" * 20, b"100644 \0" + b"x" * 20, b"40000 cases\0short"],
)
def test_a_garbage_tree_is_a_finding(team: Team, tree: bytes) -> None:
    oid = team.put("tree", tree)
    team.save("sami", {"cases": ("40000", oid.encode())})

    report = team.verify()

    assert report.failures
    assert all(one.rule == 4 for one in report.failures)


def test_a_blob_where_a_folder_must_be_is_a_finding(team: Team) -> None:
    oid = team.put("blob", b"no tree")
    team.save("sami", {"cases": ("40000", oid.encode())})

    assert "a blob stands where a tree must be" in team.verify().failures[0].text()


def test_a_tip_that_is_no_commit_is_a_finding(team: Team) -> None:
    for oid in (team.put("blob", b"x"), "0" * 40):
        report = team.verify(oid)
        assert report.failures
        assert report.verified_tip is None


def test_a_tree_full_of_strange_names_gives_few_findings(team: Team) -> None:
    raw = b"".join(b"100644 a%05d\0" % number + b"x" * 20 for number in range(5000))
    oid = team.put("tree", raw)
    team.save("sami", {"cases": ("40000", oid.encode())})

    assert 1 <= len(team.verify().failures) <= 40


class Liar:
    """Objects in memory, whose reader claims nothing about their ids."""

    def __init__(self, objects: dict[str, tuple[str, bytes]]) -> None:
        self.objects = objects

    def read_many(self, oids: Sequence[str]) -> list[tuple[str, bytes]]:
        return [self.objects[oid] for oid in oids]


def test_a_reader_that_does_not_check_ids_is_not_believed() -> None:
    tip = "a" * 40
    circle = b"tree %b\nparent %b\n\nx" % (b"b" * 40, b"a" * 40)

    report = verify(Liar({tip: ("commit", circle)}), "c" * 40, tip)

    assert "is not what its id says" in report.failures[0].text()


class Hinting(ObjectReader):
    """A reader whose git names some wrong commits, some unknown ones, and leaves others out."""

    rehashes = True
    hint: Sequence[str] = ()

    def reachable(self, tip: str, without: Sequence[str]) -> Sequence[str]:
        assert tip
        assert tip not in without
        return self.hint


def test_what_git_takes_for_the_history_changes_nothing(team: Team) -> None:
    base = team.save("sami", {case(1): sealed("a")})
    other = team.save("lina", {case(2): sealed("b")})
    tip = team.save("sami", {case(3): sealed("c")}, parents=[base])

    for hint in ([], [tip, base], [other, "0" * 40], [team.root(), other, tip]):
        with Hinting(str(team.git_dir)) as objects:
            objects.hint = hint
            report = verify(objects, team.root(), tip)
        assert report.is_authentic
        assert report.commits == 3


def test_a_long_history_is_verified_in_pieces(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.trust.verify._PIECE", 70)
    monkeypatch.setattr("store.trust.graph._KEPT_BYTES", 40_000)
    monkeypatch.setattr("store.trust.tree_cache._GENERATION_BYTES", 5_000)
    for number in range(150):
        team.save("sami", {case(number % 7): sealed(str(number))})
    bad = team.save("lina", {case(1): sealed("x")})

    report = team.verify()

    assert [one.commit for one in report.failures] == [bad]
    assert len(report.signers) == 152
