"""Send a commit, and what it is built upon, to the main branch of a remote; never by force."""

from __future__ import annotations

from store.repo.carrier import Way, carrier, go
from store.repo.faults import Declined, fault, outrun, remote_words

__all__ = ["send_main"]

_REJECTED = b"!\t"


def send_main(git_dir: str, way: Way, commit: str) -> None:
    """Move main of a remote forward to a commit; when this returns, the remote has said so.

    Raises:
        Moved: the remote has commits that this one is not built upon.
        Declined: the remote does not take it, for a reason of its own, told in its words.
        Remote: it cannot be reached, or goes silent; it may have taken it all the same.
        Cancelled: `is_cancelled` said so; the same.
    """
    with carrier(git_dir, {"refs/sent": commit}) as folder:
        line = ["push", "--porcelain", "--progress", "--no-verify", "--no-recurse-submodules"]
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


def _declined(address: str, said: bytes, summary: str) -> Declined:
    words = remote_words(said) or ascii(summary.removeprefix("[remote rejected] "))[1:-1][:200]
    return Declined(
        "{url} did not take your commits; it says: {words}",
        hint="nothing is lost here; whoever runs it, or an admin, can tell you more",
        url=address,
        words=words,
    )
