"""One signature in one form: what git takes for the same commit under another id, or for good."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from hashlib import sha1, sha512
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from store.crypto import sshkey, sshsig
from store.crypto.wire import string
from tests.attack.arena import CASE, Arena

Forge = Callable[[bytes], bytes]
BEGIN, END = b"-----BEGIN SSH SIGNATURE-----\n", b" -----END SSH SIGNATURE-----\n"


def place(raw: bytes) -> tuple[int, int]:
    return raw.index(b"gpgsig "), raw.index(END) + len(END)


def armour(raw: bytes) -> tuple[int, int]:
    return raw.index(BEGIN) + len(BEGIN), raw.index(END)


def second(raw: bytes) -> bytes:
    start, end = place(raw)
    return raw[:end] + raw[start:end] + raw[end:]


def second_for_sha256(raw: bytes) -> bytes:
    start, end = place(raw)
    return raw[:end] + b"gpgsig-sha256" + raw[start + 6 : end] + raw[end:]


def rewrapped(raw: bytes) -> bytes:
    start, end = armour(raw)
    text = raw[start:end].replace(b"\n", b"").replace(b" ", b"")
    lines = [b" %b\n" % text[i : i + 40] for i in range(0, len(text), 40)]
    return raw[:start] + b"".join(lines) + raw[end:]


def trailing_space(raw: bytes) -> bytes:
    _, end = armour(raw)
    return raw[: end - 1] + b" \n" + raw[end:]


def bytes_after(raw: bytes) -> bytes:
    _, end = place(raw)
    return raw[:end] + b" and more\n" + raw[end:]


def one_line(raw: bytes) -> bytes:
    start, end = armour(raw)
    text = raw[start:end].replace(b"\n", b"").replace(b" ", b"")
    return raw[:start] + b" " + text + b"\n" + raw[end:]


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (second, "2 signatures"),
        (second_for_sha256, "2 signatures"),
        (rewrapped, "not as ssh-keygen writes it"),
        (trailing_space, "not as ssh-keygen writes it"),
        (one_line, "not as ssh-keygen writes it"),
        (bytes_after, "not one armoured SSH signature"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_second_form_of_an_honest_commit(arena: Arena, forge: Forge, said: str) -> None:
    honest = arena.commit_as("sami", {CASE: arena.sealed()})
    twin = arena.reforge(honest, forge)
    assert twin != honest
    assert arena.git_says() == "G"
    assert arena.git_verifies(twin)
    assert arena.git_merges(twin)
    arena.refuses(twin, 1, said)


def test_a_signature_made_for_something_else(arena: Arena) -> None:
    """What was signed as a file, with `ssh-keygen -Y sign -n file`, is put on a commit."""
    honest = arena.commit_as("sami", {CASE: arena.sealed()})
    payload = unsigned(arena.raw(honest))
    signature = sshsig.sign(payload, arena.keys("sami").signer, namespace="file")
    bad = arena.reforge(honest, lambda _: signed(payload, signature))
    assert arena.git_says() == "B"
    assert keygen_takes(arena, signature, payload, "file")  # the very signature is good
    arena.refuses(bad, 1, "another purpose than git")


def test_a_signature_lifted_from_a_tag(arena: Arena) -> None:
    """`git tag -s` signs in the namespace of commits; it does not stand on one."""
    key = arena.homes["sami"] / "signing_key"
    options = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={key}"]
    arena.git(*options, "tag", "-s", "-m", "release", "v1", arena.honest)
    tag = arena.raw(arena.git("rev-parse", "refs/tags/v1").strip())
    signature = tag[tag.index(BEGIN) :]
    honest = arena.commit_as("sami", {CASE: arena.sealed()})
    bad = arena.reforge(honest, lambda raw: signed(unsigned(raw), signature))
    assert arena.git("tag", "-v", "v1", check=False)
    arena.refuses(bad, 1, "does not fit")


def test_a_changed_message_or_tree_under_the_old_signature(arena: Arena) -> None:
    honest = arena.commit_as("sami", {CASE: arena.sealed()})
    bad = arena.reforge(honest, lambda raw: raw.replace(b"edit case", b"edit lies"))
    assert arena.git_says() == "B"
    arena.refuses(bad, 1, "does not fit")


@pytest.mark.parametrize("header", [b"encoding ISO-8859-6", b"x-note hidden", b"mergetag object 1"])
def test_headers_that_dalil_never_writes(arena: Arena, header: bytes) -> None:
    """Signed they are, and git shows the commit as good; but nobody would see what stands there."""
    honest = arena.commit_as("sami", {CASE: arena.sealed()})
    payload = unsigned(arena.raw(honest)).replace(b"\n\n", b"\n" + header + b"\n\n", 1)
    signature = sshsig.sign(payload, arena.keys("sami").signer)
    bad = arena.reforge(honest, lambda _: signed(payload, signature))
    assert arena.git_says() == "G"
    assert arena.git_verifies(bad)
    arena.refuses(bad, 1, "not of the form")


def test_a_nul_hides_the_rest_of_a_message(arena: Arena) -> None:
    honest = arena.commit_as("sami", {CASE: arena.sealed()})
    payload = unsigned(arena.raw(honest)) + b"\0the witness is Jamil\n"
    signature = sshsig.sign(payload, arena.keys("sami").signer)
    bad = arena.reforge(honest, lambda _: signed(payload, signature))
    assert arena.git("log", "-1", "--format=%B").strip() == "edit case"
    [finding] = arena.report().findings
    assert (finding.commit, finding.rule) == (bad, 5)
    assert "fixed forms" in finding.text()


def test_a_name_with_a_newline_adds_no_header(arena: Arena) -> None:
    """Git takes the newline out of a name; whoever writes it past git changes the header."""
    honest = arena.commit_as("sami", {CASE: arena.sealed()}, name="sami\nparent " + "0" * 40)
    assert arena.git_says() == "G"
    assert arena.git("log", "-1", "--format=%an").strip() == "samiparent " + "0" * 40
    [notice] = arena.report().findings
    assert (notice.rule, notice.severity) == (5, "notice")
    name = b"author samiparent " + b"0" * 40
    payload = unsigned(arena.raw(honest)).replace(name, b"author sami\nparent " + b"0" * 40)
    signature = sshsig.sign(payload, arena.keys("sami").signer)
    bad = arena.reforge(honest, lambda _: signed(payload, signature))
    arena.refuses(bad, 1, "not of the form")


def test_a_weak_rsa_key(arena: Arena, tmp_path: Path) -> None:
    """A key of 1024 bits can be neither used nor listed; git takes it as good."""
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the attack
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    honest = arena.commit_as("sami", {CASE: arena.sealed()})
    payload = unsigned(arena.raw(honest))
    signature = rsa_signature(key, line, payload, b"rsa-sha2-512", SHA512())
    bad = arena.reforge(honest, lambda _: signed(payload, signature))
    with arena.allowed.open() as listed:
        own = tmp_path / "allowed"
        own.write_text(f"{listed.read()}sami@dalil.invalid {line}\n")
    option = f"gpg.ssh.allowedSignersFile={own}"
    assert arena.git("-c", option, "log", "-1", "--format=%G?").strip() == "G"
    arena.refuses(bad, 1, "1024 bits")


def test_a_listed_weak_key_is_no_policy(arena: Arena) -> None:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the attack
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    listed = arena.raw(f"{arena.honest}:policy.yaml").replace(b"version: 1", b"version: 2")
    listed = listed.replace(arena.keys("sami").public.encode(), line.encode())
    bad = arena.commit_as("nour", {"policy.yaml": listed}, message="policy")
    assert arena.git_says() == "G"
    arena.refuses(bad, 3, "is not a signing key")


def test_a_signature_with_sha1(arena: Arena) -> None:
    """An ssh-rsa signature is one over SHA-1, whatever the key; a collision forges it."""
    key = rsa.generate_private_key(65537, 3072)
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    sami = arena.policy().members["sami"]
    policy = arena.changed_policy(sami=type(sami)("editor", (line,), sami.age, ("main",)))
    good = arena.commit_as("nour", {"policy.yaml": policy}, message="policy")
    honest = arena.commit_as("sami", {CASE: arena.sealed()})
    payload = unsigned(arena.raw(honest))
    sound = arena.reforge(
        honest,
        lambda _: signed(payload, rsa_signature(key, line, payload, b"rsa-sha2-512", SHA512())),
    )
    assert arena.report().signers[sound] == "sami"
    bad = arena.reforge(
        honest,
        lambda _: signed(payload, rsa_signature(key, line, payload, b"ssh-rsa", SHA1())),  # noqa: S303 - the attack
    )
    assert arena.git_says() == "B"
    arena.refuses(bad, 1, "does not fit", verified=good)


def test_a_hash_of_sha1_inside_the_signature(arena: Arena) -> None:
    honest = arena.commit_as("sami", {CASE: arena.sealed()})
    payload = unsigned(arena.raw(honest))
    signer = arena.keys("sami").signer
    key = sshkey.from_text(signer.public).blob
    head = (string(b"git"), string(b""), string(b"sha1"))
    digest = sha1(payload, usedforsecurity=False).digest()
    made = signer.sign_blob(b"SSHSIG" + b"".join(head) + string(digest))
    blob = b"SSHSIG" + (1).to_bytes(4, "big") + string(key) + b"".join(head) + string(made)
    bad = arena.reforge(honest, lambda _: signed(payload, sshsig._armour(blob)))
    assert arena.git_says() == "B"
    arena.refuses(bad, 1, "a hash other than sha512 and sha256")


def unsigned(raw: bytes) -> bytes:
    start, end = place(raw)
    return raw[:start] + raw[end:]


def signed(payload: bytes, signature: bytes) -> bytes:
    head, _, message = payload.partition(b"\n\n")
    return b"%b\ngpgsig %b\n\n%b" % (head, signature.rstrip().replace(b"\n", b"\n "), message)


def rsa_signature(
    key: rsa.RSAPrivateKey, line: str, payload: bytes, kind: bytes, scheme: SHA1 | SHA512
) -> bytes:
    """Sign as ssh-keygen would with an RSA key, were it as weak as that."""
    from binascii import a2b_base64

    blob = a2b_base64(line.split()[1])
    head = (string(b"git"), string(b""), string(b"sha512"))
    message = b"SSHSIG" + b"".join(head) + string(sha512(payload).digest())
    made = string(kind) + string(key.sign(message, padding.PKCS1v15(), scheme))
    whole = b"SSHSIG" + (1).to_bytes(4, "big") + string(blob) + b"".join(head) + string(made)
    return sshsig._armour(whole)


def keygen_takes(arena: Arena, signature: bytes, payload: bytes, namespace: str) -> bool:
    path = arena.folder.parent / "signature"
    path.write_bytes(signature)
    line = ["ssh-keygen", "-Y", "verify", "-f", str(arena.allowed), "-I", "sami@dalil.invalid"]
    done = subprocess.run(
        [*line, "-n", namespace, "-s", str(path)], input=payload, capture_output=True, check=False
    )
    return done.returncode == 0
