from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from store.crypto.age import new_identity
from store.crypto.signer import FileSigner
from store.errors import BadFormat
from store.model import codec
from store.trust.policy import dump, parse

NOUR, SAMI, LINA = (FileSigner.new().public for _ in range(3))
AGE_NOUR, AGE_SAMI = new_identity().recipient, new_identity().recipient
RSA_1024 = (
    rsa.generate_private_key(65537, 1024)  # noqa: S505 - the weak key that must be refused
    .public_key()
    .public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    .decode()
)


def document(**changes: Any) -> dict[str, Any]:
    """Give a policy in plain data, some of its top keys changed."""
    usual = {
        "dalil": 1,
        "name": "Documentation unit",
        "version": 7,
        "members": {
            "nour": {
                "role": "admin",
                "sign": [NOUR],
                "age": [AGE_NOUR],
                "compartments": ["main", "witness"],
            },
            "sami": {"role": "editor", "sign": [SAMI], "age": [AGE_SAMI], "compartments": ["main"]},
            "lina": {"role": "reviewer", "sign": [LINA], "compartments": ["main"]},
            "omar": {"left": 5},
        },
        "compartments": {"main": {"epoch": 3}, "witness": {"epoch": 1}},
    }
    return {**usual, **changes}


def member(**changes: Any) -> dict[str, Any]:
    """Give a policy in which one thing about sami is other than usual."""
    members = document()["members"]
    members["sami"].update(changes)
    return document(members=members)


def test_the_example_of_the_design_is_read() -> None:
    text = f"""\
dalil: 1
name: Documentation unit                # shown on screen; choose something neutral
version: 7                              # +1 at every change; never below any parent's
members:
  nour: {{role: admin,    sign: [{NOUR}], age: [{AGE_NOUR}], compartments: [main, witness]}}
  sami: {{role: editor,   sign: [{SAMI}], age: [{AGE_SAMI}], compartments: [main]}}
  omar: {{left: 5}}                       # left at version 5
compartments:
  main: {{epoch: 3}}
  witness: {{epoch: 1}}
"""
    policy = parse(text.encode())

    assert (policy.name, policy.version) == ("Documentation unit", 7)
    assert policy.signer(SAMI) == "sami"
    assert policy.signer(LINA) is None
    assert policy.readers("main") == ["nour", "sami"]
    assert policy.recipients("witness") == [AGE_NOUR]
    assert policy.members["omar"].left == 5
    assert policy.compartments["main"].epoch == 3


def test_equal_policies_give_equal_bytes_and_unknown_keys_survive() -> None:
    members = document()["members"]
    backwards = dict(reversed(list(members.items())))
    one = parse(codec.dump(document(later="kept")))
    other = parse(codec.dump(document(members=backwards, later="kept")))

    assert dump(one) == dump(other)
    assert parse(dump(one)) == one
    assert one.extra == {"later": "kept"}


def test_who_may_write_follows_from_role_and_compartments() -> None:
    policy = parse(codec.dump(document()))
    case = "cases/{}/01/0123456789abcdef0123.age"
    journal = "journal/{}/01/0123456789abcdef0123/a.age"

    assert policy.may_write("nour", "policy.yaml")
    assert policy.may_write("nour", "keys/main/4.age")
    assert policy.may_write("sami", case.format("main"))
    assert policy.may_write("sami", journal.format("main"))
    assert not policy.may_write("sami", case.format("witness"))
    for path in ("policy.yaml", "model.yaml", "README.md", "keys/main/4.age", "timestamps/a.tsr"):
        assert not policy.may_write("sami", path)
    assert policy.may_write("lina", journal.format("main"))
    assert not policy.may_write("lina", journal.format("witness"))
    assert not policy.may_write("lina", case.format("main"))
    for path in (case.format("main"), "policy.yaml"):
        assert not policy.may_write("omar", path)
        assert not policy.may_write("nobody", path)
    assert not policy.may_write("nour", "elsewhere.txt")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (document(dalil=2), "format 2"),
        (document(name=""), "the name"),
        (document(name="a\x1b[31m"), "the name"),
        (document(version=0), "the version"),
        (document(version="7"), r"\$\.version"),
        (document(members={}), "no admin"),
        (document(members={"nour": {"left": 1}}), "no admin"),
        (document(compartments={"Main": {"epoch": 1}}), "cannot name a compartment"),
        (document(compartments={"main": {"epoch": 0}}), "compartment main: the epoch"),
        (document(compartments={"main": {"epoch": 1, "x": 1}}), "unknown field"),
        (member(role="owner"), r"Invalid enum value 'owner'"),
        (member(role=None), "member sami: the role is missing"),
        (member(sign=[]), "member sami: there is no signing key"),
        (member(sign=["ssh-ed25519 AAAA"]), "member sami: 'ssh-ed25519 AAAA' is not a signing key"),
        (member(sign=[RSA_1024]), "is not a signing key: an RSA key of 1024 bits"),
        (member(sign=[SAMI + " sami@laptop"]), "something after it"),
        (member(sign=[NOUR]), "stands twice, at nour and at sami"),
        (member(sign=[SAMI, SAMI]), "stands twice, at sami and at sami"),
        (member(age=["age1evil1qqqq"]), "is not an age recipient"),
        (member(age=[AGE_NOUR]), "reading key stands twice, at nour and at sami"),
        (member(age=[SAMI]), "is not an age recipient"),
        (member(compartments=["else"]), "no compartment 'else'"),
        (member(nickname="s"), "unknown field `nickname`"),
        (member(left=3), "who left has no role"),
    ],
)
def test_a_policy_that_is_not_sound_is_refused_with_its_place(
    data: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadFormat, match=said):
        parse(codec.dump(data))


