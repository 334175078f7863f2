"""Git, and nothing else: objects, commits, refs, the mirror, and the hardened way to run git."""
