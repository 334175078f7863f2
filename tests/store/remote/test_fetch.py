from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from store.errors import BadFormat, BadSignature, Cancelled, NotFound, Refused, Remote
from store.remote.fetch import Fetched, fetch
from store.remote.state import read
from store.repo import carrier
from store.repo.carrier import Way
from store.repo.objects import ObjectReader
from tests.store.office import FIRST, SECOND, Office
from tests.store.remote.remotes import fake_ssh, foreign, refs, send, serve

DAY = 86400.0


def get(mine: Office, by: str | None = "sami", clock: Callable[[], float] | None = None) -> Fetched:
    with mine.open(by) as vault:
        if clock:
            vault.clock = clock
        return fetch(vault)


def test_what_a_colleague_pushed_comes_and_can_be_read(
    mine: Office, office: Office, server: Office
) -> None:
    office.edit("nour", "news")
    send(office, server)
    found = get(mine)
    assert (found.state, found.commits, found.tip) == ("new", 1, office.head())
    assert mine.head() == office.head()
    assert mine.is_clean()
    with mine.open("sami") as vault:
        assert vault.trust.state == "authentic"
        assert vault.trust.commits == 5
        assert vault.get(FIRST).title == "news"


def test_the_open_vault_sees_it_at_once(mine: Office, office: Office, server: Office) -> None:
    office.edit("nour", "news")
    send(office, server)
    with mine.open("sami") as vault:
        fetch(vault)
        assert vault.get(FIRST).title == "news"
        assert vault.trust.commits == 5


def test_nothing_new_is_nothing(mine: Office) -> None:
    assert get(mine).state == "nothing"


def test_a_remote_that_lacks_our_commits_is_behind(mine: Office) -> None:
    tip = mine.edit("sami", "mine")
    assert get(mine).state == "behind"
    assert mine.head() == tip


@pytest.mark.parametrize("saves", [0, 1])
def test_a_fetch_reads_what_is_new_and_not_all_the_history(
    mine: Office, office: Office, server: Office, monkeypatch: pytest.MonkeyPatch, saves: int
) -> None:
    for number in range(12):
        office.edit("nour", f"old {number}")
    old = {oid for oid in office.git("rev-list", "main").split() if oid != office.head()}
    send(office, server)
    get(mine)
    for number in range(saves):
        mine.edit("sami", f"mine {number}", SECOND)
    office.edit("nour", "news")
    send(office, server)
    asked: list[str] = []
    real = ObjectReader.read_many

    def read_many(self: ObjectReader, oids: Sequence[str]) -> list[tuple[str, bytes]]:
        asked.extend(oids)
        return real(self, oids)

    monkeypatch.setattr(ObjectReader, "read_many", read_many)
    assert get(mine).state == ("apart" if saves else "new")
    assert asked
    assert not old & set(asked)


def test_commits_on_both_sides_are_apart_and_wait_for_a_merge(
    mine: Office, office: Office, server: Office
) -> None:
    tip = mine.edit("sami", "mine", SECOND)
    office.edit("nour", "theirs")
    send(office, server)
    found = get(mine)
    assert found.state == "apart"
    assert mine.head() == tip
    assert refs(mine)["refs/dalil/incoming/origin"] == office.head()
    assert get(mine).state == "apart"


def test_a_reader_without_keys_may_fetch(mine: Office, office: Office, server: Office) -> None:
    office.edit("nour", "news")
    send(office, server)
    assert get(mine, None).state == "new"


def test_a_remote_that_goes_back_is_refused_and_remembered(
    mine: Office, office: Office, server: Office
) -> None:
    before = office.head()
    office.edit("nour", "news")
    send(office, server)
    get(mine)
    serve(server, before)
    found = get(mine)
    assert (found.state, found.tip, found.is_refused) == ("rollback", before, True)
    assert found.evidence.endswith(before[:8])
    assert refs(mine)[found.evidence] == before
    assert mine.head() == office.head()
    assert get(mine).state == "rollback"
    assert read(mine.git_dir)["origin"].tip == office.head()


def test_a_remote_that_lost_its_main_went_back(mine: Office, server: Office) -> None:
    server.git("update-ref", "-d", "refs/heads/main")
    found = get(mine)
    assert (found.state, found.tip, found.evidence) == ("rollback", "", "")


