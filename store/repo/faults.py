"""Say in our words why a remote was not reached, or would not let us in, from what git said."""

from __future__ import annotations

from store.errors import Moved, Remote, StoreError
from store.repo.run import failure

__all__ = ["Asks", "Declined", "fault", "outrun", "remote_words"]

_SHOWN = 200
_WORDS_SHOWN = 600
_FULL = (b"No space left on device", b"Disk quota exceeded", b"File too large")
_HOST_KEY = (
    b"Host key verification failed",
    b"HOST IDENTIFICATION HAS CHANGED",
    b"host key is known for",
)
_NO_ENTRY = (
    b"Permission denied (",
    b"Too many authentication failures",
    b"Authentication failed",
    b"could not read Username",
    b"could not read Password",
    b"terminal prompts disabled",
    b"returned error: 403",
)


class Asks(Remote):
    """A remote wants what only a person can give: a password, a key, a look at its host key."""


class Declined(Remote):
    """A remote was reached, and did not take what was sent."""


def fault(address: str, said: bytes, *, sending: bool = False) -> StoreError:
    """Turn what a git that failed has said into an error; what the remote chose is cut short."""
    own = _own_lines(said)
    whole = "\n".join(own).encode()
    if any(sign in said for sign in _FULL):
        return failure("fetch", b"fatal: No space left on device")
    if any(sign in whole for sign in _HOST_KEY):
        return Asks(
            "the host key of {url} is not known on this computer, or is another than before",
            hint="compare it with whoever runs the server, then connect once: ssh HOST",
            url=address,
        )
    if any(sign in whole for sign in _NO_ENTRY):
        return Asks(
            "{url} did not let you in",
            hint="for ssh: the right key in ssh-agent; for https: a line https://NAME:TOKEN@HOST in"
            " the file git-credentials beside your keys, mode 600",
            url=address,
        )
    telling = [line for line in own if "%" not in line] or ["no reason given"]
    reason = telling[0].removeprefix("fatal: ").removeprefix("error: ")
    values = {"url": address, "reason": ascii(reason)[1:-1][:_SHOWN]}
    if sending:
        return Remote(
            "nothing can be sent to {url}: {reason}",
            hint="nothing is lost; check the address and the network, and sync again",
            **values,
        )
    return Remote(
        "{url} cannot be fetched: {reason}",
        hint="check the address, the network, and that you may read it without a password",
        **values,
    )


def outrun() -> Moved:
    """Say that somebody else pushed first."""
    return Moved("others sent something first", hint="nothing is lost: sync again")


def remote_words(said: bytes) -> str:
    """Give what the other side said for people, such as its hook, in one printable line."""
    lines = said.replace(b"\r", b"\n").decode("utf-8", "replace").splitlines()
    words = [line.removeprefix("remote:") for line in lines if line.startswith("remote:")]
    text = "".join(c if c.isprintable() else " " for c in " ".join(words))
    return " ".join(text.split())[:_WORDS_SHOWN]


def _own_lines(said: bytes) -> list[str]:
    lines = said.replace(b"\r", b"\n").decode("utf-8", "replace").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("remote:")]