@pytest.mark.parametrize("handle", ["Sami", "1a", "a b", "", "a" * 33, "سامي"])
def test_handles_are_short_lower_case_names(handle: str) -> None:
    members = document()["members"]
    members[handle] = members.pop("sami")

    with pytest.raises(BadFormat, match="cannot be a member's handle"):
        parse(codec.dump(document(members=members)))


@pytest.mark.parametrize("left", [0, 8])
def test_nobody_left_at_a_version_that_never_was(left: int) -> None:
    members = {**document()["members"], "omar": {"left": left}}

    with pytest.raises(BadFormat, match="member omar: left names no version"):
        parse(codec.dump(document(members=members)))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_policy_or_a_bad_format(text: bytes) -> None:
    with pytest.raises(BadFormat):
        parse(text)


def test_what_is_not_as_usual_is_written_and_only_then() -> None:
    usual = parse(codec.dump(document()))
    assert (usual.threshold, usual.revoked, usual.recovery) == (1, (), ())
    assert not any(key in dump(usual) for key in (b"threshold", b"revoked", b"recovery"))

    unusual: dict[str, Any] = {
        "threshold": 2,
        "revoked": [{"key": FileSigner.new().public, "after": "ab" * 20}],
        "recovery": [new_identity().recipient],
    }
    admins = document()["members"]
    admins["sami"]["role"] = "admin"
    text = codec.dump(document(members=admins, **unusual, later="kept"))
    policy = parse(text)
    assert parse(dump(policy)) == policy
    assert list(codec.load(dump(policy)))[-4:] == ["threshold", "revoked", "recovery", "later"]
    assert policy.recipients("witness") == [AGE_NOUR, *unusual["recovery"]]
    assert policy.revoked_after(policy.revoked[0].key) == "ab" * 20
    assert policy.admins == ["nour", "sami"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"threshold": 0}, "the threshold is 0, but there are 1 admins"),
        ({"threshold": 2}, "the threshold is 2, but there are 1 admins"),
        ({"threshold": "two"}, "right form"),
        ({"revoked": [{"key": SAMI, "after": "ab" * 20}]}, "sami: a signing key is revoked"),
        ({"revoked": [{"key": f"{LINA} lina@home", "after": "ab" * 20}]}, "among the revoked"),
        ({"revoked": [{"key": "ssh-ed25519 AAAA", "after": "ab" * 20}]}, "among the revoked"),
        ({"revoked": [{"key": LINA}]}, "right form"),
        ({"revoked": [{"key": LINA, "after": "main"}]}, "among the revoked"),
        ({"recovery": ["age1evil1qqqq"]}, "among the recovery recipients"),
        ({"recovery": [AGE_NOUR, AGE_NOUR]}, "among the recovery recipients"),
        ({"recovery": [AGE_NOUR]}, "reading key stands twice, at recovery and at nour"),
        ({"version": 10**9}, "version"),
    ],
)
def test_what_is_unusual_must_be_sound(changes: dict[str, Any], words: str) -> None:
    members = {handle: one for handle, one in document()["members"].items() if handle != "lina"}
    with pytest.raises(BadFormat, match=words):
        parse(codec.dump(document(members=members, **changes)))


def test_a_key_is_revoked_once() -> None:
    gone = FileSigner.new().public
    twice = [{"key": gone, "after": digit * 40} for digit in "ab"]
    with pytest.raises(BadFormat, match="among the revoked"):
        parse(codec.dump(document(revoked=twice)))
