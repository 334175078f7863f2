"""Rules 1 and 2: who signed, in which form, and whether they were a member there."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from store.crypto.signer import FileSigner
from store.trust.policy import dump
from store.trust.report import Report
from tests.store.trust.team import Team, case, sealed

Forge = Callable[[bytes], bytes]


def failures(report: Report) -> list[tuple[int, str]]:
    return [(finding.rule, finding.text()) for finding in report.failures]


def test_an_honest_history_is_authentic_and_names_its_signers(team: Team) -> None:
    first = team.save("sami", {case(1): sealed("a")}, message="new case")
    second = team.save("nour", {case(2, "witness"): sealed("b")}, message="new case")

    report = team.verify()

    assert report.is_authentic
    assert report.findings == ()
    assert (report.verified_tip, report.commits) == (second, 3)
    assert report.signers == {team.root(): "nour", first: "sami", second: "nour"}


def test_a_commit_made_by_stock_git_is_authentic(team: Team) -> None:
    key = team.git_dir.parent / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True)
    public = key.with_suffix(".pub").read_text().strip()
    omar = team.member("omar", "editor", "main")
    changed = team.policy(2, omar=type(omar)("editor", (public,), (team.age["omar"],), ("main",)))
    team.save("nour", {"policy.yaml": dump(changed)}, message="policy")
    path = team.git_dir.parent / "tree"
    git = ["git", "-C", str(path)]
    subprocess.run(["git", "clone", "-q", str(team.git_dir), str(path)], check=True)
    (path / case(1)).parent.mkdir(parents=True)
    (path / case(1)).write_bytes(sealed("a"))
    subprocess.run([*git, "add", "-A"], check=True)
    settings = {
        "user.name": "omar",
        "user.email": "omar@dalil.invalid",
        "gpg.format": "ssh",
        "user.signingkey": str(key),
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    subprocess.run([*git, *options, "commit", "-q", "-S", "-m", "new case"], check=True)
    subprocess.run([*git, "push", "-q", "origin", "main"], check=True)
    tip = (team.git_dir / "refs/heads/main").read_text().strip()

    report = team.verify(tip)

    assert report.findings == ()
    assert report.signers[tip] == "omar"


def _drop_signature(raw: bytes) -> bytes:
    start, end = raw.index(b"gpgsig "), raw.index(b"-----END SSH SIGNATURE-----\n") + 28
    return raw[:start] + raw[end:]


def _double_signature(raw: bytes) -> bytes:
    start, end = raw.index(b"gpgsig "), raw.index(b"-----END SSH SIGNATURE-----\n") + 28
    return raw[:end] + raw[start:end] + raw[end:]


def _rewrap(raw: bytes) -> bytes:
    start = raw.index(b"-----BEGIN SSH SIGNATURE-----\n ") + 31
    end = raw.index(b"\n -----END SSH SIGNATURE-----")
    text = raw[start:end].replace(b"\n ", b"")
    lines = [text[i : i + 40] for i in range(0, len(text), 40)]
    return raw[:start] + b"\n ".join(lines) + raw[end:]


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (_drop_signature, "the commit is not signed"),
        (_double_signature, "the commit has 2 signatures instead of one"),
        (_rewrap, "the armour of the signature is not as ssh-keygen writes it"),
        (lambda raw: raw.replace(b"new case", b"new lies"), "does not fit what it stands on"),
        (lambda raw: raw.replace(b"\ngpgsig", b"\nencoding latin1\ngpgsig"), "not of the form"),
        (lambda raw: raw.replace(b"\n\nnew", b"\ngpgsig-sha256 x\n\nnew"), "2 signatures"),
        (lambda raw: raw.replace(b"SSH", b"PGP"), "not one armoured SSH signature"),
        (lambda raw: raw + b"x" * 70_000, "larger than any"),
    ],
)
def test_a_signature_of_any_other_form_is_refused(team: Team, forge: Forge, said: str) -> None:
    good = team.tip
    bad = team.save("sami", {case(1): sealed("a")}, message="new case", forge=forge)

    report = team.verify()

    assert not report.is_authentic
    assert report.verified_tip == good
    [finding] = report.failures
    assert (finding.rule, finding.commit) == (1, bad)
    assert said in finding.text()


@pytest.mark.parametrize("raw", [b"", b"\xff\0", b"tree x", b"tree " + b"a" * 40 + b"\n"])
def test_garbage_for_a_commit_is_no_beginning_of_a_history(team: Team, raw: bytes) -> None:
    team.save("sami", {case(1): sealed("a")}, forge=lambda _: raw)

    report = team.verify()

    assert "does not begin at the pinned commit" in report.failures[0].text()
    assert report.verified_tip is None


def test_git_itself_is_fooled_by_a_second_form_of_one_signature(team: Team) -> None:
    allowed = team.git_dir.parent / "allowed"
    allowed.write_text(f"sami@dalil.invalid {team.keys['sami'].public}\n")
    team.save("sami", {case(1): sealed("a")}, message="new case", forge=_rewrap)

    option = f"gpg.ssh.allowedSignersFile={allowed}"
    said = subprocess.run(
        ["git", "-C", team.git_dir, "-c", option, "log", "-1", "--format=%G?"],
        capture_output=True,
        check=True,
    )

    assert said.stdout == b"G\n"
    assert not team.verify().is_authentic


def test_a_signature_for_another_purpose_does_not_count(team: Team) -> None:
    team.save("sami", {case(1): sealed("a")}, namespace="file")

    assert failures(team.verify()) == [(1, "the signature is for another purpose than git")]


def test_a_key_that_is_nobodys_is_named_by_its_fingerprint(team: Team) -> None:
    team.keys["eve"] = FileSigner.new()
    good = team.tip
    team.save("eve", {case(1): sealed("a")})

    report = team.verify()

    [(rule, text)] = failures(report)
    assert rule == 2
    assert "SHA256:" in text
    assert report.verified_tip == good


def test_what_follows_a_bad_commit_is_not_verified_either(team: Team) -> None:
    good = team.tip
    team.save("sami", {case(1): sealed("a")}, namespace="file")
    team.save("sami", {case(2): sealed("b")})

    report = team.verify()

    assert len(report.failures) == 1
    assert report.verified_tip == good
    assert not report.is_authentic


def test_a_member_who_left_can_add_nothing(team: Team) -> None:
    without = team.policy(2, omar=None)
    team.save("nour", {"policy.yaml": dump(without)}, message="policy")
    team.save("omar", {case(1): sealed("a")})

    assert [rule for rule, _ in failures(team.verify())] == [2]


def test_a_member_who_left_cannot_add_to_an_old_commit(team: Team) -> None:
    old = team.tip
    without = team.save("nour", {"policy.yaml": dump(team.policy(2, omar=None))}, message="policy")
    fork = team.save("omar", {case(1): sealed("a")}, parents=[old])
    team.save("nour", {case(1): sealed("a")}, parents=[without, fork], message="merge")

    report = team.verify()

    [(rule, text)] = failures(report)
    assert (rule, report.failures[0].commit) == (2, fork)
    assert "no member any more" in text
    assert report.verified_tip == without


def test_what_a_member_published_before_leaving_stays(team: Team) -> None:
    old = team.tip
    fork = team.save("omar", {case(1): sealed("a")}, parents=[old])
    other = team.save("sami", {case(2): sealed("b")}, parents=[old])
    team.save("nour", {case(1): sealed("a")}, parents=[other, fork], message="merge")
    team.save("nour", {"policy.yaml": dump(team.policy(2, omar=None))}, message="policy")

    assert team.verify().is_authentic


def test_the_pinned_root_must_be_signed_by_its_own_admin(team: Team) -> None:
    files = {"policy.yaml": dump(team.policy())}
    team.files.clear()
    root = team.save("sami", files, parents=[], message="policy")

    report = team.verify()

    assert failures(report) == [(3, f"sami changed the policy, but is no admin at {root[:12]}")]
    assert report.verified_tip is None


def test_another_history_cannot_be_merged_in(team: Team) -> None:
    main = team.tip
    other = team.save("nour", {"policy.yaml": dump(team.policy())}, parents=[], message="policy")
    team.files[other] = dict(team.files[main])
    team.save("nour", {}, parents=[main, other], message="merge")

    report = team.verify()

    assert [(one.rule, one.commit) for one in report.failures] == [(2, other)]
    assert report.verified_tip == main


def test_a_history_from_another_root_is_not_looked_at(team: Team) -> None:
    pinned = team.tip
    foreign = team.save("nour", {"policy.yaml": dump(team.policy(2))}, parents=[], message="policy")

    report = team.verify(foreign)

    assert failures(report) == [
        (0, f"the mainline does not begin at the pinned commit {pinned[:12]}")
    ]
    assert report.verified_tip is None


def test_names_dates_and_messages_only_make_notices(team: Team) -> None:
    team.save("sami", {case(1): sealed("a")}, name="nour")
    team.save("sami", {case(1): sealed("b")}, time=team.times[team.tip] - 49 * 3600)
    team.save("sami", {case(1): sealed("c")}, message="about Jamil")

    report = team.verify()

    assert report.is_authentic
    assert [(one.rule, one.severity) for one in report.findings] == [(5, "notice")] * 3
    texts = [one.text() for one in report.findings]
    assert texts == [
        "signed by sami, but it names another author or address",
        "dated 49 hours before its parent",
        "the message is none of the fixed forms",
    ]
