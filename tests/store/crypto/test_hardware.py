"""A signing key in hardware, which wants a touch for each signature."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from store.crypto.agent import AgentSigner, agent_keys
from store.crypto.identity import create, unlock
from store.crypto.plugins import Plugins
from store.crypto.sshsig import sign, verify
from store.errors import StoreError
from store.founding import found
from store.vault import Vault
from tests.store.crypto.hardware import HardwareAgent

needs_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")


class Touches:
    """Counts how often a person was told to touch the key."""

    count = 0

    def touch(self) -> None:
        self.count += 1

    def tell(self, text: str) -> None:
        raise AssertionError(text)

    def ask(self, text: str, *, is_secret: bool) -> str | None:
        raise AssertionError(text, is_secret)

    def choose(self, text: str, yes: str, no: str) -> bool | None:
        raise AssertionError(text, yes, no)


def test_a_hardware_key_is_listed_and_signs_and_its_owner_is_told_to_touch_it(
    tmp_path: Path,
) -> None:
    with HardwareAgent(tmp_path) as agent:
        assert [key.public for key in agent_keys(agent.address)] == [agent.public]
        touches = Touches()
        signer = AgentSigner(agent.public, address=agent.address, talk=touches)
        assert verify(sign(b"text", signer), b"text") == agent.public
        assert (touches.count, agent.signed) == (1, 1)


@needs_keygen
def test_ssh_keygen_accepts_what_it_signed(tmp_path: Path) -> None:
    with HardwareAgent(tmp_path) as agent:
        signature = sign(b"text", AgentSigner(agent.public, address=agent.address))
    (tmp_path / "signature").write_bytes(signature)
    (tmp_path / "signers").write_text(f"nour {agent.public}\n")
    check = ["ssh-keygen", "-Y", "verify", "-n", "git", "-I", "nour"]
    check += ["-f", str(tmp_path / "signers"), "-s", str(tmp_path / "signature")]
    done = subprocess.run(check, input=b"text", capture_output=True, check=False)
    assert b'Good "git" signature for nour with ED25519-SK key' in done.stdout, done.stderr
    assert subprocess.run(check, input=b"other", capture_output=True, check=False).returncode


def test_a_signature_without_a_touch_is_refused_in_one_clear_line(tmp_path: Path) -> None:
    with (
        HardwareAgent(tmp_path, flags=0) as agent,
        pytest.raises(StoreError, match="signed without a touch"),
    ):
        sign(b"text", AgentSigner(agent.public, address=agent.address))


def test_a_key_that_nobody_touches_is_given_up(tmp_path: Path) -> None:
    with (
        HardwareAgent(tmp_path, touch_after=2.0) as agent,
        pytest.raises(StoreError, match="did not answer within"),
    ):
        sign(b"text", AgentSigner(agent.public, address=agent.address, patience=0.2))


@needs_keygen
def test_a_member_with_a_hardware_key_founds_saves_and_is_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, repository, touches = tmp_path / "home", str(tmp_path / "repository"), Touches()
    with HardwareAgent(tmp_path) as agent:
        monkeypatch.setenv("SSH_AUTH_SOCK", agent.address)
        create(home, passphrase=None, comment="", agent_key=agent.public)
        assert not (home / "signing_key").exists()
        nour = unlock(home, plugins=lambda: Plugins(talk=touches))
        found(repository, "Unit", "nour", nour)
        with Vault.open(repository, nour) as vault:
            with vault.new(why="first") as case:
                case.set("overview.title", "A title")
            assert vault.verify().findings == ()
        assert touches.count == agent.signed == 2
    monkeypatch.delenv("SSH_AUTH_SOCK")
    with Vault.open(repository) as reader:  # nobody has to touch anything to verify
        assert reader.policy.members["nour"].sign == (agent.public,)
        assert reader.verify().findings == ()
    (tmp_path / "signers").write_text(f"nour {agent.public}\n")
    signers = f"gpg.ssh.allowedSignersFile={tmp_path / 'signers'}"
    log = ["git", "-C", repository, "-c", signers, "log", "--format=%G?"]
    assert subprocess.run(log, capture_output=True, check=True).stdout.split() == [b"G", b"G"]
