from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from store.errors import BadFormat, BadSignature, Cancelled, NotFound, Refused, StoreError
from store.remote import state as states
from store.remote.bundle import export_bundle, import_bundle
from store.remote.clone import clone
from store.remote.fetch import Empty
from store.remote.sync import Synced
from store.repo.carrier import Way
from tests.store.changing import is_sound
from tests.store.office import FIRST, MARKER, SECOND, Office, files_with
from tests.store.remote.remotes import foreign, go, refs, send


def export(office: Office, path: Path, since: str = "", by: str | None = "nour") -> str:
    with office.open(by) as vault:
        return export_bundle(vault, str(path), since=since).tip


def take(office: Office, path: Path, by: str | None = "sami") -> Synced:
    with office.open(by) as vault:
        return import_bundle(vault, str(path))


def test_what_one_saved_reaches_another_on_a_stick(
    mine: Office, office: Office, tmp_path: Path
) -> None:
    tip = office.edit("nour", "news")
    export(office, tmp_path / "stick")
    done = take(mine, tmp_path / "stick")
    assert done.state == "done"
    assert [one.cases[0].title for one in done.incoming] == ["news"]
    assert mine.head() == tip
    assert is_sound(mine)
    assert [name for name in refs(mine) if "incoming" in name] == ["refs/dalil/incoming/origin"]
    assert states.read(mine.git_dir).keys() == {"origin"}


