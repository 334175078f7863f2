"""Signing through a real ssh-agent, and through things that are none."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.crypto.agent import AgentSigner, agent_keys
from store.crypto.sshsig import sign, verify
from store.crypto.wire import string
from store.errors import BadFormat, NotFound, StoreError, Unsupported


def add_key(folder: Path, *options: str) -> str:
    """Make a key and give it to the agent; give its public line."""
    key = folder / ("key" + "".join(options))
    keygen = ["ssh-keygen", "-q", "-N", "", "-C", "made here", "-f", str(key), *options]
    subprocess.run(keygen, check=True)
    subprocess.run(["ssh-add", "-q", str(key)], check=True)
    return " ".join(key.with_name(key.name + ".pub").read_text().split()[:2])


@pytest.mark.parametrize("options", [("-t", "ed25519"), ("-t", "rsa", "-b", "3072")])
def test_an_agents_key_signs(agent: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    public = add_key(tmp_path, *options)
    signature = sign(b"text", AgentSigner(public))
    assert verify(signature, b"text") == public


def test_the_keys_that_can_sign_are_listed(agent: Path, tmp_path: Path) -> None:
    assert agent_keys() == []
    public = add_key(tmp_path, "-t", "ed25519")
    add_key(tmp_path, "-t", "ecdsa")
    assert agent_keys(str(agent)) == [(public, "made here")]


def test_a_key_that_the_agent_does_not_hold_is_named_as_missing(
    agent: Path, tmp_path: Path
) -> None:
    public = add_key(tmp_path, "-t", "ed25519")
    subprocess.run(["ssh-add", "-q", "-D"], check=True)
    with pytest.raises(NotFound, match="does not hold your signing key"):
        AgentSigner(public).sign_blob(b"text")


def test_no_agent_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    with pytest.raises(NotFound, match="SSH_AUTH_SOCK is not set"):
        agent_keys()
    with pytest.raises(NotFound, match="gone: No such file"):
        agent_keys(str(tmp_path / "gone"))
    with pytest.raises(NotFound, match="cannot be reached"):
        agent_keys("/" + "x" * 200)


def test_a_key_that_is_not_used_here_is_refused_at_once() -> None:
    with pytest.raises(BadFormat):
        AgentSigner("ecdsa-sha2-nistp256 AAAA")


@contextmanager
def answering(path: Path, answer: Callable[[bytes], bytes | None]) -> Iterator[str]:
    """Stand where an agent would, and answer each request; None closes the connection."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                while request := connection.recv(4096):
                    reply = answer(request)
                    if reply is None:
                        return
                    connection.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        yield str(path)
        thread.join()


PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJoMvAikg8GLAdiDFTv5sUp0zhnl4k3bOapvMU/vDjpT"


def test_an_agent_that_refuses_is_told_from_one_without_the_key(tmp_path: Path) -> None:
    from store.crypto.sshkey import from_text

    listed = b"\x0c\0\0\0\1" + string(from_text(PUBLIC).blob) + string(b"nour")

    def answer(request: bytes) -> bytes:
        return string(listed if request[4] == 11 else b"\5")

    with (
        answering(tmp_path / "a", answer) as address,
        pytest.raises(StoreError, match="refused to sign"),
    ):
        AgentSigner(PUBLIC, address=address).sign_blob(b"text")


def test_a_locked_agent_says_so(agent: Path, tmp_path: Path) -> None:
    with (
        answering(tmp_path / "b", lambda _: string(b"\5")) as address,
        pytest.raises(StoreError, match="does not list its keys"),
    ):
        agent_keys(address)


def test_an_agent_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with (
        answering(tmp_path / "c", lambda _: b"") as address,
        pytest.raises(StoreError, match="did not answer"),
    ):
        AgentSigner(PUBLIC, address=address, patience=0.1).sign_blob(b"text")


def test_an_agent_that_hangs_up_is_reported(tmp_path: Path) -> None:
    with (
        answering(tmp_path / "d", lambda _: None) as address,
        pytest.raises(NotFound, match="closed the connection"),
    ):
        agent_keys(address)


@pytest.mark.parametrize(
    "reply",
    [
        b"\0\0\0\0",
        b"\xff\xff\xff\xff",
        b"SSH-",
        string(b"\x06"),
        string(b"\x0c"),
        string(b"\x0c\xff\xff\xff\xff"),
        string(b"\x0c\0\0\0\1" + string(b"x")),
        string(b"\x0c\0\0\0\1" + string(b"x") + string(b"") + b"\0"),
        string(b"\x0c\0\0\0\1\0\0\0\1" + bytes(4)),
    ],
)
def test_nonsense_is_reported_as_such(tmp_path: Path, reply: bytes) -> None:
    with (
        answering(tmp_path / "e", lambda _: reply) as address,
        pytest.raises(Unsupported, match="ssh-agent protocol"),
    ):
        agent_keys(address)