def test_a_forked_remote_is_refused_though_every_commit_is_authentic(
    mine: Office, office: Office, server: Office, tmp_path: Path
) -> None:
    other = office.copy(tmp_path / "other")
    office.edit("nour", "one story")
    send(office, server)
    get(mine)
    other.edit("nour", "another story")
    send(other, server, "--force")
    found = get(mine)
    assert found.state == "fork"
    assert refs(mine)[found.evidence] == other.head()
    assert mine.head() == office.head()


def test_evidence_of_one_tip_is_kept_once(mine: Office, office: Office, server: Office) -> None:
    serve(server, office.git("rev-parse", "main~1").strip())
    assert get(mine).evidence == get(mine).evidence
    assert len([ref for ref in refs(mine) if "evidence" in ref]) == 1


def test_a_forged_commit_is_refused_and_kept_as_evidence(
    mine: Office, office: Office, server: Office
) -> None:
    good = mine.head()
    forged = office.commit("sami", [("README.md", b"x")])
    send(office, server)
    found = get(mine)
    assert found.state == "refused"
    assert found.report is not None
    assert [finding.commit for finding in found.report.failures] == [forged]
    assert refs(mine)[found.evidence] == forged
    assert refs(mine)["refs/dalil/incoming/origin"] == mine.head() == good
    with mine.open("sami") as vault:
        assert vault.trust.state == "authentic"


def test_another_repository_behind_the_address_is_a_fork(
    mine: Office, server: Office, tmp_path: Path
) -> None:
    other = Office(tmp_path / "unit", mine.homes)
    other.found()
    send(other, server, "--force")
    assert get(mine).state == "fork"


def test_another_repository_at_a_new_address_is_refused(mine: Office, tmp_path: Path) -> None:
    other = Office(tmp_path / "unit", mine.homes)
    other.found()
    with mine.open("sami") as vault:
        found = fetch(vault, "stick", url=str(other.folder))
        assert found.state == "refused"
        assert fetch(vault, "tool", url=str(foreign(tmp_path / "foreign"))).state == "refused"


def test_a_remote_without_news_for_two_weeks_is_frozen(
    mine: Office, office: Office, server: Office
) -> None:
    start = os.stat(mine.folder).st_mtime
    assert get(mine, clock=lambda: start + 13 * DAY).frozen == 0
    assert get(mine, clock=lambda: start + 15 * DAY).frozen == 15
    office.edit("nour", "news")
    send(office, server)
    assert get(mine, clock=lambda: start + 16 * DAY).frozen == 0


def test_our_own_commits_do_not_hide_that_others_are_silent(mine: Office, server: Office) -> None:
    start = os.stat(mine.folder).st_mtime
    mine.edit("sami", "mine")
    send(mine, server)
    assert get(mine, clock=lambda: start + 15 * DAY).frozen == 15


def test_a_remote_is_named_once_by_its_address(office: Office, server: Office) -> None:
    with office.open() as vault:
        with pytest.raises(NotFound):
            fetch(vault)
        assert fetch(vault, url=str(server.folder)).state == "nothing"
        assert fetch(vault).state == "nothing"


@pytest.mark.parametrize("name", ["", "-x", "../x", "a/b", "A", "x.lock", "x" * 40, "main\n"])
def test_a_name_that_could_leave_its_place_is_refused(office: Office, name: str) -> None:
    with office.open() as vault, pytest.raises(BadFormat):
        fetch(vault, name, url="/nowhere")


def test_an_address_that_names_a_program_is_refused_from_the_file_too(
    mine: Office, tmp_path: Path
) -> None:
    path = Path(mine.git_dir) / "dalil" / "remotes.yaml"
    text = path.read_text()
    known = read(mine.git_dir)["origin"]
    path.write_text(text.replace(known.url, f"ext::touch {tmp_path}/sprung"))
    with pytest.raises(BadFormat):
        get(mine)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("text", ["", "origin: 1\n", "x", "origin: {url: a}\n", "- a\n"])