def test_a_bundle_is_one_private_file_without_a_word_of_a_case(
    office: Office, tmp_path: Path
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    export(office, place / "stick")
    assert os.listdir(place) == ["stick"]
    assert stat.S_IMODE((place / "stick").stat().st_mode) == 0o600
    assert not files_with(MARKER, [place])
    heads = office.git("bundle", "list-heads", str(place / "stick"))
    assert heads == f"{office.head()} refs/heads/main\n"


def test_only_what_is_new_goes_where_the_rest_is_known(
    mine: Office, office: Office, tmp_path: Path
) -> None:
    before = office.head()
    office.edit("nour", "one")
    tip = office.edit("nour", "two")
    export(office, tmp_path / "all")
    export(office, tmp_path / "new", since=before)
    assert (tmp_path / "new").stat().st_size < (tmp_path / "all").stat().st_size
    assert len(take(mine, tmp_path / "new").incoming) == 2
    assert mine.head() == tip


def test_a_bundle_without_its_base_says_which_commit_is_missing(
    mine: Office, office: Office, tmp_path: Path
) -> None:
    before = mine.head()
    base = office.edit("nour", "one")
    office.edit("nour", "two")
    export(office, tmp_path / "new", since=base)
    with pytest.raises(NotFound, match=base[:12]):
        take(mine, tmp_path / "new")
    assert mine.head() == before


def test_a_bundle_with_nothing_in_it_is_not_made(office: Office, tmp_path: Path) -> None:
    for since in (office.head(), "0" * 40):
        with pytest.raises(Refused):
            export(office, tmp_path / "new", since=since)
    assert not (tmp_path / "new").exists()


def test_an_older_bundle_changes_nothing(mine: Office, office: Office, tmp_path: Path) -> None:
    export(office, tmp_path / "old")
    tip = mine.edit("sami", "mine")
    done = take(mine, tmp_path / "old")
    assert (done.state, done.incoming) == ("done", ())
    assert mine.head() == tip
    assert take(mine, tmp_path / "old").state == "done"


def test_a_truncated_bundle_is_damaged_wherever_it_ends(
    mine: Office, office: Office, tmp_path: Path
) -> None:
    before = mine.head()
    office.edit("nour", "news")
    export(office, tmp_path / "stick")
    whole = (tmp_path / "stick").read_bytes()
    for length in (0, 5, 17, 40, 80, 90, len(whole) // 2, len(whole) - 25, len(whole) - 1):
        (tmp_path / "cut").write_bytes(whole[:length])
        with pytest.raises(BadFormat):
            take(mine, tmp_path / "cut")
    assert mine.head() == before
    assert is_sound(mine)


def test_a_bundle_that_was_altered_is_damaged(mine: Office, office: Office, tmp_path: Path) -> None:
    before = mine.head()
    office.edit("nour", "news")
    export(office, tmp_path / "stick")
    whole = bytearray((tmp_path / "stick").read_bytes())
    for place in range(120, len(whole), len(whole) // 12):
        altered = bytearray(whole)
        altered[place] ^= 255
        (tmp_path / "altered").write_bytes(altered)
        with pytest.raises(StoreError):
            take(mine, tmp_path / "altered")
    assert mine.head() == before


@pytest.mark.parametrize(
    "head",
    [
        b"# v2 git bundle\n" + b"-" + b"0" * 40 + b"\n" * 2,
        b"# v2 git bundle\n" + b"x" * 70 + b" refs/heads/main\n\n",
        b"# v2 git bundle\n--upload-pack=touch refs/heads/main\n\n",
        b"# v3 git bundle\n@filter=blob:none\n" + b"1" * 40 + b" refs/heads/main\n\n",
        b"# v3 git bundle\n@object-format=sha256\n\n",
        b"# v4 git bundle\n\n",
        b"# v2 git bundle\n" + (b"1" * 40 + b" refs/tags/x\n") * 9000 + b"\n",
        b"# v2 git bundle\n" + b"1" * 100_000,
        b"\x7fELF" + b"\0" * 100,
        b"",
    ],
)
def test_what_is_no_bundle_is_refused(mine: Office, tmp_path: Path, head: bytes) -> None:
    (tmp_path / "stick").write_bytes(head)
    with pytest.raises((BadFormat, Empty)):
        take(mine, tmp_path / "stick")


def test_a_bundle_whose_head_names_a_commit_that_is_not_in_it_is_damaged(
    mine: Office, office: Office, tmp_path: Path
) -> None:
    office.edit("nour", "news")
    export(office, tmp_path / "stick")
    whole = (tmp_path / "stick").read_bytes()
    tip = office.head().encode()
    (tmp_path / "stick").write_bytes(whole.replace(tip, b"1" * 40, 1))
    with pytest.raises(BadFormat, match="not in it"):
        take(mine, tmp_path / "stick")


def test_a_bundle_that_leaves_a_case_out_is_damaged(
    mine: Office, office: Office, tmp_path: Path
) -> None:
    before = office.head()
    tip = office.edit("nour", "news")
    objects = office.git("rev-list", "--objects", tip, f"^{before}").splitlines()
    kept = [line.split()[0] for line in objects if not line.endswith(".age")]
    assert len(kept) == len(objects) - 1
    packed = office.git("pack-objects", "-q", str(tmp_path / "p"), input="\n".join(kept) + "\n")
    pack = (tmp_path / f"p-{packed.strip()}.pack").read_bytes()
    head = f"# v2 git bundle\n-{before} x\n{tip} refs/heads/main\n\n".encode()
    (tmp_path / "stick").write_bytes(head + pack)
    with pytest.raises(BadFormat, match="did not receive"):
        take(mine, tmp_path / "stick")
    assert mine.head() == before


def test_another_repository_in_a_bundle_is_refused_and_kept(mine: Office, tmp_path: Path) -> None:
    before = mine.head()
    other = Office(foreign(tmp_path / "foreign"), mine.homes)
    other.git("bundle", "create", "-q", str(tmp_path / "stick"), "main")
    done = take(mine, tmp_path / "stick")
    assert done.state == "refused"
    assert done.fetched is not None
    assert refs(mine)[done.fetched.evidence] == other.head()
    assert mine.head() == before


def test_a_forged_commit_in_a_bundle_is_refused_with_its_findings(
    mine: Office, office: Office, tmp_path: Path
) -> None:
    before = mine.head()
    forged = office.commit("sami", [("cases/main/aa/x.age", b"plain")], signed_by="stranger")
    office.git("bundle", "create", "-q", str(tmp_path / "stick"), "main")
    done = take(mine, tmp_path / "stick")
    assert done.state == "refused"
    assert done.fetched is not None
    assert done.fetched.report is not None
    assert done.fetched.report.failures[0].commit == forged
    assert mine.head() == before
    with pytest.raises(BadSignature):
        export(office, tmp_path / "mine")


def test_a_bundle_takes_main_and_no_other_ref(mine: Office, office: Office, tmp_path: Path) -> None:
    office.edit("nour", "news")
    office.git("update-ref", "refs/tags/v1", office.head())
    office.git("update-ref", f"refs/replace/{mine.head()}", office.head())
    office.git("bundle", "create", "-q", str(tmp_path / "stick"), "--all")
    before = refs(mine).keys()
    assert take(mine, tmp_path / "stick").state == "done"
    assert refs(mine).keys() == before
    office.git("bundle", "create", "-q", str(tmp_path / "tag"), "refs/tags/v1")
    with pytest.raises(StoreError, match="no branch main"):
        take(mine, tmp_path / "tag")


def test_a_new_member_clones_from_a_stick_and_syncs_with_the_server_later(
    office: Office, server: Office, tmp_path: Path
) -> None:
    export(office, tmp_path / "stick")
    root = office.git("rev-list", "--max-parents=0", "main").strip()
    done = clone(str(tmp_path / "stick"), str(tmp_path / "new"), expected=root)
    assert done.is_pinned
    new = Office(tmp_path / "new", office.homes)
    assert new.head() == office.head()
    states.add(new.git_dir, "server", str(server.folder))
    tip = new.edit("sami", "from afar")
    assert go(new, "sami", "server").state == "done"
    assert server.head() == tip


def test_a_folder_a_pipe_and_nothing_are_no_bundles(mine: Office, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "nothing", Path("/dev/zero")):
        with pytest.raises(NotFound):
            take(mine, path)


def test_a_file_that_is_there_is_not_written_over_unless_asked(
    office: Office, tmp_path: Path
) -> None:
    (tmp_path / "stick").write_text("mine")
    with pytest.raises(Refused):
        export(office, tmp_path / "stick")
    assert (tmp_path / "stick").read_text() == "mine"
    with office.open() as vault:
        export_bundle(vault, str(tmp_path / "stick"), replace=True)
    assert (tmp_path / "stick").read_bytes().startswith(b"# v2 git bundle")


def test_an_export_that_is_stopped_leaves_no_file(office: Office, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    with office.open() as vault, pytest.raises(Cancelled):
        export_bundle(vault, str(place / "x"), way=Way("", "", is_cancelled=lambda: True))
    assert os.listdir(place) == []
    with pytest.raises(StoreError):
        export(office, tmp_path / "nowhere" / "x")


def test_an_import_that_is_stopped_changes_nothing(
    mine: Office, office: Office, tmp_path: Path
) -> None:
    before = mine.head()
    office.edit("nour", "news")
    export(office, tmp_path / "stick")
    with mine.open("sami") as vault, pytest.raises(Cancelled):
        import_bundle(vault, str(tmp_path / "stick"), way=Way("", "", is_cancelled=lambda: True))
    assert mine.head() == before
    assert take(mine, tmp_path / "stick").state == "done"


def test_a_copy_that_nobody_confirmed_takes_no_bundle_in(office: Office, tmp_path: Path) -> None:
    export(office, tmp_path / "stick")
    with pytest.raises(Refused):
        take(office.clone(tmp_path / "copy"), tmp_path / "stick")


def test_a_remote_can_be_brought_up_to_date_from_a_stick(
    mine: Office, office: Office, server: Office, tmp_path: Path
) -> None:
    office.edit("nour", "over the stick", SECOND)
    export(office, tmp_path / "stick")
    take(mine, tmp_path / "stick")
    tip = mine.edit("sami", "mine", FIRST)
    assert go(mine, "sami").state == "done"
    assert server.head() == tip
    assert go(office).state == "done"
    assert office.head() == tip
    assert send(office, server)
