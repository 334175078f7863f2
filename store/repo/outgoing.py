"""Send a commit, and what it is built upon, to the main branch of a remote; never by force."""

from __future__ import annotations

import os
from contextlib import suppress

from store.repo.carrier import Way, carrier, go, other_end
from store.repo.faults import Declined, fault, outrun, remote_words
from store.repo.swap import is_stale

__all__ = ["send_main"]

_REJECTED = b"!\t"
_LOCKS = ("HEAD.lock", "refs/heads/main.lock")  # in a bare one: another takes no push to main


def send_main(git_dir: str, way: Way, commit: str) -> None:
    """Move main of a remote forward to a commit; when this returns, the remote has said so.

    Raises:
        Moved: the remote has commits that this one is not built upon.
        Declined: the remote does not take it, for a reason of its own, told in its words.
        Remote: it cannot be reached, or goes silent; it may have taken it all the same.
        Cancelled: `is_cancelled` said so; the same.
    """
    if way.protocol == "file":
        _unlock(way.address)
    with carrier(git_dir, {"refs/sent": commit}) as folder:
        line = ["push", "--porcelain", "--progress", "--no-verify", "--no-recurse-submodules"]
        line += other_end(way, "receive-pack")
        line += ["--", way.address, f"{commit}:refs/heads/main"]
        ended = go(folder, line, way)
    if ended.code == 0:
        return
    for told in ended.printed.splitlines():
        if not told.startswith(_REJECTED):
            continue
        summary = told.rpartition(b"\t")[2].decode("utf-8", "replace")
        if summary.startswith("[rejected]"):
            raise outrun()
        raise _declined(way.address, ended.said, summary)
    raise fault(way.address, ended.said, sending=True)


def _unlock(address: str) -> None:
    """Take away the locks of a git that was killed in a folder: nobody is there to do it."""
    for name in _LOCKS:
        lock = os.path.join(address, name)
        if is_stale(lock):
            with suppress(OSError):  # then git says what is in its way
                os.unlink(lock)


def _declined(address: str, said: bytes, summary: str) -> Declined:
    words = remote_words(said) or ascii(summary.removeprefix("[remote rejected] "))[1:-1][:200]
    return Declined(
        "{url} did not take your commits; it says: {words}",
        hint="nothing is lost here; whoever runs it, or an admin, can tell you more",
        url=address,
        words=words,
    )