def test_damaged_memory_of_remotes_is_not_taken_for_none(mine: Office, text: str) -> None:
    (Path(mine.git_dir) / "dalil" / "remotes.yaml").write_text(text)
    with pytest.raises(BadFormat):
        get(mine)


def test_nothing_is_fetched_into_a_copy_that_nobody_confirmed(
    office: Office, server: Office, tmp_path: Path
) -> None:
    with office.clone(tmp_path / "copy").open() as vault, pytest.raises(Refused):
        fetch(vault, url=str(server.folder))


def test_nothing_is_fetched_onto_a_broken_history(mine: Office) -> None:
    mine.commit("sami", [("README.md", b"x")])
    with pytest.raises(BadSignature):
        get(mine)


def test_a_hostile_configuration_of_the_repository_runs_nothing(
    mine: Office, office: Office, server: Office, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "post-merge", "pre-auto-gc"):
        (hooks / name).symlink_to(trap)
        (Path(mine.git_dir) / "hooks").mkdir(exist_ok=True)
        (Path(mine.git_dir) / "hooks" / name).symlink_to(trap)
    for key, value in {
        "core.sshCommand": str(trap),
        "core.fsmonitor": str(trap),
        "core.hooksPath": str(hooks),
        "core.gitProxy": str(trap),
        "core.askPass": str(trap),
        "core.alternateRefsCommand": str(trap),
        "credential.helper": f"!{trap}",
        "uploadpack.packObjectsHook": str(trap),
        f"url.ext::{trap} .insteadOf": "nour@example.org",
        "protocol.ext.allow": "always",
        "remote.origin.uploadpack": str(trap),
        "remote.origin.vcs": "ext",
        "include.path": str(tmp_path / "more"),
    }.items():
        mine.git("config", key, value)
    (tmp_path / "more").write_text(f"[core]\n\tsshCommand = {trap}\n")
    office.edit("nour", "news")
    send(office, server)
    assert get(mine).state == "new"
    assert not (tmp_path / "sprung").exists()


def test_a_hostile_configuration_does_not_choose_the_ssh_program(
    mine: Office, server: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine.git("config", "core.sshCommand", f"touch {tmp_path}/sprung;")
    mine.git("config", "url./nowhere.insteadOf", "nour@example.org:")
    ssh = fake_ssh(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{ssh}:/usr/bin:/bin")
    with mine.open("sami") as vault:
        found = fetch(vault, url=f"nour@example.org:{server.folder}")
    assert found.state == "nothing"
    assert not (tmp_path / "sprung").exists()


def test_a_remote_that_says_nothing_is_given_up(
    mine: Office, server: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text("#!/bin/sh\nexec sleep 60\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}:/usr/bin:/bin")
    monkeypatch.setattr(carrier, "_FIRST_WORD", 0.5)
    with mine.open("sami") as vault, pytest.raises(Remote, match="sent nothing"):
        fetch(vault, url=f"nour@example.org:{server.folder}")


def test_a_fetch_can_be_stopped(mine: Office, office: Office, server: Office) -> None:
    office.edit("nour", "news")
    send(office, server)
    before = refs(mine)
    with mine.open("sami") as vault, pytest.raises(Cancelled):
        fetch(vault, way=Way("", "", is_cancelled=lambda: True))
    assert refs(mine) == before
    assert not [name for name in os.listdir(Path(mine.git_dir) / "dalil") if "carrier" in name]


def test_an_endless_answer_does_not_fill_the_disk(
    mine: Office, office: Office, server: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.open() as vault, vault.edit(FIRST, why="because") as case:
        case.set("overview.summary", os.urandom(200_000).hex())
    send(office, server)
    monkeypatch.setattr(carrier, "LARGEST", 64 * 1024)
    with pytest.raises(Exception, match=r"disk is full|cannot be fetched"):
        get(mine)


def test_what_a_remote_says_reaches_an_error_in_ascii_and_cut_short(
    mine: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text("#!/bin/sh\nprintf '\\033[2Jevil %0900d\\n' 1 >&2\nexit 1\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}:/usr/bin:/bin")
    with mine.open("sami") as vault, pytest.raises(Remote) as caught:
        fetch(vault, url="nour@example.org:x")
    reason = str(caught.value.values["reason"])
    assert reason.isprintable()
    assert len(reason) <= 200
